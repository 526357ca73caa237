"""What leaves next: from the departures of a stop and the days of its services to moments in order.

Service days overlap: the bus at 25:10 of Friday and the one at 1:05 of Saturday leave five minutes apart. So the days
are read one by one, each as a whole, until nothing that a later day brings could come before what was found.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from .clocktimes import DAY_SECONDS, start_of_service
from .servicedays import ServiceDays

# A service day may begin an hour before or after midnight, and be an hour shorter or longer.
CLOCK_CHANGES_SECONDS = 2 * 3600
# With fewer trips a day "the last one" says nothing.
LAST_WORTH_SAYING = 3


@dataclass(frozen=True, slots=True)
class Leaving:
    """One departure on each day of its service: `after` seconds after the start of the service day; `ride` says which
    line, direction and platform it is; `days` are those of its service."""

    after: int
    ride: int
    days: ServiceDays


@dataclass(frozen=True, slots=True)
class Departure:
    """One departure on one day. `service_day` is the day whose timetable it belongs to, `last` says that nothing of
    the same ride leaves later on that day."""

    unix: int
    service_day: date
    ride: int
    last: bool


def on_service_day(board: Sequence[Leaving], day: date, zone: ZoneInfo) -> list[Departure]:
    """Every departure of a service day in order, also those after midnight."""
    start = start_of_service(day, zone)
    running = sorted((one.after, one.ride) for one in board if one.days.runs_on(day))
    last = {ride: (after, number) for number, (after, ride) in enumerate(running)}
    count: dict[int, int] = {}
    for _after, ride in running:
        count[ride] = count.get(ride, 0) + 1
    return [
        Departure(start + after, day, ride, count[ride] >= LAST_WORTH_SAYING and last[ride] == (after, number))
        for number, (after, ride) in enumerate(running)
    ]


def next_departures(
    board: Sequence[Leaving], since: datetime, limit: int, zone: ZoneInfo, horizon_days: int = 7
) -> list[Departure]:
    """The next departures at or after the minute of `since` (aware), in order, of today and `horizon_days` more."""
    begin = int(since.timestamp()) // 60 * 60
    today = since.astimezone(zone).date()
    found: list[Departure] = []
    back = (max((one.after for one in board), default=0) + CLOCK_CHANGES_SECONDS) // DAY_SECONDS
    for day in _days(today, back, horizon_days):
        # Nothing of this day or a later one leaves before its start.
        if len(found) >= limit and found[limit - 1].unix < start_of_service(day, zone):
            break
        found += [one for one in on_service_day(board, day, zone) if one.unix >= begin]
        found.sort(key=lambda one: (one.unix, one.ride))
    return found[:limit]


def _days(today: date, back: int, ahead: int) -> Iterator[date]:
    for number in range(-back, ahead + 1):
        yield today + timedelta(days=number)
