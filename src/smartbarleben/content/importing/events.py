"""Events out of calendars and tables."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartbarleben.imports import columns
from smartbarleben.imports.columns import Column
from smartbarleben.imports.ics import Happening, Reading
from smartbarleben.imports.incoming import Incoming, Value
from smartbarleben.imports.registry import FromCalendars, FromTables, Origin
from smartbarleben.imports.tables import Row
from smartbarleben.imports.trouble import Report
from smartbarleben.kernel import wallclock
from smartbarleben.kernel.folding import fold, slugify
from smartbarleben.kernel.plaintext import html_to_text, shorten
from smartbarleben.kernel.wording import gettext_noop
from smartbarleben.places.models import Place
from smartbarleben.ui import dates

from ..kinds import Event
from ..occurrences import next_date
from .items import ItemTarget, by_name
from .villages import ORTSCHAFT, known_village

ZONE = ZoneInfo("Europe/Berlin")
SUMMARY = 300


class Events(ItemTarget, FromCalendars, FromTables):
    """Dates become events."""

    key = "events"
    kind = "event"
    label = gettext_lazy("Events")
    hint = gettext_lazy("A club's calendar (ICS), or a table with a row for each date.")
    plain = (
        *("title", "summary", "location", "all_day", "recurrence", "exception_dates"),
        *("is_cancelled", "is_unconfirmed"),
    )
    other = ("body", "ortschaft", "place", "starts_at", "ends_at", "source_url")
    columns = (
        Column("number", ("Nummer", "Number", "ID", "Kennung", "UID"), columns.text(100), example="1"),
        Column("title", ("Titel", "Title", "Name", "Veranstaltung", "Event"), columns.text(160), True, "Hofmarkt"),
        Column("day", ("Datum", "Date", "Tag", "Beginn", "Start", "Von"), columns.day, True, "24.12.2026"),
        Column("clock", ("Uhrzeit", "Time", "Beginn Uhrzeit", "Start time"), columns.clock, example="18:00"),
        Column("last_day", ("Ende", "End", "Bis", "Enddatum", "End date"), columns.day, example="24.12.2026"),
        Column("last_clock", ("Ende Uhrzeit", "End time", "Uhrzeit Ende"), columns.clock, example="20:00"),
        Column(
            "location", ("Ort", "Where", "Place", "Location", "Veranstaltungsort"), columns.text(160), False, "Hof"
        ),
        ORTSCHAFT,
        Column("summary", ("Kurztext", "Summary", "Zusammenfassung"), columns.text(SUMMARY), example="Mit Musik."),
        Column("body", ("Text", "Beschreibung", "Description"), columns.long_text),
        Column("source_url", ("Webseite", "Website", "URL", "Link"), columns.web, example="https://www.example.org/"),
        Column("is_cancelled", ("Abgesagt", "Cancelled", "Fällt aus"), columns.yes_no, False, "nein", False),
    )
    labels: Mapping[str, Any] = {
        "title": gettext_lazy("title"),
        "summary": gettext_lazy("in one or two sentences"),
        "body": gettext_lazy("text"),
        "location": gettext_lazy("where, in words"),
        "place": gettext_lazy("place"),
        "ortschaft": gettext_lazy("Ortschaft"),
        "starts_at": gettext_lazy("from"),
        "ends_at": gettext_lazy("until"),
        "all_day": gettext_lazy("whole days"),
        "recurrence": gettext_lazy("repeats (RRULE)"),
        "exception_dates": gettext_lazy("not on these days"),
        "is_cancelled": gettext_lazy("cancelled"),
        "is_unconfirmed": gettext_lazy("date not confirmed yet"),
        "source_url": gettext_lazy("address of the source"),
    }

    def from_calendar(self, reading: Reading, origin: Origin) -> Iterator[Incoming]:
        places = by_name(Place, "name")
        village = known_village(origin)
        for one in reading.happenings:
            if not one.title:
                reading.report.skip(
                    gettext_noop("The entry has no title (SUMMARY)."),
                    gettext_noop("Mend it in the calendar it comes from."),
                    line=one.line,
                )
                continue
            yield Incoming(
                one.key, _values(one, origin) | _where(one.where, places) | {"ortschaft": village}, one.line
            )

    def from_table(self, rows: Iterable[Row], report: Report, origin: Origin) -> Iterator[Incoming]:
        places = by_name(Place, "name")
        village = known_village(origin)
        for row in rows:
            times = _times(row, report)
            if times is None:
                continue
            given = row.values
            values: dict[str, Value] = {
                name: given[name]
                for name in ("title", "summary", "body", "source_url", "is_cancelled")
                if name in given
            }
            values |= times | {"ortschaft": given.get("ortschaft") or village}
            if "location" in given:
                values |= _where(str(given["location"]), places)
            natural = f"{slugify(str(given['title']))}-{given['day']}-{given.get('clock') or ''}"
            yield Incoming(str(given.get("number") or natural), values, row.line)

    def values_of(self, item: Any) -> dict[str, Value]:
        return super().values_of(item) | {
            "place": str(item.place_id or ""),
            "starts_at": _iso(item.starts_at),
            "ends_at": _iso(item.ends_at),
            "source_url": item.source_url,
        }

    def fields_of(self, values: Mapping[str, Value], origin: Origin) -> dict[str, Any]:
        fields = super().fields_of(values, origin)
        for name in ("starts_at", "ends_at"):
            if name in values:
                fields[name] = parse_datetime(str(values[name])) if values[name] else None
        if "place" in values:
            fields["place"] = Place.objects.filter(pk=int(str(values["place"]))).first() if values["place"] else None
        return fields

    def is_over(self, item: Any) -> bool:
        now = timezone.now()
        _start, end = next_date(item, now)
        return (end or _start or now) < now

    def find(self, rows: Sequence[Incoming], origin: Origin) -> dict[str, str]:
        """An event with the same title and the same beginning is the same event."""
        moments = {str(row.values.get("starts_at")) for row in rows}
        found: dict[tuple[str, str], str] = {}
        wanted = [parsed for one in sorted(moments) if (parsed := parse_datetime(one))]
        for start in range(0, len(wanted), 500):
            events = Event.objects.filter(starts_at__in=wanted[start : start + 500]).order_by("pk")
            for pk, title, begins in events.values_list("pk", "title", "starts_at"):
                found.setdefault((fold(title), _iso(begins)), str(pk))
        keys = {row.key: found.get((fold(str(row.values["title"])), str(row.values["starts_at"]))) for row in rows}
        return {key: pk for key, pk in keys.items() if pk}

    def shown(self, field: str, value: Value) -> str:
        if field in {"starts_at", "ends_at"}:
            moment = parse_datetime(str(value))
            return f"{dates.plain_date(dates.local(moment).date())}, {dates.local(moment):%H:%M}" if moment else ""
        if field == "place":
            return str(Place.objects.filter(pk=int(str(value))).first() or "")
        if field == "exception_dates" and isinstance(value, list):
            return ", ".join(dates.plain_date(date.fromisoformat(day)) for day in value)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return super().shown(field, value)


def _iso(moment: datetime | None) -> str:
    return "" if moment is None else moment.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")


def _values(one: Happening, origin: Origin) -> dict[str, Value]:
    text = html_to_text(one.text) if "</" in one.text or "<br" in one.text.lower() else one.text
    short = len(text) <= SUMMARY and "\n" not in text.strip()
    return {
        "title": shorten(one.title, 160),
        "summary": " ".join(text.split()) if short else "",
        "body": "" if short else html_to_text(_html(text)),
        "starts_at": _iso(one.start),
        "ends_at": _iso(one.end),
        "all_day": one.all_day,
        "recurrence": one.rule,
        "exception_dates": list(one.skipped),
        "is_cancelled": one.is_cancelled,
        "is_unconfirmed": one.is_unconfirmed,
        "source_url": one.url if one.url.startswith(("https://", "http://")) and len(one.url) <= 500 else "",
    }


def _html(text: str) -> str:
    from smartbarleben.kernel.plaintext import text_to_html

    return text_to_html(text[:20_000])


def _where(words: str, places: Mapping[str, str]) -> dict[str, Value]:
    """The place of that name, and the words themselves, which may say more."""
    first = words.partition(",")[0]
    return {"location": shorten(words, 160) if words else "", "place": places.get(fold(first), "")}


def _times(row: Row, report: Report) -> dict[str, Value] | None:
    """Beginning and end of a row; None with a word in the report where the end lies before the beginning."""
    first = date.fromisoformat(str(row.values["day"]))
    last = date.fromisoformat(str(row.values.get("last_day") or row.values["day"]))
    clock, last_clock = row.values.get("clock"), row.values.get("last_clock")
    if not clock:
        start = wallclock.instant(datetime.combine(first, time()), ZONE)
        end = wallclock.instant(datetime.combine(last + timedelta(days=1), time()), ZONE)
        return _ordered(row, report, start, end, True)
    start = wallclock.instant(datetime.combine(first, time.fromisoformat(str(clock))), ZONE)
    if not last_clock:
        return _ordered(row, report, start, None, False)
    end_wall = datetime.combine(last, time.fromisoformat(str(last_clock)))
    if not row.values.get("last_day") and time.fromisoformat(str(last_clock)) <= time.fromisoformat(str(clock)):
        # From 20:00 to 01:00 goes on past midnight.
        end_wall += timedelta(days=1)
    return _ordered(row, report, start, wallclock.instant(end_wall, ZONE), False)


def _ordered(
    row: Row, report: Report, start: datetime, end: datetime | None, all_day: bool
) -> dict[str, Value] | None:
    if end is not None and end < start:
        report.skip(
            gettext_noop("The end lies before the beginning."),
            gettext_noop("Look at the days and times of this row."),
            line=row.line,
        )
        report.spares_all = True
        return None
    return {"starts_at": _iso(start), "ends_at": _iso(end), "all_day": all_day}
