"""CSV, JSON and GeoJSON of the same rows say the same, whatever stands in them."""

import csv
import io
import json
from datetime import UTC, date, datetime, time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.opendata.formats import Column, cell, csv_parts, geojson_parts, geometry, json_parts, plain

COLUMNS = (
    Column("key"),
    Column("words"),
    Column("whole", "integer"),
    Column("real", "number"),
    Column("yes", "boolean"),
    Column("day", "date"),
    Column("clock", "time"),
    Column("at", "moment"),
    Column("several", "list"),
    Column("lon", "number"),
    Column("lat", "number"),
)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=12) | st.sampled_from(
    ["=1+1", "+49 39203", "-x", "@SUM(A1)", "'quoted", " =2", "\t=3", "＝4", 'a;"b"\r\nc', "", "'", "'=", "−5"]
)
ROWS = st.lists(
    st.tuples(
        st.text("abc", min_size=1, max_size=4),
        TEXTS | st.none(),
        st.none() | st.integers(),
        st.none() | st.floats(),
        st.none() | st.booleans(),
        st.none() | st.dates(),
        st.none() | st.times(),
        st.none() | st.datetimes(timezones=st.just(UTC)),
        st.lists(st.text("abÄ;\"'= ", min_size=1, max_size=5), max_size=3),
        st.none() | st.floats(-200, 200),
        st.none() | st.floats(-100, 100),
    ),
    max_size=6,
)


def unquoted(text: str) -> str:
    return text.removeprefix("'")


def from_csv(text: str, kind: str) -> Any:
    """A cell as JSON has it: what docs/api.md tells programs to do."""
    if text == "":
        return None
    match kind:
        case "text":
            return unquoted(text)
        case "list":
            return unquoted(text).split("|")
        case "integer" | "number" | "boolean":
            return json.loads(text)
    return text


@given(ROWS)
def test_the_three_formats_tell_the_same(rows: list[tuple[Any, ...]]) -> None:
    head = {"dataset": {"key": "probe"}}
    body = json.loads("".join(json_parts(head, COLUMNS, rows)))
    assert body["dataset"] == {"key": "probe"}
    written = "".join(csv_parts(COLUMNS, rows)).removeprefix("\ufeff")
    names, *lines = csv.reader(io.StringIO(written, newline=""), delimiter=";")
    assert names == [column.name for column in COLUMNS]
    read = [
        {column.name: from_csv(text, column.type) for column, text in zip(COLUMNS, line, strict=True)}
        for line in lines
    ]
    # An empty list and nothing are the same in a cell.
    assert read == [{name: value if value != [] else None for name, value in row.items()} for row in body["rows"]]
    features = json.loads("".join(geojson_parts(head, COLUMNS, rows, identity="key")))
    assert features["type"] == "FeatureCollection"
    for row, feature in zip(body["rows"], features["features"], strict=True):
        assert feature["type"] == "Feature"
        assert feature["id"] == row["key"]
        lon, lat = row["lon"], row["lat"]
        if feature["geometry"] is None:
            assert lon is None or lat is None or abs(lon) > 180 or abs(lat) > 90
        else:
            assert feature["geometry"] == {"type": "Point", "coordinates": [lon, lat]}
        assert feature["properties"] == {name: value for name, value in row.items() if name not in ("lon", "lat")}


@given(TEXTS)
def test_no_cell_begins_like_a_formula_and_each_text_comes_back(text: str) -> None:
    written = cell(text, "text")
    assert written.lstrip()[:1] not in set("=+-@＝＋－＠")
    assert unquoted(written) == text


def test_numbers_are_left_alone() -> None:
    assert [cell(-1.5, "number"), cell(-3, "integer"), cell(True, "boolean")] == ["-1.5", "-3", "true"]
    assert cell(time(8, 5), "time") == "08:05"
    assert cell(date(2026, 1, 2), "date") == "2026-01-02"
    assert cell(datetime(2026, 1, 2, 3, 4, tzinfo=UTC), "moment") == "2026-01-02T03:04:00Z"


@pytest.mark.parametrize("number", [float("nan"), float("inf"), float("-inf")])
def test_what_is_no_number_is_nothing(number: float) -> None:
    assert plain(number) is None
    assert cell(number, "number") == ""
    assert geometry(number, 52.0) is None


@pytest.mark.parametrize(
    ("line", "written", "kind"),
    [
        ([[11.6, 52.2], [11.7, 52.3]], "LINESTRING (11.6 52.2, 11.7 52.3)", "LineString"),
        ([[11.6, 52.2]], "", "Point"),
        ([[11.6, None], [11.7]], "", "Point"),
        (None, "", "Point"),
    ],
)
def test_a_course_needs_two_positions_else_the_point_stands(line: Any, written: str, kind: str) -> None:
    assert cell(line, "line") == written
    assert geometry(11.5, 52.1, [line])["type"] == kind


def test_long_files_come_in_parts_that_are_whole_together() -> None:
    rows = [(f"r{number}", *(None,) * 10) for number in range(1700)]
    parts = list(csv_parts(COLUMNS, rows))
    assert len(parts) > 3
    assert "".join(parts).count("\r\n") == 1701
    assert len(json.loads("".join(json_parts({}, COLUMNS, rows)))["rows"]) == 1700
    assert json.loads("".join(geojson_parts({}, COLUMNS, []))) == {"type": "FeatureCollection", "features": []}
