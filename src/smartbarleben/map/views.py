"""The page /karte/: the map, and beside it the list that says the same; and the marks of a tile for the map."""

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csp import csp_override

from smartbarleben.places.layers import Layer, layers
from smartbarleben.places.queries import village
from smartbarleben.places.sketches import whole
from smartbarleben.ui.http import public_page, render
from smartbarleben.ui.sketch import Dot

from . import element, queries
from .queries import Found

PAGE_SIZE = 25
DEEPEST = 18
# The others write 1,2 km.
DECIMAL_POINT = ("en", "ar")


@dataclass(frozen=True, slots=True)
class Wish:
    """What the address asks for; `named` are its layers, [""] if it wants none; `problems` say what is not known."""

    layers: list[Layer]
    named: list[str]
    ortschaft: str
    near: str
    point: tuple[float, float] | None
    page: int
    problems: tuple[str, ...]

    def link(self, path: str, **changes: Any) -> str:
        """The address of this wish with changes: `ebene` (a list), `ortschaft`, `nahe`, `punkt`, `seite`."""
        point = f"{self.point[0]:.5f},{self.point[1]:.5f}" if self.point else ""
        given: dict[str, Any] = {
            "ebene": self.named,
            "ortschaft": self.ortschaft,
            "nahe": self.near,
            "punkt": point,
            "seite": "",
        } | changes
        query = urlencode([(name, value) for name, value in given.items() if value], doseq=True)
        return f"{path}?{query}" if query else path


def read_wish(query: QueryDict, ortschaften: dict[str, str]) -> Wish:
    """The address's query; ``ortschaften``: names by slug."""
    problems = []
    known = {layer.key: layer for layer in layers()}
    named = list(dict.fromkeys(key for key in query.getlist("ebene") if key))
    for key in [key for key in named if key not in known]:
        problems.append(_("There is no layer “%(name)s”.") % {"name": key[:60]})
    named = [key for key in known if key in named]
    # The script says so when somebody has taken all layers away; without one an address without layers means all.
    if query.getlist("ebene") == [""]:
        named = [""]
    ortschaft = query.get("ortschaft", "")
    if ortschaft and ortschaft not in ortschaften:
        problems.append(_("We do not know an Ortschaft “%(name)s”.") % {"name": ortschaft[:60]})
        ortschaft = ""
    point = _point(query.get("punkt", ""))
    if query.get("punkt") and point is None:
        problems.append(
            _("“%(text)s” is no position. Write it like 11.61872,52.20334.") % {"text": query["punkt"][:60]}
        )
    page = query.get("seite", "1")
    number = int(page) if page.isascii() and page.isdigit() and len(page) < 6 and int(page) > 0 else 1
    chosen = [layer for key, layer in known.items() if not named or key in named]
    return Wish(chosen, named, ortschaft, query.get("nahe", "").strip()[:100], point, number, tuple(problems))


def _point(text: str) -> tuple[float, float] | None:
    try:
        lon, lat = map(float, text.split(","))
    except ValueError:
        return None
    return (lon, lat) if abs(lon) <= 180 and abs(lat) <= 85 else None


@csp_override(settings.MAP_CSP)
@public_page(changes="minute")
def karte(request: HttpRequest) -> HttpResponse:
    """The map with its list. Works without a script: then the map is a sketch, and the form narrows both down."""
    house = village(request)
    wish = read_wish(request.GET, {one.slug: one.name for one in house.ortschaften})
    path = reverse("map:map")
    point, choices, problems = _near(request, wish)
    language = queries.language_now()
    if point is not None:
        where = (wish.layers, wish.ortschaft, language, point.lon, point.lat)
        page = queries.by_distance(request, *where, size=PAGE_SIZE)
    else:
        page = queries.by_layer(request, wish.layers, wish.ortschaft, language, number=wish.page, size=PAGE_SIZE)
    if wish.page > 1 and not page.entries:
        raise Http404(_("The list has fewer pages."))
    first = (page.number - 1) * PAGE_SIZE
    dots = [
        Dot(one.mark.lon, one.mark.lat, one.layer.tone, number) for number, one in enumerate(page.entries, first + 1)
    ]
    if point is not None:
        dots.append(Dot(point.lon, point.lat, here=True))
    context = {
        "layers": layers(),
        "wish": wish,
        "ortschaften": house.ortschaften,
        "problems": problems,
        "choices": [
            {"label": one.name, "url": wish.link(path, nahe=one.name, punkt=f"{one.lon:.5f},{one.lat:.5f}")}
            for one in choices
        ],
        "point": point,
        "entries": list(enumerate(page.entries, first + 1)),
        "total": page.total,
        "far": far,
        "page": page,
        "previous": wish.link(path, seite=page.number - 1) if page.number > 1 else None,
        "next": wish.link(path, seite=page.number + 1) if page.has_next else None,
        "sketch": whole(request, dots),
        "own_map": queries.current(request),
        "element": element.attributes(request, wish.named, point),
        "clear_url": wish.link(path, nahe="", punkt=""),
        "names_url": reverse("map:names"),
        "all_url": path,
        "canonical_url": settings.BASE_URL + path,
        "example_data": any(one.mark.is_example for one in page.entries),
    }
    return render(request, "map/map.jinja", context)


def _near(request: HttpRequest, wish: Wish) -> tuple[Found | None, list[Found], tuple[str, ...]]:
    """The position that the list starts from, other things that were perhaps meant, and what went wrong."""
    if wish.point is not None:
        return Found(wish.near or _("the chosen position"), *wish.point), [], wish.problems
    if not wish.near:
        return None, [], wish.problems
    found = queries.find(request, wish.near)
    if not found:
        words = _("We know no place and no street “%(name)s”. Try another word, or a part of it.") % {
            "name": wish.near
        }
        return None, [], (*wish.problems, words)
    return found[0], found[1:], wish.problems


def far(metres: float, bearing: float) -> str:
    """ "350 m north-east", "1.2 km south"; "right here" within 20 m."""
    if metres < 20:
        return _("right here")
    directions = (
        _("north"), _("north-east"), _("east"), _("south-east"),
        _("south"), _("south-west"), _("west"), _("north-west"),
    )  # fmt: skip
    where = directions[round(bearing / 45) % 8]
    if metres < 950:
        rounded = round(metres / 10) * 10 if metres < 200 else round(metres / 50) * 50
        return _("%(metres)d m %(direction)s") % {"metres": rounded, "direction": where}
    number = f"{metres / 1000:.1f}" if metres < 9_950 else str(round(metres / 1000))
    if queries.language_now() not in DECIMAL_POINT:
        number = number.replace(".", ",")
    return _("%(kilometres)s km %(direction)s") % {"kilometres": number, "direction": where}


@public_page(changes="minute")
def marks(request: HttpRequest, z: int, x: int, y: int) -> HttpResponse:
    """The marks of a tile as GeoJSON, all layers."""
    if z > DEEPEST:
        raise Http404(_("There is no such tile."))
    try:
        features = queries.tile(request, layers(), z, x, y, queries.language_now(), timezone.now())
    except ValueError:
        raise Http404(_("There is no such tile.")) from None
    body = {"type": "FeatureCollection", "features": features}
    return HttpResponse(
        json.dumps(body, ensure_ascii=False, separators=(",", ":")), content_type="application/geo+json"
    )


@public_page(changes="day")
def names(request: HttpRequest) -> HttpResponse:
    """What "near …" may mean, while somebody types it: ``{"suggestions": [{label, kind, lang}]}``.

    A name that several places share comes with what tells them apart, and is understood like that, too.
    """
    found = queries.find(request, request.GET.get("q", ""))
    shared = [one.name for one in found]
    rows = [
        {"label": f"{one.name}, {one.note}", "kind": "", "lang": "de"}
        if one.note and shared.count(one.name) > 1
        else {"label": one.name, "kind": one.note, "lang": "de"}
        for one in found
    ]
    return JsonResponse({"suggestions": rows})
