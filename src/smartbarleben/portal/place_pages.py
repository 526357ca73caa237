"""The pages of places: all of them with what is open now, and one with its hours, access and what happens there."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

from smartbarleben.content.texts import SOURCE_LANGUAGE
from smartbarleben.kernel.hours import week_table
from smartbarleben.places.leads import leads
from smartbarleben.places.models import HoursKind, PlaceKind
from smartbarleben.places.queries import village
from smartbarleben.places.sketches import around
from smartbarleben.ui import dates
from smartbarleben.ui.http import public_page, render
from smartbarleben.ui.jsonld import script
from smartbarleben.ui.languages import bdi

from . import month, queries, schema_org
from .filters import Choice, Filter, groups, link, read
from .layout import here
from .lists import badged
from .open_now import OpenState, open_state, reason_markup, with_states
from .place_book import Hours, PlaceInfo, places

# Stops are many and small: they follow the places that people visit.
_LAST_KINDS = (PlaceKind.STATION, PlaceKind.STOP, PlaceKind.WLAN, PlaceKind.OTHER)
_SPECIAL_DAYS_AHEAD = timedelta(days=60)


def _speaks() -> str:
    return get_language() or settings.LANGUAGE_CODE


@public_page(changes="minute")
def place_list(request: HttpRequest) -> HttpResponse:
    """All places by kind, each with whether it is open now."""
    language, now = _speaks(), timezone.now()
    house, book = village(request), places(request)
    path = here("/orte/")
    known = {place.kind: place.kind_label for place in book}
    filters = [
        Filter(
            "ortschaft", _("Where"), tuple(Choice(one.slug, one.name) for one in house.ortschaften), _("everywhere")
        ),
        Filter("art", _("What"), tuple(Choice(kind, known[kind]) for kind in _in_order(known)), _("all")),
    ]
    chosen = read(request.GET, filters)
    if chosen.problems:
        context = {"problems": chosen.problems, "all_url": path, "first_url": link(path, chosen.values), "kind": None}
        return render(request, "portal/unknown.jinja", context, status=404)
    wanted = [
        place
        for place in book
        if chosen.get("ortschaft") in ("", place.ortschaft_slug) and chosen.get("art") in ("", place.kind)
    ]
    pairs = with_states(wanted, language, now)
    by_kind = [
        (known[kind], [pair for pair in pairs if pair[0].kind == kind])
        for kind in _in_order({place.kind: "" for place in wanted})
    ]
    context = {
        "by_kind": by_kind,
        "open_pairs": [pair for pair in pairs if pair[1] is not None and pair[1].is_open],
        "groups": groups(path, filters, chosen),
        "is_narrowed": bool(chosen.values),
        "all_url": path,
        "canonical_url": settings.BASE_URL + link(path, chosen.values),
        "example_data": any(place.is_example for place in wanted),
    }
    return render(request, "portal/places.jinja", context)


def _in_order(kinds: dict[str, str]) -> list[str]:
    order = {str(kind): position for position, kind in enumerate(PlaceKind)}
    return sorted(kinds, key=lambda kind: (kind in _LAST_KINDS, order.get(kind, 99)))


@dataclass(frozen=True, slots=True)
class HoursTable:
    """One table of hours as the component wants it, with the present state and where it is from."""

    title: str
    state: OpenState
    rows: list[dict[str, Any]]
    note: str
    hours: Hours


def hours_tables(place: PlaceInfo, language: str, now: Any) -> list[HoursTable]:
    """The tables of a place, one for each purpose: visits, lending, phone are never mixed."""
    today = dates.local(now).date()
    tables = []
    for kind, title in HoursKind.choices:
        if kind not in place.hours:
            continue
        hours = place.hours[kind]
        rows = [
            {
                "day": dates.weekday(row.date, language),
                "spans": [dates.clocks(span.start, span.end, language) for span in row.intervals],
                "today": row.date == today,
                "note": reason_markup(hours.schedule, row.reason),
            }
            for row in week_table(hours.schedule, today)
        ]
        note = _("Odd and even weeks differ; this is the present week.") if hours.alternates else ""
        tables.append(HoursTable(str(title), open_state(hours, language, now), rows, note, hours))
    return tables


def special_days(place: PlaceInfo, today: date, language: str) -> list[Markup]:
    """The coming days on which the usual hours don't hold, in words, soonest first."""
    found: list[tuple[date, Markup]] = []
    until = today + _SPECIAL_DAYS_AHEAD
    for hours in place.hours.values():
        schedule = hours.schedule
        for special in schedule.specials:
            if special.first > until or special.last < today:
                continue
            span = dates.when(special.first, special.last, True, language)
            if special.opens is None or special.closes is None:
                what = _("closed")
            else:
                what = dates.clocks(special.opens, special.closes, language)
            why = Markup(" ({})").format(bdi(special.reason)) if special.reason else ""
            found.append((special.first, Markup("{}: {}{}").format(span, what, why)))
        if schedule.open_on_holidays:
            continue
        weekdays = {rule.weekday for rule in schedule.rules}
        for day, name in schedule.holidays.items():
            if today <= day <= until and day.weekday() in weekdays:
                found.append((day, Markup("{}: {} ({})").format(dates.day(day, language), _("closed"), name)))
    return [text for _day, text in sorted(dict.fromkeys(found))]


@public_page(changes="minute")
def place(request: HttpRequest, slug: str) -> HttpResponse:
    """One place: address, hours, access, and what happens there."""
    language, now, today = _speaks(), timezone.now(), dates.today()
    one = next((place for place in places(request) if place.slug == slug), None)
    if one is None:
        raise Http404(_("There is no place at this address."))
    coming, others = queries.at_place(one.pk, language, now)
    context = {
        "place": one,
        "tables": hours_tables(one, language, now),
        "special_days": special_days(one, today, language),
        "rows": _rows(one),
        "leads": leads(request, one.pk),
        "sketch": around(request, one.name, *one.position) if one.position and one.is_exact else "",
        "map_url": _map_url(one),
        "happening": month.leaves(coming, today, language),
        "others": badged(others, now),
        "jsonld": script(schema_org.place(one)),
        "example_data": one.is_example,
    }
    return render(request, "portal/place.jinja", context)


def _map_url(one: PlaceInfo) -> str:
    """The map with the list of what lies near this place; "" where nobody knows where it lies."""
    if one.position is None:
        return ""
    lon, lat = one.position
    return here("/karte/") + "?" + urlencode({"nahe": one.name, "punkt": f"{lon:.5f},{lat:.5f}"})


def _rows(one: PlaceInfo) -> list[dict[str, Any]]:
    access = one.wheelchair_label if one.wheelchair != "unknown" else _("We do not know. Please ask before you come.")
    phone = f"tel:{one.phone.replace(' ', '')}"
    note = {"note": one.accessibility, "note_lang": one.language}
    rows: list[dict[str, Any]] = [
        {"label": _("Address"), "value": one.address, "icon": "pin", "lang": SOURCE_LANGUAGE},
        {"label": _("Phone"), "value": one.phone, "url": phone, "icon": "phone", "ltr": True},
        {"label": _("Mail"), "value": one.email, "url": f"mailto:{one.email}", "icon": "mail", "ltr": True},
        {"label": _("Website"), "value": _host(one.website), "url": one.website, "icon": "external", "ltr": True},
        {"label": _("With a wheelchair"), "value": access, "icon": "accessible"} | note,
    ]
    if one.has_wlan:
        rows.append({"label": _("Wi-Fi"), "value": _("free of charge"), "icon": "globe"})
    return [row for row in rows if row["value"]]


def _host(url: str) -> str:
    return url.partition("://")[2].rstrip("/").removeprefix("www.")
