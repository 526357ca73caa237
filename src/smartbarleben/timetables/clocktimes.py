"""Times and days as GTFS writes them, and from them to moments.

A time counts from noon minus twelve hours of its *service day* and may pass 24:00: "25:10:00" on Friday is ten past
one on Saturday. Noon minus twelve hours is midnight except on the two days on which the clock changes; counting from
noon keeps a bus at 7:25 on those days, too.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

DAY_SECONDS = 86_400
# A trip that is longer than three days is a typing error.
MAX_SECONDS = 4 * DAY_SECONDS
_TIME = re.compile(r"(\d{1,3}):([0-5]\d):([0-5]\d)")
_DAY = re.compile(r"(\d{4})(\d\d)(\d\d)")


@lru_cache(maxsize=200_000)
def seconds(text: str) -> int | None:
    """Seconds after the start of the service day; None for an empty field. ValueError for anything else."""
    text = text.strip()
    if not text:
        return None
    found = _TIME.fullmatch(text)
    if found is None:
        raise ValueError(f"{text!r} is no time such as 6:05:00.")
    hours, minutes, rest = map(int, found.groups())
    total = hours * 3600 + minutes * 60 + rest
    if total >= MAX_SECONDS:
        raise ValueError(f"{text!r} lies more than four days after the start of its day.")
    return total


def written(total: int) -> str:
    """The seconds as GTFS writes them: 91800 is "25:30:00"."""
    return f"{total // 3600:02}:{total // 60 % 60:02}:{total % 60:02}"


def day(text: str) -> date:
    """The day of "20260609". ValueError for anything else."""
    found = _DAY.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no day such as 20260609.")
    return date(*map(int, found.groups()))


@lru_cache(maxsize=4_096)
def start_of_service(of: date, zone: ZoneInfo) -> int:
    """Unix time of noon minus twelve hours on that day."""
    noon = datetime.combine(of, time(12), zone)
    return int(noon.timestamp()) - DAY_SECONDS // 2


def moment(of: date, after: int, zone: ZoneInfo) -> datetime:
    """The moment that lies so many seconds after the start of the service day, in the zone."""
    return datetime.fromtimestamp(start_of_service(of, zone) + after, UTC).astimezone(zone)


def days_between(first: date, last: date) -> list[date]:
    """Every day from first to last, both included."""
    return [first + timedelta(days=number) for number in range((last - first).days + 1)]
