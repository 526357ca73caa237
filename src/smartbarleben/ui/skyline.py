"""The one continuous line that runs through the head of every page: the flat Börde under a wide sky.

A pen walks from west to east over the fields and never leaves the paper: tree, bus, church towers, canal and lock,
technology park. Each shape is a piece of that way which starts and ends on the ground, so any municipality can be
written as a row of shapes. Colours, season and time of day are tokens in `tokens.css`; the drawing itself does not
change and its markup is cached. It is decoration and hidden from screen readers.
"""

import math
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import pairwise
from typing import Literal

from markupsafe import Markup, escape

from .shapes import BUS, BUSH, HOUSE, LOCK, LONG_HOUSE, PARK, POPLAR, TOWERS, TREE, Shape

type Season = Literal["spring", "summer", "autumn", "winter"]
type Light = Literal["dawn", "day", "dusk", "night"]
type Stop = float | Shape

WIDTH, HEIGHT, GROUND = 2400, 170, 128
# The fields run on beyond both edges, so that any tower can be brought to the middle of a wide screen.
MARGIN = 900


@dataclass(frozen=True, slots=True)
class Tower:
    """One church tower: its silhouette (a key of `shapes.TOWERS`) and the slug of the Ortschaft it stands for."""

    kind: str
    slug: str = ""


def _barleben(towers: tuple[Shape, ...]) -> list[Stop]:
    """West to east, tuned by eye: a phone shows the middle with the three towers, a wide screen the whole way."""
    west, middle, east = towers
    return [
        *(HOUSE, 20, TREE, 300, BUSH, 210, POPLAR, 7, POPLAR, 7, POPLAR, 7, POPLAR, 110, HOUSE, 40, TREE, 90),
        *(BUS, 40, TREE, 20, HOUSE, 12, west, 10, HOUSE, 12, TREE, 30),
        *(LONG_HOUSE, 10, middle, 12, HOUSE, 9, LONG_HOUSE, 14, TREE, 22, BUSH, 12),
        *(east, 12, HOUSE, 8, TREE, 46, BUSH, 20),
        *(LOCK, 24, POPLAR, 7, POPLAR, 18, PARK, 50, TREE, 150, BUSH, 190, TREE, 12, HOUSE),
    ]


def _neutral(towers: tuple[Shape, ...]) -> list[Stop]:
    stops: list[Stop] = [TREE, 260, POPLAR, 7, POPLAR, 7, POPLAR, 150, TREE, 30, HOUSE, 12, LONG_HOUSE, 24]
    for number, tower in enumerate(towers):
        stops += [tower, 14, (HOUSE, LONG_HOUSE)[number % 2], 20, (TREE, BUSH)[number % 2], 36]
    return [*stops, HOUSE, 10, TREE, 150, POPLAR, 7, POPLAR, 7, POPLAR, 260, BUSH, 40, TREE]


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


@cache
def _scene(line: str, towers: tuple[Tower, ...]) -> tuple[str, dict[str, float]]:
    """The drawing without its frame, and the x position of each tower's peak by slug."""
    shapes = tuple(TOWERS[tower.kind] for tower in towers)
    stops = _barleben(shapes) if line == "barleben" and len(shapes) == 3 else _neutral(shapes)
    length = sum(stop.width if isinstance(stop, Shape) else stop for stop in stops)
    waiting = list(towers)
    middles: list[float] = []
    pen = 0.0
    for stop in stops:
        if isinstance(stop, Shape) and stop in shapes:
            middles.append(pen + stop.peak)
        pen += stop.width if isinstance(stop, Shape) else stop
    start = WIDTH / 2 - ((middles[0] + middles[-1]) / 2 if middles else length / 2)

    way, fine, plants, churches, water = [f"M{-MARGIN} {GROUND}H{_number(start)}"], [], [], [], ""
    peaks: dict[str, float] = {}
    pen = start
    for stop in stops:
        if not isinstance(stop, Shape):
            way.append(f"h{stop}")
            pen += stop
            continue
        place = f"M{_number(pen)} {GROUND}"
        way.append(stop.way)
        if stop.details:
            fine.append(place + stop.details)
        if stop.plant:
            plants.append(place + stop.way)
        if stop.water:
            left, right = (pen + edge for edge in stop.water)
            water = (
                f'<path class="water" stroke="none" d="M{_number(left)} {GROUND - 9}H{_number(right)}V{GROUND}'
                f'L{_number(_foot(right))} {HEIGHT}H{_number(_foot(left))}L{_number(left)} {GROUND}z"/>'
            )
        tower = next((tower for tower in waiting if TOWERS[tower.kind] is stop), None)
        if tower:
            waiting.remove(tower)
            peaks[tower.slug] = pen + stop.peak
            name = f"tower tower--{escape(tower.slug)}" if tower.slug else "tower"
            churches.append(f'<path class="{name}" d="{place}{stop.way}"/>')
        pen += stop.width
    way.append(f"H{WIDTH + MARGIN}")
    return (
        f'{_LAND}<path class="line" d="{"".join(way)}"/>{water}<path class="plant" d="{"".join(plants)}"/>'
        f'{"".join(churches)}<path class="fine" d="{"".join(fine)}"/>'
    ), peaks


def _foot(x: float) -> float:
    """Where a furrow that begins at `x` on the horizon meets the lower edge: all of them fan out from the middle."""
    return WIDTH / 2 + (x - WIDTH / 2) / 0.82


def _land() -> str:
    """What lies behind the line: sun or moon, birds, far wind turbines, and the fields, which fan out."""
    edges = [-MARGIN, 320, 560, 790, 1010, 1200, 1420, 1620, 1880, 2200, WIDTH + MARGIN]
    strips = [
        f"M{left} {GROUND}H{right}L{_number(_foot(right))} {HEIGHT}H{_number(_foot(left))}z"
        for left, right in pairwise(edges)
    ]
    fields = "".join(f'<path class="field field--{crop}" d="{"".join(strips[crop::3])}"/>' for crop in range(3))
    turbines = "".join(
        f"M{x} {GROUND}v-{tall}l{tall * 0.3:.0f}-{tall * 0.2:.0f}m-{tall * 0.3:.0f} {tall * 0.2:.0f}"
        f"l-{tall * 0.32:.0f}-{tall * 0.16:.0f}m{tall * 0.32:.0f} {tall * 0.16:.0f}l2 {tall * 0.36:.0f}"
        for x, tall in ((196, 60), (520, 46), (574, 58), (1960, 52), (2020, 40), (2290, 56))
    )
    birds = "M742 38q6-6 9 0 4-6 9 0M772 26q5-5 8 0 3-5 8 0M714 24q5-5 8 0 3-5 8 0"
    return f'<circle class="sun" r="21"/><path class="far" d="{turbines}{birds}"/>{fields}'


_LAND = _land()


@cache
def skyline(line: str = "neutral", towers: tuple[Tower, ...] = (), tower: str = "", paper: bool = False) -> Markup:
    """The header drawing as inline SVG of less than 6 kB.

    `line` is "barleben" (canal with lock, technology park, bus, three towers) or "neutral" (fields, houses and any
    number of towers); `towers` are the silhouettes from west to east; `tower` is the slug of the one to zoom into;
    `paper` draws black on white without the land, in attributes, because PDF renderers know no stylesheet inside SVG.
    """
    drawing, peaks = _scene(line, towers)
    if paper:
        return Markup(  # noqa: S704 (see below)
            f'<svg class="sheet__line" viewBox="345 0 1730 {GROUND + 2}" fill="#fff" stroke="#000" stroke-width="2" '
            f'stroke-linejoin="round" aria-hidden="true">{drawing.replace(_LAND, "")}</svg>'
        )
    frame = f"0 0 {WIDTH} {HEIGHT}"
    chosen = ""
    if tower and tower in peaks:
        frame = f"{_number(peaks[tower] - 520)} 0 1100 {HEIGHT}"
        chosen = " skyline--tower"
        drawing = drawing.replace(f'tower--{escape(tower)}"', f'tower--{escape(tower)} tower--here"')
    return Markup(  # noqa: S704 (numbers and constants; slugs are escaped)
        f'<svg class="skyline{chosen}" viewBox="{frame}" preserveAspectRatio="xMidYMax slice" aria-hidden="true" '
        f'focusable="false">{drawing}</svg>'
    )


@cache
def church(kind: str) -> Markup:
    """One church on its own piece of ground, as the sign of its Ortschaft. Raises KeyError for an unknown kind."""
    shape = TOWERS[kind]
    return Markup(  # noqa: S704 (numbers and constants)
        f'<svg class="church" viewBox="-22 -124 {shape.width + 44} 128" aria-hidden="true" focusable="false">'
        f'<path class="tower" d="M0 0{shape.way}z"/><path class="fine" d="M0 0{shape.details}"/>'
        f'<path class="line" d="M-22 0H0{shape.way}h22"/></svg>'
    )


def season(day: date) -> Season:
    """The season as the fields show it (by calendar month)."""
    return ("winter", "spring", "summer", "autumn")[day.month % 12 // 3]  # type: ignore[return-value]


def light(now: datetime, latitude: float = 52.2, longitude: float = 11.6) -> Light:
    """Dawn, day, dusk or night at an aware moment, from the height of the sun (good to some minutes)."""
    moment = now.timetuple().tm_yday + now.hour / 24
    year = 2 * math.pi / 365.25 * (moment - 81)
    declination = math.asin(0.39795 * math.sin(year))
    offset = now.utcoffset()
    utc_hours = now.hour + now.minute / 60 - (offset.total_seconds() / 3600 if offset else 0)
    equation_minutes = 9.87 * math.sin(2 * year) - 7.53 * math.cos(year) - 1.5 * math.sin(year)
    hour_angle = math.radians(15 * (utc_hours + longitude / 15 + equation_minutes / 60 - 12))
    place = math.radians(latitude)
    height = math.degrees(
        math.asin(
            math.sin(place) * math.sin(declination) + math.cos(place) * math.cos(declination) * math.cos(hour_angle)
        )
    )
    if height > 6:
        return "day"
    if height < -6:
        return "night"
    return "dawn" if math.sin(hour_angle) < 0 else "dusk"
