"""The dates of what happens: made from an item's start, end and repetition, two years ahead, renewed by the clock."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction

from smartbarleben.kernel import recurrence
from smartbarleben.kernel.recurrence import Recurrence, RecurrenceError, occurrences

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
    end = item.ends_at or _usual_end(item.starts_at, item.all_day)
    if not getattr(item, "recurrence", ""):
        return [(item.starts_at, end)]
    found = occurrences(_series(item, item.starts_at, end), now - BACK, now + AHEAD)
    return [(one.start, _end(item, one, end)) for one in found]


def _usual_end(start: datetime, all_day: bool) -> datetime:
    """The end of what has none; a whole day is not always 24 hours long."""
    return (_wall(start) + timedelta(days=1)).replace(tzinfo=ZONE) if all_day else start + USUAL_LENGTH


def _end(item: Item, one: recurrence.Occurrence, end: datetime) -> datetime:
    """When one date ends if the first ends at ``end``: at the same time of day, also when the clocks change.

    A date whose start the clocks push behind its end has no length.
    """
    if item.starts_at is None:
        return one.end
    same_time = (one.original_start + (_wall(end) - _wall(item.starts_at))).replace(tzinfo=ZONE)
    return max(one.start.astimezone(UTC), same_time.astimezone(UTC))


def _wall(moment: datetime) -> datetime:
    return moment.astimezone(ZONE).replace(tzinfo=None)


def next_date(item: Item, now: datetime) -> tuple[datetime | None, datetime | None]:
    """The times that a reader wants: of a repeated item the date that runs or comes next, else the item's own."""
    if item.starts_at is None or not getattr(item, "recurrence", ""):
        return item.starts_at, item.ends_at
    try:
        series = _series(item, item.starts_at, item.ends_at or item.starts_at)
        found = occurrences(series, now, now + AHEAD, limit=1)
    except (RecurrenceError, ValueError):
        # The editor's preview shows drafts, whose rule nobody has checked yet.
        found = []
    if not found:
        return item.starts_at, item.ends_at
    return found[0].start, _end(item, found[0], item.ends_at) if item.ends_at else None


def _series(item: Item, start: datetime, end: datetime) -> Recurrence:
    local_start = _wall(start)
    # A day without the event takes out that day's date at the event's usual time.
    skipped = frozenset(
        datetime.combine(datetime.fromisoformat(day).date(), local_start.time())
        for day in getattr(item, "exception_dates", None) or ()
    )
    return Recurrence(
        start=local_start,
        duration=max(_wall(end) - local_start, timedelta(0)),
        rrule=getattr(item, "recurrence", ""),
        exdates=skipped,
    )


def refresh(item: Item, now: datetime) -> None:
    """Make the stored dates of one item (of its kind's model) equal to `dates_of`, in one transaction."""
    wanted = dict(dates_of(item, now)) if item.live and registry.kind(item.kind).timed else {}
    with transaction.atomic():
        stored = dict(Occurrence.objects.filter(item_id=item.pk).values_list("starts_at", "ends_at"))
        gone = [start for start in stored if stored[start] != wanted.get(start)]
        Occurrence.objects.filter(item_id=item.pk, starts_at__in=gone).delete()
        Occurrence.objects.bulk_create(
            Occurrence(item_id=item.pk, kind=item.kind, starts_at=start, ends_at=end)
            for start, end in wanted.items()
            if stored.get(start) != end
        )


def refresh_repeated(now: datetime) -> int:
    """Move the window of every repeated event forward; returns how many events repeat."""
    from .kinds import Event

    repeated = list(Event.objects.filter(live=True).exclude(recurrence=""))
    from . import searching

    for event in repeated:
        with transaction.atomic():
            refresh(event, now)
            searching.changed(event)
    return len(repeated)
