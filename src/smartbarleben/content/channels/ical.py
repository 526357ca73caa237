"""Calendars (RFC 5545): one item to put into one's calendar, and a subscription that keeps itself up to date.

A repeated event travels as its rule, not as a pile of dates, so that a calendar program shows next year's dates too.
"""

import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, Timezone, TimezoneDaylight, TimezoneStandard, vDuration, vGeo, vRecur, vText

from smartbarleben.kernel import rrule, wallclock
from smartbarleben.kernel.recurrence import RecurrenceError
from smartbarleben.places.queries import Village, village
from smartbarleben.ui.dates import VILLAGE_TIME
from smartbarleben.ui.http import public_page

from .. import queries
from ..filters import EventFilter
from ..presentation import ItemView, language_prefix
from ..registry import Kind
from .common import find_view, labels, lasting_id, writable

CONTENT_TYPE = "text/calendar; charset=utf-8"
REFRESH = timedelta(hours=6)
_UNTIL = re.compile(r";?UNTIL=[^;]*", re.IGNORECASE)


def calendar(views: Sequence[ItemView], *, house: Village, name: str = "", url: str = "") -> bytes:
    """A calendar of all views that have a date. With ``name`` and ``url`` it is one to subscribe to."""
    out = Calendar()
    out.add("prodid", "-//SmartBarleben//Calendar//DE")
    out.add("version", "2.0")
    out.add("calscale", "GREGORIAN")
    if name:
        out.add("name", writable(name))
        out.add("x-wr-calname", writable(name))
        out.add("x-wr-timezone", VILLAGE_TIME.key)
        out.add("refresh-interval", vDuration(REFRESH), parameters={"VALUE": "DURATION"})
        out.add("x-published-ttl", vDuration(REFRESH))
    if url:
        out.add("url", url)
    events = [event(view, house) for view in views if view.has_date]
    if any("TZID" in one["DTSTART"].params for one in events):
        out.add_component(_zone())
    for one in events:
        out.add_component(one)
    return out.to_ical()


def event(view: ItemView, house: Village) -> Event:
    """One dated item as a VEVENT: its rule and its exceptions, in village time or as whole days."""
    one = Event()
    one.add("uid", str(lasting_id(view.card, house)))
    one.add("dtstamp", view.updated_at.astimezone(UTC))
    one.add("created", view.card.published_on.astimezone(UTC))
    one.add("last-modified", view.updated_at.astimezone(UTC))
    one.add("summary", writable(view.title), parameters={"LANGUAGE": view.language})
    one.add("description", _description(view))
    one.add("url", view.absolute_url)
    tentative = any(fact.name == "tentative" for fact in view.facts)
    one.add("status", "CANCELLED" if view.is_cancelled else "TENTATIVE" if tentative else "CONFIRMED")
    one.add("categories", [writable(str(view.kind.label))])
    one.add("class", "PUBLIC")
    # It is known, not booked: nobody's calendar shall say "busy" for it.
    one.add("transp", "TRANSPARENT")
    if view.spot:
        one.add("location", writable(", ".join(filter(None, (view.spot.name, view.spot.address)))))
    if view.position:
        one.add("geo", vGeo((view.position[1], view.position[0])))
    if view.first_starts_at:
        _add_times(one, view, view.first_starts_at, view.first_ends_at)
    return one


def _add_times(one: Event, view: ItemView, first: datetime, last: datetime | None) -> None:
    start = first.astimezone(VILLAGE_TIME)
    duration = last - first if last is not None and last > first else None
    rule = _rule(view)
    if rule is not None:
        # A calendar counts the start as the first date even if the rule doesn't: begin where the rule begins.
        begin = next(rrule.dates(rule, start.date(), start.date(), start.date() + timedelta(days=3660)), None)
        rule = rule if begin else None
        if begin:
            start = wallclock.instant(datetime.combine(begin, start.time()), VILLAGE_TIME).astimezone(VILLAGE_TIME)
    if view.all_day:
        one.add("dtstart", start.date())
        one.add("dtend", start.date() + _whole_days(first, last))
    else:
        one.add("dtstart", start)
        if duration:
            one.add("dtend", (start.astimezone(UTC) + duration).astimezone(VILLAGE_TIME))
    if rule is None:
        return
    one.add("rrule", _ical_rule(view.recurrence, rule, start, view.all_day))
    skipped: list[Any] = [date.fromisoformat(day[:10]) for day in view.exception_dates]
    if not view.all_day:
        skipped = [datetime.combine(day, start.time(), VILLAGE_TIME) for day in skipped]
    if skipped:
        one.add("exdate", skipped, parameters={"VALUE": "DATE"} if view.all_day else {})


def _rule(view: ItemView) -> rrule.Rrule | None:
    try:
        return rrule.parse(view.recurrence) if view.recurrence else None
    except RecurrenceError:
        return None


def _ical_rule(text: str, rule: rrule.Rrule, start: datetime, all_day: bool) -> vRecur:
    """The rule in the form that goes with its start: UNTIL is a day for whole days, else a moment in UTC."""
    recur = vRecur.from_ical(_UNTIL.sub("", text.strip().upper().removeprefix("RRULE:")).strip(";"))
    until = rule.until
    if until is not None:
        if not isinstance(until, datetime):
            until = datetime.combine(until, time.max if all_day else start.time())
        if until.tzinfo is None:
            until = wallclock.instant(until.replace(microsecond=0), VILLAGE_TIME)
        recur["UNTIL"] = [until.astimezone(VILLAGE_TIME).date() if all_day else until.astimezone(UTC)]
    return recur


def _whole_days(first: datetime, last: datetime | None) -> timedelta:
    """From the first day to the day after the last one; an end at midnight closes the day before."""
    begin = first.astimezone(VILLAGE_TIME).date()
    if last is None or last <= first:
        return timedelta(days=1)
    end = last.astimezone(VILLAGE_TIME)
    days = (end.date() - begin).days + (0 if end.time() == time(0) else 1)
    return timedelta(days=max(days, 1))


def _description(view: ItemView) -> str:
    facts = [f"{fact.label}: {fact.value}" for fact in view.facts if fact.value]
    blocks = (". ".join(labels(view)), view.summary, "\n".join(facts), view.absolute_url)
    return writable("\n\n".join(block for block in blocks if block))


def _zone() -> Timezone:
    """Central European time by its rule, valid for all years since 1996."""
    zone = Timezone()
    zone.add("tzid", VILLAGE_TIME.key)
    for part, name, month, offset_from, offset_to, hour in (
        (TimezoneDaylight(), "CEST", 3, 1, 2, 2),
        (TimezoneStandard(), "CET", 10, 2, 1, 3),
    ):
        day = 31 if month == 3 else 27
        part.add("dtstart", datetime(1996, month, day, hour))  # noqa: DTZ001 (a wall-clock time by definition)
        part.add("rrule", {"FREQ": "YEARLY", "BYDAY": "-1SU", "BYMONTH": month})
        part.add("tzoffsetfrom", timedelta(hours=offset_from))
        part.add("tzoffsetto", timedelta(hours=offset_to))
        part["tzname"] = vText(name)
        zone.add_component(part)
    return zone


def _answer(body: bytes, filename: str, how: str = "attachment") -> HttpResponse:
    disposition = f'{how}; filename="{filename}"'
    return HttpResponse(body, content_type=CONTENT_TYPE, headers={"Content-Disposition": disposition})


@public_page(changes="never")
def ics(request: HttpRequest, kind: Kind, slug: str) -> HttpResponse:
    """One item for one's own calendar; 404 where its day isn't known."""
    view = find_view(kind, slug)
    if not view.has_date:
        raise Http404(_("This has no date that could go into a calendar."))
    return _answer(calendar([view], house=village(request)), f"{slug}.ics")


@public_page(changes="day")
def subscription(request: HttpRequest) -> HttpResponse:
    """All coming dates as a calendar to subscribe to, with the filters of the list page."""
    house = village(request)
    chosen = EventFilter.from_query(request.GET)
    language = get_language() or settings.LANGUAGE_CODE
    views = queries.calendar_views(chosen.where("item__"), language, timezone.now())
    parts = [f"{house.municipality.kind} {house.municipality.name}"]
    ortschaft = house.ortschaft(chosen.ortschaft) if chosen.ortschaft else None
    if chosen.ortschaft and ortschaft is None:
        raise Http404(_("There is nothing at this address."))
    if ortschaft:
        parts.append(ortschaft.name)
    page = f"{settings.BASE_URL}{language_prefix(language)}/termine/"
    return _answer(calendar(views, house=house, name=" · ".join(parts), url=page), "kalender.ics", how="inline")
