"""How times grow with the number of items: a fit, a verdict, and a picture of both. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import log

# Measuring the same twice differs by about so much on a quiet machine.
NOISE = 0.15
_WIDTH, _HEIGHT = 800, 420
_LEFT, _RIGHT, _TOP, _BOTTOM = 64, 210, 56, 56
_COLOURS = ("#0b6e4f", "#b3541e", "#1d5fa8", "#8a3ffc", "#a3195b", "#5b6770")
_DARK = ("#5fd1a6", "#f2a25c", "#7db7f5", "#c39bff", "#f58ac0", "#b5c0c8")


@dataclass(frozen=True, slots=True)
class Growth:
    """Times of one page in milliseconds at rising counts. ``a + b·ln n`` fits them best (least squares)."""

    counts: tuple[int, ...]
    times_ms: tuple[float, ...]

    @property
    def fit(self) -> tuple[float, float]:
        """a and b in milliseconds."""
        xs = [log(count) for count in self.counts]
        mean_x, mean_y = sum(xs) / len(xs), sum(self.times_ms) / len(xs)
        spread = sum((x - mean_x) ** 2 for x in xs)
        b = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, self.times_ms, strict=True)) / spread
        return mean_y - b * mean_x, b

    @property
    def factor(self) -> float:
        """The last time over the first."""
        return self.times_ms[-1] / self.times_ms[0]

    @property
    def allowed(self) -> float:
        """ln of the last count over ln of the first: what growth by log n makes of a time."""
        return log(self.counts[-1]) / log(self.counts[0])

    @property
    def is_slow_enough(self) -> bool:
        """Whether no time is above what log n allows from the first one, and the curve over ln n does not bend up.

        The second, because a page that takes long at any count hides something that grows with n itself. Both but
        for noise.
        """
        first_count, first_time = self.counts[0], self.times_ms[0]
        return not self.bends_up and all(
            time <= first_time * log(count) / log(first_count) * (1 + NOISE)
            for count, time in zip(self.counts, self.times_ms, strict=True)
        )

    @property
    def bends_up(self) -> bool:
        """Whether the last time lies above the line over ln n through the first and the middle one, but for noise."""
        if len(self.counts) < 3:
            return False
        half = len(self.counts) // 2
        first, middle = self.times_ms[0], max(self.times_ms[0], self.times_ms[half])
        way = log(self.counts[-1] / self.counts[half]) / log(self.counts[half] / self.counts[0])
        return self.times_ms[-1] > middle + (middle - first) * way + NOISE * first


def table(growths: Mapping[str, Growth]) -> list[str]:
    """Lines of a table in Markdown: times, factor, what log n allows, the fit."""
    counts = next(iter(growths.values())).counts
    head = ["page", *(f"{count:,} items" for count in counts), "factor", "log n allows", "fit in ms", "verdict"]
    lines = [f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    for name, growth in growths.items():
        a, b = growth.fit
        times = [f"{time:.1f} ms" for time in growth.times_ms]
        verdict = "no faster than log n" if growth.is_slow_enough else "faster than log n"
        fit = f"{a:.2f} {'+' if b >= 0 else '−'} {abs(b):.3f} ln n"
        cells = [name, *times, f"{growth.factor:.2f}", f"{growth.allowed:.2f}", fit, verdict]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def picture(growths: Mapping[str, Growth]) -> str:
    """An SVG: each page's time as a multiple of its time at the smallest count, and log n as a dashed line."""
    first = next(iter(growths.values()))
    counts = first.counts
    highest = max(2.0, *(time / one.times_ms[0] for one in growths.values() for time in one.times_ms)) * 1.05

    def x(count: int) -> float:
        share = (log(count) - log(counts[0])) / (log(counts[-1]) - log(counts[0]))
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(multiple: float) -> float:
        return round(_HEIGHT - _BOTTOM - multiple / highest * (_HEIGHT - _TOP - _BOTTOM), 1)

    said = "; ".join(f"{name}: {one.factor:.2f} times" for name, one in growths.items())
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-labelledby="t d">',
        '<title id="t">How the time of each page grows with the number of items</title>',
        f'<desc id="d">From {counts[0]:,} to {counts[-1]:,} items. {escape(said)}. '
        f"Growth by the logarithm would be {first.allowed:.2f} times.</desc>",
        f"<style>{_style(len(growths))}</style>",
        f'<rect class="page" width="{_WIDTH}" height="{_HEIGHT}"/>',
        f'<text class="head" x="{_LEFT}" y="28">Time in multiples of the time at {counts[0]:,} items</text>',
    ]
    for step in _steps(highest):
        parts.append(f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y(step)}" y2="{y(step)}"/>')
        parts.append(f'<text class="end" x="{_LEFT - 10}" y="{y(step) + 5}">{step:g}×</text>')
    for count in counts:
        parts.append(f'<text class="middle" x="{x(count)}" y="{_HEIGHT - _BOTTOM + 26}">{count:,}</text>')
    middle = (_LEFT + _WIDTH - _RIGHT) / 2
    parts.append(f'<text class="middle" x="{middle:g}" y="{_HEIGHT - 10}">items (logarithmic scale)</text>')
    lines = {name: [time / one.times_ms[0] for time in one.times_ms] for name, one in growths.items()}
    lines["log n"] = [log(count) / log(counts[0]) for count in counts]
    places = _apart({name: y(values[-1]) for name, values in lines.items()})
    for number, (name, values) in enumerate(lines.items()):
        kind = "log" if name == "log n" else f"c{number % len(_COLOURS)}"
        points = " ".join(f"{x(count)},{y(value)}" for count, value in zip(counts, values, strict=True))
        parts.append(f'<polyline class="line {kind}" points="{points}"/>')
        if kind != "log":
            for count, value in zip(counts, values, strict=True):
                parts.append(f'<circle class="dot {kind}" cx="{x(count)}" cy="{y(value)}" r="4"/>')
        end = _WIDTH - _RIGHT + 10
        label = f"{escape(name)} {values[-1]:.2f}×"
        if name in growths:
            label += f" · {growths[name].times_ms[-1]:.1f} ms"
        parts.append(f'<text class="name {kind}" x="{end}" y="{places[name] + 5:g}">{label}</text>')
    return "\n".join([*parts, "</svg>", ""])


def _apart(wanted: Mapping[str, float], distance: float = 18) -> dict[str, float]:
    """Heights for labels near the wanted ones, no two closer than ``distance``."""
    placed: dict[str, float] = {}
    lowest = float(_HEIGHT - _BOTTOM)
    for name in sorted(wanted, key=lambda one: -wanted[one]):
        placed[name] = lowest = min(wanted[name], lowest)
        lowest -= distance
    return placed


def _steps(highest: float) -> Sequence[float]:
    size = 0.5 if highest <= 4 else max(1.0, round(highest / 6))
    return [size * number for number in range(int(highest / size) + 1)]


def _style(count: int) -> str:
    def colours(of: Sequence[str]) -> str:
        return "".join(
            f".line.c{number}{{stroke:{of[number]}}}.name.c{number},.dot.c{number}{{fill:{of[number]}}}"
            for number in range(min(count, len(of)))
        )

    return (
        "text{font:14px sans-serif;fill:#1c2529}.head{font-weight:600;font-size:16px}.end{text-anchor:end}"
        ".middle{text-anchor:middle}.page{fill:#fff}.grid{stroke:#d5dde1}.line{fill:none;stroke-width:2.5}"
        ".line.log{stroke:#5b6770;stroke-dasharray:6 5}" + colours(_COLOURS) +
        "@media(prefers-color-scheme:dark){text{fill:#e8eef1}.page{fill:#12191d}.grid{stroke:#33414a}"
        ".line.log{stroke:#9fb0ba}" + colours(_DARK) + "}"
    )  # fmt: skip
