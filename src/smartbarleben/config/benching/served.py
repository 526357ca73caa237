"""A village that is really served, web server and background process, as `./village` starts them."""

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from smartbarleben.config import paths

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Served:
    """A village that is open: its port and its processes."""

    port: int
    data: Path
    web: "subprocess.Popen[bytes]"
    background: "subprocess.Popen[bytes]"


def environment(data: Path, **more: str) -> dict[str, str]:
    """What processes of a village in ``data`` are told."""
    return {**paths.python_environment(data), "MALLOC_ARENA_MAX": "2", **more}


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return int(probe.getsockname()[1])


def seed(data: Path, count: int, *rooms: str) -> None:
    """Fill a data folder with Barleben and ``count`` items more."""
    command = [sys.executable, "-m", "smartbarleben.config.benching.seed", str(count), *rooms]
    subprocess.run(command, env=environment(data), check=True)


@contextlib.contextmanager
def serving(data: Path, **more: str) -> Iterator[Served]:
    """Serve a prepared data folder behind a proxy that names the visitor; all processes are gone after the block."""
    port = free_port()
    base = f"http://{HOST}:{port}"
    told = environment(
        data, SMARTBARLEBEN_PROXY="1", SMARTBARLEBEN_BASE_URL=base, SMARTBARLEBEN_SELF_URL=base, **more
    )
    with open(data / "served.log", "ab") as log, contextlib.ExitStack() as stack:

        def start(*words: str) -> "subprocess.Popen[bytes]":
            command = [sys.executable, "-m", "smartbarleben.config.child", *words]
            process = subprocess.Popen(
                command, env=told, stdin=subprocess.PIPE, stdout=log, stderr=log, start_new_session=os.name != "nt"
            )
            stack.callback(_end, process)
            return process

        web, background = start("web", HOST, str(port)), start("background")
        _wait(base, web, data / "served.log")
        yield Served(port, data, web, background)


def _wait(base: str, web: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + 120
    while True:
        with contextlib.suppress(OSError), urllib.request.urlopen(f"{base}/healthz", timeout=10) as answer:  # noqa: S310
            if answer.status == 200:
                return
        if web.poll() is not None or time.monotonic() > until:
            raise RuntimeError(f"The village did not open.\n{log.read_text(errors='replace')[-3000:]}")
        time.sleep(0.2)


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    try:
        process.wait(timeout=20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdin:
        process.stdin.close()
