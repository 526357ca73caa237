"""`./village bench growth`: what pages cost one reader at 1,000, 10,000 and 100,000 items, cases and points.

Each village is made anew; each page is rendered anew; one reader asks without a pause, so that nobody queues. Printed
are a table with a fit and the verdict whether times grow faster than log n; the picture goes to docs/growth.svg. At
the end: answers of 304 a second of one core. The exit code is 1 when a page fails or grows faster than log n.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
import urllib.request
from pathlib import Path

from smartbarleben.config import paths

from .client import measure, middle
from .curve import Growth, picture, table
from .served import environment

SIZES = (1_000, 10_000, 100_000)
PICTURE = paths.ROOT / "docs" / "growth.svg"


def make(data: Path, count: int) -> dict[str, str]:
    """A village of this size, and the paths of its pages by name."""
    command = [sys.executable, "-m", "smartbarleben.config.benching.growing", str(count)]
    made = subprocess.run(command, env=environment(data), stdout=subprocess.PIPE, text=True, check=True)
    found: dict[str, str] = json.loads(made.stdout.splitlines()[-1])
    return found


def times(data: Path, pages: dict[str, str], *, seconds: float, rounds: int) -> tuple[dict[str, float], int]:
    """Each page's median in milliseconds over rounds that take turns, and how many answers failed."""
    from smartbarleben.config.bench import HOUSE, cores, server

    server_core, client_core = cores()
    if client_core:
        os.sched_setaffinity(0, client_core)
    failures = 0
    found: dict[str, list[float]] = {name: [] for name in pages}
    with server(HOUSE, environment(data, SMARTBARLEBEN_SHELF="0"), server_core) as (port, _pid):
        for number in range(-1, rounds):
            for name, path in pages.items():
                # The round before the first makes the process warm.
                sample = measure(port, path, seconds=seconds if number >= 0 else min(seconds, 1.0), connections=1)
                failures += sample.failures
                if number >= 0:
                    found[name].append(sample.percentile_ms(0.5))
    return {name: middle(values) for name, values in found.items()}, failures


def unchanged_per_s(data: Path, path: str, *, seconds: float, rounds: int) -> float:
    """Answers of 304 a second, one core for the server: what browsers get that have the page already."""
    from smartbarleben.config.bench import HOUSE, cores, server

    with server(HOUSE, environment(data), cores()[0]) as (port, _pid):
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
            known = (("If-None-Match", answer.headers["ETag"]),)
        samples = [measure(port, path, seconds=seconds, headers=known, status=None) for _round in range(rounds)]
    return middle([sample.requests_per_s for sample in samples])


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
    by_page: dict[str, list[float]] = {}
    failures, unchanged = 0, 0.0
    for size in sizes:
        with tempfile.TemporaryDirectory(prefix="village-growth-") as folder:
            print(f"A village of {size:,} items …", flush=True)
            pages = make(Path(folder), size)
            found, failed = times(Path(folder), pages, seconds=options.seconds, rounds=options.rounds)
            failures += failed
            for name, value in found.items():
                by_page.setdefault(name, []).append(value)
            if size == sizes[-1]:
                unchanged = unchanged_per_s(
                    Path(folder), pages["list"], seconds=options.seconds, rounds=options.rounds
                )
    growths = {name: Growth(sizes, tuple(values)) for name, values in by_page.items()}
    print("\n" + "\n".join(table(growths)))
    print(f"\n304 answers of one core: {unchanged:,.0f} a second. Failed answers: {failures}.")
    options.svg.write_text(picture(growths), encoding="utf-8")
    print(f"The picture is {options.svg}.")
    if options.json:
        figures = {name: growth.times_ms for name, growth in growths.items()}
        options.json.write_text(json.dumps({"sizes": sizes, "ms": figures, "304_per_s": unchanged}), encoding="utf-8")
    return 1 if failures or not all(growth.is_slow_enough for growth in growths.values()) else 0
