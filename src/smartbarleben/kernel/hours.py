"""Opening hours: weekly rules, special days and public holidays become intervals of real time.

How a day is decided, first match wins:

1. A special day that is closed: nothing opens.
2. Special days with hours: they replace the rules, also on a holiday.
3. A public holiday: nothing opens, unless the schedule is open on holidays.
4. The weekly rules.

A window whose closing time is not after its opening time ends on the next day (20:00-02:00; 00:00-00:00 is the whole
day). It belongs to the day it starts on: a holiday does not cut off the night before it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from zoneinfo import ZoneInfo

from . import wallclock

ONE_DAY = timedelta(days=1)


class Weeks(Enum):
    """The ISO weeks in which a rule holds."""

    ALL = "all"
    ODD = "odd"
    EVEN = "even"


@dataclass(frozen=True, slots=True)
class Rule:
    """Open every `weekday` (0 = Monday) from `opens` to `closes`, within the dates given (both inclusive)."""

    weekday: int
    opens: time
    closes: time
    weeks: Weeks = Weeks.ALL
    valid_from: date | None = None
    valid_until: date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.weekday <= 6:
            raise ValueError("A weekday is a number from 0 (Monday) to 6 (Sunday).")
        if self.opens.tzinfo or self.closes.tzinfo:
            raise ValueError("Opening times are wall-clock times without a zone.")

    def applies_on(self, day: date) -> bool:
        """Whether this rule opens a window on `day`."""
        if day.weekday() != self.weekday:
            return False
        if (self.valid_from and day < self.valid_from) or (self.valid_until and day > self.valid_until):
            return False
        return self.weeks is Weeks.ALL or (day.isocalendar().week % 2 == 1) == (self.weeks is Weeks.ODD)


@dataclass(frozen=True, slots=True)
class Special:
    """From `first` to `last` (inclusive) other hours, or closed when both times are None."""

    first: date
    last: date
    opens: time | None = None
    closes: time | None = None
    reason: str = ""

    def __post_init__(self) -> None:
        if self.last < self.first:
            raise ValueError("The last special day lies before the first.")
        if (self.opens is None) != (self.closes is None):
            raise ValueError("A special day has an opening and a closing time, or neither.")
        if (self.opens and self.opens.tzinfo) or (self.closes and self.closes.tzinfo):
            raise ValueError("Opening times are wall-clock times without a zone.")

    @property
    def is_closed(self) -> bool:
        """Whether these days stay closed."""
        return self.opens is None

    def covers(self, day: date) -> bool:
        """Whether `day` is one of these days."""
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that decides when a place is open. `holidays` maps dates to names in the reader's language."""

    rules: tuple[Rule, ...]
    specials: tuple[Special, ...] = ()
    holidays: Mapping[date, str] = field(default_factory=dict, hash=False)
    open_on_holidays: bool = False
    timezone: str = "Europe/Berlin"

    def __post_init__(self) -> None:
        wallclock.zone(self.timezone)


@dataclass(frozen=True, slots=True)
class Interval:
    """Open from `start` up to, not including, `end`; both aware, in the schedule's zone."""

    start: datetime
    end: datetime

    def __contains__(self, at: datetime) -> bool:
        # Datetimes of one zone compare by the wall clock in Python, which is wrong in the repeated hour of autumn.
        return self.start.astimezone(UTC) <= at.astimezone(UTC) < self.end.astimezone(UTC)


@dataclass(frozen=True, slots=True)
class State:
    """What a visitor wants to know at one moment.

    `until` is when the present state ends, `opens_next` the next opening that is still to come (the same as `until`
    while closed); both None if that lies beyond the horizon. `closed_reason` is set only while closed, and only if a
    special day or a holiday is what keeps the place closed. `day_intervals` start on the local day of the question.
    """

    is_open: bool
    until: datetime | None
    opens_next: datetime | None
    closed_reason: str | None
    day_intervals: tuple[Interval, ...]


@dataclass(frozen=True, slots=True)
class DayRow:
    """One row of a week's table; `reason` names the holiday or special day if that changes the usual hours."""

    date: date
    intervals: tuple[Interval, ...]
    reason: str | None


def intervals(schedule: Schedule, first: date, last: date) -> list[Interval]:
    """All intervals whose windows start on the local days `first` to `last`, sorted, merged where they touch."""
    tz = wallclock.zone(schedule.timezone)
    return [_local(start, end, tz) for start, end in _merged(schedule, first, last, tz)]


def state_at(schedule: Schedule, at: datetime, *, horizon_days: int = 60) -> State:
    """Open or closed at `at` (aware; ValueError if not), until when, and why; looks `horizon_days` ahead."""
    if at.tzinfo is None:
        raise ValueError("The moment needs a time zone.")
    tz = wallclock.zone(schedule.timezone)
    now = at.astimezone(UTC)
    today = at.astimezone(tz).date()
    horizon = now + timedelta(days=horizon_days)
    # One day back for windows past midnight; one day more ahead, so that a run cut off there ends after the horizon.
    spans = _merged(schedule, today - ONE_DAY, today + timedelta(days=horizon_days + 1), tz)
    coming = (span for span in spans if span[1] > now)
    nearest = next(coming, None)
    is_open = nearest is not None and nearest[0] <= now
    following = next(coming, None) if is_open else nearest
    edge = nearest[int(is_open)] if nearest else None

    def within_horizon(moment: datetime | None) -> datetime | None:
        return moment.astimezone(tz) if moment is not None and moment <= horizon else None

    return State(
        is_open=is_open,
        until=within_horizon(edge),
        opens_next=within_horizon(following[0] if following else None),
        closed_reason=None if is_open else _closed_reason(schedule, today, now, tz),
        day_intervals=tuple(intervals(schedule, today, today)),
    )


def week_table(schedule: Schedule, monday: date) -> tuple[DayRow, ...]:
    """Seven rows from Monday to Sunday of the week that holds `monday` (any of its days will do)."""
    monday -= timedelta(days=monday.weekday())
    rows = []
    for offset in range(7):
        day = monday + timedelta(days=offset)
        rows.append(DayRow(day, tuple(intervals(schedule, day, day)), _day_reason(schedule, day)))
    return tuple(rows)


def _rule_hours(schedule: Schedule, day: date) -> list[tuple[time, time]]:
    return [(rule.opens, rule.closes) for rule in schedule.rules if rule.applies_on(day)]


def _hours(schedule: Schedule, day: date) -> list[tuple[time, time]]:
    specials = [special for special in schedule.specials if special.covers(day)]
    if any(special.is_closed for special in specials):
        return []
    if specials:
        return [(s.opens, s.closes) for s in specials if s.opens is not None and s.closes is not None]
    if day in schedule.holidays and not schedule.open_on_holidays:
        return []
    return _rule_hours(schedule, day)


def _windows(day: date, hours: Iterable[tuple[time, time]], tz: ZoneInfo) -> list[tuple[datetime, datetime]]:
    """UTC spans of one day's hours, sorted; a span that falls into the skipped hour of spring vanishes."""
    spans = []
    for opens, closes in hours:
        start = wallclock.edge(datetime.combine(day, opens), tz)
        end = wallclock.edge(datetime.combine(day if closes > opens else day + ONE_DAY, closes), tz)
        if start < end:
            spans.append((start, end))
    return sorted(spans)


def _merged(schedule: Schedule, first: date, last: date, tz: ZoneInfo) -> Iterator[tuple[datetime, datetime]]:
    """UTC spans in order. Lazy, so that a question about today does not compute two months."""
    run: tuple[datetime, datetime] | None = None
    day = first
    while day <= last:
        for start, end in _windows(day, _hours(schedule, day), tz):
            if run is None:
                run = (start, end)
            elif start <= run[1]:
                run = (run[0], max(run[1], end))
            else:
                yield run
                run = (start, end)
        day += ONE_DAY
    if run is not None:
        yield run


def _local(start: datetime, end: datetime, tz: ZoneInfo) -> Interval:
    return Interval(start.astimezone(tz), end.astimezone(tz))


def _day_reason(schedule: Schedule, day: date) -> str | None:
    specials = [special for special in schedule.specials if special.covers(day)]
    closed = [special for special in specials if special.is_closed]
    if specials:
        return next((special.reason for special in closed or specials if special.reason), None)
    if day in schedule.holidays and not schedule.open_on_holidays and _rule_hours(schedule, day):
        return schedule.holidays[day]
    return None


def _closed_reason(schedule: Schedule, day: date, now: datetime, tz: ZoneInfo) -> str | None:
    """The day's reason, unless the place has hours today and would be closed at this moment on any such day."""
    if _hours(schedule, day):
        usual = _windows(day, _rule_hours(schedule, day), tz)
        if not any(start <= now < end for start, end in usual):
            return None
    return _day_reason(schedule, day)
