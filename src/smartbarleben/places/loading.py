"""Loads the municipality, its Ortschaften and its places from plain mappings (YAML files, the answers of `init`)."""

from collections.abc import Mapping, Sequence
from datetime import date, time
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from smartbarleben.kernel.digest import text_digest
from smartbarleben.kernel.folding import slugify

from .models import Municipality, OpeningHours, Ortschaft, OrtschaftText, Place, PlaceText, Precision, SpecialHours

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_PLAIN = (
    "name",
    "kind",
    "ags",
    "land",
    "county",
    "postal_code",
    "phone",
    "email",
    "website",
    "lon",
    "lat",
    "colours",
)
_KNOWN_ELSEWHERE = {
    *_PLAIN,
    "key",
    "languages",
    "line",
    "address",
    "source",
    "as_of",
    "ortschaften",
    "offices",
    "places",
}


class LoadError(ValueError):
    """A row of the data cannot be stored; the message names the row and says what is wrong with it."""


def explain(where: str, problem: Exception) -> LoadError:
    """The error for a row, with the fields that are wrong."""
    if isinstance(problem, ValidationError) and hasattr(problem, "message_dict"):
        details = "; ".join(f"{field}: {' '.join(messages)}" for field, messages in problem.message_dict.items())
        return LoadError(f"{where}: {details}")
    return LoadError(f"{where}: {problem}")


def source_values(row: Mapping[str, Any]) -> dict[str, Any]:
    """The `Sourced` fields of a row: source, as-of date, review date, example flag."""
    source = row.get("source") or {}
    as_of = str(row.get("as_of") or "")
    return {
        "source_name": source.get("name", ""),
        "source_url": source.get("url", ""),
        "as_of": as_of if as_of[:4].isdigit() else "",
        "is_example": bool(row.get("example")),
        "owner": row.get("owner", ""),
    }


@transaction.atomic
def load_municipality(row: Mapping[str, Any]) -> Municipality:
    """Store the one municipality. Raises LoadError; a second municipality is refused."""
    if Municipality.objects.exists():
        raise LoadError("This data folder has a municipality already. Choose an empty one with --data DIR.")
    values = {name: row[name] for name in _PLAIN if row.get(name) is not None}
    languages = list(row.get("languages") or ["de"])
    municipality = Municipality(
        **values,
        street=row.get("address", ""),
        languages=languages if "de" in languages else ["de", *languages],
        line=row.get("line", "neutral"),
        facts={name: _plain(value) for name, value in row.items() if name not in _KNOWN_ELSEWHERE},
    )
    try:
        municipality.full_clean()
    except ValidationError as problem:
        raise explain(f"municipality {row.get('name', '?')}", problem) from problem
    municipality.save()
    return municipality


def _plain(value: Any) -> Any:
    """Dates that YAML made of plain text become text again, for the JSON column."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, date) else value


@transaction.atomic
def load_ortschaften(rows: Sequence[Mapping[str, Any]]) -> dict[str, Ortschaft]:
    """Store the Ortschaften in the order given; returns them by key."""
    stored = {}
    for position, row in enumerate(rows):
        population = row.get("population") or {}
        if not isinstance(population, Mapping):
            population = {"value": population}
        key = row.get("key") or slugify(row["name"])
        one = Ortschaft(
            slug=key,
            name=row["name"],
            position=position,
            tower=row.get("tower", ""),
            lon=row.get("lon", 0.0),
            lat=row.get("lat", 0.0),
            population=population.get("value"),
            population_as_of=str(population.get("as_of") or ("berechnet" if population.get("derived") else "")),
            area_km2=row.get("area_km2"),
            summary=row.get("summary", ""),
            body=(row.get("body") or "").strip(),
            **source_values(row),
        )
        digest = text_digest(one.summary, one.body)
        for language, text in (row.get("translations") or {}).items():
            one.translations.add(
                OrtschaftText(
                    language=language,
                    summary=text.get("summary", ""),
                    body=(text.get("body") or "").strip(),
                    state=text.get("state", "reviewed"),
                    source_digest=digest,
                )
            )
        try:
            one.full_clean()
        except ValidationError as problem:
            raise explain(f"Ortschaft {key}", problem) from problem
        one.save()
        stored[key] = one
    return stored


@transaction.atomic
def load_places(rows: Sequence[Mapping[str, Any]], ortschaften: Mapping[str, Ortschaft]) -> dict[str, Place]:
    """Store places with hours and translations; without coordinates they stand at their Ortschaft's centre."""
    stored = {}
    for row in rows:
        key = row["key"]
        if row.get("ortschaft") and row["ortschaft"] not in ortschaften:
            raise LoadError(f"place {key}: there is no Ortschaft {row['ortschaft']!r}.")
        ortschaft = ortschaften.get(row.get("ortschaft") or "")
        exact = row.get("lon") is not None and row.get("lat") is not None
        accessibility = row.get("accessibility") or {}
        place = Place(
            slug=key,
            name=row["name"],
            kind=row.get("kind", "other"),
            ortschaft=ortschaft,
            street=row.get("address", ""),
            postal_code=row.get("postal_code", ""),
            phone=row.get("phone", ""),
            email=row.get("email", ""),
            website=row.get("website", ""),
            summary=row.get("summary", ""),
            wheelchair=accessibility.get("wheelchair", "unknown"),
            accessibility=accessibility.get("text", ""),
            has_wlan=bool(row.get("wlan")),
            lon=row["lon"] if exact else (ortschaft.lon if ortschaft else None),
            lat=row["lat"] if exact else (ortschaft.lat if ortschaft else None),
            precision=Precision.EXACT if exact else Precision.APPROXIMATE,
            **source_values(row),
        )
        digest = text_digest(place.name, place.summary, place.accessibility)
        for language, text in (row.get("translations") or {}).items():
            place.translations.add(
                PlaceText(
                    language=language,
                    name=text.get("name", ""),
                    summary=text.get("summary", ""),
                    accessibility=text.get("accessibility_text", ""),
                    state=text.get("state", "reviewed"),
                    source_digest=digest,
                )
            )
        for hours in row.get("hours") or []:
            place.hours.add(_hours(hours))
        for special in row.get("special_hours") or []:
            place.special_hours.add(
                SpecialHours(
                    kind=special.get("kind", "visit"),
                    first=special["first"],
                    last=special.get("last", special["first"]),
                    opens=special.get("opens"),
                    closes=special.get("closes"),
                    reason=special.get("reason", ""),
                )
            )
        try:
            place.full_clean()
        except ValidationError as problem:
            raise explain(f"place {key}", problem) from problem
        place.save()
        stored[key] = place
    return stored


def _hours(row: Mapping[str, Any]) -> OpeningHours:
    source = row.get("source") or {}
    return OpeningHours(
        kind=row.get("kind", "visit"),
        weekday=WEEKDAYS.index(row["weekday"]),
        opens=time.fromisoformat(row["opens"]),
        closes=time.fromisoformat(row["closes"]),
        weeks=row.get("weeks", "all"),
        source_name=source.get("name", ""),
        source_url=source.get("url", ""),
        as_of=str(row.get("as_of") or ""),
    )
