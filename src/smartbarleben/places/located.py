"""Things with a position, and the four questions of a map: a tile, a box, what is nearest, how many where.

A row keeps its Morton cell (`kernel.cells`) in one indexed column, so each question is a few ranges of that index,
on SQLite and PostgreSQL alike. `via` is the way from the asked rows to the ones with the position: items are on the
map where their place is (`via="place__"`).
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Self

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Count, ExpressionWrapper, F, FloatField, Max, Min, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from smartbarleben.kernel.cells import EARTH_RADIUS_M, ZOOM, box_ranges, cell, centre, tile_range

# A tile is cut into 16 × 16 squares for clusters.
GRID = 4
FARTHEST_M = 60_000.0
# The first ring in which `nearest` looks, and how much wider each further one is.
FIRST_RING_M, WIDER = 100.0, 5.0
_METRES_A_DEGREE = math.radians(1) * EARTH_RADIUS_M


@dataclass(frozen=True, slots=True)
class Cluster:
    """Rows of one square of a tile: their number, and the point between its first and last cell, in degrees."""

    square: int
    count: int
    lon: float
    lat: float


def in_tile[Row: models.Model](rows: QuerySet[Row], z: int, x: int, y: int, via: str = "") -> QuerySet[Row]:
    """The rows in the map tile z/x/y: one range. ValueError if there is no such tile."""
    return rows.filter(**{f"{via}cell__range": tile_range(z, x, y)})


def in_box[Row: models.Model](
    rows: QuerySet[Row], west: float, south: float, east: float, north: float, via: str = ""
) -> QuerySet[Row]:
    """The rows in a box of degrees, its edges included. ValueError if the box is inside out or off the globe."""
    ranges = Q()
    for first, last in box_ranges(west, south, east, north):
        ranges |= Q(**{f"{via}cell__range": (first, last)})
    return rows.filter(ranges, **{f"{via}lon__range": (west, east), f"{via}lat__range": (south, north)})


def clusters(rows: QuerySet[Any], z: int, x: int, y: int, via: str = "") -> list[Cluster]:
    """How many rows lie in each square of a tile, at most 256: one query. `square` is the cell of the square.

    The cell alone answers it, so an index that holds it (and what the rows are filtered by) does, without the table.
    """
    shift = 2 * max(0, ZOOM - z - GRID)
    found = (
        in_tile(rows, z, x, y, via)
        .order_by()
        .values(square=F(f"{via}cell").bitrightshift(shift))
        .annotate(count=Count("*"), first=Min(f"{via}cell"), last=Max(f"{via}cell"))
    )
    return [_cluster(*row) for row in sorted(found.values_list("square", "count", "first", "last"))]


def _cluster(square: int, count: int, first: int, last: int) -> Cluster:
    (west, north), (east, south) = centre(first), centre(last)
    return Cluster(square, count, (west + east) / 2, (north + south) / 2)


def flat_m(lon: float, lat: float, other_lon: float, other_lat: float) -> float:
    """Metres between two positions near each other, on a plane that touches the Earth at the first; 1 % off at
    100 km."""
    east = (other_lon - lon) * math.cos(math.radians(lat))
    return math.hypot(east, other_lat - lat) * _METRES_A_DEGREE


def nearest[Row: models.Model](
    rows: QuerySet[Row],
    lon: float,
    lat: float,
    n: int,
    via: str = "",
    first_m: float = FIRST_RING_M,
    read: Callable[[QuerySet[Row]], Iterable[Any]] = list,
) -> list[tuple[float, Any]]:
    """At most ``n`` rows within 60 km with their distance in metres (`flat_m`), nearest first.

    Looks in a box of ``first_m`` around the position and then in wider ones until ``n`` rows are sure to be the
    nearest: at most five queries, one if ``first_m`` is `FARTHEST_M`, which is best for a few hundred rows. ``read``
    makes of the ranked rows what the caller wants, in their order, each with its own ``lon`` and ``lat``.
    """
    radius = min(first_m, FARTHEST_M)
    while True:
        found = read(_around(rows, lon, lat, radius, via)[:n])
        far = [(flat_m(lon, lat, one.lon, one.lat), one) for one in found]
        near = [pair for pair in far if pair[0] <= radius]
        if len(near) == n or radius >= FARTHEST_M:
            return near
        radius = min(radius * WIDER, FARTHEST_M)


def _around[Row: models.Model](rows: QuerySet[Row], lon: float, lat: float, radius: float, via: str) -> QuerySet[Row]:
    """The rows in the box around a circle, nearest first; what lies in its corners is farther than the radius."""
    shrink = math.cos(math.radians(lat))
    # Squared degrees of latitude: enough to sort by, and plain arithmetic on every database.
    away = ExpressionWrapper(
        (F(f"{via}lon") - lon) * (F(f"{via}lon") - lon) * (shrink * shrink)
        + (F(f"{via}lat") - lat) * (F(f"{via}lat") - lat),
        output_field=FloatField(),
    )
    high = radius / _METRES_A_DEGREE
    wide = min(180.0, high / max(shrink, 1e-9))
    box = (max(-180.0, lon - wide), max(-90.0, lat - high), min(180.0, lon + wide), min(90.0, lat + high))
    return in_box(rows, *box, via=via).annotate(squared_degrees=away).order_by("squared_degrees", "pk")


class LocatedQuerySet(QuerySet[Any]):
    """Rows with a position. What writes many rows at once keeps the cells right too."""

    def in_tile(self, z: int, x: int, y: int) -> Self:
        """See `in_tile` of this module."""
        return in_tile(self, z, x, y)

    def in_box(self, west: float, south: float, east: float, north: float) -> Self:
        """See `in_box` of this module."""
        return in_box(self, west, south, east, north)

    def clusters(self, z: int, x: int, y: int) -> list[Cluster]:
        """See `clusters` of this module."""
        return clusters(self, z, x, y)

    def nearest(self, lon: float, lat: float, n: int) -> list[tuple[float, Any]]:
        """See `nearest` of this module."""
        return nearest(self, lon, lat, n)

    def bulk_create(self, objs: Iterable[Any], *args: Any, **kwargs: Any) -> list[Any]:
        rows = list(objs)
        for row in rows:
            row.set_cell()
        return super().bulk_create(rows, *args, **kwargs)

    def bulk_update(self, objs: Iterable[Any], fields: Iterable[str], *args: Any, **kwargs: Any) -> int:
        rows, names = list(objs), list(fields)
        if {"lon", "lat"} & set(names):
            names += [name for name in ("lon", "lat", "cell") if name not in names]
            for row in rows:
                row.set_cell()
        return super().bulk_update(rows, names, *args, **kwargs)

    def update(self, **values: Any) -> int:
        """Raises TypeError for half a position, or one that only the database knows: its cell would be wrong."""
        if {"lon", "lat"} & values.keys() and "cell" not in values:
            lon, lat = values.get("lon", F("lon")), values.get("lat", F("lat"))
            if not all(one is None or isinstance(one, (int, float)) for one in (lon, lat)):
                raise TypeError("A position is moved by lon and lat together, as numbers.")
            values["cell"] = cell_of(lon, lat)
        return super().update(**values)


def cell_of(lon: float | None, lat: float | None) -> int | None:
    """The cell of a position, None for none or half of one. ValueError off the globe."""
    return cell(lon, lat) if lon is not None and lat is not None else None


class Located(models.Model):
    """Abstract: a position with one indexed Morton cell. A child adds `position_is_whole` to its constraints."""

    lon = models.FloatField(
        _("longitude"), null=True, blank=True, validators=[MinValueValidator(-180), MaxValueValidator(180)]
    )
    lat = models.FloatField(
        _("latitude"), null=True, blank=True, validators=[MinValueValidator(-90), MaxValueValidator(90)]
    )
    cell = models.BigIntegerField(null=True, editable=False, db_index=True)

    objects = LocatedQuerySet.as_manager()

    class Meta:
        abstract = True

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.set_cell()
        chosen = kwargs.get("update_fields")
        if chosen is not None and {"lon", "lat"} & set(chosen):
            kwargs["update_fields"] = {*chosen, "cell"}
        super().save(*args, **kwargs)

    def clean(self) -> None:
        super().clean()
        if (self.lon is None) != (self.lat is None):
            missing = "lon" if self.lon is None else "lat"
            raise ValidationError({missing: _("A position needs longitude and latitude.")})

    def full_clean(self, *args: Any, **kwargs: Any) -> None:
        # The constraint is judged before anything is saved.
        on_earth = self.lon is None or self.lat is None or (abs(self.lon) <= 180 and abs(self.lat) <= 90)
        if on_earth:
            self.set_cell()
        super().full_clean(*args, **kwargs)

    def set_cell(self) -> None:
        """Make the cell fit the position."""
        self.cell = cell_of(self.lon, self.lat)


def position_is_whole(name: str) -> models.CheckConstraint:
    """The database's word on it: a position with its cell, on Earth, or none at all."""
    return models.CheckConstraint(
        name=name,
        condition=Q(lon=None, lat=None, cell=None)
        # Without the first two an unknown latitude would be neither true nor false, which a check lets pass.
        | Q(lon__isnull=False, lat__isnull=False, cell__isnull=False, lon__range=(-180, 180), lat__range=(-90, 90)),
        violation_error_message=_("A position needs longitude and latitude."),
    )
