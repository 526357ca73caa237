"""The dates of what happens: made from an item's start, end and repetition, two years ahead, renewed by the clock."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from smartbarleben.kernel.recurrence import Recurrence, occurrences

from . import registry
from .models import Item, Occurrence

ZONE = ZoneInfo("Europe/Berlin")
BACK = timedelta(days=60)
AHEAD = timedelta(days=550)
# An event without an end is shown for this long after its start.
USUAL_LENGTH = timedelta(hours=2)


def dates_of(item: Item, now: datetime) -> list[tuple[datetime, datetime]]:
    """The item's dates as (start, end), aware: one for a single event, those of the window for a repeated one."""
    if item.starts_at is None:
        return []
    end = item.ends_at or (item.starts_at + (timedelta(days=1) if item.all_day else USUAL_LENGTH))
    rule = getattr(item, "recurrence", "")
    if not rule:
        return [(item.starts_at, end)]
    local_start = item.starts_at.astimezone(ZONE).replace(tzinfo=None)
    # A day without the event takes out that day's date at the event's usual time.
    skipped = frozenset(
        datetime.combine(datetime.fromisoformat(day).date(), local_start.time()) for day in item.exception_dates
    )
    series = Recurrence(start=local_start, duration=end - item.starts_at, rrule=rule, exdates=skipped)
    return [(one.start, one.end) for one in occurrences(series, now - BACK, now + AHEAD)]


def refresh(item: Item, now: datetime) -> None:
    """Make the stored dates of one item (of its kind's model) equal to `dates_of`, in one transaction."""
    wanted = dict(dates_of(item, now)) if item.live and registry.kind(item.kind).timed else {}
    with transaction.atomic():
        stored = dict(Occurrence.objects.filter(item_id=item.pk).values_list("starts_at", "ends_at"))
        gone = [start for start in stored if stored[start] != wanted.get(start)]
        Occurrence.objects.filter(item_id=item.pk, starts_at__in=gone).delete()
        Occurrence.objects.bulk_create(
            Occurrence(item_id=item.pk, starts_at=start, ends_at=end)
            for start, end in wanted.items()
            if stored.get(start) != end
        )


def refresh_repeated(now: datetime) -> int:
    """Move the window of every repeated event forward; returns how many events repeat."""
    from .kinds import Event

    repeated = list(Event.objects.filter(live=True).exclude(recurrence=""))
    for event in repeated:
        refresh(event, now)
    return len(repeated)
