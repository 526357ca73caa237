"""`./village bench load`: two hundred residents for two minutes in a village that is really served.

Web server and background process run as `./village` starts them; residents read, search, look at the map, ask
with and without a photo, follow their case, and ask again for what they have (304). Afterwards the database is asked
whether everything that was acknowledged is there, once. The exit code is 1 when anything failed or is missing.
"""

import argparse
import asyncio
import io
import json
import random
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from .residents import SHARES, Diary, Resident, address_of
from .served import environment, seed, serving

# How long mails may take after the last resident is gone.
MAILS_S = 120.0


@dataclass
class Report:
    """What a run saw. ``rows``: by action; ``missing`` and ``doubled``: of what the village acknowledged."""

    residents: int
    seconds: float
    rows: list[dict[str, Any]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    acknowledged: int = 0
    missing: int = 0
    doubled: int = 0
    files_missing: int = 0
    mails_missing: int = 0
    mails_doubled: int = 0
    web_mb: float = 0.0
    background_mb: float = 0.0

    @property
    def is_good(self) -> bool:
        """Whether nobody was answered wrongly and nothing is lost or doubled."""
        lost = self.missing + self.doubled + self.files_missing + self.mails_missing + self.mails_doubled
        return not self.problems and not lost


def run(data: Path, *, residents: int, seconds: float, think_s: float) -> Report:
    """Let residents live in a prepared data folder, and look what became of what they sent."""
    from smartbarleben.config.bench import memory_mb

    diary = Diary()
    report = Report(residents, seconds)
    with serving(data) as village, ProcessPoolExecutor(1) as solver:
        began = time.monotonic()
        asyncio.run(_live(village.port, diary, solver, residents, seconds, think_s))
        report.seconds = time.monotonic() - began
        report.web_mb, report.background_mb = memory_mb(village.web.pid), memory_mb(village.background.pid)
        found = _settled(data, len(diary.taken))
    judge(report, diary, found)
    return report


def judge(report: Report, diary: Diary, found: dict[str, Any]) -> None:
    """Compare what residents were told with what the village holds (what `tally` prints): each thing by itself."""
    report.problems = diary.problems
    report.rows = [_row(name, diary.latencies[name]) for name in SHARES if diary.latencies.get(name)]
    report.acknowledged = len(diary.taken)
    marks: dict[str, list[str]] = found["marks"]
    report.missing = sum(number not in marks.get(mark, []) for mark, number in diary.taken.items())
    report.doubled = sum(len(numbers) - 1 for numbers in marks.values())
    report.files_missing = max(0, diary.files - found["files"])
    sent: dict[str, int] = found["sent"]
    written: dict[str, int] = found["written"]
    report.mails_missing = sum(not sent.get(address_of(mark)) for mark in diary.taken)
    report.mails_doubled = sum(count - 1 for count in written.values())


async def _live(
    port: int, diary: Diary, solver: ProcessPoolExecutor, residents: int, seconds: float, think_s: float
) -> None:
    photo = _photo()
    people = [Resident(number, port, diary, solver, photo) for number in range(1, residents + 1)]
    start = asyncio.get_running_loop().time() + 0.5
    await asyncio.gather(*(person.live(start, seconds, think_s) for person in people))


def _photo() -> bytes:
    """A picture as a phone takes it, smaller: noise, so that it stays large when it is packed."""
    from PIL import Image

    picture = Image.frombytes("RGB", (640, 480), random.Random(147).randbytes(640 * 480 * 3))  # noqa: S311
    file = io.BytesIO()
    picture.resize((1600, 1200)).save(file, "JPEG", quality=80)
    return file.getvalue()


def _settled(data: Path, wanted: int) -> dict[str, Any]:
    """What the database holds, once the background process has sent the mails or the time for that is over."""
    until = time.monotonic() + MAILS_S
    while True:
        said = subprocess.run(
            [sys.executable, "-m", "smartbarleben.config.benching.tally"],
            env=environment(data), capture_output=True, text=True, check=True,
        )  # fmt: skip
        found: dict[str, Any] = json.loads(said.stdout.splitlines()[-1])
        if sum(found["sent"].values()) >= wanted or time.monotonic() > until:
            return found
        time.sleep(2)


def _row(name: str, latencies: list[float]) -> dict[str, Any]:
    ordered = sorted(latencies)

    def at(share: float) -> float:
        return round(ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000, 1)

    return {
        "action": name,
        "count": len(ordered),
        "p50_ms": at(0.5),
        "p95_ms": at(0.95),
        "p99_ms": at(0.99),
        "max_ms": round(ordered[-1] * 1000, 1),
    }


def _print(report: Report) -> None:
    print(f"{'action':10} {'count':>7} {'p50 ms':>9} {'p95 ms':>9} {'p99 ms':>9} {'max ms':>9}")
    for row in report.rows:
        print(f"{row['action']:10} {row['count']:7} {row['p50_ms']:9.1f} {row['p95_ms']:9.1f} {row['p99_ms']:9.1f} "
              f"{row['max_ms']:9.1f}")  # fmt: skip
    total = sum(row["count"] for row in report.rows)
    lost = f"of these missing {report.missing}, doubled {report.doubled}; files missing {report.files_missing}"
    mails = f"mails missing {report.mails_missing}, doubled {report.mails_doubled}"
    print(f"\n{total} actions in {report.seconds:.0f} s, {len(report.problems)} errors.")
    print(f"Forms acknowledged: {report.acknowledged}, {lost}; {mails}.")
    print(f"Memory: web {report.web_mb:.0f} MB, background {report.background_mb:.0f} MB.")
    for problem in report.problems[:20]:
        print(f"  {problem}")


def main(arguments: list[str]) -> int:
    """Run it and print what was seen."""
    parser = argparse.ArgumentParser(prog="./village bench load", description=__doc__)
    parser.add_argument("--residents", type=int, default=200, help="people at the same time (default 200)")
    parser.add_argument("--seconds", type=float, default=120.0, help="how long (default 120)")
    parser.add_argument(
        "--think", type=float, default=6.0, help="mean pause between two actions in seconds (default 6)"
    )
    parser.add_argument("--items", type=int, default=10_000, help="items in the village (default 10,000)")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="village-load-") as folder:
        data = Path(folder)
        print(f"Filling a village with {options.items:,} items …", flush=True)
        seed(data, options.items, "search")
        print(f"{options.residents} residents for {options.seconds:.0f} s …\n", flush=True)
        report = run(data, residents=options.residents, seconds=options.seconds, think_s=options.think)
    _print(report)
    if options.json:
        options.json.write_text(json.dumps(report.__dict__, indent=1), encoding="utf-8")
    return 0 if report.is_good else 1
