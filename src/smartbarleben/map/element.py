"""What the element `<village-map>` needs to know, as its attributes."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import reverse
from django.utils.translation import gettext as _

from smartbarleben.places.layers import layers
from smartbarleben.places.queries import village
from smartbarleben.ui.icons import PATHS

from . import queries
from .queries import Found

# Around the middle of the outermost Ortschaften, in degrees.
_AROUND = 0.025


def attributes(request: HttpRequest, named: list[str], point: Found | None) -> dict[str, str]:
    """The attributes by name; texts in the reader's language."""
    own = queries.current(request)
    house = village(request)
    lons = [one.lon for one in house.ortschaften] or [house.municipality.lon or 10.0]
    lats = [one.lat for one in house.ortschaften] or [house.municipality.lat or 51.0]
    box = [min(lons) - _AROUND, min(lats) - _AROUND * 0.6, max(lons) + _AROUND, max(lats) + _AROUND * 0.6]
    settled: dict[str, Any] = {
        "library": static("vendor/maplibre/maplibre-gl.mjs"),
        "worker": static("vendor/maplibre/maplibre-gl-worker.mjs"),
        "pmtiles": static("vendor/pmtiles/pmtiles.mjs"),
        "look": static("ui/map-look.js"),
        "marks": reverse("map:marks", kwargs={"z": 0, "x": 0, "y": 0}).replace("0/0/0", "{z}/{x}/{y}"),
        "tiles": own.url if own else "",
        "basemap": settings.BASEMAP_URL,
        "attribution": own.attribution if own else settings.BASEMAP_ATTRIBUTION if settings.BASEMAP_URL else "",
        "box": [round(value, 5) for value in box],
        "point": [point.lon, point.lat, point.name] if point else None,
        "layers": [
            {
                "key": one.key,
                "label": str(one.label),
                "tone": one.tone,
                "path": PATHS[one.icon],
                "on": not named or one.key in named,
            }
            for one in layers()
        ],
        "villages": [{"name": one.name, "lon": one.lon, "lat": one.lat} for one in house.ortschaften],
    }
    words = {
        "map": _("Map. The arrow keys move it, plus and minus change its size. The list says the same."),
        "closer": _("Closer"),
        "farther": _("Farther away"),
        "here": _("Show where I am"),
        "here_failed": _("Your device does not tell us where you are."),
        "here_is": _("You are here"),
        "whole": _("The whole municipality"),
        "close": _("Close"),
        "several": _("%(count)s things here"),
        "many": _("Come closer to see them one by one."),
        "list": _("List from here"),
        "rough": _("position only roughly known"),
        "example": _("sample data"),
        "failed": _("The map could not be loaded. The sketch and the list say the same."),
        "two_fingers": _("Move the map with two fingers"),
        "shown": _("%(count)s things on the map"),
    }
    return {"data-map": _json(settled), "data-words": _json(words)}


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
