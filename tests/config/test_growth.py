"""The fit and the picture of `./village bench growth`, and the whole bench on small villages."""

import json
import xml.etree.ElementTree as ET
from itertools import pairwise
from math import log
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.config.benching import curve, growth
from smartbarleben.config.benching.curve import NOISE, Growth

SIZES = (1_000, 10_000, 100_000)
SVG = "{http://www.w3.org/2000/svg}"


@given(st.floats(0.5, 50), st.floats(0, 5))
def test_the_fit_finds_what_was_put_in(a: float, b: float) -> None:
    found = Growth(SIZES, tuple(a + b * log(count) for count in SIZES)).fit
    assert found == pytest.approx((a, b), abs=1e-6)


@pytest.mark.parametrize(
    ("times", "good"),
    [
        ((5.0, 5.0, 5.0), True),
        ((5.0, 5.0 * log(10_000) / log(1_000), 5.0 * log(100_000) / log(1_000)), True),
        ((5.0, 3.0, 4.0), True),
        ((5.0, 6.0, 5.0 * log(100_000) / log(1_000) * (1 + 2 * NOISE)), False),
        ((5.0, 15.0, 6.0), False),
        # Something that grows with n itself, below a large fixed part: 1.6 times is less than log n allows.
        ((5.0, 5.3, 8.0), False),
        ((5.0, 5.5, 6.2), True),
        ((1.0, 10.0, 100.0), False),
    ],
)
def test_the_verdict(times: tuple[float, ...], good: bool) -> None:
    assert Growth(SIZES, times).is_slow_enough is good


def test_the_picture_can_be_read_aloud_and_its_labels_do_not_collide() -> None:
    growths = {
        name: Growth(SIZES, (4.0, 4.4, 4.8)) for name in ("home", "list", "item & more", "search", "map", "case")
    }
    root = ET.fromstring(curve.picture(growths))  # noqa: S314
    assert root.get("role") == "img"
    title, description = root.find(f"{SVG}title"), root.find(f"{SVG}desc")
    assert title is not None
    assert description is not None
    assert root.get("aria-labelledby") == f"{title.get('id')} {description.get('id')}"
    assert "1.20 times" in str(description.text)
    assert len(root.findall(f"{SVG}polyline")) == 7
    assert len(root.findall(f"{SVG}circle")) == 6 * len(SIZES), "what was measured is marked"
    names = [one for one in root.findall(f"{SVG}text") if "name" in str(one.get("class"))]
    heights = sorted(float(str(one.get("y"))) for one in names)
    assert all(later - earlier >= 17 for earlier, later in pairwise(heights))
    assert all(0 < height < 420 for height in heights)
    assert len(curve.table(growths)) == 2 + len(growths)


@pytest.mark.endurance
@pytest.mark.slow
@pytest.mark.sqlite_only
def test_the_whole_bench_on_small_villages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    figures, svg = tmp_path / "growth.json", tmp_path / "growth.svg"
    words = ["--sizes", "60,120", "--seconds", "0.3", "--rounds", "1", "--json", str(figures), "--svg", str(svg)]
    growth.main(words)
    found = json.loads(figures.read_text())
    assert set(found["ms"]) == {"home", "list", "item", "search", "map data", "case page"}
    assert all(time > 0 for times in found["ms"].values() for time in times)
    assert found["304_per_s"] > 0
    assert "<svg" in svg.read_text()
