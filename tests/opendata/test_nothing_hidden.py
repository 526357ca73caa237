"""No draft, no private address and no page behind a key shows through anything that machines read."""

import re
from collections.abc import Iterator

from django.test import Client
from tests.factories import at, make_item, make_place
from tests.opendata.conftest import set_keys

from smartbarleben.content import registry
from smartbarleben.content.actions import link
from smartbarleben.content.models import Item
from smartbarleben.opendata.registry import data_set
from smartbarleben.places.models import Municipality, Place

SECRET = "Geheimentwurf"
OWNER = "kuemmerer@privat.example"


def hide() -> None:
    """A draft of every kind, some hanging on what is public, and somebody who keeps facts true."""
    drafts = {}
    for kind in registry.kinds():
        given = {"title": f"{SECRET} {kind.key}", "slug": f"geheim-{kind.key}", "summary": SECRET, "body": SECRET}
        drafts[kind.key] = make_item(kind.key, publish=False, **given)
    club = drafts["club"]
    make_item("event", title="Offenes Fest", slug="offenes-fest", club=club, starts_at=at(1), ends_at=at(2))
    make_item("service", title="Offener Dienst", slug="offener-dienst", office=drafts["office"])
    make_item("measure", title="Offene Maßnahme", slug="offene-massnahme", project=drafts["project"])
    make_item("milestone", title="Offener Meilenstein", slug="offen-ms", measure=drafts["measure"])
    public = make_item("wish", title="Offener Wunsch", slug="offener-wunsch")
    link(source=public, target=drafts["decision"], relation="became")
    Item.objects.update(owner=OWNER)
    Place.objects.update(owner=OWNER)


def machine_paths(client: Client) -> Iterator[str]:
    """Everything that a program can find by itself: files, the API with all its pages, feeds, the sitemap."""
    for key in set_keys():
        yield f"/offene-daten/{key}/"
        for ending in data_set(key).formats:
            yield f"/offene-daten/{key}/daten.{ending}"
        yield f"/api/v1/datasets/{key}"
        yield f"/api/v1/datasets/{key}/rows?limit=1000"
    yield from ("/offene-daten/", "/offene-daten/schnittstelle/", "/offene-daten/katalog.ttl", "/robots.txt")
    yield from ("/offene-daten/katalog.jsonld", "/api/v1/openapi.json", "/sitemap.xml", "/feed.atom")
    yield from ("/termine/kalender.ics", "/api/v1/village", "/api/v1/strategy", "/api/v1/waste/streets/")
    yield from ("/api/v1/stops/", "/api/v1/lines/", "/api/v1/places/", "/api/v1/items/?limit=100")
    for place in client.get("/api/v1/places/").json()["places"]:
        yield f"/api/v1/places/{place['slug']}"
    for row in client.get("/api/v1/items/?limit=100").json()["items"]:
        yield f"/api/v1/items/{row['kind']}/{row['slug']}"
        yield f"/api/v1/trail/{row['kind']}/{row['slug']}"
        # Search engines read the pages, too.
        yield f"/{registry.kind(row['kind']).path}/{row['slug']}/"
        yield f"/{registry.kind(row['kind']).path}/{row['slug']}/daten.json"
    for kind in registry.kinds():
        yield f"/{kind.path}/"
        yield f"/{kind.path}/feed.atom"
    index = client.get("/sitemap.xml").content.decode()
    yield from (one.removeprefix("http://localhost:8000") for one in re.findall(r"<loc>(.*?)</loc>", index))


def content(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode()


def test_nothing_hidden_shows_through_anything_for_programs(whole_village: Municipality, client: Client) -> None:
    hide()
    paths = list(machine_paths(client))
    assert len(paths) > 100
    for path in paths:
        said = content(client, path)
        for hidden in (SECRET, "geheim-", OWNER):
            assert hidden not in said, (path, hidden)


def test_the_walk_would_notice_what_is_published(whole_village: Municipality, client: Client) -> None:
    make_item("news", title=f"{SECRET} ist öffentlich", slug="offen")
    assert sum(SECRET in content(client, path) for path in machine_paths(client)) >= 6


def test_drafts_are_unknown_by_their_address_too(whole_village: Municipality, client: Client) -> None:
    hide()
    for kind in registry.kinds():
        for path in (f"/api/v1/items/{kind.key}/geheim-{kind.key}", f"/api/v1/trail/{kind.key}/geheim-{kind.key}"):
            assert client.get(path).status_code == 404, path


def test_sample_data_says_so_in_each_row_and_is_kept_from_search_engines(village, client, download) -> None:
    make_item("news", slug="erfunden", title="Erfunden", is_example=True)
    make_item("news", slug="wahr", title="Wahr")
    make_place("Erfundener Ort", slug="erfundener-ort", is_example=True, hours=[(0, "09:00", "10:00")])
    assert {row["slug"]: row["example"] for row in download("neues", "json")["rows"]} == {
        "erfunden": True,
        "wahr": False,
    }
    for key in ("orte", "oeffnungszeiten"):
        assert {row["example"] for row in download(key, "csv")} == {"true"}
    # Timetables come from their publishers and are never invented; answers to sample messages do not count.
    unmarked = {one for one in set_keys() if "example" not in {field.name for field in data_set(one).fields}}
    assert unmarked == {"haltestellen", "linien", "antwortzeiten"}
    listed = "".join(content(client, f"/sitemap-{part}-1.xml") for part in ("items", "pages"))
    assert "/neues/wahr/" in listed
    assert "erfunden" not in listed
    assert client.get("/sitemap-places-1.xml").status_code == 404
