"""Places out of tables. They stand here and not in the room of places, which lies below that of imports."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from smartbarleben.imports import columns
from smartbarleben.imports.columns import Column
from smartbarleben.imports.incoming import Incoming, Value
from smartbarleben.imports.registry import FromTables, Origin, State
from smartbarleben.imports.tables import Row
from smartbarleben.imports.trouble import Report
from smartbarleben.kernel.folding import fold, slugify
from smartbarleben.people.policies import Person
from smartbarleben.places import actions
from smartbarleben.places.models import Ortschaft, Place, PlaceKind, Precision, Wheelchair

from .villages import ORTSCHAFT, known_village

CONFIRM_EVERY = timedelta(days=6)
_PLAIN = (
    *("name", "kind", "street", "postal_code", "phone", "email", "website", "summary", "wheelchair"),
    *("accessibility", "has_wlan", "lon", "lat"),
)
# German names stand first: they are what the report offers.
_KINDS = {
    "town_hall": ("Rathaus", "Town hall"),
    "library": ("Bibliothek", "Library", "Bücherei"),
    "culture": ("Kultur", "Culture"),
    "hall": ("Halle", "Hall"),
    "community_house": ("Dorfgemeinschaftshaus", "Community house"),
    "youth_club": ("Jugendclub", "Youth club"),
    "playground": ("Spielplatz", "Playground"),
    "school": ("Schule", "School"),
    "kita": ("Kita", "Day care", "Kindertagesstätte"),
    "kiosk_hub": ("Selbstbedienung", "Self-service"),
    "park": ("Grünfläche", "Park", "Green space"),
    "business": ("Gewerbe", "Business"),
    "station": ("Bahnhof", "Station"),
    "stop": ("Haltestelle", "Bus stop"),
    "wlan": ("WLAN", "Wi-Fi"),
    "other": ("Sonstiges", "Other", "Ort"),
}
_WHEELCHAIR = {
    "yes": ("ja", "stufenlos"),
    "limited": ("teilweise", "partly"),
    "no": ("nein",),
    "unknown": ("unbekannt", "?"),
}


class Places(FromTables):
    """Rows become places."""

    key = "places"
    label = gettext_lazy("Places")
    hint = gettext_lazy("A table (CSV, Excel) with a row for each place, as playgrounds or defibrillators.")
    title_field = "name"
    has_drafts = False
    columns = (
        Column("number", ("Nummer", "Number", "ID", "Kennung"), columns.text(100), example="1"),
        Column(
            "name", ("Name", "Titel", "Title", "Ort", "Place", "Bezeichnung"), columns.text(120), True, "Spielplatz"
        ),
        Column(
            "kind",
            ("Art", "Kind", "Kategorie", "Category", "Typ"),
            columns.choice(_KINDS),
            False,
            "Spielplatz",
            "other",
        ),
        ORTSCHAFT,
        Column("street", ("Straße", "Street", "Adresse", "Address"), columns.text(120), example="Bahnhofstraße 1"),
        Column("postal_code", ("PLZ", "Postal code", "Postleitzahl", "ZIP"), columns.text(5), example="39179"),
        Column("lat", ("Breite", "Latitude", "Lat", "Breitengrad"), columns.number(-90, 90), False, "52,2019", None),
        Column(
            "lon",
            ("Länge", "Longitude", "Lon", "Lng", "Längengrad"),
            columns.number(-180, 180),
            False,
            "11,6186",
            None,
        ),
        Column("phone", ("Telefon", "Phone", "Tel"), columns.text(40)),
        Column("email", ("E-Mail", "Mail", "Email"), columns.mail),
        Column("website", ("Webseite", "Website", "Homepage", "URL"), columns.web),
        Column(
            "summary",
            ("Kurztext", "Summary", "Beschreibung", "Description"),
            columns.text(400),
            example="Mit Rutsche.",
        ),
        Column(
            "wheelchair",
            ("Rollstuhl", "Wheelchair", "Barrierefrei"),
            columns.choice(_WHEELCHAIR),
            False,
            "ja",
            "unknown",
        ),
        Column("accessibility", ("Zugang", "Accessibility"), columns.text(400)),
        Column("has_wlan", ("WLAN", "Wi-Fi", "Wifi"), columns.yes_no, False, "nein", False),
    )
    labels: Mapping[str, Any] = {
        **{name: Place._meta.get_field(name).verbose_name for name in (*_PLAIN, "ortschaft")},  # type: ignore[union-attr]
    }

    def may(self, person: Person) -> bool:
        return bool(getattr(person, "has_perms")(["places.add_place", "places.change_place"]))  # noqa: B009

    def from_table(self, rows: Iterable[Row], report: Report, origin: Origin) -> Iterator[Incoming]:
        village = known_village(origin)
        for row in rows:
            values = dict(row.values)
            number = values.pop("number", "")
            values["ortschaft"] = values.get("ortschaft") or village
            natural = slugify(f"{values['name']} {values['ortschaft']}")
            yield Incoming(str(number or natural), values, row.line)

    def find(self, rows: Sequence[Incoming], origin: Origin) -> dict[str, str]:
        """A place of the same name in the same Ortschaft is the same place."""
        known: dict[tuple[str, str], str] = {}
        for pk, name, village in Place.objects.order_by("pk").values_list("pk", "name", "ortschaft__slug"):
            known.setdefault((fold(name), village or ""), str(pk))
        found = {
            row.key: known.get((fold(str(row.values["name"])), str(row.values.get("ortschaft") or "")))
            for row in rows
        }
        return {key: pk for key, pk in found.items() if pk}

    def read(self, keys: Sequence[str]) -> dict[str, State]:
        found: dict[str, State] = {}
        numbers = [int(key) for key in keys]
        for start in range(0, len(numbers), 500):
            rows = Place.objects.filter(pk__in=numbers[start : start + 500]).select_related("ortschaft")
            for row in rows:
                values: dict[str, Value] = {name: getattr(row, name) for name in _PLAIN}
                if row.precision == Precision.APPROXIMATE:
                    # The middle of the Ortschaft stands in for what nobody knows.
                    values |= {"lon": None, "lat": None}
                values["ortschaft"] = row.ortschaft.slug if row.ortschaft else ""
                found[str(row.pk)] = State(values)
        return found

    def create(self, values: Mapping[str, Value], origin: Origin) -> str:
        place = actions.add_place(
            **_fields(values),
            source_name=origin.name,
            source_url=origin.url,
            as_of=origin.as_of.isoformat(),
            owner=origin.owner,
            review_by=origin.as_of + timedelta(days=365),
        )
        return str(place.pk)

    def change(self, key: str, values: Mapping[str, Value], origin: Origin) -> None:
        actions.change_place(place=Place.objects.get(pk=int(key)), **_fields(values))

    def confirm(self, keys: Sequence[str], origin: Origin) -> None:
        old = (origin.as_of - CONFIRM_EVERY).isoformat()
        for place in Place.objects.filter(pk__in=[int(key) for key in keys]):
            if not place.source_name:
                actions.change_place(place=place, source_name=origin.name, source_url=origin.url)
            if place.as_of <= old or (place.review_by and place.review_by < origin.as_of):
                actions.confirm_place(place=place, today=origin.as_of)

    def gone(self, key: str, origin: Origin) -> bool:
        actions.question_place(place=Place.objects.get(pk=int(key)))
        return False

    def back(self, key: str, origin: Origin, publish: bool) -> None:
        actions.confirm_place(place=Place.objects.get(pk=int(key)), today=origin.as_of)

    def edit_url(self, key: str) -> str:
        from ..staff_views import thing_edit_url

        place = Place.objects.filter(pk=int(key)).first()
        return thing_edit_url(place) if place else ""

    def shown(self, field: str, value: Value) -> str:
        if field == "kind":
            return str(PlaceKind(str(value)).label)
        if field == "wheelchair":
            return str(Wheelchair(str(value)).label)
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        return super().shown(field, value)


def _fields(values: Mapping[str, Value]) -> dict[str, Any]:
    fields: dict[str, Any] = {name: values[name] for name in _PLAIN if name in values}
    if "ortschaft" in values:
        fields["ortschaft"] = Ortschaft.objects.filter(slug=values["ortschaft"]).first()
    return fields
