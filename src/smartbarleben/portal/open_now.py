"""Open or closed, said in one sentence; and what the town hall's day is. Pure: schedules in, words out."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _
from markupsafe import Markup, escape

from smartbarleben.kernel.hours import Schedule, State, state_at
from smartbarleben.places.models import HoursKind, PlaceKind
from smartbarleben.ui import dates
from smartbarleben.ui.languages import bdi

from .place_book import Hours, PlaceInfo


@dataclass(frozen=True, slots=True)
class OpenState:
    """Whether a place is open for one purpose, in words, for pages as `markup`. `changes_at` is when that ends, for
    sorting.
    """

    is_open: bool
    text: str
    markup: Markup
    changes_at: datetime | None
    purpose: str


def state_words(state: State, purpose: str, language: str, now: datetime) -> str:
    """ "open until 18 Uhr", "by phone tomorrow from 9 Uhr", "closed: Reformationstag · opens …"."""
    today = dates.local(now).date()
    if state.is_open:
        if state.until is None:
            return {"phone": _("always by phone"), "lending": _("always open")}.get(purpose, _("always open"))
        until = dates.clock(state.until, language)
        if dates.local(state.until).date() != today and dates.local(state.until).time() > dates.SMALL_HOURS:
            until = f"{dates.near_day(state.until, language, now=today)}, {until}"
        match purpose:
            case HoursKind.PHONE:
                return _("by phone until %(time)s") % {"time": until}
            case HoursKind.LENDING:
                return _("lending until %(time)s") % {"time": until}
        return _("open until %(time)s") % {"time": until}
    said = _("closed: %(reason)s") % {"reason": state.closed_reason} if state.closed_reason else ""
    if state.opens_next is None:
        return said or _("closed")
    when = {
        "day": dates.near_day(state.opens_next, language, now=today),
        "time": dates.clock(state.opens_next, language),
    }
    match purpose:
        case HoursKind.PHONE:
            then = _("by phone %(day)s from %(time)s") % when
        case HoursKind.LENDING:
            then = _("lending %(day)s from %(time)s") % when
        case _other:
            then = _("opens %(day)s at %(time)s") % when
    return f"{said} · {then}" if said else then


def reason_markup(schedule: Schedule, reason: str | None) -> Markup:
    """Why a place is closed: a holiday's name is in the page's language, what the town hall typed is German."""
    return escape(reason or "") if reason in schedule.holidays.values() else bdi(reason)


def open_state(hours: Hours, language: str, now: datetime) -> OpenState:
    """The state of one table of hours at this moment."""
    state = state_at(hours.schedule, now)
    text = state_words(state, hours.kind, language, now)
    marked = replace(state, closed_reason=reason_markup(hours.schedule, state.closed_reason))
    markup = Markup(state_words(marked, hours.kind, language, now))  # noqa: S704 (the reason is escaped, the rest ours)
    return OpenState(state.is_open, text, markup, state.until, hours.kind)


def main_hours(place: PlaceInfo) -> Hours | None:
    """What people mean by "open": visits, else lending, else the phone."""
    for purpose in (HoursKind.VISIT, HoursKind.LENDING, HoursKind.PHONE):
        if purpose in place.hours:
            return place.hours[purpose]
    return None


def with_states(
    places: Iterable[PlaceInfo], language: str, now: datetime
) -> list[tuple[PlaceInfo, OpenState | None]]:
    """Each place with its state, None where nobody knows its hours."""
    found = []
    for place in places:
        hours = main_hours(place)
        found.append((place, open_state(hours, language, now) if hours else None))
    return found


def open_first(pairs: Iterable[tuple[PlaceInfo, OpenState | None]]) -> list[tuple[PlaceInfo, OpenState]]:
    """Places with hours: the open ones first, then the one that opens next."""
    known = [(place, state) for place, state in pairs if state is not None]
    return sorted(
        known,
        key=lambda pair: (
            not pair[1].is_open,
            pair[1].changes_at is None,
            pair[1].changes_at.timestamp() if pair[1].changes_at else 0.0,
            pair[0].name,
        ),
    )


def town_hall_sentence(places: Iterable[PlaceInfo], language: str, now: datetime) -> Markup:
    """ "Rathaus telefonisch bis 18 Uhr": the town hall's day in a few words, "" where its hours are unknown."""
    for place in places:
        hours = main_hours(place)
        if place.kind == PlaceKind.TOWN_HALL and hours is not None:
            name = bdi(place.name, place.name_language)
            return Markup("{} {}").format(name, open_state(hours, language, now).markup)
    return Markup("")


def holiday_name(places: Iterable[PlaceInfo], now: datetime) -> str:
    """The public holiday that today is, "" on other days."""
    today = dates.local(now).date()
    for place in places:
        for hours in place.hours.values():
            return hours.schedule.holidays.get(today, "")
    return ""
