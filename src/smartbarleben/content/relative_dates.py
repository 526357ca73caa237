"""Dates of sample data, laid out from the day of the first start, so that the village is alive on any day. Pure.

A date is written as {day: 3} (three days later), {date: 2025-10-31}, {month: 4, dom: 30} (the next 30 April),
{weekday: tue, week: 1} (the Tuesday after the next one), {advent: 1} (the Saturday of that Advent weekend), or as
text "2021", "2021-04", "2021-04-26". A "time" beside it gives the hour.
"""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class DateSpecError(ValueError):
    """A date in a data file cannot be understood; the message quotes it."""


def resolve_day(spec: Any, start: date) -> date:
    """The day that ``spec`` means when the first day is ``start``. Raises DateSpecError."""
    if isinstance(spec, datetime):
        return spec.date()
    if isinstance(spec, date):
        return spec
    if isinstance(spec, int):
        spec = str(spec)
    if isinstance(spec, str):
        return _written(spec)
    if not isinstance(spec, Mapping):
        raise DateSpecError(f"Not a date: {spec!r}")
    if "date" in spec:
        return resolve_day(spec["date"], start)
    if "day" in spec:
        return start + timedelta(days=int(spec["day"]))
    if "weekday" in spec:
        ahead = (WEEKDAYS.index(spec["weekday"]) - start.weekday()) % 7
        return start + timedelta(days=ahead, weeks=int(spec.get("week", 0)))
    if "advent" in spec:
        return _next_advent(int(spec["advent"]), start)
    if "month" in spec:
        this_year = date(start.year, int(spec["month"]), int(spec["dom"]))
        return this_year if this_year >= start else this_year.replace(year=start.year + 1)
    raise DateSpecError(f"Not a date: {dict(spec)!r}")


def resolve(spec: Any, start: date, zone: ZoneInfo, *, default_time: time = time(0)) -> datetime:
    """The aware moment that ``spec`` means; ``default_time`` where it names no time."""
    day = resolve_day(spec, start)
    at = default_time
    if isinstance(spec, Mapping) and spec.get("time"):
        at = time.fromisoformat(str(spec["time"]))
    return datetime.combine(day, at, tzinfo=zone)


def _written(text: str) -> date:
    parts = text.split("-")
    try:
        numbers = [int(part) for part in parts] + [1, 1]
        return date(numbers[0], numbers[1], numbers[2])
    except ValueError as problem:
        raise DateSpecError(f"Not a date: {text!r}") from problem


def _next_advent(number: int, start: date) -> date:
    for year in (start.year, start.year + 1):
        christmas = date(year, 12, 25)
        fourth_sunday = christmas - timedelta(days=christmas.weekday() + 1)
        saturday = fourth_sunday - timedelta(weeks=4 - number, days=1)
        if saturday >= start:
            return saturday
    raise DateSpecError(f"No Advent Sunday {number} from {start}.")
