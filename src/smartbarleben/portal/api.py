"""The places of the village in the public JSON API."""

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Count
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Router, Schema

from smartbarleben.content.api_schemas import ExampleFlag, SourceOut
from smartbarleben.content.channels.common import text_state_label
from smartbarleben.content.channels.data import example, stamp
from smartbarleben.kernel.hours import state_at
from smartbarleben.opendata.api import Language, checked_language, published
from smartbarleben.places.models import Place

from .open_now import main_hours, open_state
from .place_book import Hours, PlaceInfo, places

router = Router(tags=["places"])


class RuleOut(Schema):
    """Open on one weekday."""

    weekday: int = Field(description="0 is Monday.")
    opens: str = Field(examples=["09:00"])
    closes: str = Field(description="Not later than `opens`: on the next day.", examples=["18:00"])
    weeks: str = Field(description="all, odd or even (ISO weeks).")
    valid_from: str | None
    valid_until: str | None


class SpecialOut(Schema):
    """Days on which the weekly rules do not hold; without times the place is closed."""

    first: str
    last: str
    opens: str | None
    closes: str | None
    reason: str | None


class HoursOut(Schema):
    """The hours of a place for one purpose."""

    purpose: str = Field(description="visit, phone or lending.")
    open_now: bool
    state: str = Field(description="In words.", examples=["open until 18:00"])
    changes_at: str | None = Field(description="When that changes; in UTC, ISO 8601.")
    open_on_holidays: bool
    rules: list[RuleOut]
    specials: list[SpecialOut]
    source: SourceOut
    as_of: str | None


class PlaceRow(ExampleFlag):
    """A place that people go to."""

    slug: str
    name: str
    kind: str = Field(examples=["library"])
    kind_label: str
    ortschaft: str | None
    street: str | None
    postal_code: str | None
    position: list[float] | None = Field(description="Longitude, latitude (WGS 84).")
    position_is_exact: bool
    open_now: bool | None = Field(description="null where we do not know the hours.")
    state: str | None = Field(description="Open or closed, in words.")
    language: str
    text_state: str
    text_state_label: str | None
    source: SourceOut
    as_of: str | None
    url: str


class PlaceOut(PlaceRow):
    """A place with its hours and how to get in."""

    summary: str
    phone: str | None
    email: str | None
    website: str | None
    wheelchair: str = Field(description="yes, limited, no or unknown.")
    wheelchair_label: str
    accessibility: str | None
    wlan: bool
    hours: list[HoursOut]


class PlaceList(Schema):
    """All places, by name."""

    places: list[PlaceRow]


@published(router, "/places/", PlaceList)
def list_places(request: HttpRequest, language: Language = settings.LANGUAGE_CODE) -> Any:
    """All places, with whether they are open now."""
    checked_language(language)
    return {"places": [_row(one, language) for one in places(request)]}


def _some_place() -> Mapping[str, Any] | None:
    """The place that has the most hours to tell."""
    best = Place.objects.annotate(rows=Count("hours")).order_by("-rows", "pk").first()
    return {"slug": best.slug} if best else None


@published(router, "/places/{slug}", PlaceOut, sample=_some_place)
def one_place(request: HttpRequest, slug: str, language: Language = settings.LANGUAGE_CODE) -> Any:
    """One place with its opening hours, special days and state."""
    checked_language(language)
    found = next((one for one in places(request) if one.slug == slug), None)
    if found is None:
        raise Http404(_("There is no place “%(slug)s”.") % {"slug": slug})
    return _row(found, language) | {
        "summary": found.summary,
        "phone": found.phone or None,
        "email": found.email or None,
        "website": found.website or None,
        "wheelchair": found.wheelchair,
        "wheelchair_label": found.wheelchair_label,
        "accessibility": found.accessibility or None,
        "wlan": found.has_wlan,
        "hours": [_hours(hours, language) for hours in found.hours.values()],
    }


def _row(one: PlaceInfo, language: str) -> dict[str, Any]:
    hours = main_hours(one)
    state = open_state(hours, language, timezone.now()) if hours else None
    return {
        "slug": one.slug,
        "name": one.name,
        "kind": one.kind,
        "kind_label": one.kind_label,
        "ortschaft": one.ortschaft or None,
        "street": one.street or None,
        "postal_code": one.postal_code or None,
        "position": list(one.position) if one.position else None,
        "position_is_exact": one.is_exact,
        "open_now": state.is_open if state else None,
        "state": state.text if state else None,
        "language": one.language,
        "text_state": one.text_state.value,
        "text_state_label": text_state_label(one.text_state, one.language) or None,
        "source": {"name": one.source.name or None, "url": one.source.url or None},
        "as_of": one.source.as_of_iso or None,
        "url": settings.BASE_URL + one.url,
        **example(one.is_example),
    }


def _hours(hours: Hours, language: str) -> dict[str, Any]:
    now = timezone.now()
    schedule, state = hours.schedule, open_state(hours, language, now)
    return {
        "purpose": hours.kind,
        "open_now": state.is_open,
        "state": state.text,
        "changes_at": stamp(state_at(schedule, now).until),
        "open_on_holidays": schedule.open_on_holidays,
        "rules": [
            {
                "weekday": rule.weekday,
                "opens": f"{rule.opens:%H:%M}",
                "closes": f"{rule.closes:%H:%M}",
                "weeks": rule.weeks.value,
                "valid_from": rule.valid_from.isoformat() if rule.valid_from else None,
                "valid_until": rule.valid_until.isoformat() if rule.valid_until else None,
            }
            for rule in schedule.rules
        ],
        "specials": [
            {
                "first": special.first.isoformat(),
                "last": special.last.isoformat(),
                "opens": f"{special.opens:%H:%M}" if special.opens else None,
                "closes": f"{special.closes:%H:%M}" if special.closes else None,
                "reason": special.reason or None,
            }
            for special in schedule.specials
        ],
        "source": {"name": hours.source.name or None, "url": hours.source.url or None},
        "as_of": hours.source.as_of_iso or None,
    }
