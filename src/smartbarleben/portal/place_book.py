"""All places with their hours in the reader's language: loaded once for each generation, three queries."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import F, FilteredRelation, Q
from django.http import HttpRequest
from django.utils.translation import get_language

from smartbarleben.content.presentation import Source, as_of_words, is_old, language_prefix
from smartbarleben.content.texts import SOURCE_LANGUAGE, StoredText, TextState, state_of
from smartbarleben.kernel.digest import text_digest
from smartbarleben.kernel.holidays import public_holidays
from smartbarleben.kernel.hours import Rule, Schedule, Special, Weeks
from smartbarleben.places.models import OpeningHours, Place, PlaceKind, SpecialHours
from smartbarleben.places.queries import village
from smartbarleben.ui import dates


@dataclass(frozen=True, slots=True)
class Hours:
    """The hours of a place for one purpose (visit, phone, lending), with where they are from."""

    kind: str
    schedule: Schedule
    source: Source

    @property
    def alternates(self) -> bool:
        """Whether odd and even weeks differ."""
        return any(rule.weeks is not Weeks.ALL for rule in self.schedule.rules)


@dataclass(frozen=True, slots=True)
class PlaceInfo:
    """A place in one language. `language` is the one its texts are written in, its name often stays German; unknown
    parts are "".
    """

    pk: int
    slug: str
    name: str
    kind: str
    kind_label: str
    ortschaft: str
    ortschaft_slug: str
    street: str
    postal_code: str
    phone: str
    email: str
    website: str
    summary: str
    language: str
    name_language: str
    text_state: TextState
    wheelchair: str
    wheelchair_label: str
    accessibility: str
    has_wlan: bool
    position: tuple[float, float] | None
    is_exact: bool
    source: Source
    is_example: bool
    url: str
    hours: Mapping[str, Hours]

    @property
    def address(self) -> str:
        """The known parts on one line: "Breiteweg 50, 39179 Barleben"."""
        town = " ".join(part for part in (self.postal_code, self.ortschaft) if part)
        return ", ".join(part for part in (self.street, town) if part)


def places(request: HttpRequest) -> tuple[PlaceInfo, ...]:
    """All places by name in the language of the request."""
    house = village(request)
    language = get_language() or settings.LANGUAGE_CODE
    database = str(connection.settings_dict["NAME"])
    return _places(house.generation, database, house.municipality.land, language, dates.today())


def places_with_hours(request: HttpRequest) -> tuple[PlaceInfo, ...]:
    """Those of `places` whose opening hours somebody wrote down; most trees, benches and stops have none."""
    house = village(request)
    language = get_language() or settings.LANGUAGE_CODE
    database = str(connection.settings_dict["NAME"])
    return _with_hours(house.generation, database, house.municipality.land, language, dates.today())


@lru_cache(maxsize=12)
def _with_hours(generation: int, database: str, land: str, language: str, today: date) -> tuple[PlaceInfo, ...]:
    return tuple(place for place in _places(generation, database, land, language, today) if place.hours)


@lru_cache(maxsize=12)
def _places(generation: int, database: str, land: str, language: str, today: date) -> tuple[PlaceInfo, ...]:
    hours = _hours(land, language, today)
    # One query with the texts of one language: `text` is the translation's row, or nothing but None.
    rows = (
        Place.objects.select_related("ortschaft")
        .annotate(text=FilteredRelation("translations", condition=Q(translations__language=language)))
        .annotate(
            text_name=F("text__name"),
            text_summary=F("text__summary"),
            text_accessibility=F("text__accessibility"),
            text_kept=F("text__state"),
            text_digest=F("text__source_digest"),
        )
        .order_by("name", "pk")
    )
    return tuple(_info(place, hours.get(place.pk, {}), language, today) for place in rows)


def _info(place: Any, hours: Mapping[str, Hours], language: str, today: date) -> PlaceInfo:
    name, summary, accessibility = place.name, place.summary, place.accessibility
    written_in, named_in, state = SOURCE_LANGUAGE, SOURCE_LANGUAGE, TextState.ORIGINAL
    if language != SOURCE_LANGUAGE:
        state = TextState.MISSING
        if place.text_kept is not None:
            digest = text_digest(name, summary, accessibility)
            state = state_of(StoredText("", "", "", place.text_kept, place.text_digest), digest)
            name, summary, accessibility = place.text_name or name, place.text_summary, place.text_accessibility
            written_in, named_in = language, language if place.text_name else SOURCE_LANGUAGE
    return PlaceInfo(
        pk=place.pk,
        slug=place.slug,
        name=name,
        kind=place.kind,
        kind_label=str(PlaceKind(place.kind).label),
        ortschaft=place.ortschaft.name if place.ortschaft else "",
        ortschaft_slug=place.ortschaft.slug if place.ortschaft else "",
        street=place.street,
        postal_code=place.postal_code,
        phone=place.phone,
        email=place.email,
        website=place.website,
        summary=summary,
        language=written_in,
        name_language=named_in,
        text_state=state,
        wheelchair=place.wheelchair,
        wheelchair_label=str(place.get_wheelchair_display()),
        accessibility=accessibility,
        has_wlan=place.has_wlan,
        position=(place.lon, place.lat) if place.lon is not None and place.lat is not None else None,
        is_exact=place.precision == "exact",
        source=Source(
            place.source_name,
            place.source_url,
            as_of_words(place.as_of, language),
            is_old(place.as_of, today),
            place.as_of,
        ),
        is_example=place.is_example,
        url=f"{language_prefix(language)}/orte/{place.slug}/",
        hours=hours,
    )


def _hours(land: str, language: str, today: date) -> dict[int, dict[str, Hours]]:
    """Hours by place and purpose: two queries."""
    holidays = public_holidays(land, (today.year - 1, today.year, today.year + 1), language)
    rules: dict[tuple[int, str], list[OpeningHours]] = {}
    for row in OpeningHours.objects.select_related("place").only(
        "kind", "weekday", "opens", "closes", "weeks", "valid_from", "valid_until",
        "source_name", "source_url", "as_of", "place__open_on_holidays",
    ):  # fmt: skip
        rules.setdefault((row.place_id, row.kind), []).append(row)
    specials: dict[tuple[int, str], list[Special]] = {}
    for row in SpecialHours.objects.filter(last__gte=today):
        special = Special(row.first, row.last, row.opens, row.closes, row.reason)
        specials.setdefault((row.place_id, row.kind), []).append(special)
    found: dict[int, dict[str, Hours]] = {}
    for (place, kind), rows in rules.items():
        oldest = min(rows, key=lambda row: row.as_of)
        found.setdefault(place, {})[kind] = Hours(
            kind,
            Schedule(
                rules=tuple(
                    Rule(row.weekday, row.opens, row.closes, Weeks(row.weeks), row.valid_from, row.valid_until)
                    for row in rows
                ),
                specials=tuple(specials.get((place, kind), ())),
                holidays=holidays,
                open_on_holidays=rows[0].place.open_on_holidays,
            ),
            Source(
                oldest.source_name,
                oldest.source_url,
                as_of_words(oldest.as_of, language),
                is_old(oldest.as_of, today),
                oldest.as_of,
            ),
        )
    return found
