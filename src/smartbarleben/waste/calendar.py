"""Waste calendars as files: reads the ICS of the district's waste company, writes reminders. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from smartbarleben.kernel.folding import fold
from smartbarleben.kernel.recurrence import Recurrence, occurrences

# Words that waste companies use, folded; the first that fits decides, so the particular ones stand first.
_WORDS = (
    ("trees", ("weihnachtsbaum", "weihnachtsbaeume", "tannenbaum", "christbaum")),
    ("hazardous", ("schadstoff", "sondermuell", "problemstoff")),
    ("bulky", ("sperr",)),
    ("plastic", ("gelb", "leichtverpackung", "lvp", "wertstoff", "verpackung")),
    ("paper", ("papier", "pappe", "blaue")),
    ("organic", ("bio", "gruen", "kompost", "braune")),
    ("residual", ("rest", "hausmuell", "graue", "schwarze")),
)


class CalendarError(ValueError):
    """The file is no calendar, or holds nothing about waste; the message says which, and what to do."""


@dataclass(frozen=True, slots=True)
class Pickup:
    """A bin is fetched on a day."""

    bin: str
    day: date


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file held: the pickups, and the titles of entries that name no bin we know."""

    pickups: tuple[Pickup, ...]
    skipped: tuple[str, ...]


def bin_of(title: str) -> str | None:
    """The bin that an entry's title means, or None."""
    folded = fold(title)
    return next((name for name, words in _WORDS if any(word in folded for word in words)), None)


def read(content: bytes, first: date, last: date) -> Reading:
    """The pickups of an ICS file from ``first`` to ``last``. Raises CalendarError."""
    try:
        calendar = Calendar.from_ical(content)
    except (ValueError, IndexError, KeyError) as problem:
        raise CalendarError("This is not an ICS calendar. Download the file of the waste company again.") from problem
    pickups: set[Pickup] = set()
    skipped: list[str] = []
    events = list(calendar.walk("VEVENT"))
    for event in events:
        title = str(event.get("SUMMARY", ""))
        name = bin_of(title)
        if name is None:
            skipped.append(title)
            continue
        if str(event.get("STATUS", "")).upper() == "CANCELLED" or event.get("DTSTART") is None:
            continue
        pickups |= {Pickup(name, day) for day in _days(event, first, last)}
    if not events:
        raise CalendarError("The calendar holds no entries. Is it the right file?")
    return Reading(tuple(sorted(pickups, key=lambda one: (one.day, one.bin))), tuple(dict.fromkeys(skipped)))


def _days(event: Event, first: date, last: date) -> Iterable[date]:
    start = event["DTSTART"].dt
    day = start.date() if isinstance(start, datetime) else start
    rule = event.get("RRULE")
    if rule is None:
        return [day] if first <= day <= last else []
    skipped = event.get("EXDATE") or []
    lists = skipped if isinstance(skipped, list) else [skipped]
    out = {one.dt.date() if isinstance(one.dt, datetime) else one.dt for dates in lists for one in dates.dts}
    # Noon keeps the day the same whatever the clocks do.
    series = Recurrence(
        start=datetime.combine(day, time(12)),
        duration=timedelta(hours=1),
        # A UNTIL that is a day means the whole day.
        rrule=re.sub(r"UNTIL=(\d{8})(T\d{6}Z?)?", r"UNTIL=\1T235959", rule.to_ical().decode()),
    )
    zone = datetime.now().astimezone().tzinfo
    window = (
        datetime.combine(first, time(0), tzinfo=zone),
        datetime.combine(last, time(23, 59), tzinfo=zone),
    )
    return [one.start.date() for one in occurrences(series, *window) if one.start.date() not in out]


def write(
    pickups: Iterable[tuple[str, Pickup]], *, name: str, url: str, stamp: datetime, remind_hours_before: int | None
) -> bytes:
    """An ICS file of (title, pickup) pairs; with a reminder that many hours before midnight of the day."""
    calendar = Calendar()
    calendar.add("prodid", "-//SmartBarleben//waste//DE")
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval;value=duration", "P7D")
    for title, pickup in pickups:
        event = Event()
        event.add("uid", f"{pickup.day:%Y%m%d}-{pickup.bin}@{fold(name).replace(' ', '-')}")
        event.add("dtstamp", stamp)
        event.add("dtstart", pickup.day)
        event.add("dtend", pickup.day + timedelta(days=1))
        event.add("summary", title)
        event.add("url", url)
        event.add("transp", "TRANSPARENT")
        if remind_hours_before is not None:
            alarm = Alarm()
            alarm.add("action", "DISPLAY")
            alarm.add("description", title)
            alarm.add("trigger", timedelta(hours=-remind_hours_before))
            event.add_component(alarm)
        calendar.add_component(event)
    return calendar.to_ical()
