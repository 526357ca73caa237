"""Which things of OpenStreetMap the village's map draws, from which zoom on. Pure.

The tiles have seven layers: land, water, building, road, rail, boundary, name. A thing is what its tags say; a file
of GeoJSON speaks with the same tags in its properties.
"""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Drawn:
    """A layer of the tiles, the kind that the style looks at, and the zoom from which on it is drawn."""

    layer: str
    kind: str
    from_zoom: int
    name: str = ""


_LAND = {
    "forest": "wood",
    "wood": "wood",
    "scrub": "wood",
    "orchard": "wood",
    "farmland": "field",
    "meadow": "grass",
    "grass": "grass",
    "grassland": "grass",
    "allotments": "garden",
    "cemetery": "garden",
    "park": "garden",
    "garden": "garden",
    "playground": "garden",
    "pitch": "garden",
    "recreation_ground": "garden",
    "residential": "village",
    "village_green": "garden",
    "commercial": "works",
    "industrial": "works",
    "retail": "works",
    "farmyard": "works",
}
# Kind of road and the zoom from which on it is drawn.
_ROADS = {
    "motorway": ("motorway", 6),
    "motorway_link": ("motorway", 10),
    "trunk": ("main", 7),
    "trunk_link": ("main", 11),
    "primary": ("main", 8),
    "primary_link": ("main", 11),
    "secondary": ("main", 9),
    "tertiary": ("through", 10),
    "unclassified": ("street", 11),
    "residential": ("street", 12),
    "living_street": ("street", 12),
    "pedestrian": ("street", 12),
    "service": ("lane", 13),
    "track": ("lane", 13),
    "cycleway": ("path", 13),
    "footway": ("path", 14),
    "path": ("path", 13),
    "steps": ("path", 14),
    "bridleway": ("path", 14),
}
_NAMES = {
    "city": ("town", 6),
    "town": ("town", 7),
    "village": ("village", 9),
    "suburb": ("village", 11),
    "hamlet": ("hamlet", 11),
    "neighbourhood": ("hamlet", 13),
    "locality": ("hamlet", 13),
}
# Areas of these keys are drawn as areas; everything else that is closed stays a line.
AREA_KEYS = frozenset({"building", "landuse", "leisure", "natural", "waterway", "water", "amenity", "place"})


def drawn(tags: Mapping[str, str], shape: str) -> Drawn | None:
    """How a thing is drawn; None for one that the map leaves out. `shape`: "point", "line" or "area"."""
    name = tags.get("name", "")[:120]
    if shape == "point":
        place = _NAMES.get(tags.get("place", ""))
        return Drawn("name", place[0], place[1], name) if place and name else None
    if shape == "area":
        return _area(tags, name)
    if tags.get("area") == "yes":
        return None
    if tags.get("highway") in _ROADS:
        kind, zoom = _ROADS[tags["highway"]]
        return Drawn("road", kind, zoom, name or tags.get("ref", "")[:20])
    if tags.get("railway") in {"rail", "light_rail", "tram"}:
        return Drawn("rail", tags["railway"], 9 if tags["railway"] == "rail" else 12, "")
    if tags.get("waterway") in {"river", "canal", "stream", "ditch"}:
        return Drawn("water", "wide" if tags["waterway"] in {"river", "canal"} else "narrow", 9, name)
    if tags.get("boundary") == "administrative" and tags.get("admin_level") in {"6", "8", "9", "10"}:
        return Drawn("boundary", "municipality" if tags["admin_level"] in {"6", "8"} else "part", 8, name)
    return None


def _area(tags: Mapping[str, str], name: str) -> Drawn | None:
    if tags.get("building", "no") != "no":
        return Drawn("building", "house", 13, "")
    if tags.get("natural") == "water" or tags.get("landuse") == "basin" or tags.get("waterway") == "riverbank":
        return Drawn("water", "area", 8, name)
    for key in ("landuse", "leisure", "natural", "amenity"):
        kind = "works" if tags.get(key) == "school" else _LAND.get(tags.get(key, ""))
        if kind:
            return Drawn("land", kind, 9 if kind in {"wood", "field", "village"} else 11, name)
    return None


def spot_name(tags: Mapping[str, str], shape: str) -> str:
    """What people would call a place to be near to: a street, an address, a part of the village; "" for others."""
    street, house = tags.get("addr:street", ""), tags.get("addr:housenumber", "")
    if street and house:
        return f"{street} {house}"[:160]
    name = tags.get("name", "")[:160]
    if shape == "line" and tags.get("highway") in _ROADS and name:
        return name
    if shape == "point" and tags.get("place") in _NAMES:
        return name
    return ""
