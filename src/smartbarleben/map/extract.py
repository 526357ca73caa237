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

from smartbarleben.kernel.wording import WordedError, gettext_noop

from .features import AREA_KEYS, Drawn, drawn, spot_name

ENDINGS = (".osm.pbf", ".pbf", ".osm", ".osm.bz2", ".osm.gz", ".geojson", ".json")
# A municipality's extract has some megabytes; a federal state's hundreds.
MAX_BYTES = 2_000_000_000
# One GeoJSON document is read in one piece.
MAX_GEOJSON_BYTES = 300_000_000
MAX_SPOTS = 50_000
_SAY_EVERY = 20_000


class MapError(WordedError):
    """A file that no map can be made of: why, and what to do."""


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
# How a geometry is drawn, and how deep its positions lie in lists.
_SHAPES = {
    "Point": ("point", 0),
    "LineString": ("line", 1),
    "MultiLineString": ("line", 2),
    "Polygon": ("area", 2),
    "MultiPolygon": ("area", 3),
}


def check_name(name: str) -> None:
    """Raise MapError for a file that is not map data by its name."""
    if not name.lower().endswith(ENDINGS):
        raise MapError(
            gettext_noop(
                "%(file)s is no file of map data. Take an extract of OpenStreetMap (.osm.pbf) or GeoJSON (.geojson)."
            ),
            file=name[:80],
        )


def read(path: Path, target: IO[str], say: Say = lambda count: None, name: str = "") -> Extract:
    """Write the drawn features of a file to ``target``; ``say`` hears now and then how many were read.

    ``name``: what the file is called in messages. Raises MapError.
    """
    name = name or path.name
    check_name(name)
    if not path.is_file():
        raise MapError(gettext_noop("%(file)s: there is no such file. Check the path."), file=name)
    size = path.stat().st_size
    if size == 0:
        raise MapError(gettext_noop("%(file)s: the file is empty. Fetch it again."), file=name)
    if size > MAX_BYTES:
        raise MapError(
            gettext_noop(
                "%(file)s: %(size)s GB are more than a municipality needs. Take the extract of your county."
            ),
            file=name,
            size=round(size / 1e9, 1),
        )
    geojson = name.lower().endswith(("json", "geojson"))
    features = _geojson(path, name) if geojson else _osm(path, name)
    found = Extract()
    for seen, (tags, geometry) in enumerate(features, 1):
        _write(tags, geometry, target, found)
        if seen % _SAY_EVERY == 0:
            say(seen)
    if not found.count:
        raise MapError(
            gettext_noop(
                "%(file)s: nothing in it can be drawn. We look for OpenStreetMap's tags "
                "(highway, building, landuse …)."
            ),
            file=name,
        )
    return found


def _write(tags: dict[str, str], geometry: dict[str, Any], target: IO[str], found: Extract) -> None:
    shape, depth = _SHAPES.get(str(geometry.get("type")), ("", 0))
    try:
        positions = list(_positions(geometry["coordinates"], depth)) if shape else []
    except (LookupError, TypeError, ValueError, ArithmeticError):
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


def _positions(coordinates: Any, depth: int) -> Iterator[tuple[float, float]]:
    if depth:
        for part in coordinates:
            yield from _positions(part, depth - 1)
        return
    lon, lat = coordinates[:2]
    if not all(isinstance(one, (int, float)) and math.isfinite(one) for one in (lon, lat)):
        raise ValueError("no position")
    yield float(lon), float(lat)


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
            gettext_noop(
                "%(file)s cannot be read as OpenStreetMap data (%(why)s). "
                "Perhaps the download broke off; fetch it again."
            ),
            file=name,
            why=problem,
        ) from problem


def _format(name: str) -> str:
    return next(ending for ending in ENDINGS if name.lower().endswith(ending)).lstrip(".")


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
        raise MapError(gettext_noop("%(file)s: this GeoJSON file is too large. Take an .osm.pbf file."), file=name)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        raise MapError(
            gettext_noop("%(file)s: byte %(number)d is no UTF-8. Save the file as UTF-8, or take the .osm.pbf file."),
            file=name,
            number=problem.start,
        ) from problem
    try:
        documents = [json.loads(text)]
    except RecursionError as problem:
        raise _no_geojson(name) from problem
    except json.JSONDecodeError as problem:
        lines = [line.strip("\x1e ") for line in text.split("\n")]
        if len([line for line in lines if line]) < 2 or not lines[0].endswith("}"):
            raise MapError(
                gettext_noop(
                    "%(file)s, line %(line)d: this is no JSON (%(why)s). "
                    "Perhaps the download broke off; fetch it again."
                ),
                file=name,
                line=problem.lineno,
                why=problem.msg,
            ) from problem
        documents = []
        for number, line in enumerate(lines, 1):
            try:
                documents += [json.loads(line)] if line else []
            except json.JSONDecodeError as broken:
                raise MapError(
                    gettext_noop("%(file)s, line %(line)d: this is no JSON (%(why)s). Mend or delete the line."),
                    file=name,
                    line=number,
                    why=broken.msg,
                ) from broken
    for document in documents:
        yield from _features(document, name)


def _no_geojson(name: str) -> MapError:
    return MapError(
        gettext_noop("%(file)s: this is JSON, but no GeoJSON. The document needs the type FeatureCollection."),
        file=name,
    )


def _features(document: Any, name: str) -> Iterator[tuple[dict[str, str], dict[str, Any]]]:
    if not isinstance(document, dict) or document.get("type") not in {"FeatureCollection", "Feature"}:
        raise _no_geojson(name)
    features = document.get("features") if document["type"] == "FeatureCollection" else [document]
    if not isinstance(features, list):
        raise MapError(gettext_noop("%(file)s: the FeatureCollection has no list of features."), file=name)
    for feature in features:
        geometry = feature.get("geometry") if isinstance(feature, dict) else None
        if not isinstance(geometry, dict):
            continue
        given = feature.get("properties")
        tags = {str(key): str(value) for key, value in (given if isinstance(given, dict) else {}).items()}
        yield tags, geometry
