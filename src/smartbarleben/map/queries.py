"""Every read of the map: which map there is, marks of a tile, the list beside the map, where "near …" is."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language

from smartbarleben.kernel.cells import cell, tile_range
from smartbarleben.kernel.folding import fold
from smartbarleben.places import located
from smartbarleben.places.layers import Few, Layer, Mark, Source, Table, sources
from smartbarleben.places.models import Place
from smartbarleben.places.queries import generation

from .models import Spot, VillageMap

# So many marks of one source a tile names one by one; more become clusters.
MARKS_A_TILE = 120
# Up to so many rows one wide look finds the nearest faster than rings, and few tiles need counts.
SMALL = 1_500


@dataclass(frozen=True, slots=True)
class MapInfo:
    """The village's own map: the tiles' address, whose data they are, how old, and the box in degrees."""

    url: str
    attribution: str
    made_at: datetime
    west: float
    south: float
    east: float
    north: float


def current(request: HttpRequest) -> MapInfo | None:
    """The map that is shown: no query when warm."""
    return _current(generation(request), str(connection.settings_dict["NAME"]))


@lru_cache(maxsize=2)
def _current(generation: int, database: str) -> MapInfo | None:
    row = VillageMap.objects.exclude(made_at=None).order_by("-made_at", "-pk").first()
    if row is None or row.made_at is None:
        return None
    box = [value or 0.0 for value in (row.west, row.south, row.east, row.north)]
    return MapInfo(f"/kartendaten/{row.name}.pmtiles", row.attribution, row.made_at, *box)


# ---- what tiles and the list share ----


def _all_sources(layers: Iterable[Layer]) -> list[tuple[Layer, Source]]:
    return [(layer, source) for layer in layers for source in sources(layer)]


def _minute(now: datetime) -> datetime:
    return now.replace(second=0, microsecond=0)


def _count(request: HttpRequest, source: Table, ortschaft: str, now: datetime) -> int:
    """How many rows there are to list: no query when warm. All pages, languages and choices of layers need it."""
    database = str(connection.settings_dict["NAME"])
    return _counted(source, ortschaft, _minute(now), generation(request), database)


@lru_cache(maxsize=64)
def _counted(source: Table, ortschaft: str, minute: datetime, generation: int, database: str) -> int:
    return int(_rows(source, ortschaft, minute).count())


def _few(request: HttpRequest, source: Few, language: str, now: datetime) -> tuple[Mark, ...]:
    """All marks of such a source: no query when warm. A screen asks for several tiles, and each needs them."""
    return _few_marks(source, language, _minute(now), generation(request), str(connection.settings_dict["NAME"]))


@lru_cache(maxsize=16)
def _few_marks(source: Few, language: str, minute: datetime, generation: int, database: str) -> tuple[Mark, ...]:
    return tuple(source.marks(language, minute))


def _is_small(request: HttpRequest, source: Table) -> bool:
    """Whether a source has few rows with a position: a hint for the cheaper way, no query when warm."""
    return _has_few_rows(source, generation(request), str(connection.settings_dict["NAME"]))


@lru_cache(maxsize=32)
def _has_few_rows(source: Table, generation: int, database: str) -> bool:
    return source.rows(timezone.now())[: SMALL + 1].count() <= SMALL


# ---- a tile ----


def tile(
    request: HttpRequest, layers: Iterable[Layer], z: int, x: int, y: int, language: str, now: datetime
) -> list[dict[str, Any]]:
    """GeoJSON features of a tile: marks, or counts by square where they are many. At most two queries a source.

    ValueError if there is no such tile.
    """
    first, last = tile_range(z, x, y)
    shift = 2 * max(0, located.ZOOM - z - located.GRID)
    found: list[dict[str, Any]] = []
    for layer, source in _all_sources(layers):
        marks: Iterable[Mark]
        if isinstance(source, Few):
            everywhere = _few(request, source, language, now)
            marks = [mark for mark in everywhere if first <= cell(mark.lon, mark.lat) <= last]
        else:
            marks, squares = _in_tile(request, source, z, x, y, language, now)
            found += [_square(layer, one) for one in squares]
        for mark in marks:
            found.append(_feature(layer, mark, cell(mark.lon, mark.lat) >> shift))
            if mark.line:
                found.append(_line(layer, mark))
    return found


def _in_tile(
    request: HttpRequest, source: Table, z: int, x: int, y: int, language: str, now: datetime
) -> tuple[list[Mark], list[located.Cluster]]:
    """The marks one by one or, if they are many, counted: never both."""
    rows = source.rows(now)
    # Of many rows most tiles hold more than are named, so counting them first saves the other query.
    if not _is_small(request, source):
        squares = located.clusters(rows, z, x, y, source.via)
        if sum(one.count for one in squares) > MARKS_A_TILE:
            return [], squares
    few = located.in_tile(rows, z, x, y, source.via).order_by()[: MARKS_A_TILE + 1]
    marks = source.marks(few, language, now)
    return (marks, []) if len(marks) <= MARKS_A_TILE else ([], located.clusters(rows, z, x, y, source.via))


def _square(layer: Layer, one: located.Cluster) -> dict[str, Any]:
    return _point(one.lon, one.lat, {"layer": layer.key, "square": one.square, "count": one.count})


def _feature(layer: Layer, mark: Mark, square: int) -> dict[str, Any]:
    about: dict[str, Any] = {"layer": layer.key, "square": square, "count": 1, "key": mark.key, "title": mark.title}
    about |= {"url": mark.url, "note": mark.note, "lang": mark.language}
    if not mark.is_exact:
        about["rough"] = True
    if mark.is_example:
        about["example"] = True
    return _point(mark.lon, mark.lat, about)


def _point(lon: float, lat: float, about: dict[str, Any]) -> dict[str, Any]:
    position = [round(lon, 6), round(lat, 6)]
    return {"type": "Feature", "geometry": {"type": "Point", "coordinates": position}, "properties": about}


def _line(layer: Layer, mark: Mark) -> dict[str, Any]:
    course = [[round(lon, 6), round(lat, 6)] for lon, lat in mark.line]
    about = {"layer": layer.key, "key": mark.key}
    return {"type": "Feature", "geometry": {"type": "LineString", "coordinates": course}, "properties": about}


# ---- the list ----


@dataclass(frozen=True, slots=True)
class Listed:
    """A mark in the list; `metres` and `bearing` (degrees from north) from the place that was asked for."""

    layer: Layer
    mark: Mark
    metres: float | None = None
    bearing: float | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """One page of the list, and how many marks there are in all (near a position: on this page)."""

    entries: list[Listed]
    total: int
    number: int
    has_next: bool


def _rows(source: Table, ortschaft: str, now: datetime) -> Any:
    rows = source.rows(now)
    return rows.filter(**{f"{source.ortschaft}__slug": ortschaft}) if ortschaft else rows


def by_layer(
    request: HttpRequest, layers: Sequence[Layer], ortschaft: str, language: str, *, number: int, size: int
) -> ListPage:
    """The marks layer by layer, each by title. At most two queries a source."""
    now = _minute(timezone.now())
    entries: list[Listed] = []
    total, first = 0, (number - 1) * size
    for layer, source in _all_sources(layers):
        if isinstance(source, Few):
            marks = [
                one for one in _few(request, source, language, now) if not ortschaft or one.ortschaft == ortschaft
            ]
            count = len(marks)
            here = marks[max(0, first - total) : max(0, first + size - total)]
        else:
            rows = _rows(source, ortschaft, now)
            count = _count(request, source, ortschaft, now)
            low, high = max(0, first - total), min(count, first + size - total)
            here = source.marks(rows.order_by(source.title, "pk")[low:high], language, now) if low < high else []
        total += count
        entries += [Listed(layer, mark) for mark in here]
    return ListPage(entries, total, number, first + size < total)


def by_distance(
    request: HttpRequest,
    layers: Sequence[Layer],
    ortschaft: str,
    language: str,
    lon: float,
    lat: float,
    *,
    size: int,
) -> ListPage:
    """The nearest marks of all layers: one page. One query a source, at most five where there are many rows."""
    now = timezone.now()
    found: list[tuple[float, int, Layer, Mark]] = []
    for order, (layer, source) in enumerate(_all_sources(layers)):
        if isinstance(source, Few):
            marks = [
                one for one in _few(request, source, language, now) if not ortschaft or one.ortschaft == ortschaft
            ]
            pairs = [(located.flat_m(lon, lat, mark.lon, mark.lat), mark) for mark in marks]
        else:
            ring = located.FARTHEST_M if _is_small(request, source) else located.FIRST_RING_M
            pairs = _nearest(source, _rows(source, ortschaft, now), language, now, lon, lat, size, ring)
        found += [(metres, order, layer, mark) for metres, mark in pairs]
    found.sort(key=lambda one: (one[0], one[1], one[3].title))
    entries = [
        Listed(layer, mark, metres, bearing(lon, lat, mark.lon, mark.lat)) for metres, _o, layer, mark in found[:size]
    ]
    return ListPage(entries, len(entries), 1, False)


def _nearest(
    source: Table, rows: Any, language: str, now: datetime, lon: float, lat: float, size: int, ring: float
) -> list[tuple[float, Mark]]:
    return located.nearest(rows, lon, lat, size, source.via, ring, lambda ranked: source.marks(ranked, language, now))


def bearing(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """The direction from one position to another near it, in degrees from north, clockwise."""
    east = (other_lon - lon) * math.cos(math.radians(lat))
    return math.degrees(math.atan2(east, other_lat - lat)) % 360


# ---- near … ----


@dataclass(frozen=True, slots=True)
class Found:
    """Something that people may mean by "near …"; `note` is the street and Ortschaft of a place."""

    name: str
    lon: float
    lat: float
    note: str = ""


MAX_FOUND = 8
_MAX_PLACES = 5_000


def find(request: HttpRequest, text: str) -> list[Found]:
    """Places, streets and addresses that a text may mean, best first; none for nonsense. One query when warm."""
    wanted = fold(text[:100])
    if not wanted:
        return []
    ranked: dict[Found, int] = {}
    for folded, whole, one in _names(generation(request), str(connection.settings_dict["NAME"])):
        rank = _rank(wanted, folded, whole)
        if rank is not None and rank < ranked.get(one, 9):
            ranked[one] = rank
    known = {one.name for one in ranked}
    spots = Spot.objects.filter(folded__startswith=wanted).order_by("folded")[: 4 * MAX_FOUND]
    for spot in spots:
        if spot.name not in known:
            ranked[Found(spot.name, spot.lon, spot.lat)] = 0 if spot.folded == wanted else 1
    return sorted(ranked, key=lambda one: (ranked[one], len(one.name), one.name, one.note))[:MAX_FOUND]


def _rank(wanted: str, folded: str, whole: str) -> int | None:
    if wanted in {folded, whole}:
        return 0
    if folded.startswith(wanted):
        return 1
    if wanted in folded:
        return 2
    return 3 if all(word in whole for word in wanted.split()) else None


@lru_cache(maxsize=2)
def _names(generation: int, database: str) -> tuple[tuple[str, str, Found], ...]:
    """Every place with a position: its name folded, in each of its languages, and the same with its note."""
    rows = Place.objects.filter(cell__isnull=False).order_by("name", "pk")
    columns = rows.values_list("name", "street", "ortschaft__name", "lon", "lat", "translations__name")
    found = []
    for name, street, village, lon, lat, translated in columns[:_MAX_PLACES]:
        one = Found(name, lon, lat, ", ".join(filter(None, (street, village))))
        found += [(fold(said), fold(f"{said} {one.note}"), one) for said in (name, translated) if said]
    return tuple(found)


def language_now() -> str:
    """The reader's language."""
    return get_language() or settings.LANGUAGE_CODE
