"""What all actions share: the row that is held, the move, the line that tells it."""

import uuid
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from smartbarleben.guards.attempts import attempt
from smartbarleben.ui.dates import local

from .. import numbers, promise
from ..clock import due_after_pause
from ..models import Attachment, Case, Entry, Sort
from ..status import CLOCK_RUNS, FINAL, IllegalMove, Status, check
from ..words import STATUS_WORDS

TITLE_CHARS = 160
# What a colleague or the person did meanwhile that changes what should be answered.
_CROSSING = {Sort.MESSAGE, Sort.ANSWER, Sort.QUESTION, Sort.CLOSED, Sort.MERGED, Sort.REFUSED, Sort.PASSED_ON}
_NUMBER_TRIES = 20


class Crossed(Exception):
    """Somebody was quicker. ``lines`` are what happened since the page was opened."""

    def __init__(self, lines: list[Entry]) -> None:
        super().__init__(_("Somebody was quicker. Please look at what is new, then send again."))
        self.lines = lines


class NotPossible(ValueError):
    """The case cannot do that now; the message says why in words for staff."""


@dataclass(frozen=True, slots=True)
class Who:
    """What a person says about themselves; everything may be empty."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.email or self.phone or self.address)


def day_of(now: datetime) -> date:
    """The day in the village."""
    day = local(now)
    return day.date() if isinstance(day, datetime) else day


def locked(case: Case) -> Case:
    """The case as it is now, held until the transaction ends (SQLite holds the whole database)."""
    return Case.objects.select_for_update(of=("self",)).select_related("category").get(pk=case.pk)


def not_crossed(case: Case, seen: int | None) -> None:
    """Raises Crossed when something that matters came after the line ``seen``."""
    if seen is None:
        return
    lines = list(case.entries.filter(pk__gt=seen, sort__in=_CROSSING))
    if lines:
        raise Crossed(lines)


def line(case: Case, sort: Sort, *, by: Any = None, shown: bool = False, now: datetime, **values: Any) -> Entry:
    """Write a line of the timeline."""
    return Entry.objects.create(case=case, sort=sort, by=by, shown=shown, at=now, **values)


def move(case: Case, then: Status, now: datetime) -> None:
    """Change the status and what hangs on it: clock, end and deletion date. The caller saves."""
    before = Status(case.status)
    if before == then:
        return
    try:
        check(before, then)
    except IllegalMove:
        raise NotPossible(
            _("This case is “%(before)s”. It cannot become “%(then)s”.")
            % {"before": case.get_status_display(), "then": STATUS_WORDS[then]}
        ) from None
    today = day_of(now)
    if case.paused_on is not None:
        if case.due_on is not None:
            case.due_on = due_after_pause(case.due_on, case.paused_on, today, promise.holidays(today))
        case.paused_on = None
    if before in FINAL | {Status.ANSWERED} and then in CLOCK_RUNS:
        # Opened again: a new promise, from today.
        case.due_on = promise.due(case.category, today)
        case.answered_at = None
    if then == Status.ASKED_BACK:
        case.paused_on = today
    if then == Status.ANSWERED:
        case.answered_at = now
    if then in FINAL:
        case.ended_at, case.delete_on = now, today + timedelta(days=case.category.keep_days)
    else:
        case.ended_at = case.delete_on = None
    if then != Status.MERGED:
        case.merged_into = None
    case.status = then


def save(case: Case, now: datetime, *, looked_at: bool = True) -> Case:
    """Store a changed case; ``looked_at``: staff did it, so nothing in it is unread."""
    case.changed_at = now
    if looked_at:
        case.unread = False
    case.save()
    return case


def numbered(case: Case) -> None:
    """Save a new case under a free number. Raises IntegrityError when something else than the number is taken."""
    for _try in range(_NUMBER_TRIES):
        case.number = numbers.new()
        try:
            with attempt():
                case.save(force_insert=True)
        except IntegrityError:
            if not Case.objects.filter(number=case.number).exists():
                raise
        else:
            return
    raise NotPossible(_("There are too many cases: no free number was found."))


def shortened(text: str) -> str:
    """The first line of a text as a title."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "–")
    return line if len(line) <= TITLE_CHARS else line[: TITLE_CHARS - 1].rstrip() + "…"


def claim(case: Case, entry: Entry, submission: uuid.UUID | None) -> None:
    """Files that came under the form's key belong to this line from now on; their position is forgotten."""
    if submission is not None:
        Attachment.objects.filter(case=None, submission=submission).update(
            case=case, entry=entry, offered_lon=None, offered_lat=None
        )
