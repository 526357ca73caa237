"""Reads iCalendar files (RFC 5545) that strangers made into dates as this house keeps them. Pure.

Each VEVENT is cut out and read on its own, so that a broken one is left out with its line and the others stay. What
this house cannot keep as one series becomes single dates: a series in a time zone whose clocks change on other days,
extra dates, and single dates of a series that were moved or cancelled. Names of persons (organiser, attendees) are
not read at all.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from icalendar import Event

from smartbarleben.kernel import rrule, wallclock
from smartbarleben.kernel.recurrence import Recurrence, RecurrenceError, occurrences
from smartbarleben.kernel.wording import gettext_noop

from .entries import Block, blocks_of, decoded
from .timezones import zones_of
from .trouble import Report

VILLAGE = ZoneInfo("Europe/Berlin")
MAX_DATES = 400
MAX_RULE = 200
MAX_SKIPPED_DAYS = 400
YEARS = range(1900, 2201)
_NEEDED = ("DTSTART", "DTEND", "DURATION", "RRULE", "RECURRENCE-ID")


@dataclass(frozen=True, slots=True)
class Happening:
    """One date or series as this house keeps it. ``start`` and ``end`` are UTC; the end of whole days is the midnight
    after the last one. ``rule`` counts on Berlin's clocks; ``skipped`` are days ("2026-06-01") without the date.
    """

    key: str
    line: int
    title: str
    text: str
    where: str
    url: str
    start: datetime
    end: datetime | None
    all_day: bool
    rule: str = ""
    skipped: tuple[str, ...] = ()
    is_cancelled: bool = False
    is_unconfirmed: bool = False

    def last_moment(self) -> datetime | None:
        """When it is over for good; None for what repeats."""
        return None if self.rule else (self.end or self.start)


@dataclass(slots=True)
class Reading:
    """The dates of a calendar, by key, the calendar's own name, and what was left out."""

    happenings: list[Happening]
    report: Report
    label: str
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class _Raw:
    """A VEVENT with its times on the clocks of its own zone."""

    uid: str
    line: int
    rank: tuple[int, str, str]
    happening: Happening
    wall: datetime
    duration: timedelta | None
    zone: tzinfo
    rule: str
    exdays: frozenset[date]
    rdates: tuple[datetime, ...]
    instance: date | None


def read(content: bytes, name: str, first: date, last: date) -> Reading:
    """The dates of a calendar file. What was over before ``first`` is left out; a series that becomes single dates
    gives those up to ``last``. Raises FileError for what is no whole calendar.
    """
    report = Report(name)
    text = decoded(content, name)
    events, zones, label = blocks_of(text, name, report)
    known = zones_of(zones)
    raws = [raw for block in events if (raw := _raw(block, known, report)) is not None]
    begin = datetime.combine(first, time(), VILLAGE)
    end = datetime.combine(last, time(), VILLAGE)
    found: list[Happening] = []
    for one in _series(raws):
        found += [date_ for date_ in _dates(one, begin, end, report) if _counts(date_, begin)]
    return Reading(sorted(found, key=lambda one: one.key), report, label, first, last)


def days_of(one: Happening, first: date, last: date) -> list[date]:
    """The days in Berlin, from ``first`` to ``last``, on which an entry begins: of a series all of them."""
    start = one.start.astimezone(VILLAGE)
    if not one.rule:
        return [start.date()] if first <= start.date() <= last else []
    series = Recurrence(start=start.replace(tzinfo=None), duration=timedelta(0), rrule=one.rule)
    begin, end = datetime.combine(first, time(), VILLAGE), datetime.combine(last, time.max, VILLAGE)
    found = [wall.original_start.date() for wall in occurrences(series, begin, end, limit=MAX_DATES)]
    return [day for day in found if day.isoformat() not in one.skipped]


def _raw(block: Block, zones: dict[str, tzinfo], report: Report) -> _Raw | None:
    """One VEVENT, or None with a word in the report."""
    raw = _read_block(block, zones, report)
    if isinstance(raw, _Raw):
        return raw
    if raw == "broken":
        report.spared |= {line[4:].strip() for line in block.lines if line.upper().startswith("UID:")}
    return None


def _read_block(block: Block, zones: dict[str, tzinfo], report: Report) -> "_Raw | str":
    again = gettext_noop("Mend it in the calendar it comes from.")
    try:
        event: Any = Event.from_ical(block.text())
    except (ValueError, KeyError, IndexError, TypeError, AttributeError) as problem:
        report.skip(gettext_noop("This entry cannot be read: %(why)s"), again, line=block.line, why=str(problem))
        return "broken"
    broken = [prop for prop, _why in event.errors if prop in _NEEDED]
    lists = [prop for prop in _NEEDED if isinstance(event.get(prop), list)]
    if broken or lists:
        unclear = gettext_noop("The entry says %(name)s in a way that cannot be understood.")
        report.skip(unclear, again, line=block.line, name=(broken or lists)[0])
        return "broken"
    if str(event.get("CLASS", "")).upper() in {"PRIVATE", "CONFIDENTIAL"}:
        report.skip(gettext_noop("An entry that is marked as private."), line=block.line)
        return "private"
    if "DTSTART" not in event:
        report.skip(gettext_noop("The entry has no beginning (DTSTART)."), again, line=block.line)
        return "broken"
    try:
        return _understood(event, block.line, zones)
    except _Unknown as problem:
        report.skip(
            gettext_noop("Nobody knows the time zone “%(zone)s”."),
            gettext_noop("Choose Europe/Berlin in the calendar it comes from."),
            line=block.line,
            zone=str(problem),
        )
    except (ValueError, OverflowError, TypeError, AttributeError, KeyError, IndexError):
        report.skip(gettext_noop("The entry's times cannot be."), again, line=block.line)
    return "broken"


class _Unknown(Exception):
    """A time zone that nobody knows."""


def _understood(event: Any, line: int, zones: dict[str, tzinfo]) -> _Raw:
    start = event["DTSTART"]
    all_day = not isinstance(start.dt, datetime)
    zone: tzinfo = VILLAGE if all_day else _zone_of(start, zones)
    wall = datetime.combine(start.dt, time()) if all_day else start.dt.replace(tzinfo=None, fold=0)
    duration = _duration(event, wall, zone, all_day, zones)
    if wall.year not in YEARS or (duration is not None and not timedelta(0) <= duration <= timedelta(days=366)):
        raise ValueError
    title = " ".join(str(event.get("SUMMARY", "")).split())
    uid = "".join(str(event.get("UID", "")).split())
    own = Happening(
        key="",
        line=line,
        title=title,
        text=str(event.get("DESCRIPTION", "")).strip(),
        where=" ".join(str(event.get("LOCATION", "")).split()),
        url=str(event.get("URL", "")).strip(),
        start=_placed(wall, zone),
        end=None if duration is None else _ended(wall, duration, zone, all_day),
        all_day=all_day,
        is_cancelled=str(event.get("STATUS", "")).upper() == "CANCELLED",
        is_unconfirmed=str(event.get("STATUS", "")).upper() == "TENTATIVE",
    )
    instance = event.get("RECURRENCE-ID")
    sequence = str(event.get("SEQUENCE", "0"))
    stamp = str(getattr(event.get("LAST-MODIFIED") or event.get("DTSTAMP"), "dt", ""))
    return _Raw(
        uid=uid or f"{title} {wall:%Y%m%dT%H%M}",
        line=line,
        rank=(int(sequence) if sequence.isdecimal() else 0, stamp, repr((title, own.text, own.where, wall))),
        happening=own,
        wall=wall,
        duration=duration,
        zone=zone,
        rule=event["RRULE"].to_ical().decode() if "RRULE" in event else "",
        exdays=frozenset(day.date() for day in _listed(event, "EXDATE", zone, zones)),
        rdates=tuple(sorted(set(_listed(event, "RDATE", zone, zones)))),
        instance=None if instance is None else _wall_in(instance, zone, zones).date(),
    )


def _zone_of(stated: Any, zones: dict[str, tzinfo]) -> tzinfo:
    name = stated.params.get("X-ZONE") if stated.dt.tzinfo is None or "X-ZONE" in stated.params else None
    if name is None:
        return VILLAGE if stated.dt.tzinfo is None else UTC
    found = zones_of([], (str(name),)).get(str(name)) or zones.get(str(name))
    if found is None:
        raise _Unknown(str(name))
    return found


def _wall_in(stated: Any, zone: tzinfo, zones: dict[str, tzinfo]) -> datetime:
    """A stated moment on the clocks of ``zone``."""
    if not isinstance(stated.dt, datetime):
        return datetime.combine(stated.dt, time())
    own = _zone_of(stated, zones)
    wall = stated.dt.replace(tzinfo=None, fold=0)
    if stated.dt.tzinfo is None and "X-ZONE" not in stated.params:
        return wall
    return wall if own is zone else _placed(wall, own).astimezone(zone).replace(tzinfo=None, fold=0)


def _listed(event: Any, name: str, zone: tzinfo, zones: dict[str, tzinfo]) -> Iterator[datetime]:
    """The moments of EXDATE or RDATE on the clocks of the series; of a period its beginning."""
    stated = event.get(name) or []
    for one in (stated if isinstance(stated, list) else [stated])[:MAX_SKIPPED_DAYS]:
        for moment in getattr(one, "dts", [])[:MAX_SKIPPED_DAYS]:
            value = moment.dt[0] if isinstance(moment.dt, tuple) else moment.dt
            if not isinstance(value, datetime):
                yield datetime.combine(value, time())
            elif value.tzinfo is None and "X-ZONE" not in one.params:
                yield value.replace(fold=0)
            else:
                named = one.params.get("X-ZONE")
                own = UTC if named is None else zones_of([], (str(named),)).get(str(named)) or zones.get(str(named))
                if own is None:
                    raise _Unknown(str(named))
                wall = value.replace(tzinfo=None, fold=0)
                yield _placed(wall, own).astimezone(zone).replace(tzinfo=None, fold=0)


def _duration(event: Any, wall: datetime, zone: tzinfo, all_day: bool, zones: dict[str, tzinfo]) -> timedelta | None:
    """How long by the clock on the wall; None where nothing is said. Whole days: DTEND is the day after the last."""
    if "DTEND" in event:
        end = _wall_in(event["DTEND"], zone, zones)
        if all_day:
            # Some programs name the first day again.
            return max(end - wall, timedelta(days=1))
        return end - wall
    if "DURATION" in event:
        stated: timedelta = event["DURATION"].dt
        return stated
    return timedelta(days=1) if all_day else None


def _placed(wall: datetime, zone: tzinfo) -> datetime:
    if isinstance(zone, ZoneInfo):
        return wallclock.instant(wall, zone)
    return wall.replace(tzinfo=zone).astimezone(UTC)


def _ended(wall: datetime, duration: timedelta, zone: tzinfo, all_day: bool) -> datetime:
    """The end by the clock on the wall, and never before the beginning when the clocks change."""
    return _placed(wall + duration, zone) if all_day else max(_placed(wall, zone), _placed(wall + duration, zone))


def _series(raws: Iterable[_Raw]) -> Iterator[tuple[_Raw, list[_Raw]]]:
    """Each UID's entry with the single dates that differ; the newest version wins in whatever order they come."""
    groups: dict[str, dict[date | None, _Raw]] = defaultdict(dict)
    for raw in raws:
        known = groups[raw.uid].get(raw.instance)
        if known is None or raw.rank > known.rank:
            groups[raw.uid][raw.instance] = raw
    for group in groups.values():
        master = group.pop(None, None)
        others = sorted(group.values(), key=lambda one: one.instance or date.min)
        if master is None:
            # A calendar may hold only the date that differs.
            for one in others:
                yield one, []
        else:
            yield master, others


def _key(raw: _Raw, day: date | None = None, sort: str = "") -> str:
    """The lasting name: the UID, and for single dates of a series the day."""
    shown = day or raw.instance
    uid = raw.uid if len(raw.uid) <= 150 else f"{raw.uid[:100]}~{abs(hash_of(raw.uid)):x}"
    return f"{uid}#{sort}{shown:%Y%m%d}" if shown else uid


def hash_of(text: str) -> int:
    """A number that stays the same over runs of the program."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8])


def _dates(one: tuple[_Raw, list[_Raw]], begin: datetime, end: datetime, report: Report) -> Iterator[Happening]:
    raw, others = one
    if raw.rule or raw.rdates:
        yield from _repeated(raw, others, begin, end, report)
    else:
        yield replace(raw.happening, key=_key(raw))
    for other in others:
        yield replace(other.happening, key=_key(other), title=other.happening.title or raw.happening.title)


def _repeated(raw: _Raw, others: list[_Raw], begin: datetime, end: datetime, report: Report) -> Iterator[Happening]:
    out = raw.exdays | {other.instance for other in others if other.instance}
    duration = raw.duration if raw.duration is not None else timedelta(0)
    try:
        walls = _walls(raw, out, begin, end)
        whole = raw.zone is VILLAGE or (isinstance(raw.zone, ZoneInfo) and raw.zone.key == VILLAGE.key)
        if raw.rule and len(raw.rule) <= MAX_RULE and len(out) <= MAX_SKIPPED_DAYS:
            local = _placed(raw.wall, raw.zone).astimezone(VILLAGE).replace(tzinfo=None)
            if whole or (local.date() == raw.wall.date() and _same(raw, local, walls, out, begin, end)):
                days = tuple(sorted(day.isoformat() for day in out if day >= raw.wall.date()))
                if walls or not _is_over(raw, begin):
                    yield replace(raw.happening, key=_key(raw), rule=raw.rule, skipped=days)
                walls = []
    except RecurrenceError as problem:
        report.skip(
            gettext_noop("The repetition cannot be kept: %(why)s"),
            gettext_noop("Enter its dates one by one."),
            line=raw.line,
            why=problem.message,
        )
        return
    if len(walls) >= MAX_DATES:
        report.skip(gettext_noop("Of a long series only the next %(most)d dates."), line=raw.line, most=MAX_DATES)
    single = walls if raw.rule else [raw.wall]
    extra = [moment for moment in raw.rdates if moment.date() not in out and moment not in single]
    for wall in [*single, *extra[:MAX_DATES]]:
        yield replace(
            raw.happening,
            key=_key(raw, wall.date()) if raw.rule or wall != raw.wall else _key(raw),
            start=_placed(wall, raw.zone),
            end=None if raw.duration is None else _ended(wall, duration, raw.zone, raw.happening.all_day),
        )


def _walls(raw: _Raw, out: frozenset[date], begin: datetime, end: datetime) -> list[datetime]:
    """The series' dates from ``begin`` to ``end`` on the clocks of its zone, without the days that are out."""
    if not raw.rule:
        return []
    rule = rrule.parse(raw.rule)
    text = raw.rule
    if isinstance(rule.until, datetime) and rule.until.tzinfo is not None:
        # On UTC's clocks the walls stand still; the limit moves onto them.
        local = rule.until.astimezone(raw.zone).replace(tzinfo=None)
        text = re.sub(r"UNTIL=[^;]*", f"UNTIL={local:%Y%m%dT%H%M%S}", text, flags=re.IGNORECASE)
    series = Recurrence(start=raw.wall, duration=timedelta(0), rrule=text, timezone="UTC")
    slack = timedelta(days=2)
    found = occurrences(
        series, begin.astimezone(UTC) - slack, end.astimezone(UTC) + slack, limit=MAX_DATES + len(out)
    )
    return [one.original_start for one in found if one.original_start.date() not in out][:MAX_DATES]


def _same(
    raw: _Raw, local: datetime, walls: list[datetime], out: frozenset[date], begin: datetime, end: datetime
) -> bool:
    """Whether the series on Berlin's clocks gives the same moments as on its own."""
    there = replace(raw, wall=local, zone=VILLAGE)
    ours = [_placed(wall, VILLAGE) for wall in _walls(there, out, begin, end)]
    return ours == [_placed(wall, raw.zone) for wall in walls]


def _is_over(raw: _Raw, begin: datetime) -> bool:
    return _placed(raw.wall, raw.zone) < begin


def _counts(one: Happening, begin: datetime) -> bool:
    """Whether it is not over before ``begin``, and in a year that can be."""
    last = one.last_moment()
    return one.start.year in YEARS and (last is None or last >= begin)
