"""Dates that repeat: "every first Tuesday at 18:00" stays at 18:00 on the wall, summer and winter.

A series lives on the wall clock: its start, its exceptions and its extra dates are naive local times, and each
occurrence gets its place in real time only at the end. A time that the spring change skips moves forward by the gap,
as iCalendar asks (02:30 becomes 03:30). The duration is elapsed time: an event of three hours takes three hours, also
in the night when the clocks change.

No search looks further than `MAX_SPAN` from where it begins: a series that does not fall within fifty years is over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from . import rrule, wallclock
from .rrule import RecurrenceError

__all__ = ["Occurrence", "Recurrence", "RecurrenceError", "next_occurrence", "occurrences", "validate"]

MAX_SPAN = timedelta(days=50 * 366)
MAX_DURATION = timedelta(days=366)
FIRST_YEAR, LAST_YEAR = 1800, 9000
# A local day and a UTC day overlap, so that searches in local days reach one day further on both sides.
_SLACK = timedelta(days=2)


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A series: naive local `start`, `duration`, RFC 5545 rule text ("" = once), dates left out, dates added.

    An `exdates` entry removes the occurrence with exactly that local start, also one from `rdates`; as in iCalendar,
    COUNT counts the removed ones. Raises RecurrenceError when made of impossible parts.
    """

    start: datetime
    duration: timedelta
    rrule: str = ""
    exdates: frozenset[datetime] = frozenset()
    rdates: frozenset[datetime] = frozenset()
    timezone: str = "Europe/Berlin"

    def __post_init__(self) -> None:
        if any(moment.tzinfo for moment in (self.start, *self.exdates, *self.rdates)):
            raise RecurrenceError("start", "Starts are wall-clock times without a zone.")
        if not all(FIRST_YEAR <= moment.year <= LAST_YEAR for moment in (self.start, *self.rdates)):
            raise RecurrenceError("start", f"An event starts between the years {FIRST_YEAR} and {LAST_YEAR}.")
        if not timedelta(0) <= self.duration <= MAX_DURATION:
            raise RecurrenceError("duration", f"An event lasts from 0 to {MAX_DURATION.days} days.")
        try:
            wallclock.zone(self.timezone)
        except ValueError as problem:
            raise RecurrenceError("timezone", str(problem)) from problem
        if self.rrule:
            rrule.parse(self.rrule)


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One date of a series: aware `start` and `end` in its zone, and the naive local start that names it."""

    start: datetime
    end: datetime
    original_start: datetime


def validate(text: str) -> None:
    """Nothing if `text` is a usable repeat rule; RecurrenceError with code and English message if not."""
    rrule.parse(text)


def occurrences(
    recurrence: Recurrence, window_start: datetime, window_end: datetime, limit: int = 500
) -> list[Occurrence]:
    """The first `limit` occurrences that overlap [window_start, window_end), by start; both aware.

    An occurrence without duration counts if it starts in the window. A window that reaches further than `MAX_SPAN`
    beyond its own start and the start of the series is cut there.
    """
    lower, upper = _utc(window_start), _utc(window_end)
    upper = min(upper, _shifted(max(lower, _earliest(recurrence)), MAX_SPAN))
    found: list[Occurrence] = []
    for one in _in_order(recurrence, _shifted(lower, -recurrence.duration), upper):
        start, end = one.start.astimezone(UTC), one.end.astimezone(UTC)
        if start >= upper or len(found) >= limit:
            break
        if end > lower or start >= lower:
            found.append(one)
    return found


def next_occurrence(recurrence: Recurrence, after: datetime) -> Occurrence | None:
    """The first occurrence that starts later than `after` (aware), within `MAX_SPAN`; None if the series is over."""
    lower = _utc(after)
    # A series that is still to come is found however far away its start lies.
    upper = _shifted(max(lower, _earliest(recurrence)), MAX_SPAN)
    for one in _in_order(recurrence, lower, upper):
        if one.start.astimezone(UTC) > lower:
            return one
    return None


def _earliest(recurrence: Recurrence) -> datetime:
    """No occurrence starts before this UTC instant."""
    walls = (recurrence.start, *recurrence.rdates)
    return min(wallclock.instant(wall, wallclock.zone(recurrence.timezone)) for wall in walls)


def _in_order(recurrence: Recurrence, lower: datetime, upper: datetime) -> Iterator[Occurrence]:
    """Occurrences by start; holds all that start from `lower` to `upper` and perhaps a few around."""
    tz = wallclock.zone(recurrence.timezone)
    first = _shifted(max(lower, _earliest(recurrence)), -_SLACK).date()
    last = _shifted(upper, _SLACK).date()
    added = sorted(moment for moment in recurrence.rdates if first <= moment.date() <= last)
    placed = (
        _placed(recurrence, wall, tz)
        for wall in _merge(_by_rule(recurrence, first, last, tz), added)
        if wall not in recurrence.exdates
    )
    yield from _by_instant(placed)


def _by_rule(recurrence: Recurrence, first: date, last: date, tz: ZoneInfo) -> Iterator[datetime]:
    start = recurrence.start
    if not recurrence.rrule:
        if first <= start.date() <= last:
            yield start
        return
    rule = rrule.parse(recurrence.rrule)
    if rule.count:
        last = min(last, _shifted(start, MAX_SPAN).date())
    for day in rrule.dates(rule, start.date(), first, last):
        wall = datetime.combine(day, start.time())
        if _is_past(rule.until, wall, tz):
            return
        yield wall


def _is_past(until: date | datetime | None, wall: datetime, tz: ZoneInfo) -> bool:
    if until is None:
        return False
    if not isinstance(until, datetime):
        return wall > datetime.combine(until, time.max)
    return wallclock.instant(wall, tz) > until if until.tzinfo else wall > until


def _merge(walls: Iterator[datetime], added: list[datetime]) -> Iterator[datetime]:
    """Both sorted, the result sorted and each local start once."""
    waiting = list(reversed(added))
    for wall in walls:
        while waiting and waiting[-1] < wall:
            yield waiting.pop()
        while waiting and waiting[-1] == wall:
            waiting.pop()
        yield wall
    yield from reversed(waiting)


def _placed(recurrence: Recurrence, wall: datetime, tz: ZoneInfo) -> Occurrence:
    start = wallclock.instant(wall, tz)
    end = _shifted(start, recurrence.duration)
    return Occurrence(start.astimezone(tz), end.astimezone(tz), wall)


def _by_instant(placed: Iterator[Occurrence]) -> Iterator[Occurrence]:
    """Wall-clock order is order in time except across the gap of spring (02:30 moves behind 03:10): sort a day."""
    held: list[Occurrence] = []
    for one in placed:
        if held and one.original_start.date() != held[-1].original_start.date():
            yield from sorted(held, key=_start_utc)
            held = []
        held.append(one)
    yield from sorted(held, key=_start_utc)


def _start_utc(one: Occurrence) -> datetime:
    return one.start.astimezone(UTC)


def _utc(moment: datetime) -> datetime:
    if moment.tzinfo is None:
        raise ValueError("The moment needs a time zone.")
    return moment.astimezone(UTC)


def _shifted(moment: datetime, by: timedelta) -> datetime:
    """`moment + by`, stopped well inside the calendar instead of failing at its ends."""
    low = datetime(1, 1, 10, tzinfo=moment.tzinfo)
    high = datetime(9999, 12, 20, tzinfo=moment.tzinfo)
    try:
        return min(max(moment + by, low), high)
    except OverflowError:
        return high if by > timedelta(0) else low
