"""The village's web server, started in a moment and killed as often as a test likes."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.config.starting import free_port

from smartbarleben.config.paths import ROOT, python_environment


@dataclass
class Nursery:
    """A process that has loaded the program and forks servers that listen on ``port``; see `crash_server`."""

    process: subprocess.Popen[str]
    port: int
    server: int = 0

    def start(self) -> None:
        """Start a server and wait until it listens."""
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write("start\n")
        self.process.stdin.flush()
        self.server = int(self.process.stdout.readline())
        until = time.monotonic() + 60
        while time.monotonic() < until:
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.01)
        raise AssertionError("the server does not listen")

    def kill(self) -> None:
        """Kill the server with all its processes."""
        os.killpg(self.server, signal.SIGKILL)


@contextlib.contextmanager
def nursery(village: Path) -> Iterator[Nursery]:
    """Servers for a data folder; whatever happens in the block, none is left."""
    port = free_port()
    variables = {
        **python_environment(village),
        "SMARTBARLEBEN_BASE_URL": f"http://localhost:{port}",
        # Residents come from many households, as a proxy would say.
        "SMARTBARLEBEN_PROXY": "1",
    }
    variables.pop("DATABASE_URL", None)
    command = [sys.executable, "-m", "tests.keeping.crash_server", str(port)]
    with subprocess.Popen(
        command, cwd=ROOT, env=variables, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        made = Nursery(process, port)
        try:
            assert process.stdout is not None
            assert process.stdout.readline().strip() == "ready"
            yield made
        finally:
            process.kill()
            if made.server:
                with contextlib.suppress(ProcessLookupError):
                    made.kill()
