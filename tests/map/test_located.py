"""Every question of a map, asked of the database and of a plain loop over all rows: the answers are the same."""

import math
import random
from collections import Counter

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import make_place, make_village

from smartbarleben.kernel.cells import ZOOM, cell, tile_range
from smartbarleben.places import located
from smartbarleben.places.models import Place

pytestmark = pytest.mark.django_db
# The same rows serve all examples: they are only read.
READING = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
WEST, SOUTH, EAST, NORTH = 11.53, 52.17, 11.67, 52.23

lons = st.floats(WEST - 0.02, EAST + 0.02)
lats = st.floats(SOUTH - 0.02, NORTH + 0.02)


@pytest.fixture
def rows() -> list[Place]:
    """400 places over the municipality, some at one spot, some far away, some without a position."""
    make_village()
    chance = random.Random(147)
    spots = [(chance.uniform(WEST, EAST), chance.uniform(SOUTH, NORTH)) for _ in range(320)]
    spots += [(11.6187, 52.2033)] * 50 + [(-179.9, -80.0), (179.99, 84.9), (0.0, 0.0), (11.0, 52.2)]
    places = [Place(slug=f"p{n}", name=f"P{n}", lon=lon, lat=lat) for n, (lon, lat) in enumerate(spots)]
    Place.objects.bulk_create([*places, Place(slug="nowhere", name="Nowhere")])
    return list(Place.objects.exclude(cell=None))


@READING
@given(lon=lons, lat=lats, z=st.integers(0, ZOOM))
def test_a_tile_holds_what_lies_in_it(rows: list[Place], lon: float, lat: float, z: int) -> None:
    x = int((lon + 180) / 360 * 2**z)
    y = int((1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * 2**z)
    first, last = tile_range(z, x, y)
    wanted = {row.pk for row in rows if first <= cell(row.lon, row.lat) <= last}
    assert set(Place.objects.all().in_tile(z, x, y).values_list("pk", flat=True)) == wanted
    counted = Counter(
        cell(row.lon, row.lat) >> 2 * max(0, ZOOM - z - located.GRID) for row in rows if row.pk in wanted
    )
    found = Place.objects.all().clusters(z, x, y)
    assert {one.square: one.count for one in found} == counted
    for one in found:
        members = [row for row in rows if cell(row.lon, row.lat) >> 2 * max(0, ZOOM - z - located.GRID) == one.square]
        # It stands among its rows, a cell's width (1.5 m) at most beside them.
        assert min(row.lon for row in members) - 3e-5 <= one.lon <= max(row.lon for row in members) + 3e-5
        assert min(row.lat for row in members) - 3e-5 <= one.lat <= max(row.lat for row in members) + 3e-5


@READING
@given(a=st.tuples(lons, lats), b=st.tuples(lons, lats))
def test_a_box_holds_what_lies_in_it(rows: list[Place], a: tuple[float, float], b: tuple[float, float]) -> None:
    (west, east), (south, north) = sorted((a[0], b[0])), sorted((a[1], b[1]))
    wanted = {row.pk for row in rows if west <= row.lon <= east and south <= row.lat <= north}
    assert set(Place.objects.all().in_box(west, south, east, north).values_list("pk", flat=True)) == wanted


@READING
@given(lon=lons, lat=lats, n=st.integers(1, 40), ring=st.sampled_from([50.0, 300.0, located.FARTHEST_M]))
def test_nearest_are_the_nearest(rows: list[Place], lon: float, lat: float, n: int, ring: float) -> None:
    near = sorted(located.flat_m(lon, lat, row.lon, row.lat) for row in rows)
    wanted = [metres for metres in near if metres <= located.FARTHEST_M][:n]
    found = located.nearest(Place.objects.all(), lon, lat, n, first_m=ring)
    assert [metres for metres, _row in found] == pytest.approx(wanted, abs=0.01)
    for metres, row in found:
        assert metres == pytest.approx(located.flat_m(lon, lat, row.lon, row.lat), abs=0.01)


def test_nearest_asks_at_most_five_times(rows: list[Place], django_assert_max_num_queries) -> None:
    with django_assert_max_num_queries(5):
        assert located.nearest(Place.objects.all(), 3.0, 48.0, 5) == []
    with django_assert_max_num_queries(1):
        assert len(located.nearest(Place.objects.all(), 11.6, 52.2, 5, first_m=located.FARTHEST_M)) == 5


def test_a_tile_that_does_not_exist_is_refused() -> None:
    for tile in [(3, 8, 0), (-1, 0, 0), (25, 0, 0)]:
        with pytest.raises(ValueError, match="no tile"):
            Place.objects.all().in_tile(*tile)


# ---- the cell stays right, whoever writes ----


def test_every_way_to_move_a_place_moves_its_cell() -> None:
    make_village()
    place = make_place("Rathaus", lon=11.61, lat=52.2)
    assert place.cell == cell(11.61, 52.2)
    place.lon = 11.62
    place.save(update_fields=["lon"])
    place.refresh_from_db()
    assert place.cell == cell(11.62, 52.2)
    Place.objects.filter(pk=place.pk).update(lon=11.63, lat=52.21)
    place.refresh_from_db()
    assert place.cell == cell(11.63, 52.21)
    place.lat = 52.22
    Place.objects.bulk_update([place], ["lat"])
    place.refresh_from_db()
    assert place.cell == cell(11.63, 52.22)
    again, _made = Place.objects.update_or_create(slug=place.slug, defaults={"lon": 11.5, "lat": 52.1})
    again.refresh_from_db()
    assert again.cell == cell(11.5, 52.1)
    Place.objects.filter(pk=place.pk).update(lon=None, lat=None)
    place.refresh_from_db()
    assert place.cell is None


def test_half_a_move_is_refused() -> None:
    make_village()
    place = make_place("Rathaus", lon=11.61, lat=52.2)
    with pytest.raises(TypeError, match="together"):
        Place.objects.filter(pk=place.pk).update(lon=11.7)


@pytest.mark.parametrize("wrong", [{"lon": 11.6, "lat": None}, {"cell": None}, {"lon": 400.0}])
def test_the_database_refuses_a_position_without_its_cell(wrong: dict[str, float | None]) -> None:
    make_village()
    place = make_place("Rathaus", lon=11.61, lat=52.2)
    columns = ", ".join(f"{name} = %s" for name in wrong)
    with connection.cursor() as cursor, pytest.raises(IntegrityError):
        cursor.execute(f"UPDATE places_place SET {columns} WHERE id = %s", [*wrong.values(), place.pk])


@pytest.mark.parametrize(("lon", "lat", "named"), [(11.6, None, "lat"), (None, 52.2, "lon"), (11.6, 95.0, "lat")])
def test_a_form_says_which_half_is_missing_or_wrong(lon: float | None, lat: float | None, named: str) -> None:
    make_village()
    place = make_place("Rathaus", lon=11.61, lat=52.2)
    place.lon, place.lat = lon, lat
    with pytest.raises(ValidationError) as caught:
        place.full_clean()
    assert named in caught.value.message_dict
