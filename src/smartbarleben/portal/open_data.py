"""Places with their hours and the Ortschaften as data sets, and the portal's own pages for search engines."""

from collections.abc import Callable, Iterable

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from smartbarleben.content import registry as kinds
from smartbarleben.opendata import registry as sets
from smartbarleben.opendata import sitemap
from smartbarleben.opendata.formats import Row
from smartbarleben.opendata.registry import DataSet, Field, State
from smartbarleben.opendata.tables import Stored
from smartbarleben.places.models import OpeningHours, Ortschaft, Place, SpecialHours

_SOURCE = (
    Field("source_name", _("where it is from")),
    Field("source_url", _("address of the source")),
    Field("as_of", _("of which day, month or year the facts are")),
)
_SOURCE_COLUMNS = ("source_name", "source_url", "as_of")
_EXAMPLE = Field("example", _("invented sample data: show it only with that word"), "boolean")
_URL = Field("url", _("address of the page"))
_POSITION = (
    Field("lon", _("longitude (WGS 84)"), "number", "°"),
    Field("lat", _("latitude (WGS 84)"), "number", "°"),
)
_WEEKDAY = Field("weekday", _("0 is Monday, 6 is Sunday"), "integer")
_PURPOSE = Field("purpose", _("what for: visit, phone or lending"))
_PLACE = Field("place", _("short name of the place"))
# Pages that are no item and no place, in the order of the main navigation.
_PAGES = ("/", "/orte/", "/strategie/", "/abfall/", "/haltestellen/", "/antworten/", "/offene-daten/",
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


def _with_url(path: str) -> Callable[[], Callable[[Row], Row]]:
    """The rows as they are, each with the address that its first value, a short name, completes."""
    return lambda: lambda row: (*row, f"{settings.BASE_URL}{path}{row[0]}/")


def _sets() -> Iterable[DataSet]:
    yield DataSet(
        key="orte",
        title=_("Places"),
        description=_("Houses, halls, playgrounds, stops: where they are, how to reach them and how to get in."),
        fields=(
            Field("slug", _("short name, unique within the set")),
            Field("name", _("name")),
            Field("kind", _("kind of place: town_hall, library, playground …")),
            Field("ortschaft", _("short name of the Ortschaft")),
            Field("street", _("street and number")),
            Field("postal_code", _("postal code")),
            *_POSITION,
            Field("position_is", _("exact or approximate")),
            Field("phone", _("phone")),
            Field("email", _("mail")),
            Field("website", _("website")),
            Field("summary", _("in one or two sentences, in German")),
            Field("wheelchair", _("with a wheelchair: yes, limited, no or unknown")),
            Field("accessibility", _("how to get in and around")),
            Field("wlan", _("free Wi-Fi"), "boolean"),
            Field("open_on_holidays", _("open on public holidays"), "boolean"),
            *_SOURCE,
            _EXAMPLE,
            _URL,
        ),
        table=Stored(
            Place.objects.all,
            ("slug", "name", "kind", "ortschaft__slug", "street", "postal_code", "lon", "lat", "precision", "phone",
             "email", "website", "summary", "wheelchair", "accessibility", "has_wlan", "open_on_holidays",
             *_SOURCE_COLUMNS, "is_example"),
            _with_url("/orte/"),
        ),
        state=lambda: State(Place.objects.count()),
        identity="slug",
        themes=(sets.GOVERNMENT, sets.CULTURE),
        page="/orte/",
        order=1,
    )  # fmt: skip
    yield DataSet(
        key="oeffnungszeiten",
        title=_("Opening hours"),
        description=_("Weekly hours of the places, one row for each span. Special days are a set of their own."),
        fields=(
            _PLACE,
            _PURPOSE,
            _WEEKDAY,
            Field("opens", _("from"), "time"),
            Field("closes", _("until; not later than the beginning: on the next day"), "time"),
            Field("weeks", _("all, odd or even weeks of the year (ISO 8601)")),
            Field("valid_from", _("valid from"), "date"),
            Field("valid_until", _("valid until"), "date"),
            *_SOURCE,
            _EXAMPLE,
        ),
        table=Stored(
            OpeningHours.objects.all,
            ("place__slug", "kind", "weekday", "opens", "closes", "weeks", "valid_from", "valid_until",
             *_SOURCE_COLUMNS, "place__is_example"),
        ),
        state=lambda: State(OpeningHours.objects.count()),
        page="/orte/",
        order=2,
    )  # fmt: skip
    yield DataSet(
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
            _EXAMPLE,
        ),
        table=Stored(
            SpecialHours.objects.all,
            ("place__slug", "kind", "first", "last", "opens", "closes", "reason", "place__is_example"),
        ),
        state=lambda: State(SpecialHours.objects.count()),
        page="/orte/",
        order=3,
    )
    yield DataSet(
        key="ortschaften",
        title=_("Ortschaften"),
        description=_("The villages of the municipality with inhabitants and area."),
        fields=(
            Field("slug", _("short name, unique within the set")),
            Field("name", _("name")),
            Field("population", _("inhabitants"), "integer"),
            Field("population_as_of", _("inhabitants as of")),
            Field("area", _("area"), "number", "km²"),
            *_POSITION,
            Field("summary", _("in one or two sentences, in German")),
            *_SOURCE,
            _EXAMPLE,
            _URL,
        ),
        table=Stored(
            Ortschaft.objects.all,
            ("slug", "name", "population", "population_as_of", "area_km2", "lon", "lat", "summary",
             *_SOURCE_COLUMNS, "is_example"),
            _with_url("/ortschaft/"),
        ),
        state=lambda: State(Ortschaft.objects.count()),
        identity="slug",
        themes=(sets.REGIONS,),
        order=4,
    )  # fmt: skip
