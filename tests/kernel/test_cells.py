import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.kernel.cells import MAX_LATITUDE, ZOOM, box_ranges, cell, centre, distance_m, tile_range

from .common import thorough

TOWN_HALL = (11.6178, 52.2028)
LONS = st.floats(-180, 180) | st.floats(11.5, 11.7)
LATS = st.floats(-90, 90) | st.floats(52.1, 52.3)
CELLS = st.integers(0, (1 << 48) - 1)


def tile_by_hand(lon: float, lat: float, z: int) -> tuple[int, int]:
    """The textbook formula of slippy maps."""
    x = (lon + 180) / 360 * 2**z
    y = (1 - math.log(math.tan(math.radians(lat)) + 1 / math.cos(math.radians(lat))) / math.pi) / 2 * 2**z
    return int(x), int(y)


def cell_by_hand(column: int, row: int) -> int:
    bits = "".join(f"{row >> bit & 1}{column >> bit & 1}" for bit in reversed(range(ZOOM)))
    return int(bits, 2)


def grid(cells: int) -> tuple[int, int]:
    bits = f"{cells:048b}"
    return int(bits[1::2], 2), int(bits[0::2], 2)


@thorough
@given(st.floats(-180, 179.999), st.floats(-85, 85), st.integers(0, 20))
def test_a_cell_lies_in_the_tile_the_textbook_names(lon: float, lat: float, z: int) -> None:
    x, y = tile_by_hand(lon, lat, z)
    # On a tile's very edge the two formulas may round apart.
    near = [tile_range(z, max(x + dx, 0), max(y + dy, 0)) for dx in (0, -1) for dy in (0, -1)]
    here = cell(lon, lat)
    assert any(first <= here <= last for first, last in near)
    fraction_x, fraction_y = (value % 1 for value in ((lon + 180) / 360 * 2**z, 0.5))
    if 1e-6 < fraction_x < 1 - 1e-6 and fraction_y:
        column, _ = grid(here)
        assert column >> (ZOOM - z) == x


@thorough
@given(CELLS)
def test_the_centre_of_a_cell_lies_in_it(number: int) -> None:
    assert cell(*centre(number)) == number
    assert cell_by_hand(*grid(number)) == number


@thorough
@given(CELLS, st.integers(0, ZOOM))
def test_tiles_are_ranges(number: int, z: int) -> None:
    column, row = grid(number)
    x, y = column >> (ZOOM - z), row >> (ZOOM - z)
    first, last = tile_range(z, x, y)
    assert first <= number <= last
    assert last - first + 1 == 4 ** (ZOOM - z)
    assert first >> 2 * (ZOOM - z) == number >> 2 * (ZOOM - z)


@thorough
@given(LONS, LATS, LONS, LATS, st.integers(1, 30), st.floats(0, 1), st.floats(0, 1))
def test_ranges_cover_the_box(
    lon1: float, lat1: float, lon2: float, lat2: float, most: int, along: float, up: float
) -> None:
    (west, east), (south, north) = sorted((lon1, lon2)), sorted((lat1, lat2))
    ranges = box_ranges(west, south, east, north, most)
    assert 1 <= len(ranges) <= most
    assert all(first <= last for first, last in ranges)
    assert all(before[1] + 1 < after[0] for before, after in itertools.pairwise(ranges))
    inside = min(west + (east - west) * along, east), min(south + (north - south) * up, north)
    for lon, lat in (inside, (west, north), (east, south), (west, south), (east, north)):
        here = cell(lon, lat)
        assert any(first <= here <= last for first, last in ranges)


@thorough
@given(CELLS, st.integers(1, 40), st.integers(1, 40), st.integers(1, 25))
def test_every_cell_of_a_small_box_is_covered(corner: int, width: int, height: int, most: int) -> None:
    left, top = grid(corner)
    right, bottom = (min(edge, (1 << ZOOM) - 1) for edge in (left + width - 1, top + height - 1))
    west, north = centre(cell_by_hand(left, top))
    east, south = centre(cell_by_hand(right, bottom))
    ranges = box_ranges(west, south, east, north, most)
    wanted = sorted(cell_by_hand(column, row) for column in range(left, right + 1) for row in range(top, bottom + 1))
    covered = [number for number in wanted if any(first <= number <= last for first, last in ranges)]
    assert covered == wanted


def test_enough_ranges_bring_in_nothing_else() -> None:
    west, north = centre(cell_by_hand(8_930_000, 5_500_000))
    east, south = centre(cell_by_hand(8_930_009, 5_500_009))
    ranges = box_ranges(west, south, east, north, max_ranges=200)
    assert sum(last - first + 1 for first, last in ranges) == 100


def test_a_village_in_twenty_ranges_brings_in_little_else() -> None:
    box = 11.58, 52.17, 11.66, 52.24
    covered = sum(last - first + 1 for first, last in box_ranges(*box))
    (left, top), (right, bottom) = grid(cell(box[0], box[3])), grid(cell(box[2], box[1]))
    assert covered < 1.3 * (right - left + 1) * (bottom - top + 1)


def test_the_edges_of_the_world() -> None:
    last = (1 << ZOOM) - 1
    assert cell(-180, 90) == cell(-180, MAX_LATITUDE) == 0
    assert cell(180, -90) == cell_by_hand(last, last)
    assert box_ranges(-180, -90, 180, 90) == [(0, (1 << 48) - 1)]
    assert tile_range(0, 0, 0) == (0, (1 << 48) - 1)


@pytest.mark.parametrize(("lon", "lat"), [(181, 0), (0, 91), (math.nan, 0), (0, math.nan), (math.inf, 0)])
def test_positions_off_the_globe_are_refused(lon: float, lat: float) -> None:
    with pytest.raises(ValueError, match="no position"):
        cell(lon, lat)


def test_what_cannot_be_is_refused() -> None:
    for tile in ((-1, 0, 0), (25, 0, 0), (1, 2, 0), (1, 0, -1)):
        with pytest.raises(ValueError, match="no tile"):
            tile_range(*tile)
    for number in (-1, 1 << 48):
        with pytest.raises(ValueError, match="48 bits"):
            centre(number)
    for box in ((2, 1, 1, 2), (1, 2, 2, 1), (math.nan, 1, 2, 3)):
        with pytest.raises(ValueError, match=r"box|position"):
            box_ranges(*box)
    with pytest.raises(ValueError, match="one range"):
        box_ranges(1, 1, 2, 2, 0)


def test_distances_known_from_maps() -> None:
    magdeburg_cathedral = (11.6349, 52.1247)
    assert distance_m(*TOWN_HALL, *magdeburg_cathedral) == pytest.approx(8_760, rel=0.01)
    assert distance_m(0, 0, 0, 1) == pytest.approx(111_195, rel=0.001)
    assert distance_m(179.9, 0, -179.9, 0) == pytest.approx(22_239, rel=0.001)


@thorough
@given(LONS, LATS, LONS, LATS)
def test_distance_is_symmetric_and_at_most_half_round_the_earth(a: float, b: float, c: float, d: float) -> None:
    assert distance_m(a, b, c, d) == pytest.approx(distance_m(c, d, a, b))
    assert 0 <= distance_m(a, b, c, d) <= 20_015_115
    assert distance_m(a, b, a, b) == 0
