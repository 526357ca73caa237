"""The page /karte/ and the marks of a tile: what people and the map get, with bounded SQL."""

import json
import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from tests.factories import at, make_item, make_place, make_village

from smartbarleben.kernel.cells import ZOOM, cell
from smartbarleben.map.models import Spot, VillageMap
from smartbarleben.map.views import far
from smartbarleben.places.models import Place

pytestmark = pytest.mark.django_db
HALL, LIBRARY, FAR_OFF = (11.6187, 52.2033), (11.6160, 52.2040), (11.5708, 52.1833)


@pytest.fixture
def village() -> dict[str, Any]:
    """A hall with a concert and a club, a library, a place in Ebendorf, a stop, and a closed road."""
    make_village()
    hall = make_place(
        "Mittellandhalle", lon=HALL[0], lat=HALL[1], precision="exact", kind="hall", street="Breiteweg 1"
    )
    made = {
        "hall": hall,
        "library": make_place("Bibliothek", lon=LIBRARY[0], lat=LIBRARY[1], precision="exact", kind="library",
                              texts={"en": {"name": "Library"}}),
        "house": make_place("Bürgerhaus", lon=FAR_OFF[0], lat=FAR_OFF[1], precision="exact", ortschaft="ebendorf"),
        "stop": make_place("Barleben, Mitte", lon=11.6190, lat=52.2030, precision="exact", kind="stop"),
        "nowhere": make_place("Irgendwo"),
        "concert": make_item("event", title="Konzert", place=hall, starts_at=at(2, 19), ends_at=at(2, 21)),
        "past": make_item("event", title="Vorbei", place=hall, starts_at=at(-3, 19), ends_at=at(-3, 21)),
        "club": make_item("club", title="Turnverein", place=hall),
    }  # fmt: skip
    closure = make_item(
        "closure", title="Schulstraße zu", starts_at=at(-1, 7), ends_at=at(5, 18), ortschaft="barleben"
    )
    type(closure).objects.filter(pk=closure.pk).update(line=[[11.61, 52.2], [11.612, 52.202]])
    return made


def tile_at(lon: float, lat: float, z: int) -> str:
    where = cell(lon, lat) >> 2 * (ZOOM - z)
    x = sum((where >> 2 * bit & 1) << bit for bit in range(z))
    y = sum((where >> 2 * bit + 1 & 1) << bit for bit in range(z))
    return f"{z}/{x}/{y}"


def marks(client: Client, z: int = 9, prefix: str = "") -> list[dict[str, Any]]:
    answer = client.get(f"{prefix}/karte/marken/{tile_at(*HALL, z)}.json")
    assert answer.status_code == 200
    return json.loads(answer.content)["features"]


def titles(features: list[dict[str, Any]]) -> set[str]:
    return {one["properties"]["title"] for one in features if "title" in one["properties"]}


def listed(client: Client, query: str = "") -> list[str]:
    answer = client.get(f"/karte/{query}")
    assert answer.status_code == 200, query
    return re.findall(r'mark__title"><a href="[^"]*"[^>]*>([^<]+)', answer.content.decode())


# ---- the marks of a tile ----


def test_a_tile_holds_what_the_public_may_see_now(village: dict[str, Any], client: Client) -> None:
    features = marks(client)
    assert titles(features) == {
        "Mittellandhalle", "Bibliothek", "Bürgerhaus", "Barleben, Mitte", "Konzert", "Turnverein", "Schulstraße zu",
    }  # fmt: skip
    concert = next(one for one in features if one["properties"].get("title") == "Konzert")
    assert concert["geometry"]["coordinates"] == list(HALL)
    assert concert["properties"]["layer"] == "termine"
    assert concert["properties"]["url"].startswith("/termine/")
    assert "Mittellandhalle" in concert["properties"]["note"]


def test_a_closed_road_brings_its_course(village: dict[str, Any], client: Client) -> None:
    [course] = [one for one in marks(client) if one["geometry"]["type"] == "LineString"]
    assert course["geometry"]["coordinates"] == [[11.61, 52.2], [11.612, 52.202]]
    assert course["properties"]["layer"] == "sperrungen"


def test_a_draft_is_nowhere(village: dict[str, Any], client: Client) -> None:
    make_item("event", title="Geheim", place=village["hall"], publish=False)
    assert "Geheim" not in titles(marks(client))


def test_a_small_tile_leaves_out_what_lies_elsewhere(village: dict[str, Any], client: Client) -> None:
    assert "Bürgerhaus" not in titles(marks(client, 13))
    assert {"Mittellandhalle", "Konzert"} <= titles(marks(client, 16))


def test_names_in_the_readers_language(village: dict[str, Any], client: Client) -> None:
    english = marks(client, prefix="/en")
    library = next(one["properties"] for one in english if one["properties"].get("title") == "Library")
    assert (library["lang"], library["url"]) == ("en", f"/en/orte/{village['library'].slug}/")
    hall = next(one["properties"] for one in english if one["properties"].get("title") == "Mittellandhalle")
    assert hall["lang"] == "de"


def test_many_marks_become_counts_and_none_is_lost(village: dict[str, Any], client: Client) -> None:
    Place.objects.bulk_create(
        Place(slug=f"bank-{n}", name=f"Bank {n}", lon=11.6 + n % 20 / 2000, lat=52.19 + n // 20 / 2000)
        for n in range(400)
    )
    of_places = [one for one in marks(client) if one["properties"]["layer"] == "orte"]
    assert not titles(of_places)
    assert sum(one["properties"]["count"] for one in of_places) == 403
    assert len(of_places) <= 256
    # The stops are few: they keep their names.
    assert "Barleben, Mitte" in titles(marks(client))


@pytest.mark.parametrize("tile", ["3/8/0", "19/0/0", "2/0/9", "0/1/0"])
def test_a_tile_that_does_not_exist(village: dict[str, Any], client: Client, tile: str) -> None:
    assert client.get(f"/karte/marken/{tile}.json").status_code == 404


def test_a_known_tile_is_not_sent_again(village: dict[str, Any], client: Client) -> None:
    path = f"/karte/marken/{tile_at(*HALL, 9)}.json"
    tag = client.get(path)["ETag"]
    assert client.get(path, headers={"if-none-match": tag}).status_code == 304
    Place.objects.filter(pk=village["hall"].pk).update(name="Halle")
    make_item("club", title="Neu", place=village["hall"])
    assert client.get(path, headers={"if-none-match": tag}).status_code == 200


def test_a_tile_asks_little(village: dict[str, Any], client: Client, django_assert_max_num_queries: Any) -> None:
    marks(client)
    with django_assert_max_num_queries(8):
        marks(client)


# ---- the page ----


def test_the_list_says_what_the_map_shows(village: dict[str, Any], client: Client) -> None:
    assert set(listed(client)) == titles(marks(client))


def test_layers_and_ortschaft_narrow_the_list_down(village: dict[str, Any], client: Client) -> None:
    assert listed(client, "?ebene=termine&ebene=vereine") == ["Konzert", "Turnverein"]
    assert listed(client, "?ortschaft=ebendorf") == ["Bürgerhaus"]
    assert listed(client, "?ebene=termine&ortschaft=ebendorf") == []


def test_near_a_place_the_list_begins_with_what_is_nearest(village: dict[str, Any], client: Client) -> None:
    answer = client.get("/karte/?nahe=bibliothek")
    text = answer.content.decode()
    assert listed(client, "?nahe=bibliothek")[0] == "Bibliothek"
    assert listed(client, "?nahe=bibliothek")[-1] == "Bürgerhaus"
    assert "200 m" in text
    assert 'class="sketch__here"' in text


@pytest.mark.parametrize("words", ["BUERGERHAUS", "bürgerhaus", "Bürgerh"])
def test_near_is_found_however_it_is_written(village: dict[str, Any], client: Client, words: str) -> None:
    assert listed(client, f"?nahe={words}")[0] == "Bürgerhaus"


def test_near_a_street_of_the_villages_map(village: dict[str, Any], client: Client) -> None:
    own = VillageMap.objects.create(name="x", file_name="x.osm.pbf", attribution="©", added_at=at())
    Spot.objects.create(village_map=own, name="Lange Straße 23", folded="lange strasse 23", lon=11.571, lat=52.1834)
    assert listed(client, "?nahe=lange+stra%C3%9Fe+23")[0] == "Bürgerhaus"
    assert suggested(client, "lange") == ["Lange Straße 23"]


def suggested(client: Client, typed: str) -> list[str]:
    return [one["label"] for one in client.get("/karte/namen.json", {"q": typed}).json()["suggestions"]]


def test_places_of_one_name_are_told_apart(village: dict[str, Any], client: Client) -> None:
    make_place("Spielplatz", lon=HALL[0], lat=HALL[1], precision="exact", street="Anger")
    far = make_place("Spielplatz", lon=11.573, lat=52.184, precision="exact", ortschaft="ebendorf")
    one, other = suggested(client, "spielplatz")
    assert {one, other} == {"Spielplatz, Anger, Barleben", "Spielplatz, Ebendorf"}
    # What is offered is understood.
    listing = client.get("/karte/", {"nahe": "Spielplatz, Ebendorf", "ebene": "orte"}).content.decode()
    assert re.findall(r'mark__title"><a href="([^"]*)"', listing)[0] == f"/orte/{far.slug}/"
    assert suggested(client, "bücherei") == []
    assert suggested(client, "") == []


def test_whoever_takes_all_layers_away_sees_none(village: dict[str, Any], client: Client) -> None:
    assert listed(client, "?ebene=") == []
    assert listed(client, "?ebene=&nahe=bibliothek") == []
    assert "checked" not in client.get("/karte/?ebene=").content.decode()


def test_what_lies_only_roughly_here_is_not_said_to_be_right_here(village: dict[str, Any], client: Client) -> None:
    make_place("Schafstall", lon=LIBRARY[0], lat=LIBRARY[1], precision="approximate")
    text = client.get("/karte/?nahe=bibliothek&ebene=orte").content.decode()
    assert text.count("mark__far") == text.count('<li class="mark ') - 1
    # It is in the sketch all the same: its number stands in the list.
    assert re.search(r">1 · 2( |<)", text) or re.search(r">1–\d<", text)


def test_what_may_be_meant_besides_is_offered(village: dict[str, Any], client: Client) -> None:
    make_place("Bibliothek am Park", lon=11.6, lat=52.21, precision="exact")
    text = client.get("/karte/?nahe=Bibliothek").content.decode()
    assert "nahe=Bibliothek+am+Park" in text


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?nahe=Wolkenkuckucksheim", "Wolkenkuckucksheim"),
        ("?ebene=drachen", "drachen"),
        ("?ortschaft=atlantis", "atlantis"),
        ("?punkt=hier", "hier"),
        ("?punkt=999,999", "999,999"),
        ("?punkt=nan,nan", "nan,nan"),
    ],
)
def test_what_is_not_known_is_said_and_kept(village: dict[str, Any], client: Client, query: str, words: str) -> None:
    answer = client.get(f"/karte/{query}")
    assert answer.status_code == 200
    [notice] = re.findall(r'<div class="notice notice--warning".*?</p>', answer.content.decode(), re.DOTALL)
    assert words in notice
    assert listed(client, query)


def test_the_list_has_pages(village: dict[str, Any], client: Client) -> None:
    Place.objects.bulk_create(Place(slug=f"b{n}", name=f"Bank {n:02}", lon=11.6, lat=52.2) for n in range(40))
    seen = listed(client) + listed(client, "?seite=2")
    assert len(seen) == len(set(seen)) == 47
    assert client.get("/karte/?seite=3").status_code == 404


def test_the_sketch_names_the_ortschaften_and_numbers_the_list(village: dict[str, Any], client: Client) -> None:
    text = client.get("/karte/?ebene=haltestellen").content.decode()
    sketch = text[text.index('<svg class="sketch"') : text.index("</svg>", text.index('<svg class="sketch"'))]
    for name in ("Barleben", "Ebendorf", "Meitzendorf", ">1</text>"):
        assert name in sketch
    assert 'role="img"' in sketch
    assert 'aria-label="' in sketch


def test_the_page_asks_little(village: dict[str, Any], client: Client, django_assert_max_num_queries: Any) -> None:
    for query in ("", "?nahe=bibliothek", "?punkt=11.61,52.2", "?punkt=11.61,52.2&ortschaft=ebendorf"):
        client.get(f"/karte/{query}")
        with django_assert_max_num_queries(12):
            client.get(f"/karte/{query}")


def test_near_is_right_among_many_places_too(
    village: dict[str, Any], client: Client, django_assert_max_num_queries: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = listed(client, "?nahe=bibliothek&ebene=orte&ebene=haltestellen")
    monkeypatch.setattr("smartbarleben.map.queries.SMALL", 0)
    # A new generation: the hint which sources are small is taken anew.
    make_item("event", title="Neu", starts_at=at(2, 19), ends_at=at(2, 21))
    assert listed(client, "?nahe=bibliothek&ebene=orte&ebene=haltestellen") == wanted


def test_nobody_else_is_asked(village: dict[str, Any], client: Client) -> None:
    answer = client.get("/karte/")
    assert "http://" not in answer["Content-Security-Policy"]
    assert "https://" not in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert "Set-Cookie" not in answer


def test_a_place_shows_where_it_lies_and_leads_to_the_map(village: dict[str, Any], client: Client) -> None:
    text = client.get(f"/orte/{village['hall'].slug}/").content.decode()
    assert 'class="sketch__here"' in text
    link = re.search(r'href="(/karte/\?[^"]+)"', text)
    assert link
    assert listed(client, link.group(1).removeprefix("/karte/").replace("&amp;", "&"))[0] in {
        "Mittellandhalle", "Konzert", "Turnverein",
    }  # fmt: skip
    assert "sketch" not in client.get(f"/orte/{village['nowhere'].slug}/").content.decode()


@pytest.mark.parametrize(
    ("metres", "bearing", "words"),
    [
        (3, 0, "hier"),
        (148, 2, "150 m"),
        (434, 90, "450 m"),
        (1_240, 181, "1,2 km"),
        (12_400, 270, "12 km"),
    ],
)
def test_distances_in_words(metres: float, bearing: float, words: str) -> None:
    assert words in far(metres, bearing)


def test_directions_in_words() -> None:
    said = [far(500, degrees).split(" ", 2)[2] for degrees in (0, 45, 90, 135, 180, 225, 270, 315, 359)]
    assert len(set(said)) == 8
    assert said[0] == said[-1]


def test_an_event_is_on_the_map_until_it_ends(village: dict[str, Any], client: Client) -> None:
    make_item("event", title="Läuft", place=village["hall"], starts_at=at() - timedelta(days=1), ends_at=at(1))
    make_item("event", title="Weit weg", place=village["hall"], starts_at=at(200), ends_at=at(200, 14))
    found = titles(marks(client))
    assert "Läuft" in found
    assert "Weit weg" not in found
