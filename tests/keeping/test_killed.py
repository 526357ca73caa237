"""Nothing lost: the web server is killed fifty times at work, and each acknowledged case is there."""

import os
import random
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.config.starting import free_port
from tests.keeping.making import make_village, manage
from tests.keeping.writing import Resident

from smartbarleben.config.paths import ROOT, python_environment
from smartbarleben.keeping import sqlite_copy

pytestmark = [
    pytest.mark.slow,
    pytest.mark.sqlite_only,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the server of this test is forked"),
]

KILLS = 50
RESIDENTS = 3


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small village that was founded from a file."""
    data = make_village(tmp_path_factory.mktemp("killed") / "data", load=False)
    manage(data, "init_village", str(ROOT / "tests" / "browser" / "musterdorf.yaml"))
    return data


@pytest.fixture
def nursery(village: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """A process that starts servers, and the port on which they listen."""
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
        assert process.stdout is not None
        assert process.stdout.readline().strip() == "ready"
        yield process, port
        process.kill()


def start(nursery: subprocess.Popen[str], port: int) -> int:
    """Start a server and wait until it listens; its process group."""
    assert nursery.stdin is not None
    assert nursery.stdout is not None
    nursery.stdin.write("start\n")
    nursery.stdin.flush()
    pid = int(nursery.stdout.readline())
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return pid
        time.sleep(0.01)
    raise AssertionError("the server does not listen")


def test_every_acknowledged_case_survives_fifty_kills(
    village: Path, nursery: tuple[subprocess.Popen[str], int]
) -> None:
    process, port = nursery
    luck = random.Random(5)
    stop = threading.Event()
    residents = [Resident(port, f"Nachbar {number}", stop) for number in range(RESIDENTS)]
    for resident in residents:
        resident.start()
    began = time.monotonic()
    for _kill in range(KILLS):
        server = start(process, port)
        time.sleep(luck.uniform(0.0, 0.6))
        os.killpg(server, signal.SIGKILL)
    server = start(process, port)
    time.sleep(2)
    stop.set()
    for resident in residents:
        resident.join(30)
    os.killpg(server, signal.SIGKILL)
    seconds = time.monotonic() - began

    acknowledged = {number: words for resident in residents for number, words in resident.acknowledged.items()}
    sent = [words for resident in residents for words in resident.sent.values()]
    assert [words for resident in residents for words in resident.refused] == []
    assert len(acknowledged) >= 20, "too little was written for the kills to mean anything"
    assert sum(resident.unanswered for resident in residents) > 0, "no kill met anybody"

    database = village / "village.sqlite3"
    assert sqlite_copy.problem(database) == ""
    connection = sqlite3.connect(database)
    found = dict(
        connection.execute(
            "SELECT c.number, e.text FROM cases_case c JOIN cases_entry e ON e.case_id = c.id WHERE e.text <> ''"
        ).fetchall()
    )
    connection.close()
    lost = {number: words for number, words in acknowledged.items() if found.get(number) != words}
    assert lost == {}
    # What was sent again because no answer came is there once.
    doubled = [words for words, count in Counter(found.values()).items() if count > 1]
    assert doubled == []
    assert set(found.values()) <= set(sent)
    done = manage(village, "audit", "verify")
    assert "The record is whole" in done.stdout
    print(f"{KILLS} kills, {len(acknowledged)} acknowledged cases, {len(found)} in all, {seconds:.0f} s")
