"""Colours: what the tokens promise is measured, what a municipality brings is checked."""

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben import ui
from smartbarleben.ui import assets, theme

STATIC = Path(ui.__file__).parent / "static" / "ui"
COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


def tokens(dark: bool) -> dict[str, str]:
    """The tokens of the first :root block, or with the dark ones over them."""
    css = (STATIC / "tokens.css").read_text("utf-8")
    light, _, rest = css.partition("@media screen and (prefers-color-scheme: dark)")
    first = re.search(r":root \{(.*?)\n\}", light, re.DOTALL).group(1)
    found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", first))
    if dark:
        found |= dict(
            re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", re.search(r":root \{(.*?)\n  \}", rest, re.DOTALL)[1])
        )
    return found


TEXT_ON_GROUND = [
    *((text, ground) for text in ("ink", "muted", "canal", "brick", "field") for ground in ("paper", "raised")),
    *(("ink", ground) for ground in ("sunken", "wheat-soft", "brick-soft", "field-soft", "canal-soft")),
    ("muted", "sunken"),
    ("muted", "wheat-soft"),
    ("canal", "canal-soft"),
    ("canal", "wheat-soft"),
    ("field", "field-soft"),
    ("brick", "brick-soft"),
    ("brick", "wheat-soft"),
    ("on-canal", "canal"),
    ("on-canal", "canal-deep"),
    ("on-wheat", "wheat"),
    ("on-soil", "soil"),
    ("soil-link", "soil"),
]


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize(("text", "ground"), TEXT_ON_GROUND)
def test_text_can_be_read_on_its_ground(text, ground, dark):
    colours = tokens(dark)
    assert theme.contrast(colours[text], colours[ground]) >= 4.5


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
def test_the_borders_of_controls_can_be_seen(dark):
    colours = tokens(dark)
    assert theme.contrast(colours["border"], colours["paper"]) >= 3
    assert theme.contrast(colours["canal"], colours["paper"]) >= 4.5


def test_text_on_the_sky_can_be_read_at_every_hour():
    css = (STATIC / "tokens.css").read_text("utf-8")
    for part in css.split("@media screen and (prefers-color-scheme: dark)"):
        ink = re.search(r"--on-sky: (#\w{6})", part)[1]
        for rule in re.findall(r"\{([^{}]*--sky-high[^{}]*)\}", part):
            found = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", rule))
            for ground in (found["sky-high"], found["sky-low"]):
                assert theme.contrast(found.get("on-sky", ink), ground) >= 4.5, rule


def test_black_on_white_is_21():
    assert theme.contrast("#000000", "#ffffff") == pytest.approx(21)


@given(COLOURS, COLOURS)
def test_contrast_is_symmetric_and_between_1_and_21(one, other):
    ratio = theme.contrast(one, other)
    assert ratio == theme.contrast(other, one)
    assert 1 <= ratio <= 21.0001


@given(COLOURS)
def test_any_primary_colour_is_refused_or_can_be_read_by_day_and_night(colour):
    if theme.check_colours({"primary": colour}):
        with pytest.raises(ValueError, match="primary"):
            theme.css({"primary": colour})
        return
    light, night = re.findall(r"--canal:(#\w{6})", theme.css({"primary": colour}))
    assert theme.contrast(light, theme.PAPER) >= 4.5
    assert theme.contrast(night, theme.NIGHT) >= 4.5


@pytest.mark.parametrize("value", ["red", "#fff", "#12345g", "#000000;}body{display:none", ""])
def test_what_is_no_colour_is_named(value):
    (problem,) = theme.check_colours({"primary": value})
    assert (problem.name, problem.ratio) == ("primary", None)


def test_pale_links_and_dark_accents_are_named_with_their_ratio():
    (pale,) = theme.check_colours({"primary": "#ffd700"})
    assert pale.ratio < pale.needed
    (dark,) = theme.check_colours({"accent": "#301010"})
    assert dark.ratio < dark.needed
    assert theme.check_colours({"signal": "#ff0000"})


def test_without_colours_there_is_nothing_to_say():
    assert theme.css({}) == ""


def test_every_kern_colour_that_we_ship_is_one_of_our_tokens():
    kern = Path(ui.__file__).parents[3] / "node_modules/@kern-ux/native/dist/kern.min.css"
    used = set(re.findall(r"var\((--kern-color[a-z0-9-]*)", assets.subset(kern.read_text("utf-8"))))
    ours = set(re.findall(r"(--kern-color[a-z0-9-]*):", (STATIC / "tokens.css").read_text("utf-8")))
    assert used <= ours
