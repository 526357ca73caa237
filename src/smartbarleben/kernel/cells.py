"""Positions as one sortable number: Morton cells of the web-mercator grid at zoom 24 (about 1.5 m in Barleben).

A cell interleaves the bits of its column (even bits) and row (odd bits), 48 bits in all. So every map tile is one
range of cells, `cell >> 2 * n` is the tile n zoom levels up, and "what lies in this box" is a handful of ranges over
one indexed integer column, on any database.
"""

import math

ZOOM = 24
_SIDE = 1 << ZOOM
MAX_LATITUDE = 85.0511287798066
EARTH_RADIUS_M = 6_371_008.8


def cell(lon: float, lat: float) -> int:
    """The cell at a position in degrees; latitudes beyond web mercator are its edge. ValueError off the globe."""
    return _interleave(*_column_row(lon, lat))


def centre(cell: int) -> tuple[float, float]:
    """Longitude and latitude of the middle of a cell, in degrees."""
    if not 0 <= cell < 1 << 2 * ZOOM:
        raise ValueError("A cell has 48 bits.")
    column, row = _gather(cell), _gather(cell >> 1)
    lon = (column + 0.5) / _SIDE * 360 - 180
    lat = math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * (row + 0.5) / _SIDE))))
    return lon, lat


def tile_range(z: int, x: int, y: int) -> tuple[int, int]:
    """First and last cell (inclusive) of the map tile z/x/y. ValueError if there is no such tile."""
    if not 0 <= z <= ZOOM or not (0 <= x < 1 << z and 0 <= y < 1 << z):
        raise ValueError(f"There is no tile {z}/{x}/{y}.")
    shift = 2 * (ZOOM - z)
    first = _interleave(x, y) << shift
    return first, first + (1 << shift) - 1


def box_ranges(west: float, south: float, east: float, north: float, max_ranges: int = 20) -> list[tuple[int, int]]:
    """At most `max_ranges` sorted, separate cell ranges (inclusive) that together cover the box, and some more.

    The caller filters by position what the ranges bring in too much; more ranges bring in less. ValueError if the box
    is inside out (so also if it crosses the 180th meridian).
    """
    if west > east or south > north:
        raise ValueError("A box goes from west to east and from south to north.")
    if max_ranges < 1:
        raise ValueError("At least one range is needed.")
    left, top = _column_row(west, north)
    right, bottom = _column_row(east, south)
    inside: list[tuple[int, int]] = []
    border = [(0, 0, 0)]
    # Tiles on the border are split until there are a few times more than ranges allowed; joining the nearest
    # afterwards then brings in little.
    while border and len(inside) + len(border) <= max(64, 8 * max_ranges):
        parents, border = border, []
        for z, x, y in parents:
            size = 1 << (ZOOM - z)
            first_column, last_column = x * size, (x + 1) * size - 1
            first_row, last_row = y * size, (y + 1) * size - 1
            if last_column < left or first_column > right or last_row < top or first_row > bottom:
                continue
            if left <= first_column and last_column <= right and top <= first_row and last_row <= bottom:
                inside.append(tile_range(z, x, y))
            else:
                border += [(z + 1, 2 * x + dx, 2 * y + dy) for dx in (0, 1) for dy in (0, 1)]
    return _joined(inside + [tile_range(*tile) for tile in border], max_ranges)


def distance_m(lon1: float, lat1: float, lon2: float, lat2: float) -> float:
    """Metres along the great circle between two positions in degrees, on a sphere (0.6 % off at worst)."""
    phi1, phi2 = math.radians(lat1), math.radians(lat2)
    half_height = math.sin((phi2 - phi1) / 2) ** 2
    half_width = math.sin(math.radians(lon2 - lon1) / 2) ** 2
    haversine = half_height + math.cos(phi1) * math.cos(phi2) * half_width
    return 2 * EARTH_RADIUS_M * math.asin(math.sqrt(min(1.0, haversine)))


def _column_row(lon: float, lat: float) -> tuple[int, int]:
    if not (-180 <= lon <= 180 and -90 <= lat <= 90):
        raise ValueError(f"There is no position {lon}, {lat} on Earth (longitude, latitude).")
    latitude = math.radians(max(-MAX_LATITUDE, min(MAX_LATITUDE, lat)))
    column = int((lon + 180) / 360 * _SIDE)
    row = int((1 - math.asinh(math.tan(latitude)) / math.pi) / 2 * _SIDE)
    return min(max(column, 0), _SIDE - 1), min(max(row, 0), _SIDE - 1)


def _joined(ranges: list[tuple[int, int]], max_ranges: int) -> list[tuple[int, int]]:
    """The ranges, sorted, with only the widest `max_ranges - 1` gaps between them left open."""
    ranges = sorted(ranges)
    gaps = ((ranges[index + 1][0] - ranges[index][1], index) for index in range(len(ranges) - 1))
    widest = sorted((gap for gap in gaps if gap[0] > 1), reverse=True)[: max_ranges - 1]
    breaks = sorted(index for _, index in widest)
    firsts = [0, *(index + 1 for index in breaks)]
    lasts = [*breaks, len(ranges) - 1]
    return [(ranges[first][0], ranges[last][1]) for first, last in zip(firsts, lasts, strict=True)]


def _interleave(column: int, row: int) -> int:
    return _spread(column) | _spread(row) << 1


# The usual bit trick: a number's bits move to every second place by shifting halves apart, then quarters …
_SPREAD = (
    (16, 0x0000FFFF0000FFFF),
    (8, 0x00FF00FF00FF00FF),
    (4, 0x0F0F0F0F0F0F0F0F),
    (2, 0x3333333333333333),
    (1, 0x5555555555555555),
)
_GATHER = (
    (1, 0x3333333333333333),
    (2, 0x0F0F0F0F0F0F0F0F),
    (4, 0x00FF00FF00FF00FF),
    (8, 0x0000FFFF0000FFFF),
    (16, 0x00000000FFFFFFFF),
)


def _spread(bits: int) -> int:
    for shift, mask in _SPREAD:
        bits = (bits | bits << shift) & mask
    return bits


def _gather(bits: int) -> int:
    bits &= 0x5555555555555555
    for shift, mask in _GATHER:
        bits = (bits | bits >> shift) & mask
    return bits
