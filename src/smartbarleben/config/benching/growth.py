"""`./village bench growth`: what pages cost one reader at 1,000, 10,000 and 100,000 items, cases and points.

All villages begin with the same one and take turns; each page is rendered anew; one reader asks without a pause, so
that nobody queues. Printed are a table with a fit and the verdict whether times grow faster than log n; the picture
goes to docs/growth.svg. At the end: answers of 304 a second of one core. The exit code is 1 when a page fails or
grows faster than log n.
"""

import argparse
import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

from smartbarleben.config import paths

from .client import measure, middle, unchanged
from .curve import NOISE, Growth, picture, table
from .served import environment

# A data folder and the paths of its pages by name.
type Village = tuple[Path, dict[str, str]]

SIZES = (1_000, 10_000, 100_000)
PICTURE = paths.ROOT / "docs" / "growth.svg"


def _grow(data: Path, *words: str) -> str:
    command = [sys.executable, "-m", "smartbarleben.config.benching.growing", *words]
    return subprocess.run(command, env=environment(data), stdout=subprocess.PIPE, text=True, check=True).stdout


def make(folder: Path, sizes: Sequence[int]) -> Iterator[Village]:
    """Villages of these sizes, and the paths of their pages by name; all begin with the same one."""
    first = folder / "first"
    first.mkdir()
    _grow(first)
    for size in sizes:
        print(f"A village of {size:,} items …", flush=True)
        data = shutil.copytree(first, folder / str(size))
        pages: dict[str, str] = json.loads(_grow(data, str(size)).splitlines()[-1])
        yield data, pages


def times(villages: list[Village], *, seconds: float, rounds: int) -> tuple[dict[str, list[float]], int]:
    """Each page's medians in milliseconds, one for each village, and how many answers failed.

    All villages are open at the same time and take turns, so that a slow moment of the machine meets all of them.
    """
    from smartbarleben.config.bench import HOUSE, cores, server

    server_core, client_core = cores()
    if client_core:
        os.sched_setaffinity(0, client_core)
    failures = 0
    found: dict[str, list[list[float]]] = {name: [[] for _village in villages] for name in villages[0][1]}
    with contextlib.ExitStack() as stack:
        ports = [
            stack.enter_context(server(HOUSE, environment(data, SMARTBARLEBEN_SHELF="0"), server_core))[0]
            for data, _pages in villages
        ]
        for number in range(-1, rounds):
            for name, by_village in found.items():
                for (_data, pages), port, values in zip(villages, ports, by_village, strict=True):
                    # The round before the first makes the process warm.
                    length = seconds if number >= 0 else min(seconds, 1.0)
                    sample = measure(port, pages[name], seconds=length, connections=1)
                    failures += sample.failures
                    if number >= 0:
                        values.append(sample.percentile_ms(0.5))
    return {name: [middle(values) for values in by_village] for name, by_village in found.items()}, failures


def unchanged_per_s(data: Path, path: str, *, seconds: float, rounds: int) -> float:
    """Answers of 304 a second, one core for the server: what browsers get that have the page already."""
    from smartbarleben.config.bench import HOUSE, cores, server

    with server(HOUSE, environment(data), cores()[0]) as (port, _pid):
        return middle([one.requests_per_s for one in unchanged(port, path, seconds=seconds, rounds=rounds)])


def main(arguments: list[str]) -> int:
    """Measure, print, draw."""
    parser = argparse.ArgumentParser(prog="./village bench growth", description=__doc__)
    parser.add_argument("--sizes", default=",".join(map(str, SIZES)), help="counts of items, comma separated, rising")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of one round")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each page; the median counts")
    parser.add_argument("--svg", type=Path, default=PICTURE, help="where the picture goes")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args(arguments)
    sizes = tuple(int(size) for size in options.sizes.split(","))
    if len(sizes) < 2 or sizes[0] < 2 or list(sizes) != sorted(set(sizes)):
        parser.error("--sizes takes at least two rising numbers, such as 1000,10000,100000")
    with tempfile.TemporaryDirectory(prefix="village-growth-") as folder:
        villages = list(make(Path(folder), sizes))
        print(f"{options.rounds} rounds of {options.seconds:g} s for each page of each village …", flush=True)
        by_page, failures = times(villages, seconds=options.seconds, rounds=options.rounds)
        last, pages = villages[-1]
        same = unchanged_per_s(last, pages["list"], seconds=options.seconds, rounds=options.rounds)
    growths = {name: Growth(sizes, tuple(values)) for name, values in by_page.items()}
    print("\n" + "\n".join(table(growths)))
    print(
        f"\nNo faster than log n: no time is above what log n allows from the first, and the last is not above the"
        f" line over ln n through the first and the middle one; {NOISE:.0%} are allowed for noise."
    )
    print(f"304 answers of one core: {same:,.0f} a second. Failed answers: {failures}.")
    options.svg.write_text(picture(growths), encoding="utf-8")
    print(f"The picture is {options.svg}.")
    if options.json:
        figures = {name: growth.times_ms for name, growth in growths.items()}
        options.json.write_text(json.dumps({"sizes": sizes, "ms": figures, "304_per_s": same}), encoding="utf-8")
    return 1 if failures or not all(growth.is_slow_enough for growth in growths.values()) else 0
