"""The time zones that calendars name: IANA names, names with something before or behind, Windows' names, and zones
that a calendar defines itself. Pure.
"""

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta, tzinfo
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Timezone
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from smartbarleben.kernel import wallclock

_INSIDE = re.compile(r"(?<![A-Za-z])([A-Z][A-Za-z_]+/[A-Za-z_+-]+(?:/[A-Za-z_+-]+)?)")
_BERLIN = ZoneInfo("Europe/Berlin")
# A zone's own definition is short; a long one is made to keep the processor busy.
_MAX_LINES = 400
_MAX_CHANGES = 60


def zones_of(definitions: Iterable[list[str]], names: Iterable[str] = ()) -> dict[str, tzinfo]:
    """The zones by the names a calendar uses: those of ``names`` that are known, and those it defines itself."""
    found: dict[str, tzinfo] = {}
    for name in names:
        known = _named(name)
        if known is not None:
            found[name] = known
    for lines in list(definitions)[:100]:
        told = {line.partition(":")[0].upper(): line.partition(":")[2].strip() for line in lines}
        name = told.get("TZID", "")
        zone = _named(name) or _named(told.get("X-LIC-LOCATION", "")) or _defined(lines)
        if name and zone is not None:
            found[name] = zone
    return found


@lru_cache(maxsize=256)
def _named(name: str) -> ZoneInfo | None:
    clean = name.strip().strip('"')
    inside = _INSIDE.search(clean)
    for one in (clean, WINDOWS_TO_OLSON.get(clean, ""), inside.group(1) if inside else ""):
        try:
            if one and len(one) < 60:
                return wallclock.zone(one)
        except ValueError:
            continue
    return None


def _defined(lines: list[str]) -> tzinfo | None:
    """The zone that a VTIMEZONE describes; Berlin's own where its clocks agree with it."""
    text = "\r\n".join(lines)
    rules = re.findall(r"(?im)^RRULE:(.*)$", text)
    changes = len(re.findall(r"(?im)^BEGIN:(STANDARD|DAYLIGHT)", text))
    if len(lines) > _MAX_LINES or changes > _MAX_CHANGES or any("FREQ=YEARLY" not in rule.upper() for rule in rules):
        return None
    try:
        read: Any = Timezone.from_ical(text.encode())
        zone: tzinfo = read.to_tz(lookup_tzid=False)
        return _BERLIN if _agree(zone, _BERLIN) else zone
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError):
        return None


def _agree(one: tzinfo, other: tzinfo) -> bool:
    start = datetime(2025, 1, 1, 12, tzinfo=UTC)
    moments = [start + timedelta(days=number * 9) for number in range(120)]
    return all(moment.astimezone(one).utcoffset() == moment.astimezone(other).utcoffset() for moment in moments)
