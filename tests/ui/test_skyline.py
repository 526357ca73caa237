"""The line: small, always the same, never a trace of another village."""

from datetime import datetime
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.ui.dates import VILLAGE_TIME
from smartbarleben.ui.shapes import BUS, LOCK, PARK, TOWERS
from smartbarleben.ui.skyline import Tower, light, season, skyline

BARLEBEN = (Tower("hood", "meitzendorf"), Tower("gable", "barleben"), Tower("spire", "ebendorf"))


def parse(drawing: str) -> ElementTree.Element:
    return ElementTree.fromstring(drawing)  # noqa: S314 (our own markup)


TOWER_LISTS = st.lists(
    st.builds(Tower, st.sampled_from(sorted(TOWERS)), st.from_regex(r"[a-z-]{1,12}", fullmatch=True)),
    max_size=6,
    unique_by=lambda tower: tower.slug,
).map(tuple)


def test_it_costs_less_than_six_kilobytes():
    assert len(skyline("barleben", BARLEBEN).encode()) < 6_000


@given(TOWER_LISTS)
def test_any_village_gets_its_own_towers_in_a_small_valid_drawing(towers):
    drawing = skyline("neutral", towers)
    root = parse(drawing)
    assert root.get("aria-hidden") == "true"
    assert len(drawing.encode()) < 6_000
    assert sum("tower" in path.get("class", "").split() for path in root) == len(towers)
    assert not any(shape.way in drawing for shape in (BUS, LOCK, PARK))


def test_it_is_the_same_each_time():
    first = str(skyline("barleben", BARLEBEN))
    skyline.cache_clear()
    assert str(skyline("barleben", BARLEBEN)) == first


def test_it_is_one_continuous_line():
    root = parse(skyline("barleben", BARLEBEN))
    (line,) = (path for path in root if path.get("class") == "line")
    assert line.get("d").count("M") == 1
    assert "m" not in line.get("d")


def test_each_ortschaft_has_its_own_silhouette_and_view():
    frames = {parse(skyline("barleben", BARLEBEN, tower=t.slug)).get("viewBox") for t in BARLEBEN}
    assert len(frames) == 3
    assert len({TOWERS[tower.kind].way for tower in BARLEBEN}) == 3


def test_an_unknown_tower_shows_the_whole_line():
    assert "skyline--tower" not in skyline("barleben", BARLEBEN, tower="magdeburg")
    assert "skyline--tower" not in skyline("neutral", (Tower("keep"),))


def test_a_slug_cannot_break_out_of_the_markup():
    evil = '"><script>'
    assert "<script" not in skyline("neutral", (Tower("keep", evil),), tower=evil)


@pytest.mark.parametrize(
    ("moment", "seen"),
    [
        ("2026-06-21T12:00", "day"),
        ("2026-06-21T04:50", "dawn"),
        ("2026-06-21T21:40", "dusk"),
        ("2026-06-21T01:00", "night"),
        ("2026-12-21T12:00", "day"),
        ("2026-12-21T08:15", "dawn"),
        ("2026-12-21T16:10", "dusk"),
        ("2026-12-21T17:30", "night"),
        ("2026-12-21T06:00", "night"),
    ],
)
def test_the_sky_over_the_village_follows_the_sun(moment, seen):
    assert light(datetime.fromisoformat(moment).replace(tzinfo=VILLAGE_TIME)) == seen


def test_the_seasons():
    assert [season(datetime(2026, month, 15, tzinfo=VILLAGE_TIME)) for month in (1, 4, 7, 10, 12)] == [
        "winter",
        "spring",
        "summer",
        "autumn",
        "winter",
    ]
