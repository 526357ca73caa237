"""What `./village bench map` measures: the marks of a screen and the list, with 100,000 points on the map.

Run it with `DATABASE_URL` for PostgreSQL. The points would slow down the lists of places that other rooms measure, so
they are only filled in when this room is asked for by name.
"""

import random

from django.db import connection

from smartbarleben.kernel.cells import ZOOM, cell
from smartbarleben.places.models import Ortschaft, Place

POINTS = 100_000
BY_NAME_ONLY = True
# A screen asks for at most six tiles side by side, from the whole municipality down to a street.
ZOOMS = (10, 12, 14, 16)


def fill() -> None:
    """Add 100,000 places over the municipality, denser around the middles of its Ortschaften."""
    chance = random.Random(147)  # noqa: S311 (sample data)
    villages = list(Ortschaft.objects.values_list("pk", "lon", "lat"))

    def one(number: int) -> Place:
        pk, lon, lat = chance.choice(villages)
        return Place(
            slug=f"punkt-{number}", name=f"Punkt {number}", kind="park", ortschaft_id=pk, precision="exact",
            lon=lon + chance.gauss(0, 0.012), lat=lat + chance.gauss(0, 0.007), is_example=True,
        )  # fmt: skip

    Place.objects.bulk_create((one(number) for number in range(POINTS)), batch_size=5_000)
    if connection.vendor == "postgresql":
        # As its own housekeeping does within minutes: before it, no index alone can tell which rows are there.
        with connection.cursor() as cursor:
            cursor.execute(f"VACUUM ANALYZE {Place._meta.db_table}")


def cases() -> list[dict[str, object]]:
    """Tiles around the first Ortschaft, the list, and the list near a place. One person looks at a time."""
    lon, lat = Ortschaft.objects.values_list("lon", "lat")[0]
    paths = [(f"tile z{zoom}", f"/karte/marken/{tile_at(lon, lat, zoom)}.json") for zoom in ZOOMS]
    paths += [("page", "/karte/"), ("near", f"/karte/?punkt={lon:.5f},{lat:.5f}")]
    return [{"case": name, "path": path, "connections": 1} for name, path in paths]


def tile_at(lon: float, lat: float, zoom: int) -> str:
    """The tile that holds a position as "z/x/y"."""
    where = cell(lon, lat) >> 2 * (ZOOM - zoom)
    x = sum((where >> 2 * bit & 1) << bit for bit in range(zoom))
    y = sum((where >> (2 * bit + 1) & 1) << bit for bit in range(zoom))
    return f"{zoom}/{x}/{y}"
