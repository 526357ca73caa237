"""A map is made of a real file, and a broken one says what is wrong with it and what to do."""

import gzip
import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.utils import translation
from tests.map.osm import write_pbf, write_xml

from smartbarleben.map.extract import Extract, MapError, read
from smartbarleben.map.features import drawn, spot_name

pytest.importorskip("osmium", reason="osmium is not installed: ./village map FILE fetches it")


@pytest.fixture(autouse=True)
def in_english() -> Iterator[None]:
    with translation.override("en"):
        yield


def extracted(path: Path) -> tuple[Extract, list[dict[str, Any]]]:
    target = io.StringIO()
    found = read(path, target)
    return found, [json.loads(line) for line in target.getvalue().splitlines()]


def by_layer(features: list[dict[str, Any]], layer: str) -> list[dict[str, Any]]:
    return [one for one in features if one["tippecanoe"]["layer"] == layer]


@pytest.mark.parametrize("write", [write_pbf, write_xml])
def test_what_lies_around_barleben_is_drawn(tmp_path: Path, write: Any) -> None:
    path = write(tmp_path / ("barleben.osm.pbf" if write is write_pbf else "barleben.osm"))
    found, features = extracted(path)
    kinds = {(one["tippecanoe"]["layer"], one["properties"]["kind"]) for one in features}
    assert kinds >= {
        ("road", "main"), ("road", "street"), ("road", "path"), ("road", "motorway"), ("water", "wide"),
        ("water", "area"), ("rail", "rail"), ("building", "house"), ("land", "field"), ("land", "garden"),
        ("boundary", "municipality"), ("name", "village"),
    }  # fmt: skip
    assert {one["properties"].get("name") for one in by_layer(features, "road")} >= {"Breiteweg", "A 2"}
    [house] = by_layer(features, "building")
    assert house["geometry"]["type"] == "MultiPolygon"
    assert found.count == len(features)
    assert (found.west, found.south, found.east, found.north) == pytest.approx((11.58, 52.19, 11.65, 52.216))


def test_a_lake_keeps_its_island(tmp_path: Path) -> None:
    _found, features = extracted(write_pbf(tmp_path / "barleben.osm.pbf"))
    [lake] = [one for one in by_layer(features, "water") if one["properties"]["kind"] == "area"]
    [rings] = lake["geometry"]["coordinates"]
    assert len(rings) == 2
    assert lake["properties"]["name"] == "Adamsee"


def test_streets_and_addresses_become_names_to_be_near_to(tmp_path: Path) -> None:
    found, _features = extracted(write_pbf(tmp_path / "barleben.osm.pbf"))
    assert {"Breiteweg", "Rothenseer Straße", "Breiteweg 50", "Barleben"} <= found.spots.keys()
    assert found.spots["Breiteweg 50"][:2] == pytest.approx((11.6155, 52.2013))
    # Two ways of one name are one street, in the middle of both.
    assert found.spots["Breiteweg"][2] == 2
    # The power line is nothing that people look for.
    assert len(found.spots) == 4


def geojson(tmp_path: Path, text: str, name: str = "amt.geojson") -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


ROAD = {
    "type": "Feature",
    "properties": {"highway": "residential", "name": "Schulstraße"},
    "geometry": {"type": "LineString", "coordinates": [[11.61, 52.2], [11.62, 52.21]]},
}


@pytest.mark.parametrize(
    "text",
    [
        json.dumps({"type": "FeatureCollection", "features": [ROAD]}),
        "\ufeff" + json.dumps(ROAD),
        f"{json.dumps(ROAD)}\n{json.dumps(ROAD)}\n",
        f"\x1e{json.dumps(ROAD)}\n\x1e{json.dumps(ROAD)}\n",
    ],
)
def test_geojson_as_one_document_or_line_by_line(tmp_path: Path, text: str) -> None:
    found, features = extracted(geojson(tmp_path, text))
    assert found.features == {"road": len(features)}
    assert features[0]["properties"] == {"kind": "street", "name": "Schulstraße"}


def test_single_features_that_make_no_sense_are_left_out(tmp_path: Path) -> None:
    broken = [
        {**ROAD, "geometry": None},
        {**ROAD, "geometry": {"type": "LineString", "coordinates": [[11.61, "Nord"]]}},
        {**ROAD, "geometry": {"type": "LineString", "coordinates": [[52.2e5, 11.6e5], [1e9, 1e9]]}},
        {**ROAD, "geometry": {"type": "Kreis", "coordinates": [11.6, 52.2]}},
        {**ROAD, "geometry": {"type": "LineString", "coordinates": [[None, None]]}},
        {**ROAD, "geometry": {"type": "LineString", "coordinates": 7}},
        {**ROAD, "geometry": {"type": "LineString", "coordinates": [[]]}},
        {**ROAD, "geometry": {"type": "LineString", "coordinates": [[11.61]]}},
        {**ROAD, "geometry": {"type": "LineString", "coordinates": [[10**400, 52.2], [11.6, 52.2]]}},
        {**ROAD, "geometry": {"type": "LineString", "coordinates": [[[11.61, 52.2], [11.62, 52.2]]]}},
        {**ROAD, "geometry": {"type": "Polygon", "coordinates": [[11.61, 52.2], [11.62, 52.2]]}},
        "Schulstraße",
    ]
    text = json.dumps({"type": "FeatureCollection", "features": [*broken, ROAD]})
    found, _features = extracted(geojson(tmp_path, text))
    assert found.count == 1


def test_progress_is_said_now_and_then_and_not_for_each_thing(tmp_path: Path) -> None:
    """Real extracts begin with thousands of trees and lamps that the map leaves out."""
    lamp = {**ROAD, "properties": {"highway": "street_lamp"}}
    text = json.dumps({"type": "FeatureCollection", "features": [lamp] * 45_000 + [ROAD]})
    said: list[int] = []
    found = read(geojson(tmp_path, text), io.StringIO(), said.append)
    assert (said, found.count) == ([20_000, 40_000], 1)


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("plan.pdf", b"%PDF", "no file of map data"),
        ("leer.osm.pbf", b"", "is empty"),
        ("kaputt.osm.pbf", b"\x00\x00\x00\x0dkaputt kaputt kaputt", "Perhaps the download broke off"),
        ("nullen.osm.pbf", bytes(100_000), "Perhaps the download broke off"),
        ("kaputt.osm", b"<osm version='0.6'><node id='1'", "Perhaps the download broke off"),
        ("kaputt.geojson", b'{"type": "FeatureCollection",\n "features": [{"type": "Feat', "line 2"),
        ("zeilen.geojson", json.dumps(ROAD).encode() + b"\n{kaputt}\n", "line 2"),
        ("latin.geojson", '{"name": "Straße"}'.encode("latin-1"), "UTF-8"),
        ("liste.geojson", b"[1, 2]", "no GeoJSON"),
        ("liste.json", b'{"type": "FeatureCollection", "features": 3}', "no list of features"),
        ("tief.geojson", b"[" * 100_000, "no GeoJSON"),
        ("nichts.geojson", b'{"type": "FeatureCollection", "features": []}', "nothing in it can be drawn"),
    ],
)
def test_a_broken_file_is_named_with_what_to_do(tmp_path: Path, name: str, content: bytes, says: str) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(MapError) as caught:
        extracted(path)
    assert says in str(caught.value)
    assert name in str(caught.value)


def test_a_broken_download_is_named(tmp_path: Path) -> None:
    whole = write_pbf(tmp_path / "ganz.osm.pbf").read_bytes()
    half = tmp_path / "halb.osm.pbf"
    half.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(MapError, match="fetch it again"):
        extracted(half)
    packed = tmp_path / "gepackt.osm.gz"
    packed.write_bytes(gzip.compress(write_xml(tmp_path / "x.osm").read_bytes())[:200])
    with pytest.raises(MapError, match="fetch it again"):
        extracted(packed)


def test_two_gigabytes_of_zeros_are_refused_unread(tmp_path: Path) -> None:
    path = tmp_path / "riesig.osm.pbf"
    with open(path, "wb") as file:
        file.truncate(2_100_000_000)
    with pytest.raises(MapError, match=r"2\.1 GB"):
        extracted(path)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(MapError, match="no such file"):
        extracted(tmp_path / "fehlt.osm.pbf")


@pytest.mark.parametrize(
    ("tags", "shape", "layer"),
    [
        ({"highway": "residential", "area": "yes"}, "line", None),
        ({"building": "no"}, "area", None),
        ({"building": "garage"}, "area", "building"),
        ({"amenity": "school"}, "area", "land"),
        ({"place": "village"}, "point", None),
        ({"railway": "abandoned"}, "line", None),
        ({"natural": "water"}, "area", "water"),
        ({"boundary": "administrative", "admin_level": "2"}, "line", None),
    ],
)
def test_what_is_drawn(tags: dict[str, str], shape: str, layer: str | None) -> None:
    one = drawn(tags, shape)
    assert (one and one.layer) == layer


def test_a_house_without_its_street_is_nothing_to_be_near_to() -> None:
    assert spot_name({"addr:housenumber": "7"}, "point") == ""
    assert spot_name({"addr:street": "Breiteweg", "addr:housenumber": "7"}, "area") == "Breiteweg 7"
