"""Small villages for tests: `make_village()` first, then `make_item("event", title="…")`, `make_place("…")`.

    from tests.factories import make_item, make_village

    @pytest.fixture
    def village(db): return make_village()

Everything goes through the house's own actions, so that dates, addresses and the generation are as in real life.
Times are given in village time by `at(days, hour)`: days from today.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time, timedelta
from itertools import count
from typing import Any

from django.utils import timezone

from smartbarleben.content import registry
from smartbarleben.content.actions import create_item
from smartbarleben.content.models import Item
from smartbarleben.kernel.digest import text_digest
from smartbarleben.places.models import (
    Municipality,
    OpeningHours,
    Ortschaft,
    OrtschaftText,
    Place,
    PlaceText,
    SpecialHours,
)
from smartbarleben.ui.dates import VILLAGE_TIME, today

# Caches are keyed by the generation. A test's rollback takes the number back but not the caches, so each village of
# a test run starts at a number of its own.
_generations = count(1_000_000, 10_000)
_numbers = count(1)

LANGUAGES = ("de", "de-simple", "en", "uk", "ar", "pl")


def at(days: int = 0, hour: int = 12, minute: int = 0) -> datetime:
    """A moment in village time, ``days`` from today."""
    return datetime.combine(today() + timedelta(days=days), time(hour, minute), VILLAGE_TIME)


def make_village(
    ortschaften: Sequence[str] = ("Barleben", "Ebendorf", "Meitzendorf"),
    *,
    languages: Sequence[str] = LANGUAGES,
    **values: Any,
) -> Municipality:
    """The municipality with its Ortschaften (by name; the slug is the name in small letters)."""
    number = next(_generations)
    given = {
        "name": "Barleben",
        "ags": "15083040",
        "line": "barleben",
        "phone": "039203 565-0",
        "email": "rathaus@example.org",
        "website": "https://www.example.org/",
        "street": "Ernst-Thälmann-Straße 22",
        "postal_code": "39179",
    } | values
    Municipality.objects.update_or_create(id=1, defaults=given | {"languages": list(languages), "generation": number})
    for position, name in enumerate(ortschaften):
        make_ortschaft(name, position=position)
    return Municipality.objects.get()


def make_ortschaft(
    name: str, *, texts: Mapping[str, Mapping[str, str]] | None = None, slug: str = "", **values: Any
) -> Ortschaft:
    """One Ortschaft with translations ({language: {summary, body, state}})."""
    slug = slug or name.lower()
    given: dict[str, Any] = {
        "tower": "gable",
        "lon": 11.6,
        "lat": 52.2,
        "summary": f"{name} liegt in der Börde.",
        "body": f"{name} ist klein.\n\nUnd schön.",
    } | values
    ortschaft = Ortschaft(slug=slug, name=name, **given)
    for language, text in (texts or {}).items():
        ortschaft.translations.add(
            OrtschaftText(
                language=language,
                source_digest=text_digest(given["summary"], given["body"]),
                **({"state": "reviewed"} | dict(text)),
            )
        )
    ortschaft.save()
    return ortschaft


def make_place(
    name: str,
    *,
    ortschaft: str | Ortschaft | None = "barleben",
    hours: Sequence[tuple[int, str, str]] = (),
    phone_hours: Sequence[tuple[int, str, str]] = (),
    closed_days: Sequence[tuple[date, date, str]] = (),
    texts: Mapping[str, Mapping[str, str]] | None = None,
    **values: Any,
) -> Place:
    """One place. Hours are (weekday, "09:00", "18:00"); closed days (first, last, reason); weekday 0 is Monday."""
    if isinstance(ortschaft, str):
        ortschaft = Ortschaft.objects.get(slug=ortschaft)
    slug = values.pop("slug", "") or f"ort-{next(_numbers)}"
    place = Place(slug=slug, name=name, ortschaft=ortschaft, **values)
    for language, text in (texts or {}).items():
        digest = text_digest(name, place.summary, place.accessibility)
        place.translations.add(
            PlaceText(language=language, source_digest=digest, **({"state": "reviewed"} | dict(text)))
        )
    for kind, rows in (("visit", hours), ("phone", phone_hours)):
        for weekday, opens, closes in rows:
            place.hours.add(
                OpeningHours(
                    kind=kind,
                    weekday=weekday,
                    opens=time.fromisoformat(opens),
                    closes=time.fromisoformat(closes),
                    as_of="2021",
                )
            )
    for first, last, reason in closed_days:
        place.special_hours.add(SpecialHours(first=first, last=last, reason=reason))
    place.save()
    return place


def make_item(kind: str, *, texts: Mapping[str, Mapping[str, Any]] | None = None, **values: Any) -> Item:
    """A published item of a kind (its key), with sensible values for what the kind needs.

    ``texts`` as `create_item` takes them: {"en": {"title": "…", "state": "machine"}}; ``ortschaft`` may be a slug;
    ``publish=False`` makes a draft.
    """
    number = next(_numbers)
    given: dict[str, Any] = {"title": f"{kind} {number}", "summary": f"Kurz gesagt: {kind} {number}."}
    if kind in {"event", "closure", "notice", "milestone", "decision"}:
        given |= {"starts_at": at(1, 18), "ends_at": at(1, 20)}
    if kind == "notice":
        given |= {"starts_at": at(-1, 8), "ends_at": at(7, 20)}
    if kind == "service":
        given |= {"responsible_name": "Landkreis Börde"}
    given |= values
    if isinstance(given.get("ortschaft"), str):
        given["ortschaft"] = Ortschaft.objects.get(slug=given["ortschaft"])
    return create_item(registry.kind(kind).model, texts=texts, **given)


def now() -> datetime:
    """This moment, aware."""
    return timezone.now()
