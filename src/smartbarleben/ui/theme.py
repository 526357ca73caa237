"""A municipality's own colours: checked for contrast, served as one small stylesheet after the tokens."""

import re
from dataclasses import dataclass

_HEX = re.compile(r"#[0-9a-f]{6}", re.IGNORECASE)

# The papers that colours stand on (the tokens `--paper` in tokens.css).
PAPER = "#fbfaf6"
NIGHT = "#0f1a20"
# What a municipality may change. Text and signal colours stay ours: closed is red everywhere.
PRIMARY, ACCENT, TOWER = "primary", "accent", "tower"


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with one colour; `ratio` is None where it isn't a colour at all."""

    name: str
    value: str
    needed: float
    ratio: float | None


def _channels(colour: str) -> tuple[int, int, int]:
    if not _HEX.fullmatch(colour):
        raise ValueError(f"{colour!r} is not a colour like #0b5c7a")
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _luminance(colour: str) -> float:
    """Relative luminance as WCAG 2 defines it, 0 (black) to 1 (white)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (channel / 255 for channel in _channels(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21. Raises ValueError for anything but six hexadecimal digits."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _mixed(colour: str, other: str, share: float) -> str:
    """`colour` moved towards `other` by `share` (0 to 1)."""
    return "#" + "".join(
        f"{round(a + (b - a) * share):02x}" for a, b in zip(_channels(colour), _channels(other), strict=True)
    )


def readable(colour: str, ground: str, needed: float = 4.5) -> str:
    """`colour`, moved away from `ground` just far enough to be read on it."""
    target = "#000000" if _luminance(ground) > 0.18 else "#ffffff"
    share = 0.0
    while contrast(_mixed(colour, target, share), ground) < needed:
        share += 0.05
    return _mixed(colour, target, share)


def check_colours(colours: dict[str, str]) -> list[Problem]:
    """What keeps these colours from being used; an empty list if nothing does."""
    problems = []
    for name, value in colours.items():
        needed = {PRIMARY: 4.5, ACCENT: 1.0, TOWER: 1.0}.get(name)
        if needed is None or not _HEX.fullmatch(value):
            problems.append(Problem(name, value, needed or 0.0, None))
            continue
        ratio = contrast(value, PAPER)
        if ratio < needed:
            problems.append(Problem(name, value, needed, ratio))
        if name == ACCENT and (ratio := contrast(value, "#16242c")) < 4.5:
            problems.append(Problem(name, value, 4.5, ratio))
    return problems


def css(colours: dict[str, str]) -> str:
    """The stylesheet for a municipality's colours; empty without colours.

    `primary` is for links and actions (its dark variant is derived), `accent` for today and attention (ink stands on
    it), `tower` for the towers on the line. Raises ValueError for what `check_colours` finds.
    """
    problems = check_colours(colours)
    if problems:
        raise ValueError("; ".join(f"{p.name} {p.value}: contrast {p.ratio} of {p.needed}" for p in problems))
    light, dark = [], []
    if PRIMARY in colours:
        primary = colours[PRIMARY].lower()
        night = readable(primary, NIGHT, 7.0)
        light += [
            f"--canal:{primary}",
            f"--canal-deep:{_mixed(primary, '#000000', 0.25)}",
            f"--canal-soft:{_mixed(primary, PAPER, 0.88)}",
        ]
        dark += [
            f"--canal:{night}",
            f"--canal-deep:{_mixed(night, '#ffffff', 0.3)}",
            f"--canal-soft:{_mixed(night, NIGHT, 0.82)}",
        ]
    if ACCENT in colours:
        light.append(f"--wheat:{colours[ACCENT].lower()}")
        dark.append(f"--wheat:{colours[ACCENT].lower()}")
    if TOWER in colours:
        light.append(f"--tower-fill:{colours[TOWER].lower()}")
        dark.append(f"--tower-fill:{_mixed(colours[TOWER].lower(), NIGHT, 0.5)}")
    if not light:
        return ""
    return f":root{{{';'.join(light)}}}@media screen and (prefers-color-scheme:dark){{:root{{{';'.join(dark)}}}}}\n"
