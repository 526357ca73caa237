"""A data set as CSV, JSON and GeoJSON, piece by piece, so that no file is ever held whole. Pure.

A row is a tuple of Python values in the order of the columns. All three formats tell the same; docs/api.md says how.
"""

import csv
import io
import json
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any, Literal

type Type = Literal["text", "integer", "number", "boolean", "date", "time", "moment", "list", "line"]
type Row = Sequence[Any]

BOM = "\ufeff"
DELIMITER = ";"
JOINT = "|"
# A cell that begins so would be reckoned with by a spreadsheet instead of shown.
_FORMULA = frozenset("=+-@\t\r\n'＝＋－＠")
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Column:
    """The name of a field in every format, and what its values are."""

    name: str
    type: Type = "text"


def plain(value: Any) -> Any:
    """A value as JSON has it; nothing, an empty text and a number that is none are null."""
    match value:
        case None | "":
            return None
        case bool() | int() | str():
            return value
        case float():
            return value if math.isfinite(value) else None
        case datetime():
            return f"{value.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
        case date():
            return value.isoformat()
        case time():
            return f"{value:%H:%M}"
        case Iterable():
            return [plain(one) for one in value]
    return str(value)


def cell(value: Any, kind: Type) -> str:
    """A value as a cell of CSV. A text that a spreadsheet would take for a formula gets an apostrophe in front; so
    does one that begins with an apostrophe, so that taking the first one away always gives the text back.
    """
    value = plain(value)
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case int() | float():
            return json.dumps(value)
    if kind == "line":
        return _well_known_text(value)
    text = JOINT.join(str(one) for one in value) if isinstance(value, list) else value
    if kind not in ("text", "list"):
        return str(text)
    return f"'{text}" if text[:1] in _FORMULA or text.lstrip()[:1] in _FORMULA else str(text)


def _well_known_text(line: Any) -> str:
    positions = _positions(line)
    return f"LINESTRING ({', '.join(f'{lon} {lat}' for lon, lat in positions)})" if len(positions) > 1 else ""


def csv_parts(columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[str]:
    """CSV (RFC 4180 with semicolons, in UTF-8 with a mark at the beginning), some hundred rows a part."""
    out = io.StringIO()
    out.write(BOM)
    write = csv.writer(out, delimiter=DELIMITER, lineterminator="\r\n").writerow
    write([column.name for column in columns])
    kinds = [column.type for column in columns]
    for number, row in enumerate(rows, 1):
        write([cell(value, kind) for value, kind in zip(row, kinds, strict=True)])
        if number % _BATCH == 0:
            yield out.getvalue()
            out.seek(0)
            out.truncate()
    yield out.getvalue()


def json_parts(head: Mapping[str, Any], columns: Sequence[Column], rows: Iterable[Row]) -> Iterator[str]:
    """``{…head…, "rows": [{…}, …]}``: each row an object with every column."""
    names = [column.name for column in columns]
    objects = (dict(zip(names, map(plain, row), strict=True)) for row in rows)
    yield from _listed(head, "rows", objects)


def geojson_parts(
    head: Mapping[str, Any], columns: Sequence[Column], rows: Iterable[Row], *, identity: str = ""
) -> Iterator[str]:
    """A FeatureCollection (RFC 7946). ``head`` stands beside it as foreign members; the column ``identity`` is the
    feature's id too.

    The columns `lon` and `lat` and those of the type line become the geometry, all others are properties. A row
    without a position is a feature without geometry.
    """
    names = [column.name for column in columns]
    lines = [number for number, column in enumerate(columns) if column.type == "line"]
    lon, lat = names.index("lon"), names.index("lat")
    hidden = {lon, lat, *lines}
    shown = [(number, name) for number, name in enumerate(names) if number not in hidden]

    def feature(row: Row) -> Mapping[str, Any]:
        found: dict[str, Any] = {"type": "Feature"}
        if identity:
            found["id"] = plain(row[names.index(identity)])
        found["geometry"] = geometry(row[lon], row[lat], [row[number] for number in lines])
        found["properties"] = {name: plain(row[number]) for number, name in shown}
        return found

    yield from _listed({"type": "FeatureCollection", **head}, "features", map(feature, rows))


def geometry(lon: Any, lat: Any, lines: Iterable[Any] = ()) -> Mapping[str, Any] | None:
    """The course if there is one, else the point, else None. Longitude stands before latitude."""
    for line in lines:
        positions = _positions(line)
        if len(positions) > 1:
            return {"type": "LineString", "coordinates": positions}
    if _is_position(lon, lat):
        return {"type": "Point", "coordinates": [lon, lat]}
    return None


def _is_position(lon: Any, lat: Any) -> bool:
    numbers = all(isinstance(one, int | float) and not isinstance(one, bool) for one in (lon, lat))
    return numbers and -180 <= lon <= 180 and -90 <= lat <= 90


def _positions(line: Any) -> list[list[float]]:
    pairs = [one for one in line or () if isinstance(one, list | tuple) and len(one) == 2]
    return [list(one) for one in pairs if _is_position(*one)]


def _listed(head: Mapping[str, Any], name: str, entries: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    opening = json.dumps(head, ensure_ascii=False).removesuffix("}")
    parts = [f"{opening}{', ' if head else ''}{json.dumps(name)}: ["]
    for number, entry in enumerate(entries):
        parts.append(",\n" if number else "\n")
        parts.append(json.dumps(entry, ensure_ascii=False))
        if number % _BATCH == _BATCH - 1:
            yield "".join(parts)
            parts = []
    yield "".join([*parts, "\n]}\n"])
