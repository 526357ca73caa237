"""The sketch can be read: no mark covers another one, and no name is covered where there is room for it."""

import re
from itertools import combinations

from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.ui.sketch import Area, Dot, sketch

AREAS = [
    Area("Barleben", 11.6187, 52.2033, ((11.612, 52.198), (11.625, 52.198), (11.619, 52.212))),
    Area("Ebendorf", 11.5712, 52.1832, ((11.566, 52.181), (11.576, 52.185))),
    Area("Meitzendorf", 11.5560, 52.2145, ((11.553, 52.213), (11.558, 52.219))),
]
AROUND = [position for area in AREAS for position in area.positions]
type Box = tuple[float, float, float, float]


def numbered(positions: list[tuple[float, float]]) -> list[Dot]:
    return [Dot(lon, lat, number=number) for number, (lon, lat) in enumerate(positions, 1)]


def marks(svg: str) -> list[Box]:
    found = re.findall(r'<rect x="([\d.-]+)" y="([\d.-]+)" width="([\d.-]+)" height="([\d.-]+)" rx', svg)
    return [(x, y, x + wide, y + high) for x, y, wide, high in (map(float, one) for one in found)]


def names(svg: str) -> dict[str, Box]:
    """Boxes a little smaller than the letters, so that touching is no fault."""
    found = re.findall(r'sketch__name" x="([\d.]+)" y="([\d.]+)"[^>]*>(\w+)<', svg)
    return {
        name: (float(x) - len(name) * 5, float(y) - 15, float(x) + len(name) * 5, float(y) + 4)
        for x, y, name in found
    }


def apart(one: Box, other: Box) -> bool:
    # Half a pixel is rounded away.
    return (
        one[2] <= other[0] + 0.5 or other[2] <= one[0] + 0.5 or one[3] <= other[1] + 0.5 or other[3] <= one[1] + 0.5
    )


@given(st.lists(st.tuples(st.floats(11.54, 11.64), st.floats(52.17, 52.23)), max_size=30))
def test_each_mark_can_be_read_and_no_number_is_lost(positions: list[tuple[float, float]]) -> None:
    svg = str(sketch("Sketch", AREAS, numbered(positions)))
    assert all(apart(one, other) for one, other in combinations(marks(svg), 2))
    shown = re.findall(r'text-anchor="middle">([\d–· …]+)</text>', svg)
    firsts = {int(re.match(r"\d+", words).group()) for words in shown}  # type: ignore[union-attr]
    assert not positions or 1 in firsts


@given(area=st.sampled_from(AREAS), east=st.floats(-0.004, 0.004), north=st.floats(-0.004, 0.012))
def test_a_mark_does_not_hide_a_name(area: Area, east: float, north: float) -> None:
    """Eleven events in one hall are a wide mark, wherever in the village or north of it the hall stands."""
    svg = str(sketch("Sketch", AREAS, numbered([(area.lon + east, area.lat + north)] * 11), around=AROUND))
    drawn = names(svg)
    assert set(drawn) == {one.name for one in AREAS}
    assert all(apart(box, mark) for box in drawn.values() for mark in marks(svg))
    assert all(apart(one, other) for one, other in combinations(drawn.values(), 2))


@given(st.lists(st.tuples(st.floats(11.54, 11.64), st.floats(52.17, 52.23)), min_size=1, max_size=25))
def test_names_stay_on_the_paper_and_apart(positions: list[tuple[float, float]]) -> None:
    drawn = names(str(sketch("Sketch", AREAS, numbered(positions), around=AROUND)))
    assert set(drawn) == {one.name for one in AREAS}
    assert all(box[0] >= 0 and box[2] <= 720 and box[1] >= 0 and box[3] <= 520 for box in drawn.values())
