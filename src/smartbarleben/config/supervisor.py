"""Keeping a few child processes alive and ending them together.

Each child leads a process group of its own, so that Ctrl-C in the terminal reaches only this process, which then ends
them in order. Each child also holds the reading end of a pipe whose writing end lives here (its standard input): if
this process vanishes, even by SIGKILL, the pipe closes and the child ends itself (see child.py).
"""

import contextlib
import os
import signal
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from . import say

TRIES = 5
CALM_AFTER = 60.0
GRACE = 10.0


def pause_before(try_number: int) -> float:
    """Seconds to wait before the n-th restart in a row (from 1): 1, 2, 4, 8, 16."""
    return float(2 ** (try_number - 1))


@dataclass
class Child:
    """A process to keep alive. Without an ``essential`` one the whole village ends."""

    name: str
    command: list[str]
    environment: dict[str, str]
    essential: bool
    process: subprocess.Popen[bytes] | None = None
    started: float = 0.0
    failures: int = 0
    start_at: float | None = 0.0
    wanted_restart: bool = False

    def start(self) -> None:
        """Start the process with its pipe and its own group."""
        group = (
            {"creationflags": getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)}
            if os.name == "nt"
            else {"start_new_session": True}
        )
        self.process = subprocess.Popen(self.command, env=self.environment, stdin=subprocess.PIPE, **group)
        self.started, self.start_at = time.monotonic(), None

    def ask_to_end(self) -> None:
        """Send SIGTERM; on Windows, which has none, close the pipe.

        Never both: a worker takes a second signal as the wish to drop the task in its hands.
        """
        if os.name == "nt":
            self._close_pipe()
        elif self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def _close_pipe(self) -> None:
        if self.process is not None and self.process.stdin is not None:
            with contextlib.suppress(OSError):
                self.process.stdin.close()

    def sweep(self) -> None:
        """Kill whatever is left of the child's group."""
        if self.process is None:
            return
        if os.name != "nt":
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)
        elif self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        self._close_pipe()


@dataclass
class Supervisor:
    """Runs children until a signal comes or an essential one cannot be kept alive."""

    children: list[Child]
    grace: float = GRACE
    pause: Callable[[int], float] = pause_before
    ending: threading.Event = field(default_factory=threading.Event)
    _signals: int = 0
    _periodic: list[tuple[float, Callable[[], object]]] = field(default_factory=list)

    def every(self, seconds: float, action: Callable[[], object]) -> None:
        """Also do something every so many seconds while the children run."""
        self._periodic.append((seconds, action))

    def restart(self, name: str) -> None:
        """End one child and start it anew, because what it was started with has changed."""
        for child in self.children:
            if child.name == name:
                child.wanted_restart = True
                child.ask_to_end()

    def _on_signal(self, _number: int, _frame: object) -> None:
        self._signals += 1
        self.ending.set()

    def run(self) -> int:
        """Keep the children alive; 0 after a stop that was asked for, 1 after giving up."""
        names = ["SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"]
        watched = [getattr(signal, name) for name in names if hasattr(signal, name)]
        before = {number: signal.signal(number, self._on_signal) for number in watched}
        gave_up = False
        try:
            due = [time.monotonic() + seconds for seconds, _ in self._periodic]
            while not self._signals and not gave_up:
                gave_up = not min([self._tend(child) for child in self.children])
                for position, (seconds, action) in enumerate(self._periodic):
                    if time.monotonic() >= due[position]:
                        due[position] = time.monotonic() + seconds
                        action()
                time.sleep(0.1)
            self.ending.set()
            self._end(quiet=gave_up)
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)
        return 1 if gave_up else 0

    def _tend(self, child: Child) -> bool:
        """Look after one child; False when an essential one is given up."""
        now = time.monotonic()
        if child.start_at is not None:
            if now >= child.start_at:
                child.start()
            return True
        if child.process is None or child.process.poll() is None:
            return True
        code = child.process.returncode
        child.sweep()
        child.process = None
        if child.wanted_restart:
            child.wanted_restart, child.start_at = False, now
            return True
        child.failures = 1 if now - child.started > CALM_AFTER else child.failures + 1
        if child.failures > TRIES:
            if child.essential:
                say.problem(
                    f"The {child.name} process ended {child.failures} times in a row; giving up. See the lines above."
                )
                return False
            say.problem(
                f"The {child.name} process ended {child.failures} times in a row and stays off; the pages go on."
                " See the lines above, then start ./village again."
            )
            return True
        seconds = self.pause(child.failures)
        say.problem(
            f"The {child.name} process ended ({_reason(code)}); starting it again in {seconds:g} s"
            f" (try {child.failures} of {TRIES})."
        )
        child.start_at = now + seconds
        return True

    def _end(self, *, quiet: bool) -> None:
        if not quiet:
            say.line("\nClosing the village …")
        asked = self._signals
        for child in self.children:
            child.ask_to_end()
        until = time.monotonic() + self.grace
        while time.monotonic() < until and self._signals <= asked:
            if all(child.process is None or child.process.poll() is not None for child in self.children):
                break
            time.sleep(0.05)
        for child in self.children:
            child.sweep()
        if not quiet:
            say.line("Closed. Everything is saved.")


def _reason(code: int) -> str:
    if code < 0:
        with contextlib.suppress(ValueError):
            return f"signal {signal.Signals(-code).name}"
    return f"exit code {code}"
