"""A labelled sketch of known positions as SVG, drawn on the server: no map data, no script, nothing invented.

It shows what is known and nothing else: areas around positions that belong together, numbered marks, a scale and
where north is. Colours come from `ui/map.css`, so it follows the dark mode and prints in black.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_METRES_A_DEGREE = 111_195.0
_MARGIN = 46.0
# A mark's circle; a name's height above and below its line, and the width of one of its letters, in pixels.
_RADIUS = 13.0
_ABOVE, _BELOW, _LETTER = 18.0, 6.0, 11.5
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


# West, north, east and south in pixels.
type _Box = tuple[float, float, float, float]


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
    groups = _groups(paper, dots)
    parts += _names(paper, areas, [_box(group) for group in groups])
    parts += _plain_dots(paper, dots) + _pins(paper, dots) + [_number(group) for group in groups]
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


def _names(paper: _Paper, areas: list[Area], taken: list[_Box]) -> list[Markup]:
    """Each area's name beside it, where it covers least of the marks, the names before and the corners' signs."""
    taken = [*taken, (paper.width - 44, 0, paper.width, 56), (0, paper.height - 34, 260, paper.height)]
    drawn = []
    for area in areas:
        corners = [paper.at(*position) for position in (area.positions or ((area.lon, area.lat),))]
        if not any(paper.holds(*corner) for corner in corners):
            continue
        (x, y), box = min(
            ((at, box) for at, box in _beside(paper, corners, area.name)),
            key=lambda one: sum(_overlap(one[1], other) for other in taken),
        )
        taken.append(box)
        drawn.append(
            Markup('<text class="sketch__name" x="{:g}" y="{:g}" text-anchor="middle" lang="de">{}</text>').format(
                round(x, 1), round(y, 1), area.name
            )
        )
    return drawn


def _beside(
    paper: _Paper, corners: list[tuple[float, float]], name: str
) -> Iterator[tuple[tuple[float, float], _Box]]:
    """Where a name may stand, the best place first: above, below, beside, and farther off; all on the paper."""
    west, east = min(x for x, _ in corners), max(x for x, _ in corners)
    north, south = min(y for _, y in corners), max(y for _, y in corners)
    x, y = sum(x for x, _ in corners) / len(corners), (north + south) / 2
    half = len(name) * _LETTER / 2
    left, right = west - 34 - half, east + 34 + half
    places = [(x, north - 32), (x, south + 46), (right, y), (left, y)]
    places += [(right, north), (left, north), (right, south), (left, south), (x, north - 60), (x, south + 74), (x, y)]
    for at_x, at_y in places:
        at_x = min(max(at_x, half + 4), paper.width - half - 4)
        at_y = min(max(at_y, _ABOVE + 4), paper.height - _BELOW - 4)
        yield (at_x, at_y), (at_x - half, at_y - _ABOVE, at_x + half, at_y + _BELOW)


def _overlap(one: _Box, other: _Box) -> float:
    """The common area of two boxes in square pixels."""
    wide, high = min(one[2], other[2]) - max(one[0], other[0]), min(one[3], other[3]) - max(one[1], other[1])
    return wide * high if wide > 0 and high > 0 else 0.0


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


def _plain_dots(paper: _Paper, dots: list[Dot]) -> list[Markup]:
    return [
        Markup('<circle class="sketch__dot sketch__dot--{}" cx="{:g}" cy="{:g}" r="4"/>').format(dot.tone, *at)
        for dot in dots
        if not dot.number and not dot.here and paper.holds(*(at := paper.at(dot.lon, dot.lat)))
    ]


def _pins(paper: _Paper, dots: list[Dot]) -> list[Markup]:
    """They point at a mark and stand behind it, so that its number can be read."""
    return [
        Markup('<path class="sketch__here" d="M{:g} {:g}l-11-22a12.5 12.5 0 1 1 22 0z"/>').format(*at)
        for dot in dots
        if dot.here and paper.holds(*(at := paper.at(dot.lon, dot.lat)))
    ]


@dataclass(slots=True)
class _Group:
    """Numbered dots that share one mark, in the order of the list, and where the first of them lies."""

    at: tuple[float, float]
    dots: list[Dot]


def _groups(paper: _Paper, dots: list[Dot]) -> list[_Group]:
    """One mark for each numbered dot; marks that would cover each other become one."""
    groups = [_Group(at, [dot]) for dot in dots if dot.number and paper.holds(*(at := paper.at(dot.lon, dot.lat)))]
    number = 0
    while number < len(groups):
        one = groups[number]
        near = next((other for other in groups[:number] if _overlap(_box(other), _box(one))), None)
        if near is None:
            number += 1
            continue
        # The mark grows, so those that were free of it are looked at again.
        near.dots = sorted(near.dots + one.dots, key=lambda dot: dot.number)
        del groups[number]
        number = groups.index(near)
    return groups


def _box(group: _Group) -> _Box:
    (x, y), wide = group.at, _half_width(group)
    return x - wide, y - _RADIUS, x + wide, y + _RADIUS


def _half_width(group: _Group) -> float:
    return max(_RADIUS, 3.3 * len(_words([dot.number for dot in group.dots])) + 8)


def _number(group: _Group) -> Markup:
    wide, (x, y) = _half_width(group), group.at
    tone = group.dots[0].tone if len({dot.tone for dot in group.dots}) == 1 else "ink"
    return Markup(
        '<g class="sketch__mark sketch__mark--{}"><rect x="{:g}" y="{:g}" width="{:g}" height="{:g}" rx="{:g}"/>'
        '<text x="{:g}" y="{:g}" text-anchor="middle">{}</text></g>'
    ).format(
        *(tone, round(x - wide, 1), round(y - _RADIUS, 1), 2 * wide, 2 * _RADIUS, _RADIUS, x, round(y + 5, 1)),
        _words([dot.number for dot in group.dots]),
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
