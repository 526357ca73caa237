"""Starting the real village for tests: ./village in a process of its own, with a free port and a data folder."""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import psutil

from smartbarleben.config import paths


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@dataclass
class Village:
    """A running ./village. ``seconds`` and ``cpu_seconds`` passed until it was open."""

    process: subprocess.Popen[bytes]
    data: Path
    port: int
    log: Path
    seconds: float = 0.0
    cpu_seconds: float = 0.0

    @property
    def output(self) -> str:
        """Everything printed so far, both streams."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    @property
    def processes(self) -> list[psutil.Process]:
        """./village and all processes below it."""
        top = psutil.Process(self.process.pid)
        return [top, *top.children(recursive=True)]

    def wait_for(self, pattern: str, seconds: float = 90) -> re.Match[str]:
        """Wait until the output holds a pattern; fails when the village ends first."""
        end = time.monotonic() + seconds
        while not (found := re.search(pattern, self.output)):
            assert self.process.poll() is None, self.output
            assert time.monotonic() < end, self.output
            time.sleep(0.02)
        return found

    def stop(self, number: signal.Signals = signal.SIGINT) -> int:
        """End it as Ctrl-C does; the exit code."""
        self.process.send_signal(number)
        return self.process.wait(30)


@contextlib.contextmanager
def starting(data: Path, *words: str, port: int | None = None) -> Iterator[Village]:
    """Start ./village; whatever happens in the block, all its processes are gone afterwards."""
    port = port or free_port()
    log = data.with_name(f"{data.name}-{port}-{time.monotonic_ns()}.log")
    environment = {key: value for key, value in os.environ.items() if not key.startswith("SMARTBARLEBEN_")}
    environment.pop("DATABASE_URL", None)
    began = time.monotonic()
    with open(log, "wb") as file:
        process = subprocess.Popen(
            [sys.executable, paths.ROOT / "village", "--port", str(port), "--data", data, *words],
            stdin=subprocess.DEVNULL,
            stdout=file,
            stderr=file,
            env=environment,
            start_new_session=True,
        )
    village = Village(process, data, port, log)
    try:
        village.wait_for("is open:")
        village.seconds = time.monotonic() - began
        village.cpu_seconds = sum(sum(each.cpu_times()[:2]) for each in village.processes)
        village.wait_for("Stop  ")
        yield village
    finally:
        if process.poll() is None:
            left = village.processes
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(20)
            for other in left:
                with contextlib.suppress(psutil.NoSuchProcess):
                    other.kill()
            process.wait()


def alive(processes: list[psutil.Process]) -> list[psutil.Process]:
    """Those that still run; a zombie has ended and only waits to be counted."""
    running = []
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            if process.is_running() and process.status() != psutil.STATUS_ZOMBIE:
                running.append(process)
    return running
