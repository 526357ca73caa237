"""`./village bench [ROOM …]`: how fast the pages are at 100,000 items, beside a bare twin in the same run.

A room adds its section with a module `benches.py` (see `benching.rooms`); it is called in a process that has the
filled village. Server and client get a core each. Every figure is the median of several rounds in which
the house and its twin take turns, so that a slow moment of the machine meets both.
"""

import argparse
import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from . import paths
from .benching.client import Sample, measure, middle, unchanged
from .desks import DESKS, LOBBY

HOUSE = "smartbarleben.config.wsgi:application"
TWINS = "smartbarleben.config.benching"
# Forms sent before the first round.
WARMING = 31
# Cases that are also measured for the next reader.
AGAIN = ("home", "list", "item")
# What the portal's pages are held to: the list beside its bare twin, and 304 answers a second of one core.
LEAST_RATIO, LEAST_UNCHANGED = 0.45, 1_000.0


@dataclass(frozen=True)
class Row:
    """One measured case; `bare_requests_per_s` and `ratio` are None where there is no twin."""

    room: str
    case: str
    path: str
    requests_per_s: float
    p50_ms: float
    p95_ms: float
    queries: int
    bytes: int
    bare_requests_per_s: float | None
    ratio: float | None
    memory_mb: float
    failures: int


def _environment(data: Path, **more: str) -> dict[str, str]:
    return {
        **os.environ,
        "SMARTBARLEBEN_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "smartbarleben.config.settings",
        "PYTHONPATH": os.pathsep.join([str(paths.ROOT / "src"), os.environ.get("PYTHONPATH", "")]),
        **more,
    }


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def cores() -> tuple[set[int], set[int]]:
    """A core for the server, a core for the client; the same one where there is only one."""
    if not hasattr(os, "sched_getaffinity"):
        return set(), set()
    available = sorted(os.sched_getaffinity(0))
    return {available[0]}, {available[-1]}


@contextlib.contextmanager
def server(target: str, environment: dict[str, str], core: set[int]) -> Iterator[tuple[int, int]]:
    """granian with one worker on one core; yields its port and process id."""
    port = _free_port()
    threads = LOBBY if target == HOUSE else DESKS
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port),
        "--workers", "1", "--blocking-threads", str(threads), "--backpressure", "64", "--no-log", target,
    ]  # fmt: skip
    pin = (lambda: os.sched_setaffinity(0, core)) if core else None
    process = subprocess.Popen(command, env=environment, preexec_fn=pin, start_new_session=True)
    try:
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            if process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"{target} did not start")
            time.sleep(0.1)
        yield port, process.pid
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=20)


def memory_mb(pid: int) -> float:
    """Proportional memory of a process and its children in MB (Linux; 0 elsewhere)."""
    total = 0
    waiting = [pid]
    while waiting:
        one = waiting.pop()
        with contextlib.suppress(OSError):
            for line in Path(f"/proc/{one}/smaps_rollup").read_text().splitlines():
                if line.startswith("Pss:"):
                    total += int(line.split()[1])
            for task in Path(f"/proc/{one}/task").iterdir():
                waiting += map(int, (task / "children").read_text().split())
    return total / 1024


def _inspect(data: Path, rooms: list[str]) -> dict[str, Any]:
    """What `benching.cases` prints: cases with their query counts, from a process that has the filled village."""
    answer = subprocess.run(
        [sys.executable, "-m", "smartbarleben.config.benching.cases", *rooms],
        # What a page asks the database for is seen only where it is rendered.
        env=_environment(data, SMARTBARLEBEN_SHELF="0"), capture_output=True, text=True, check=True,
    )  # fmt: skip
    return json.loads(answer.stdout.splitlines()[-1])  # type: ignore[no-any-return]


def measure_case(case: dict[str, Any], data: Path, *, seconds: float, rounds: int) -> Row:
    """Measure one page and its twin, turn by turn; every page is rendered anew."""
    server_core, client_core = cores()
    if client_core:
        os.sched_setaffinity(0, client_core)
    headers = tuple((name, value) for name, value in case["headers"])
    given = {"seconds": seconds, "headers": headers, "connections": case["connections"]}
    house: list[Sample] = []
    bare: list[Sample] = []
    with contextlib.ExitStack() as stack:
        port, pid = stack.enter_context(server(HOUSE, _environment(data, SMARTBARLEBEN_SHELF="0"), server_core))
        measure(port, case["path"], **given | {"seconds": 1})
        twin_port = 0
        if case["twin"]:
            environment = _environment(data, SMARTBARLEBEN_SHELF="0", SMARTBARLEBEN_BENCH_PATH=case["path"])
            twin_port, _pid = stack.enter_context(server(f"{TWINS}.twin:application", environment, server_core))
            measure(twin_port, case["path"], seconds=1)
        for _round in range(rounds):
            house.append(measure(port, case["path"], **given))
            if twin_port:
                bare.append(measure(twin_port, case["path"], **given))
        memory = memory_mb(pid)
    return _row(case, case["case"], house, memory, bare=bare)


def measure_post(case: dict[str, Any], data: Path, *, seconds: float, rounds: int) -> Row:
    """Send a form and write its rows bare, turn by turn; each form is sent once."""
    server_core, client_core = cores()
    if client_core:
        os.sched_setaffinity(0, client_core)
    headers = tuple((name, value) for name, value in case["headers"])
    first, *bodies = case["bodies"]
    spec = json.dumps({"path": case["path"], "headers": case["headers"], "body": first})
    # Behind a proxy, because one address may not send hundreds of forms.
    environment = _environment(data, SMARTBARLEBEN_PROXY="1")
    house: list[Sample] = []
    bare: list[Sample] = []
    with (
        server(HOUSE, environment, server_core) as (port, pid),
        server(f"{TWINS}.post_twin:application", {**environment, "SMARTBARLEBEN_BENCH_POST": spec}, server_core) as (
            twin_port,
            _twin_pid,
        ),
    ):
        warm, bodies = bodies[:WARMING], bodies[WARMING:]
        for number in range(-1, rounds):
            # Before the first round each says once what it compiles and imports only when it is asked.
            part = bodies[number::rounds] if number >= 0 else warm
            given = {"seconds": 60.0, "headers": headers, "connections": case["connections"], "bodies": part}
            mine = measure(port, case["path"], status=30, **given)
            its = measure(twin_port, case["path"], status=30, **given)
            if number >= 0:
                house.append(mine)
                bare.append(its)
        memory = memory_mb(pid)
    return _row(case, case["case"], house, memory, bare=bare)


def measure_again(case: dict[str, Any], data: Path, *, seconds: float, rounds: int) -> list[Row]:
    """The same page for the next reader: from the shelf, and as a 304 for a browser that has it."""
    server_core, _client_core = cores()
    rows = []
    with server(HOUSE, _environment(data), server_core) as (port, pid):
        kept = [measure(port, case["path"], seconds=seconds) for _round in range(rounds)]
        same = unchanged(port, case["path"], seconds=seconds, rounds=rounds)
        memory = memory_mb(pid)
        case = {**case, "queries": 1}
        rows.append(_row(case, f"{case['case']} kept", kept, memory))
        rows.append(_row(case, f"{case['case']} 304", same, memory))
    return rows


def _row(
    case: dict[str, Any],
    name: str,
    samples: list[Sample],
    memory: float,
    *,
    bare: list[Sample] | None = None,
) -> Row:
    limit = round(middle([sample.requests_per_s for sample in bare]), 1) if bare else None
    ratio = None
    if bare:
        ratio = round(middle([a.requests_per_s / b.requests_per_s for a, b in zip(samples, bare, strict=True)]), 3)
    return Row(
        room=case["room"],
        case=name,
        path=case["path"],
        requests_per_s=round(middle([sample.requests_per_s for sample in samples]), 1),
        p50_ms=round(middle([sample.percentile_ms(0.5) for sample in samples]), 2),
        p95_ms=round(middle([sample.percentile_ms(0.95) for sample in samples]), 2),
        queries=case["queries"],
        bytes=samples[-1].body_bytes,
        bare_requests_per_s=limit,
        ratio=ratio,
        memory_mb=round(memory, 1),
        failures=sum(sample.failures for sample in samples),
    )


def report(data: Path, rooms: list[str], items: int, *, everywhere: bool) -> None:
    """What rooms print beside their pages at full size; ``everywhere``: in the village as shipped and on PostgreSQL,
    too."""
    from . import postgres, say

    def run(where: Path, name: str, **more: str) -> None:
        command = [sys.executable, "-m", "smartbarleben.config.benching.reports", name, *rooms]
        subprocess.run(command, env=_environment(where, **more), check=True)

    def seed(where: Path, count: int, **more: str) -> None:
        command = [sys.executable, "-m", "smartbarleben.config.benching.seed", str(count)]
        subprocess.run(command, env=_environment(where, **more), check=True)

    print(flush=True)
    if not everywhere:
        run(data, "full")
        return
    with tempfile.TemporaryDirectory(prefix="village-bench-") as folder:
        seed(Path(folder), 0)
        run(Path(folder), "village")
    run(data, "full")
    try:
        with postgres.cluster() as address, tempfile.TemporaryDirectory(prefix="village-bench-") as folder:
            seed(Path(folder), items, DATABASE_URL=address)
            run(Path(folder), "postgresql", DATABASE_URL=address)
    except say.Trouble as trouble:
        print(f"PostgreSQL was not measured: {trouble}", flush=True)


def _print(row: Row) -> None:
    bare = f"{row.bare_requests_per_s:8.0f} {row.ratio:6.2f}" if row.bare_requests_per_s and row.ratio else " " * 15
    failed = f"  {row.failures} FAILED" if row.failures else ""
    print(f"{row.room:10} {row.case:14} {row.requests_per_s:8.0f} {row.p50_ms:8.1f} {row.p95_ms:8.1f} "
          f"{row.queries:4} {row.bytes:8} {bare} {row.memory_mb:6.0f}{failed}", flush=True)  # fmt: skip


def judged(rows: list[Row]) -> tuple[list[str], bool]:
    """Each aim that these rows speak of as a line, and whether all are met."""
    said, well = [], True
    for row in rows:
        if row.room != "portal" or row.case not in {"list", "list 304"}:
            continue
        seen, least = (row.ratio or 0.0, LEAST_RATIO) if row.case == "list" else (row.requests_per_s, LEAST_UNCHANGED)
        well = well and seen >= least
        what = "of the bare twin" if row.case == "list" else "answers a second of one core"
        said.append(f"{row.case}: {seen:,.2f} {what}, aim {least:,.2f}: {'met' if seen >= least else 'MISSED'}")
    return said, well


def main(arguments: list[str] | None = None) -> int:
    """Run the benchmark; the exit code is 1 when a page failed to answer or misses an aim."""
    # SIGTERM ends it like Ctrl-C: with the servers it has started.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    words = sys.argv[1:] if arguments is None else arguments
    if words[:1] == ["load"]:
        from .benching import load

        return load.main(words[1:])
    if words[:1] == ["growth"]:
        from .benching import growth

        return growth.main(words[1:])
    parser = argparse.ArgumentParser(prog="./village bench", description=__doc__)
    parser.add_argument("rooms", nargs="*", help="only these rooms (default: all)")
    parser.add_argument("--items", type=int, default=100_000, help="items in the village (default 100,000)")
    parser.add_argument("--seconds", type=float, default=3.0, help="length of one round")
    parser.add_argument("--rounds", type=int, default=5, help="rounds of each case; the median counts")
    parser.add_argument("--json", type=Path, help="write the figures to this file")
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="village-bench-") as folder:
        data = Path(folder)
        print(f"Filling a village with {options.items:,} items …", flush=True)
        started = time.monotonic()
        seed = [sys.executable, "-m", "smartbarleben.config.benching.seed", str(options.items), *options.rooms]
        subprocess.run(seed, env=_environment(data), check=True)
        took = time.monotonic() - started
        print(f"… took {took:.0f} s. {options.rounds} rounds, medians.\n", flush=True)
        print(f"{'room':10} {'case':14} {'req/s':>8} {'p50 ms':>8} {'p95 ms':>8} {'SQL':>4} {'bytes':>8} "
              f"{'bare/s':>8} {'ratio':>6} {'MB':>6}", flush=True)  # fmt: skip
        rows: list[Row] = []
        given = _inspect(data, options.rooms)
        for case in given["cases"]:
            measure_one = measure_post if case["bodies"] else measure_case
            found = [measure_one(case, data, seconds=options.seconds, rounds=options.rounds)]
            if case["case"] in AGAIN:
                found += measure_again(case, data, seconds=options.seconds, rounds=options.rounds)
            for row in found:
                _print(row)
            rows += found
        # Only of rooms that are named: they take their time.
        said, well = judged(rows)
        print("\n".join(["", *said]), flush=True)
        if options.rooms and given["reports"]:
            report(data, options.rooms, options.items, everywhere=any(given["reports"].values()))
    if options.json:
        options.json.write_text(json.dumps([asdict(row) for row in rows], indent=1), encoding="utf-8")
    return 1 if any(row.failures for row in rows) or not well else 0


if __name__ == "__main__":
    sys.exit(main())
