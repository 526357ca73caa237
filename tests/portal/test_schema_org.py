"""What search engines read in the pages: valid against the vocabulary of schema.org, whole, and true."""

import json
import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from tests.factories import at, make_item, make_place
from tests.portal.schema_vocabulary import ENUMERATIONS, NEEDED, TYPES, properties
from tests.portal.test_every_page import KINDS, every_path, item_path

from smartbarleben.content import registry
from smartbarleben.opendata.registry import data_sets
from smartbarleben.ui.dates import today

DATES = {
    "startDate",
    "endDate",
    "datePublished",
    "dateModified",
    "datePosted",
    "expires",
    "validFrom",
    "validThrough",
}
ADDRESSES = {"@id", "url", "contentUrl", "sameAs", "mainEntityOfPage", "serviceUrl", "license"}
A_DATE = re.compile(r"\d{4}(-\d\d(-\d\d(T\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d))?)?)?$")


def data(page: BeautifulSoup) -> list[dict[str, Any]]:
    return [json.loads(one.get_text()) for one in page.select('script[type="application/ld+json"]')]


def mistakes(thing: Any, where: str = "") -> Iterator[str]:
    """Everything that the vocabulary does not know or misses."""
    if isinstance(thing, list):
        for one in thing:
            yield from mistakes(one, where)
        return
    if not isinstance(thing, dict):
        return
    kind = thing.get("@type")
    if kind not in TYPES:
        yield f"{where}: no type {kind!r}"
        return
    here = f"{where}/{kind}"
    said = {name for name in thing if not name.startswith("@")}
    yield from (f"{here}: no property {name!r}" for name in said - properties(kind))
    yield from (f"{here}: needs {name!r}" for name in NEEDED.get(kind, set()) - said)
    for name, value in thing.items():
        values = value if isinstance(value, list) else [value]
        if value in ("", None, [], {}):
            yield f"{here}: {name!r} says nothing"
        if name in DATES and not all(A_DATE.match(str(one)) for one in values):
            yield f"{here}: {name!r} is no date: {value!r}"
        if name in ADDRESSES and not all(str(one).startswith(("https://", "http://")) for one in values):
            yield f"{here}: {name!r} is no whole address: {value!r}"
        if name in ENUMERATIONS and str(value).removeprefix("https://schema.org/") not in ENUMERATIONS[name]:
            yield f"{here}: {name!r} is no word of the vocabulary: {value!r}"
        yield from mistakes(value if isinstance(value, dict | list) else None, f"{here}.{name}")


@pytest.mark.parametrize("language", ["", "/ar"])
def test_every_page_is_valid(full_village, read, language: str) -> None:
    found = set()
    for path in [*every_path(), *(f"/offene-daten/{one.key}/" for one in data_sets())]:
        for thing in data(read(language + path)):
            assert thing["@context"] == "https://schema.org", path
            assert list(mistakes(thing, path)) == []
            found.add(thing["@type"])
    assert found >= {registry.kind(kind).schema_type for kind in KINDS} | {"WebSite", "CityHall", "Dataset"}


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_of_each_kind_says_what_it_is(full_village, read, kind: str) -> None:
    path = item_path(kind)
    page = read(path)
    (thing,) = data(page)
    assert thing["@type"] == registry.kind(kind).schema_type
    assert "name" in NEEDED[thing["@type"]], "say what is needed of it"
    assert thing["url"].endswith(path)
    assert thing["name"] == page.select_one("h1").get_text()


def test_the_validator_notices_what_is_wrong() -> None:
    right = {
        "@type": "Event",
        "name": "Fest",
        "startDate": "2026-11-24",
        "eventStatus": "https://schema.org/EventScheduled",
        "location": {"@type": "Place", "name": "Hier"},
    }
    assert list(mistakes(right)) == []
    for wrong in (
        {"@type": "Party"},
        right | {"email": "a@example.org"},
        right | {"startDate": "morgen"},
        right | {"location": {"@type": "Place"}},
        right | {"url": "/termine/fest/"},
        right | {"eventStatus": "https://schema.org/EventForgotten"},
        right | {"description": ""},
    ):
        assert list(mistakes(wrong)), wrong


def test_a_place_tells_hours_and_special_days_and_leaves_out_what_cannot_be_said(village, read) -> None:
    first = today() + timedelta(days=3)
    hours = [(0, "09:00", "18:00"), (1, "20:00", "02:00")]
    closed = [(first, first + timedelta(days=1), "Betriebsausflug")]
    library = make_place("Bibliothek", slug="bib", kind="library", hours=hours, closed_days=closed, email="b@x.org")
    library.hours.create(weekday=2, opens="10:00", closes="12:00", weeks="odd")
    library.save()
    (thing,) = data(read("/orte/bib/"))
    assert list(mistakes(thing)) == []
    assert (thing["@type"], thing["email"]) == ("Library", "b@x.org")
    days = [one["dayOfWeek"].rpartition("/")[2] for one in thing["openingHoursSpecification"]]
    assert days == ["Monday", "Tuesday"]
    (special,) = thing["specialOpeningHoursSpecification"]
    assert (special["validFrom"], special["opens"], special["closes"]) == (first.isoformat(), "00:00", "00:00")
    make_place("Rathaus", slug="rathaus", kind="town_hall", email="r@x.example")
    (hall,) = data(read("/orte/rathaus/"))
    assert "email" not in hall


def test_an_event_without_a_place_happens_in_the_village(village, read) -> None:
    make_item("event", slug="ohne", ortschaft="ebendorf", starts_at=at(1), ends_at=at(2))
    (thing,) = data(read("/termine/ohne/"))
    assert thing["location"]["name"] == "Ebendorf"


def test_the_way_back_is_a_breadcrumb_list(full_village, read, settings) -> None:
    for path in ("/termine/", item_path("event"), "/orte/rathaus/", "/offene-daten/termine/", "/ar/orte/rathaus/"):
        trail = read(path).select_one('[itemtype="https://schema.org/BreadcrumbList"]')
        steps = trail.select('[itemprop="itemListElement"]')
        assert [one.select_one('[itemprop="position"]')["content"] for one in steps] == [
            str(number) for number in range(1, len(steps) + 1)
        ]
        assert all(one.select_one('[itemprop="name"]').get_text(strip=True) for one in steps)
        assert all(one.select_one('a[itemprop="item"]')["href"] for one in steps[:-1])
        assert len(steps) >= 2


def test_each_page_shows_itself_to_whoever_shares_it(full_village, read, settings) -> None:
    for path in ("/", "/ar/termine/", item_path("news"), "/orte/rathaus/", "/offene-daten/"):
        page = read(path)
        said = {one["property"]: one["content"] for one in page.select('meta[property^="og:"]')}
        assert said["og:url"] == page.select_one('link[rel="canonical"]')["href"]
        assert said["og:title"]
        assert said["og:title"] in page.title.get_text()
        assert said["og:description"] == page.select_one('meta[name="description"]')["content"]
        assert said["og:site_name"] == "Gemeinde Barleben"
    assert {one["property"]: one["content"] for one in read(item_path("news")).select("meta[property]")}[
        "og:type"
    ] == "article"


def test_lists_announce_their_feeds_calendars_and_data(full_village, read, client) -> None:
    """What a page has in another form stands in its head, and each of these answers."""

    def announced(path: str) -> dict[str, str]:
        links = read(path).select('head link[rel="alternate"][type]')
        return {one["type"]: one["href"] for one in links}

    expected = {
        "/": {"application/atom+xml"},
        "/ortschaft/ebendorf/": {"application/atom+xml"},
        "/termine/": {"application/atom+xml", "text/calendar"},
        f"/termine/monat/{date.today():%Y-%m}/": {"application/atom+xml", "text/calendar"},  # noqa: DTZ011
        item_path("event"): {"application/atom+xml", "text/calendar", "application/json"},
        item_path("news"): {"application/atom+xml", "application/json"},
        "/offene-daten/": {"application/ld+json", "text/turtle"},
        "/offene-daten/orte/": {"text/csv", "application/json", "application/geo+json"},
        "/offene-daten/schnittstelle/": {"application/json"},
    }
    expected |= {f"/{one.page.strip('/')}/": {"application/atom+xml"} for one in data_sets() if one.also}
    for path, types in expected.items():
        found = announced(path)
        assert set(found) >= types, path
        for address in found.values():
            assert client.get(address).status_code == 200, (path, address)


def test_german_is_what_search_engines_show_by_default(full_village, read, settings) -> None:
    page = read("/ar/termine/")
    assert page.select_one('link[hreflang="x-default"]')["href"] == f"{settings.BASE_URL}/termine/"
