"""Reads a file of map data, OpenStreetMap's or GeoJSON, and writes what the map draws, one feature a line.

Broken files are the ordinary case: each trouble names the file, the line where there is one, and the mend. Single
features that cannot be drawn are left out and counted.
"""

import json
import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from .features import AREA_KEYS, Drawn, drawn, spot_name

ENDINGS = (".osm.pbf", ".pbf", ".osm", ".osm.bz2", ".osm.gz", ".geojson", ".json")
# A municipality's extract has some megabytes; a federal state's hundreds.
MAX_BYTES = 2_000_000_000
# One GeoJSON document is read in one piece.
MAX_GEOJSON_BYTES = 300_000_000
MAX_SPOTS = 50_000
_SAY_EVERY = 20_000


class MapError(ValueError):
    """A file that no map can be made of; the message says why and what to do."""


@dataclass
class Extract:
    """What was read: features by layer, what was left out, the box in degrees, and names to be near to."""

    features: dict[str, int] = field(default_factory=dict)
    left_out: int = 0
    west: float = 180.0
    south: float = 90.0
    east: float = -180.0
    north: float = -90.0
    # Name → mean position; an address or a part of a street counts once each.
    spots: dict[str, tuple[float, float, int]] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """How many features there are."""
        return sum(self.features.values())

    def reach(self, lon: float, lat: float) -> None:
        """Widen the box to a position."""
        self.west, self.east = min(self.west, lon), max(self.east, lon)
        self.south, self.north = min(self.south, lat), max(self.north, lat)

    def note(self, name: str, lon: float, lat: float) -> None:
        """Remember a name to be near to."""
        if name in self.spots:
            mean_lon, mean_lat, n = self.spots[name]
            self.spots[name] = (mean_lon + (lon - mean_lon) / (n + 1), mean_lat + (lat - mean_lat) / (n + 1), n + 1)
        elif len(self.spots) < MAX_SPOTS:
            self.spots[name] = (lon, lat, 1)


type Say = Callable[[int], None]
_SHAPES = {
    "Point": "point",
    "LineString": "line",
    "MultiLineString": "line",
    "Polygon": "area",
    "MultiPolygon": "area",
}


def read(path: Path, target: IO[str], say: Say = lambda count: None, name: str = "") -> Extract:
    """Write the drawn features of a file to ``target``; ``say`` hears now and then how many there are.

    ``name``: what the file is called in messages. Raises MapError.
    """
    name = name or path.name
    if not name.lower().endswith(ENDINGS):
        raise MapError(
            f"{name}: this is no file of map data. Take an extract of OpenStreetMap (.osm.pbf) or a GeoJSON file "
            "(.geojson)."
        )
    if not path.is_file():
        raise MapError(f"{name}: there is no such file. Check the path.")
    size = path.stat().st_size
    if size == 0:
        raise MapError(f"{name}: the file is empty. Fetch it again.")
    if size > MAX_BYTES:
        raise MapError(
            f"{name}: {size / 1e9:.1f} GB are more than a municipality needs. Take the extract of your county or "
            "cut one out."
        )
    geojson = name.lower().endswith(("json", "geojson"))
    features = _geojson(path, name) if geojson else _osm(path, name)
    found = Extract()
    for tags, geometry in features:
        _write(tags, geometry, target, found)
        if found.count % _SAY_EVERY == 0:
            say(found.count)
    if not found.count:
        raise MapError(
            f"{name}: nothing in it can be drawn. We look for roads, houses, water and land use with "
            "OpenStreetMap's tags (highway, building, landuse …)."
        )
    return found


def _write(tags: dict[str, str], geometry: dict[str, Any], target: IO[str], found: Extract) -> None:
    shape = _SHAPES.get(str(geometry.get("type")))
    if shape is None:
        found.left_out += 1
        return
    try:
        positions = list(_positions(geometry["coordinates"]))
    except (KeyError, TypeError, ValueError):
        found.left_out += 1
        return
    if not positions or any(not (abs(lon) <= 180 and abs(lat) <= 85) for lon, lat in positions):
        found.left_out += 1
        return
    middle = positions[len(positions) // 2] if shape == "line" else _mean(positions)
    name = spot_name(tags, shape)
    if name:
        found.note(name, *middle)
    one = drawn(tags, shape)
    if one is None:
        found.left_out += not name
        return
    for lon, lat in positions:
        found.reach(lon, lat)
    found.features[one.layer] = found.features.get(one.layer, 0) + 1
    target.write(json.dumps(_feature(one, geometry), separators=(",", ":"), ensure_ascii=False))
    target.write("\n")


def _feature(one: Drawn, geometry: dict[str, Any]) -> dict[str, Any]:
    properties = {"kind": one.kind} | ({"name": one.name} if one.name else {})
    return {
        "type": "Feature",
        "tippecanoe": {"layer": one.layer, "minzoom": one.from_zoom},
        "properties": properties,
        "geometry": {"type": geometry["type"], "coordinates": geometry["coordinates"]},
    }


def _positions(coordinates: Any) -> Iterator[tuple[float, float]]:
    if coordinates and isinstance(coordinates[0], (int, float)) and not isinstance(coordinates[0], bool):
        lon, lat = float(coordinates[0]), float(coordinates[1])
        if not (math.isfinite(lon) and math.isfinite(lat)):
            raise ValueError("not a number")
        yield lon, lat
        return
    for part in coordinates:
        yield from _positions(part)


def _mean(positions: list[tuple[float, float]]) -> tuple[float, float]:
    return sum(lon for lon, _lat in positions) / len(positions), sum(lat for _lon, lat in positions) / len(positions)


def _osm(path: Path, name: str) -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
    import osmium

    factory = osmium.geom.GeoJSONFactory()
    try:
        reader = osmium.FileProcessor(osmium.io.File(str(path), _format(name)))
        reader = reader.with_locations().with_areas().with_filter(osmium.filter.EmptyTagFilter())
        for thing in reader:
            tags = {tag.k: tag.v for tag in thing.tags}
            geometry = _geometry(thing, tags, factory)
            if geometry is not None:
                yield tags, geometry
    except (RuntimeError, ValueError, OSError) as problem:
        raise MapError(
            f"{name}: this cannot be read as OpenStreetMap data ({problem}). Perhaps the download broke off; fetch "
            "it again."
        ) from problem


def _format(name: str) -> str:
    lower = name.lower()
    return lower.removeprefix(lower.partition(".osm")[0]).strip(".") if ".osm" in lower else "pbf"


def _geometry(thing: Any, tags: dict[str, str], factory: Any) -> dict[str, Any] | None:
    """The GeoJSON geometry of a thing; None where it has none, or where its area is drawn instead."""
    if thing.is_node():
        return {"type": "Point", "coordinates": [thing.lon, thing.lat]}
    if thing.is_way():
        if thing.is_closed() and AREA_KEYS & tags.keys() and "highway" not in tags:
            return None
        # At the edge of an extract ways lack some of their nodes; what is there is drawn.
        known = [[node.lon, node.lat] for node in thing.nodes if node.location.valid()]
        return {"type": "LineString", "coordinates": known} if len(known) > 1 else None
    if thing.is_area() and AREA_KEYS & tags.keys():
        try:
            return json.loads(factory.create_multipolygon(thing))  # type: ignore[no-any-return]
        except RuntimeError:
            # Rings that cross themselves.
            return None
    return None


def _geojson(path: Path, name: str) -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
    """Features of one document, or of one document a line."""
    if path.stat().st_size > MAX_GEOJSON_BYTES:
        raise MapError(f"{name}: this GeoJSON file is too large. Write one feature a line, or take an .osm.pbf file.")
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        raise MapError(
            f"{name}: byte {problem.start} is no UTF-8. Save the file as UTF-8, or take the .osm.pbf file."
        ) from problem
    try:
        documents = [json.loads(text)]
    except json.JSONDecodeError as problem:
        lines = [line.strip("\x1e ") for line in text.split("\n")]
        if len([line for line in lines if line]) < 2 or not lines[0].endswith("}"):
            raise MapError(
                f"{name}, line {problem.lineno}: this is no JSON ({problem.msg}). Perhaps the download broke off; "
                "fetch the file again."
            ) from problem
        documents = []
        for number, line in enumerate(lines, 1):
            try:
                documents += [json.loads(line)] if line else []
            except json.JSONDecodeError as broken:
                raise MapError(
                    f"{name}, line {number}: this is no JSON ({broken.msg}). Mend or delete the line."
                ) from broken
    for document in documents:
        yield from _features(document, name)


def _features(document: Any, name: str) -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
    if not isinstance(document, dict) or document.get("type") not in {"FeatureCollection", "Feature"}:
        raise MapError(f"{name}: this is JSON, but no GeoJSON. The document needs the type FeatureCollection.")
    features = document.get("features") if document["type"] == "FeatureCollection" else [document]
    if not isinstance(features, list):
        raise MapError(f"{name}: the FeatureCollection has no list of features.")
    for feature in features:
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(geometry, dict):
            continue
        given = feature.get("properties")
        tags = {str(key): str(value) for key, value in (given if isinstance(given, dict) else {}).items()}
        yield tags, geometry
