"""From the clock on the wall to a point in time, also on the two odd nights of the year.

People write "18:00"; machines need an instant. Twice a year the two disagree: in spring some wall-clock times do not
exist, in autumn some exist twice. Both functions take the first of two (``fold=0``). They differ in the gap:
`instant` shifts by the gap as iCalendar does (02:30 becomes 03:30, so an event keeps its place after others), while
`edge` moves to the gap's end (02:30 becomes 03:00), which keeps the order of all times and therefore suits the
edges of opening hours, which must never swap.
"""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone(name: str) -> ZoneInfo:
    """The IANA time zone of that name; ValueError when there is none."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as problem:
        raise ValueError(f"There is no time zone called {name!r}.") from problem


def instant(wall: datetime, tz: ZoneInfo) -> datetime:
    """The UTC instant at which naive `wall` is (first) shown in `tz`; times in a gap move forward by its length."""
    return wall.replace(tzinfo=tz, fold=0).astimezone(UTC)


def edge(wall: datetime, tz: ZoneInfo) -> datetime:
    """Like `instant`, but times in a gap move to its end, so that a <= b means edge(a) <= edge(b)."""
    late = instant(wall, tz)
    if late.astimezone(tz).replace(tzinfo=None, fold=0) == wall.replace(fold=0):
        return late
    early = wall.replace(tzinfo=tz, fold=1).astimezone(UTC)
    before = early.astimezone(tz).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + (late - early) // 2
        if middle.astimezone(tz).utcoffset() == before:
            early = middle
        else:
            late = middle
    return late.replace(microsecond=0)
