"""Children are kept alive, given up with a message, and never outlive the village."""

import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psutil
import pytest

from smartbarleben.config import paths
from smartbarleben.config.supervisor import TRIES, Child, Supervisor, pause_before

SLEEPER = "import time, sys\ntime.sleep(600)"
OBEDIENT = (
    "import sys, time, signal\nfrom pathlib import Path\n"
    "signal.signal(signal.SIGTERM, lambda *_: (Path(sys.argv[1]).write_text('ended in order'), sys.exit(0)))\n"
    "Path(sys.argv[1]).write_text('up')\ntime.sleep(600)"
)
DEAF = "import signal, time\nsignal.signal(signal.SIGTERM, signal.SIG_IGN)\nprint('up', flush=True)\ntime.sleep(600)"


def child(code: str, *arguments: object, name: str = "web", essential: bool = True) -> Child:
    command = [sys.executable, "-c", code, *map(str, arguments)]
    return Child(name, command, dict(os.environ), essential)


def until(condition: object, seconds: float = 15) -> None:
    assert callable(condition)
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.05)


def signal_when(condition: object, *numbers: signal.Signals, gap: float = 0.5) -> None:
    def send() -> None:
        until(condition)
        for number in numbers:
            os.kill(os.getpid(), number)
            time.sleep(gap)

    threading.Thread(target=send, daemon=True).start()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_children_in_order(number: signal.Signals, tmp_path: Path) -> None:
    note = tmp_path / "note"
    supervisor = Supervisor([child(OBEDIENT, note)])
    signal_when(lambda: note.exists() and note.read_text() == "up", number)
    assert supervisor.run() == 0
    assert note.read_text() == "ended in order"


def test_a_second_signal_does_not_wait(capfd: pytest.CaptureFixture[str]) -> None:
    deaf = child(DEAF)
    supervisor = Supervisor([deaf], grace=60)
    seen: list[str] = []

    def up() -> bool:
        seen.append(capfd.readouterr().out)
        return "up" in "".join(seen)

    signal_when(up, signal.SIGINT, signal.SIGINT)
    began = time.monotonic()
    assert supervisor.run() == 0
    assert time.monotonic() - began < 15
    assert deaf.process is not None
    assert deaf.process.returncode == -signal.SIGKILL


def test_an_essential_child_that_keeps_dying_ends_the_village(capfd: pytest.CaptureFixture[str]) -> None:
    supervisor = Supervisor([child("raise SystemExit(3)"), child(SLEEPER, name="background")], pause=lambda _: 0.0)
    assert supervisor.run() == 1
    messages = capfd.readouterr().err
    assert messages.count("starting it again") == TRIES
    assert "exit code 3" in messages
    assert "giving up" in messages
    assert supervisor.children[1].process is not None
    assert supervisor.children[1].process.poll() is not None


def test_the_pages_go_on_without_the_background(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    note = tmp_path / "note"
    background = child("raise SystemExit(3)", name="background", essential=False)
    web = child(OBEDIENT, note)
    supervisor = Supervisor([web, background], pause=lambda _: 0.0)
    signal_when(lambda: background.failures > TRIES, signal.SIGTERM)
    assert supervisor.run() == 0
    assert note.read_text() == "ended in order"
    assert "stays off; the pages go on" in capfd.readouterr().err


def test_a_killed_child_comes_back(tmp_path: Path) -> None:
    web = child(OBEDIENT, tmp_path / "note")
    supervisor = Supervisor([web], pause=lambda _: 0.0)
    first: list[int] = []

    def kill() -> bool:
        if web.process and not first:
            first.append(web.process.pid)
            web.process.kill()
        return bool(first and web.process and web.process.pid != first[0])

    signal_when(kill, signal.SIGTERM)
    assert supervisor.run() == 0
    assert web.failures == 1


def test_a_wanted_restart_is_no_failure(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    note = tmp_path / "note"
    web = child(OBEDIENT, note)
    supervisor = Supervisor([web])
    first: list[int] = []

    def restart() -> bool:
        if web.process and not first and note.exists():
            first.append(web.process.pid)
            supervisor.restart("web")
        return bool(first and web.process and web.process.pid != first[0] and note.read_text() == "up")

    signal_when(restart, signal.SIGTERM)
    assert supervisor.run() == 0
    assert web.failures == 0
    assert "ended (" not in capfd.readouterr().err


def test_pauses_grow() -> None:
    assert [pause_before(number) for number in range(1, TRIES + 1)] == [1, 2, 4, 8, 16]


@pytest.mark.parametrize("children_code", ["web", "deaf"])
def test_children_end_when_the_supervisor_is_killed(tmp_path: Path, children_code: str) -> None:
    """Whatever a child does with SIGTERM, and its own children with it."""
    body = "signal.signal(signal.SIGTERM, signal.SIG_IGN)" if children_code == "deaf" else "pass"
    code = (
        "import signal, subprocess, sys, time\nfrom smartbarleben.config import child\nchild.GRACE = 0.5\n"
        f"{body}\nchild.end_with_supervisor()\n"
        "grandchild = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)'])\n"
        "print(grandchild.pid, flush=True)\ntime.sleep(600)"
    )
    parent = (
        "import sys, os\nfrom smartbarleben.config.supervisor import Child, Supervisor\n"
        "Supervisor([Child('web', [sys.executable, '-c', sys.argv[1]], dict(os.environ), True)]).run()"
    )
    supervisor = subprocess.Popen(
        [sys.executable, "-c", parent, code], stdout=subprocess.PIPE, env=paths.python_environment(tmp_path)
    )
    assert supervisor.stdout is not None
    with supervisor:
        grandchild = psutil.Process(int(supervisor.stdout.readline()))
        middle = grandchild.parent()
        assert middle is not None
        supervisor.kill()
        until(lambda: not middle.is_running() or middle.status() == psutil.STATUS_ZOMBIE)
        until(lambda: not grandchild.is_running() or grandchild.status() == psutil.STATUS_ZOMBIE)
