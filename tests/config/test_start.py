"""./village for real: it opens, it opens quickly again, it is small, and it leaves nothing behind."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from tests.config.starting import Village, alive, free_port, starting

from smartbarleben.config import paths

pytestmark = pytest.mark.slow

SECOND_START_SECONDS = 5.0
MEMORY_BYTES = 400_000_000


def get(port: int, path: str = "/") -> tuple[int, str]:
    with urllib.request.urlopen(f"http://localhost:{port}{path}", timeout=20) as answer:
        return answer.status, answer.read().decode()


@pytest.fixture
def village(opened: Path) -> Iterator[Village]:
    with starting(opened) as running:
        yield running


def test_second_start_is_quick_and_serves_the_village(opened: Path) -> None:
    """The best of three. Where other work keeps all processors busy, the clock on the wall says nothing about the
    village, and the seconds that it computed itself count."""
    busy = os.getloadavg()[0] > (os.cpu_count() or 1)
    seconds = []
    while len(seconds) < 3 and (not seconds or min(seconds) >= SECOND_START_SECONDS):
        with starting(opened) as village:
            seconds.append(village.cpu_seconds if busy else village.seconds)
            status, text = get(village.port)
            assert status == 200
            assert "Barleben" in text
            assert "Loading" not in village.output
    assert min(seconds) < SECOND_START_SECONDS, seconds


def test_it_names_address_login_folder_and_ports(village: Village) -> None:
    assert f"http://localhost:{village.port}" in village.output
    assert str(village.data) in village.output
    login = json.loads((village.data / "first-login.json").read_text())
    assert login["username"] in village.output
    assert login["password"] in village.output
    assert (village.data / "first-login.json").stat().st_mode & 0o777 == 0o600
    assert village.data.stat().st_mode & 0o777 == 0o700


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts shared memory proportionally (PSS)")
def test_all_processes_together_stay_small(village: Village) -> None:
    for path in ["/", "/termine/", "/verwaltung/"] * 3:
        get(village.port, path)
    assert sum(process.memory_full_info().pss for process in village.processes) < MEMORY_BYTES


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_stopping_ends_all_processes(village: Village, number: signal.Signals) -> None:
    processes = village.processes
    assert len(processes) >= 3
    assert village.stop(number) == 0
    assert alive(processes) == []
    assert "Traceback" not in village.output
    assert '"level":"ERROR"' not in village.output


def test_a_killed_village_leaves_no_process_behind(village: Village) -> None:
    processes = village.processes
    village.process.kill()
    village.process.wait()
    end = time.monotonic() + 20
    while alive(processes) and time.monotonic() < end:
        time.sleep(0.1)
    assert alive(processes) == []


def test_a_killed_web_server_comes_back(village: Village) -> None:
    worker = next(
        process
        for process in village.processes
        if "web" in process.cmdline() and not process.children() and process.pid != village.process.pid
    )
    worker.kill()
    village.wait_for("The web process ended .* starting it again")
    end = time.monotonic() + 30
    while time.monotonic() < end:
        try:
            assert get(village.port)[0] == 200
            break
        except OSError:
            time.sleep(0.1)
    else:
        pytest.fail(village.output)


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, paths.ROOT / "village", *words],
        capture_output=True,
        text=True,
        timeout=120,
        stdin=subprocess.DEVNULL,
        env={key: value for key, value in os.environ.items() if key != "DATABASE_URL"},
    )


def test_a_port_in_use_is_named_with_the_way_out(opened: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        done = run("--port", str(port), "--data", opened)
    assert done.returncode == 1
    assert f"Port {port} is in use" in done.stderr
    assert "--port" in done.stderr
    assert "Traceback" not in done.stderr


def test_one_data_folder_has_one_background(village: Village) -> None:
    second = run("--port", str(free_port()), "--data", village.data)
    assert second.returncode == 1
    assert f"process {village.process.pid}" in second.stderr
    assert "--no-background" in second.stderr
    worker = run("--no-web", "--data", village.data)
    assert worker.returncode == 1
    assert f"process {village.process.pid}" in worker.stderr
    with starting(village.data, "--no-background") as beside:
        assert get(beside.port)[0] == 200
        assert not [process for process in beside.processes if "background" in process.cmdline()]


def test_an_empty_village_stays_empty_and_takes_commands(tmp_path: Path) -> None:
    folder = tmp_path / "empty"
    added = run("user", "add", "erika", "--data", folder)
    assert added.returncode == 0, added.stderr
    assert re.search(r"^erika\s+\S+", added.stdout, re.MULTILINE)
    with starting(folder, "--empty") as village:
        assert "There is no municipality yet" in village.output
        assert "Loading" not in village.output
        assert village.stop() == 0
    with starting(folder) as village:
        assert "Loading" not in village.output


def test_no_process_of_the_tests_is_left() -> None:
    left = [
        process.info["cmdline"]
        for process in psutil.process_iter(["cmdline"])
        if any("pytest" in word and "village" in word for word in process.info["cmdline"] or [])
        and "smartbarleben.config.child" in process.info["cmdline"]
    ]
    assert left == []
