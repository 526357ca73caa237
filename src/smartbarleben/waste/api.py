"""The waste calendar in the public API."""

from collections.abc import Mapping
from datetime import date
from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Query, Router, Schema

from smartbarleben.opendata.api import Language, checked_language, published

from . import queries
from .models import Street

router = Router(tags=["waste"])
_DAYS = 400


class StreetOut(Schema):
    """A street on a tour."""

    name: str = Field(examples=["Bahnhofstraße"])
    slug: str = Field(examples=["bahnhofstrasse"])
    ortschaft: str | None
    url: str


class StreetList(Schema):
    """All streets that the calendar knows, by name."""

    streets: list[StreetOut]


class PickupOut(Schema):
    """A bin is fetched on a day."""

    day: date
    bin: str = Field(description="residual, organic, paper, plastic, bulky, trees or hazardous.", examples=["paper"])
    bin_label: str


class StreetCalendarOut(StreetOut):
    """A street's coming days."""

    put_out: str | None = Field(description="Bins stand at the road by then.", examples=["06:00"])
    pickups: list[PickupOut]
    last: date | None = Field(description="The last day that the calendar knows.")
    calendar: str = Field(description="The same as iCalendar.")
    source_name: str | None
    source_url: str | None
    example: bool = Field(description="True for invented sample data.")


def _street(name: str, slug: str, ortschaft: str) -> dict[str, Any]:
    url = f"{settings.BASE_URL}/abfall/{slug}/"
    return {"name": name, "slug": slug, "ortschaft": ortschaft or None, "url": url}


def _some_street() -> Mapping[str, Any] | None:
    slug = Street.objects.order_by("name").values_list("slug", flat=True).first()
    return {"slug": slug} if slug else None


@published(router, "/waste/streets/", StreetList)
def list_streets(request: HttpRequest, language: Language = settings.LANGUAGE_CODE) -> Any:
    """All streets that the waste calendar knows."""
    checked_language(language)
    return {"streets": [_street(one.name, one.slug, one.ortschaft) for one in queries.streets()]}


@published(router, "/waste/streets/{slug}", StreetCalendarOut, sample=_some_street)
def waste_of_a_street(
    request: HttpRequest,
    slug: str,
    language: Language = settings.LANGUAGE_CODE,
    limit: Annotated[int, Query(ge=1, le=_DAYS)] = 60,
) -> Any:
    """The coming days of a street, from today on."""
    checked_language(language)
    found = queries.street_calendar(slug, timezone.localdate(), limit=limit)
    if found is None:
        raise Http404(_("We do not know the street “%(slug)s”.") % {"slug": slug})
    return _street(found.name, found.slug, found.ortschaft) | {
        "put_out": f"{found.put_out:%H:%M}" if found.put_out else None,
        "pickups": [
            {"day": one.day.isoformat(), "bin": one.bin, "bin_label": queries.bin_name(one.bin)}
            for one in found.pickups
        ],
        "last": found.last.isoformat() if found.last else None,
        "calendar": f"{settings.BASE_URL}/abfall/{found.slug}/abfall.ics",
        "source_name": found.source_name or None,
        "source_url": found.source_url or None,
        "example": found.is_example,
    }
