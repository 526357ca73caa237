"""Places with their hours and the Ortschaften as data sets, and the portal's own pages for search engines."""

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from smartbarleben.content import registry as kinds
from smartbarleben.opendata import registry as sets
from smartbarleben.opendata import sitemap
from smartbarleben.opendata.fields import EXAMPLE, ORTSCHAFT, POSITION, SLUG, SOURCE, SUMMARY, URL, with_url
from smartbarleben.opendata.registry import DataSet, Field, stored
from smartbarleben.places.models import OpeningHours, Ortschaft, Place, SpecialHours

_PURPOSE = Field("purpose", _("what for: visit, phone or lending"), source="kind")
_PLACE = Field("place", _("short name of the place"), source="place__slug")
_EXAMPLE_OF_PLACE = replace(EXAMPLE, source="place__is_example")
# Pages that are no item and no place, in the order of the main navigation.
_PAGES = ("/", "/orte/", "/karte/", "/strategie/", "/abfall/", "/haltestellen/", "/antworten/", "/offene-daten/",
          "/offene-daten/schnittstelle/")  # fmt: skip


def register() -> None:
    """Register the sets and the pages; called once when the app is ready."""
    sets.register("portal", _sets)
    sitemap.register(sitemap.listed("pages", _pages))
    sitemap.register(sitemap.Part("places", lambda: _listed().count(), _places))


def _pages() -> Iterable[sitemap.Entry]:
    paths = [*_PAGES, *(f"/{kind.path}/" for kind in kinds.kinds())]
    paths += [f"/ortschaft/{slug}/" for slug in Ortschaft.objects.values_list("slug", flat=True)]
    paths += [f"/offene-daten/{one.key}/" for one in sets.data_sets()]
    return [sitemap.Entry(path) for path in paths]


def _listed() -> QuerySet[Place]:
    return Place.objects.filter(is_example=False).order_by("pk")


def _places(first: int, size: int) -> list[sitemap.Entry]:
    slugs = _listed().values_list("slug", flat=True)[first : first + size]
    return [sitemap.Entry(f"/orte/{slug}/") for slug in slugs]


def _sets() -> Iterable[DataSet]:
    yield stored(
        lambda: with_url(Place.objects.all(), "/orte/"),
        key="orte",
        title=_("Places"),
        description=_("Houses, halls, playgrounds, stops: where they are, how to reach them and how to get in."),
        fields=(
            SLUG,
            Field("name", _("name")),
            Field("kind", _("kind of place: town_hall, library, playground …")),
            ORTSCHAFT,
            Field("street", _("street and number")),
            Field("postal_code", _("postal code")),
            *POSITION,
            Field("position_is", _("exact or approximate"), source="precision"),
            Field("phone", _("phone")),
            Field("email", _("mail")),
            Field("website", _("website")),
            SUMMARY,
            Field("wheelchair", _("with a wheelchair: yes, limited, no or unknown")),
            Field("accessibility", _("how to get in and around")),
            Field("wlan", _("free Wi-Fi"), "boolean", source="has_wlan"),
            Field("open_on_holidays", _("open on public holidays"), "boolean"),
            *SOURCE,
            EXAMPLE,
            URL,
        ),
        identity="slug",
        themes=(sets.GOVERNMENT, sets.CULTURE),
        page="/orte/",
        order=1,
    )
    yield stored(
        OpeningHours.objects.all,
        key="oeffnungszeiten",
        title=_("Opening hours"),
        description=_("Weekly hours of the places, one row for each span. Special days are a set of their own."),
        fields=(
            _PLACE,
            _PURPOSE,
            Field("weekday", _("0 is Monday, 6 is Sunday"), "integer"),
            Field("opens", _("from"), "time"),
            Field("closes", _("until; not later than the beginning: on the next day"), "time"),
            Field("weeks", _("all, odd or even weeks of the year (ISO 8601)")),
            Field("valid_from", _("valid from"), "date"),
            Field("valid_until", _("valid until"), "date"),
            *SOURCE,
            _EXAMPLE_OF_PLACE,
        ),
        page="/orte/",
        order=2,
    )
    yield stored(
        SpecialHours.objects.all,
        key="besondere-zeiten",
        title=_("Special days"),
        description=_("Days on which a place is closed or open at other times."),
        fields=(
            _PLACE,
            _PURPOSE,
            Field("first", _("first day"), "date"),
            Field("last", _("last day"), "date"),
            Field("opens", _("from; empty: closed"), "time"),
            Field("closes", _("until"), "time"),
            Field("reason", _("reason")),
            _EXAMPLE_OF_PLACE,
        ),
        page="/orte/",
        order=3,
    )
    yield stored(
        lambda: with_url(Ortschaft.objects.all(), "/ortschaft/"),
        key="ortschaften",
        title=_("Ortschaften"),
        description=_("The villages of the municipality with inhabitants and area."),
        fields=(
            SLUG,
            Field("name", _("name")),
            Field("population", _("inhabitants"), "integer"),
            Field("population_as_of", _("inhabitants as of")),
            Field("area", _("area"), "number", "km²", source="area_km2"),
            *POSITION,
            SUMMARY,
            *SOURCE,
            EXAMPLE,
            URL,
        ),
        identity="slug",
        themes=(sets.REGIONS,),
        order=4,
    )
