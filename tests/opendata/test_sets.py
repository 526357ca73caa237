"""The data sets as people and programs take them away: whole, alike in every format, cheap, with their terms."""

import pytest
from django.test import Client
from tests.factories import make_item, make_place
from tests.opendata.conftest import NASA, set_keys
from tests.portal.conftest import words

from smartbarleben.opendata import tables
from smartbarleben.opendata.licences import LICENCES, licence_in
from smartbarleben.opendata.models import Terms
from smartbarleben.opendata.registry import DataSet, Field, State, data_set, data_sets, register
from smartbarleben.places.models import Municipality

ROOT = "/api/v1"


def test_every_public_fact_is_in_a_set(whole_village: Municipality) -> None:
    assert set(set_keys()) >= {
        *("orte", "oeffnungszeiten", "besondere-zeiten", "ortschaften"),
        *("neues", "termine", "bekanntmachungen", "sperrungen", "seiten", "vereine", "aemter", "zustaendig"),
        *("projekte", "massnahmen", "meilensteine", "wuensche", "entscheidungen", "geld"),
        *("abfalltermine", "abfallstrassen", "haltestellen", "linien", "antwortzeiten", "spur"),
    }


def test_each_set_tells_the_same_in_every_format_and_in_the_api(whole_village, download, client) -> None:
    filled = 0
    for one in data_sets():
        table, body = download(one.key, "csv"), download(one.key, "json")
        names = [field.name for field in one.fields]
        api = client.get(f"{ROOT}/datasets/{one.key}/rows?limit=1000").json()
        assert api["rows"] == body["rows"], one.key
        assert len(table) == len(body["rows"]) == body["dataset"]["rows"] == one.state().rows, one.key
        for cells, row in zip(table, body["rows"], strict=True):
            assert list(cells) == list(row) == names, one.key
            for name in names:
                assert (cells[name] == "") == (row[name] in (None, [])), (one.key, name)
            simple = [field.name for field in one.fields if field.type in ("date", "time", "moment")]
            assert [cells[name] for name in simple] == [row[name] or "" for name in simple], one.key
        if "geojson" in one.formats:
            features = download(one.key, "geojson")["features"]
            assert len(features) == len(table), one.key
            for feature, row in zip(features, body["rows"], strict=True):
                shown = {name: row[name] for name in names if name not in ("lon", "lat", "line")}
                assert feature["properties"] == shown, one.key
                if row["lon"] is not None and feature["geometry"]["type"] == "Point":
                    assert feature["geometry"]["coordinates"] == [row["lon"], row["lat"]], one.key
                assert feature["id"], one.key
        filled += bool(table)
    assert filled >= len(set_keys()) - 1


def test_longitude_stands_before_latitude(village, download) -> None:
    make_place("Markt", slug="markt", lon=11.618, lat=52.203, precision="exact")
    make_place("Irgendwo", slug="irgendwo")
    by_name = {one["properties"]["name"]: one["geometry"] for one in download("orte", "geojson")["features"]}
    assert by_name["Markt"] == {"type": "Point", "coordinates": [11.618, 52.203]}
    assert by_name["Irgendwo"] is None


def test_a_title_that_a_spreadsheet_would_reckon_with_is_defused(village, download) -> None:
    make_item("news", title="=HYPERLINK(A1)", summary="+49 39203", slug="boese")
    (row,) = download("neues", "csv")
    assert (row["title"], row["summary"]) == ("'=HYPERLINK(A1)", "'+49 39203")
    assert download("neues", "json")["rows"][0]["title"] == "=HYPERLINK(A1)"


def test_the_id_of_an_item_is_the_same_as_in_the_api(village, download, client) -> None:
    make_item("news", slug="neu", title="Neu")
    (row,) = download("neues", "json")["rows"]
    assert row["id"] == client.get(f"{ROOT}/items/news/neu").json()["id"]
    assert client.get(row["url"].removeprefix("http://localhost:8000")).status_code == 200


@pytest.mark.parametrize("ending", ["csv", "json", "geojson"])
def test_a_file_is_known_again_and_readable_from_anywhere(whole_village, client: Client, ending: str) -> None:
    path = f"/offene-daten/orte/daten.{ending}"
    answer = client.get(path)
    assert answer["Access-Control-Allow-Origin"] == "*"
    assert not answer.cookies
    assert 'rel="describedby"' in answer["Link"]
    assert f"orte.{ending}" in answer["Content-Disposition"]
    content = b"".join(answer.streaming_content)
    again = client.get(path, headers={"If-None-Match": answer["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    head = client.head(path)
    assert (head.status_code, b"".join(head.streaming_content)) == (200, b"")
    assert head["ETag"] == answer["ETag"]
    make_place("Neu", slug="neu")
    fresh = client.get(path, headers={"If-None-Match": answer["ETag"]})
    assert fresh.status_code == 200
    assert b"".join(fresh.streaming_content) != content


def test_files_are_read_piece_by_piece(village, client, monkeypatch, django_assert_num_queries) -> None:
    for _number in range(7):
        make_item("news")
    monkeypatch.setattr(tables, "STEP", 3)
    client.get("/offene-daten/neues/")
    # The generation; three pieces of at most three rows, each with one for the key that lasting names are made of.
    with django_assert_num_queries(7):
        answer = client.get("/offene-daten/neues/daten.csv")
        content = b"".join(answer.streaming_content).decode("utf-8-sig")
    assert content.count("\r\n") == 8


def test_pages_keep_their_budget(whole_village, client, django_assert_max_num_queries) -> None:
    paths = [
        "/offene-daten/",
        "/offene-daten/termine/",
        "/offene-daten/haltestellen/",
        "/offene-daten/schnittstelle/",
    ]
    for path in [*paths, "/sitemap.xml", f"{ROOT}/datasets/"]:
        client.get(path)
        with django_assert_max_num_queries(14, info=path):
            assert client.get(path).status_code == 200


def test_terms_are_the_town_halls_and_never_guessed(whole_village, client, read, download) -> None:
    assert "terms not decided" in words(read("/en/offene-daten/orte/"))
    assert download("orte", "json")["dataset"]["credits"][0]["licence"] is None
    row = Terms.objects.get()
    row.licence = "dl-de-zero-2.0"
    row.save()
    assert "Datenlizenz Deutschland – Zero" in words(read("/en/offene-daten/orte/"))
    assert 'govdata.de/dl-de/zero-2-0>; rel="license"' in client.get("/offene-daten/orte/daten.csv")["Link"]
    licence = download("orte", "json")["dataset"]["credits"][0]["licence"]
    assert licence["key"] == "dl-de-zero-2.0"


def test_the_words_of_others_travel_with_their_data(whole_village, client, read, download) -> None:
    """Timetables are not the municipality's: its licence never stands on them."""
    Terms.objects.update(licence="dl-de-zero-2.0")
    for key in ("haltestellen", "linien"):
        (credit,) = download(key, "json")["dataset"]["credits"]
        assert (credit["words"], credit["licence"]["key"]) == (NASA, "cc-by-4.0")
        assert {row["attribution"] for row in download(key, "csv")} == {NASA}
        assert NASA in words(read(f"/offene-daten/{key}/"))
    assert client.get(f"{ROOT}/stops/ebendorf/departures").json()["attribution"] == [NASA]


@pytest.mark.parametrize(
    ("said", "key"),
    [
        ("Quelle: NASA GmbH, CC BY 4.0", "cc-by-4.0"),
        ("DELFI e. V., CC-BY-4.0", "cc-by-4.0"),
        ("dl-de/by-2-0", "dl-de-by-2.0"),
        ("Datenlizenz dl-de/zero-2-0", "dl-de-zero-2.0"),
        ("CC BY-SA 4.0", None),
        ("CC BY 4.01", None),
        ("Probebus", None),
    ],
)
def test_a_licence_is_known_by_its_name_only(said: str, key: str | None) -> None:
    found = licence_in(said)
    assert (found.key if found else None) == key
    assert not found or found is LICENCES[found.key]


def test_unknown_sets_and_files_are_said_in_words(village, client) -> None:
    assert client.get("/offene-daten/gibtsnicht/").status_code == 404
    assert client.get("/offene-daten/oeffnungszeiten/daten.geojson").status_code == 404
    answer = client.get(f"{ROOT}/datasets/gibtsnicht/rows")
    assert answer.status_code == 404
    assert "termine" in answer.json()["detail"]


def test_rows_come_in_pages_that_reach_each_once(village, client) -> None:
    slugs = {make_item("news").slug for _number in range(5)}
    seen, path = [], f"{ROOT}/datasets/neues/rows?limit=2"
    while path:
        page = client.get(path).json()
        seen += [row["slug"] for row in page["rows"]]
        path = page["next"] and page["next"].removeprefix("http://localhost:8000")
    assert len(seen) == 5
    assert set(seen) == slugs


def test_a_set_with_a_field_twice_is_refused() -> None:
    from smartbarleben.opendata import registry

    twice = DataSet("x", "x", "x", (Field("a", "a"), Field("a", "a")), tables.Made(list), lambda: State(0))
    register("probe", lambda: [twice])
    try:
        with pytest.raises(ValueError, match="different names"):
            data_set("x")
    finally:
        del registry._sources["probe"]
        registry._sets.cache_clear()
