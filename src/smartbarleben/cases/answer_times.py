"""How long the town hall takes, for everybody to read: promises, the usual time, and how often the promise was kept.

Small groups are left out, because a number about two people says something about people.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, time
from statistics import median_low

from smartbarleben.ui.dates import VILLAGE_TIME

from . import promise
from .clock import working_days_between
from .models import Case, Ended
from .public_queries import Offer, day_of, offers
from .status import CLOCK_RUNS

SMALLEST_GROUP = 5


@dataclass(frozen=True, slots=True)
class Times:
    """One kind: what is promised, and what became of it.

    ``median_days`` and ``kept_percent`` are None where fewer than five cases would show through.
    """

    offer: Offer
    answered: int
    median_days: int | None
    kept_percent: int | None


def answer_times(today: date) -> list[Times]:
    """The last twelve months by kind, without sample data. Four queries.

    Whoever still waits although the promised day is over counts as a promise that was not kept.
    """
    start = date(today.year - 1, today.month, 1)
    days: defaultdict[str, list[int]] = defaultdict(list)
    kept: defaultdict[str, list[bool]] = defaultdict(list)
    for category, took, was_kept in Ended.objects.filter(month__gte=start, working_days__isnull=False).values_list(
        "category", "working_days", "kept"
    ):
        days[category].append(took)
        if was_kept is not None:
            kept[category].append(was_kept)
    free = promise.holidays(start)
    since = datetime.combine(start, time(), VILLAGE_TIME)
    answered = Case.objects.filter(answered_at__gte=since, is_example=False, due_on__isnull=False)
    for category, received, answer, due in answered.values_list("category", "received_at", "answered_at", "due_on"):
        first, last = day_of(received), day_of(answer)
        days[category].append(max(0, working_days_between(first, last, free)))
        kept[category].append(last <= due)
    late = Case.objects.filter(due_on__lt=today, answered_at=None, status__in=CLOCK_RUNS, is_example=False)
    for category in late.values_list("category", flat=True):
        kept[category].append(False)
    return [
        Times(
            one,
            len(days[one.kind.key]),
            median_low(days[one.kind.key]) if len(days[one.kind.key]) >= SMALLEST_GROUP else None,
            _percent(kept[one.kind.key]),
        )
        for one in offers(today)
    ]


def _percent(kept: list[bool]) -> int | None:
    if len(kept) < SMALLEST_GROUP:
        return None
    # Rounded down: "100 %" is said only where it is true.
    return 100 * sum(kept) // len(kept)
