"""A labelled sketch of known positions as SVG, drawn on the server: no map data, no script, nothing invented.

It shows what is known and nothing else: areas around positions that belong together, numbered marks, a scale and
where north is. Colours come from `ui/map.css`, so it follows the dark mode and prints in black.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_METRES_A_DEGREE = 111_195.0
_MARGIN = 46.0
# A mark's circle, and how near two may be before they become one.
_RADIUS, _TOGETHER = 13.0, 24.0
_STEPS_M = (50, 100, 200, 500, 1_000, 2_000, 5_000, 10_000, 20_000, 50_000)
# Narrower than this a sketch of one place would show a doorstep.
_LEAST_M = 600.0


@dataclass(frozen=True, slots=True)
class Area:
    """A part of the village: its name, its middle, and positions that belong to it, as (lon, lat)."""

    name: str
    lon: float
    lat: float
    positions: tuple[tuple[float, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Dot:
    """A position: `number` of its entry in the list (0: a plain dot), `tone` a colour token, `here` the one that the
    sketch is about.
    """

    lon: float
    lat: float
    tone: str = "canal"
    number: int = 0
    here: bool = False


class _Paper:
    """Degrees to pixels: a plane that touches the Earth in the middle of the box."""

    def __init__(self, positions: Sequence[tuple[float, float]], width: float, height: float) -> None:
        west, east = min(lon for lon, _ in positions), max(lon for lon, _ in positions)
        south, north = min(lat for _, lat in positions), max(lat for _, lat in positions)
        self.lon, self.lat = (west + east) / 2, (south + north) / 2
        self.shrink = math.cos(math.radians(self.lat))
        wide = max((east - west) * self.shrink * _METRES_A_DEGREE, _LEAST_M)
        high = max((north - south) * _METRES_A_DEGREE, _LEAST_M)
        self.pixels_a_metre = min((width - 2 * _MARGIN) / wide, (height - 2 * _MARGIN) / high)
        self.width, self.height = width, height

    def at(self, lon: float, lat: float) -> tuple[float, float]:
        east = (lon - self.lon) * self.shrink * _METRES_A_DEGREE * self.pixels_a_metre
        north = (lat - self.lat) * _METRES_A_DEGREE * self.pixels_a_metre
        return round(self.width / 2 + east, 1), round(self.height / 2 - north, 1)

    def holds(self, x: float, y: float) -> bool:
        return 0 <= x <= self.width and 0 <= y <= self.height


def sketch(
    label: str,
    areas: Iterable[Area],
    dots: Iterable[Dot],
    *,
    around: Sequence[tuple[float, float]] = (),
    width: int = 720,
    height: int = 520,
    north: str = "N",
) -> Markup:
    """The sketch as an SVG image called ``label``; "" if no position is known. ``around``: what it must show (all
    areas and dots if empty), as (lon, lat). ``north``: the letter above the arrow.
    """
    areas, dots = list(areas), list(dots)
    known = [(area.lon, area.lat) for area in areas] + [(dot.lon, dot.lat) for dot in dots]
    if not known:
        return Markup("")
    paper = _Paper(list(around) or known, width, height)
    parts = [_area(paper, area) for area in areas]
    parts += [_name(paper, area) for area in areas]
    parts += _marks(paper, dots)
    parts += [_scale(paper), _north(paper, north)]
    return Markup(
        '<svg class="sketch" viewBox="0 0 {} {}" role="img" aria-label="{}">'
        '<rect class="sketch__paper" width="{}" height="{}"/>{}</svg>'
    ).format(width, height, label, width, height, Markup("").join(parts))


def _area(paper: _Paper, area: Area) -> Markup:
    corners = _hull([paper.at(*position) for position in (area.positions or ((area.lon, area.lat),))])
    points = " ".join(f"{x:g},{y:g}" for x, y in corners)
    # A wide round outline in the area's own colour makes soft edges around the outermost positions.
    return Markup('<polygon class="sketch__area" points="{}"/>').format(points)


def _name(paper: _Paper, area: Area) -> Markup:
    corners = [paper.at(*position) for position in (area.positions or ((area.lon, area.lat),))]
    x = sum(x for x, _ in corners) / len(corners)
    y = min(y for _, y in corners) - 32
    if y < 20:
        y = min(max(y for _, y in corners) + 46, paper.height - 8)
    if not paper.holds(x, y) or not any(paper.holds(*corner) for corner in corners):
        return Markup("")
    x = min(max(x, 60.0), paper.width - 60)
    return Markup('<text class="sketch__name" x="{:g}" y="{:g}" text-anchor="middle" lang="de">{}</text>').format(
        round(x, 1), round(y, 1), area.name
    )


def _hull(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """The corners of the convex hull (Andrew's monotone chain)."""
    points = sorted(set(points))
    if len(points) < 3:
        return points

    def half(ordered: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
        chain: list[tuple[float, float]] = []
        for point in ordered:
            while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
                chain.pop()
            chain.append(point)
        return chain[:-1]

    return half(points) + half(reversed(points))


def _turn(a: tuple[float, float], b: tuple[float, float], c: tuple[float, float]) -> float:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def _marks(paper: _Paper, dots: list[Dot]) -> list[Markup]:
    """Plain dots first, then numbers; what lies too near to each other becomes one mark."""
    plain = [dot for dot in dots if not dot.number and not dot.here]
    drawn = [
        Markup('<circle class="sketch__dot sketch__dot--{}" cx="{:g}" cy="{:g}" r="4"/>').format(dot.tone, *at)
        for dot in plain
        if paper.holds(*(at := paper.at(dot.lon, dot.lat)))
    ]
    groups: list[tuple[tuple[float, float], list[Dot]]] = []
    for dot in dots:
        if not dot.number or not paper.holds(*paper.at(dot.lon, dot.lat)):
            continue
        x, y = paper.at(dot.lon, dot.lat)
        near = next((group for (gx, gy), group in groups if math.hypot(gx - x, gy - y) < _TOGETHER), None)
        if near is None:
            groups.append(((x, y), [dot]))
        else:
            near.append(dot)
    drawn += [_number(at, group) for at, group in groups]
    drawn += [
        Markup('<path class="sketch__here" d="M{:g} {:g}l-11-22a12.5 12.5 0 1 1 22 0z"/>').format(*at)
        for dot in dots
        if dot.here and paper.holds(*(at := paper.at(dot.lon, dot.lat)))
    ]
    return drawn


def _number(at: tuple[float, float], group: list[Dot]) -> Markup:
    numbers = [dot.number for dot in group]
    words = _words(numbers)
    wide = max(_RADIUS, 4.4 * len(words) + 6)
    tone = group[0].tone if len({dot.tone for dot in group}) == 1 else "ink"
    x, y = at
    return Markup(
        '<g class="sketch__mark sketch__mark--{}"><rect x="{:g}" y="{:g}" width="{:g}" height="{:g}" rx="{:g}"/>'
        '<text x="{:g}" y="{:g}" text-anchor="middle">{}</text></g>'
    ).format(
        tone, round(x - wide, 1), round(y - _RADIUS, 1), 2 * wide, 2 * _RADIUS, _RADIUS, x, round(y + 5, 1), words
    )


def _words(numbers: list[int]) -> str:
    """ "4", "4–7" for a run, "4 · 9", "4 · 9 …" for more."""
    if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
        return f"{numbers[0]}–{numbers[-1]}"
    return " · ".join(map(str, numbers[:3])) + (" …" if len(numbers) > 3 else "")


def _scale(paper: _Paper) -> Markup:
    metres = max((step for step in _STEPS_M if step * paper.pixels_a_metre <= 180), default=_STEPS_M[0])
    long = round(metres * paper.pixels_a_metre, 1)
    words = f"{metres // 1000} km" if metres >= 1000 else f"{metres} m"
    y = paper.height - 16
    return Markup(
        '<path class="sketch__scale" d="M16 {:g}v6h{:g}v-6"/><text class="sketch__small" x="{:g}" y="{:g}">{}</text>'
    ).format(y - 6, long, 24 + long, y + 2, words)


def _north(paper: _Paper, letter: str) -> Markup:
    x = paper.width - 26
    return Markup(
        '<path class="sketch__north" d="M{:g} 52V24m-7 9 7-9 7 9"/>'
        '<text class="sketch__small" x="{:g}" y="18" text-anchor="middle">{}</text>'
    ).format(x, x, escape(letter))
