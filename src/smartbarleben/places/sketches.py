"""Sketches of the village: the Ortschaften with what is known to lie in them, for pages of any room."""

from collections.abc import Iterable
from functools import lru_cache

from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext as _
from markupsafe import Markup

from smartbarleben.ui.sketch import Area, Dot, sketch

from .models import Place, Precision
from .queries import village

# A small sketch shows this much around its place, in degrees of latitude (some 900 m).
_AROUND = 0.008
_FROM_ONE = 200


def areas(request: HttpRequest) -> tuple[Area, ...]:
    """The Ortschaften with the exactly known positions in them: no query when warm."""
    house = village(request)
    return _areas(
        house.generation,
        str(connection.settings_dict["NAME"]),
        tuple((one.pk, one.name, one.lon, one.lat) for one in house.ortschaften),
    )


@lru_cache(maxsize=2)
def _areas(
    generation: int, database: str, ortschaften: tuple[tuple[int, str, float, float], ...]
) -> tuple[Area, ...]:
    found: dict[int, list[tuple[float, float]]] = {pk: [] for pk, *_rest in ortschaften}
    rows = Place.objects.filter(cell__isnull=False, precision=Precision.EXACT, ortschaft__isnull=False)
    for pk, lon, lat in rows.order_by("pk").values_list("ortschaft", "lon", "lat")[: 100 * _FROM_ONE]:
        if len(found.get(pk, ())) < _FROM_ONE:
            found.setdefault(pk, []).append((lon, lat))
    return tuple(Area(name, lon, lat, tuple(found[pk])) for pk, name, lon, lat in ortschaften)


def whole(request: HttpRequest, dots: Iterable[Dot]) -> Markup:
    """The whole municipality with these marks; what lies far outside of it is left out."""
    all_areas, marks = areas(request), list(dots)
    around = [(area.lon, area.lat) for area in all_areas]
    around += [position for area in all_areas for position in area.positions]
    if not around:
        around = [(dot.lon, dot.lat) for dot in marks]
    name = village(request).municipality.name
    label = _("Sketch of %(village)s: where the entries of the list lie") % {"village": name}
    # The letter on maps that points north.
    # On a phone it is drawn at two thirds: numbers must still be read.
    return sketch(label, all_areas, marks, around=around, width=520, height=400, north=_("N"))


def around(request: HttpRequest, title: str, lon: float, lat: float) -> Markup:
    """A small sketch of what lies around one place."""
    box = [(lon - 1.9 * _AROUND, lat - _AROUND), (lon + 1.9 * _AROUND, lat + _AROUND)]
    all_areas = areas(request)
    dots = [Dot(x, y, "ink") for area in all_areas for x, y in area.positions if (x, y) != (lon, lat)]
    label = _("Sketch: where %(place)s lies") % {"place": title}
    return sketch(
        label, all_areas, [*dots, Dot(lon, lat, here=True)], around=box, width=480, height=320, north=_("N")
    )
