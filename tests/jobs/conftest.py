"""A database that several processes share, a mail server, and processes to kill."""

import os
import shutil
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import psycopg
import pytest
from django.db import connections

from smartbarleben.config.paths import ROOT
from smartbarleben.jobs import mail
from smartbarleben.ui.context import VillageInfo

from . import samples
from .postoffice import PostOffice

ADDRESS = os.environ.get("DATABASE_URL", "")
POSTGRES = ADDRESS.startswith("postgres")


def command(action: str) -> list[str]:
    """A process of these tests."""
    return [sys.executable, "-W", "error", "-m", "tests.jobs.process", action]


def environment(address: str, **more: str) -> dict[str, str]:
    """Its environment variables."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DJANGO_")}
    return kept | {"PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}", "DATABASE_URL": address} | more


def _postgres(statement: str) -> None:
    with psycopg.connect(ADDRESS, autocommit=True) as server:
        server.execute(statement)  # type: ignore[call-overload]


def _named(name: str) -> str:
    return urlsplit(ADDRESS)._replace(path=f"/{name}").geturl()


@pytest.fixture(scope="session")
def blueprint(tmp_path_factory: Any) -> Iterator[str]:
    """A database with this room's tables: the path of a file, or a name in PostgreSQL."""
    name = f"jobs_{uuid.uuid4().hex[:10]}" if POSTGRES else str(tmp_path_factory.mktemp("jobs") / "empty.sqlite3")
    if POSTGRES:
        _postgres(f"CREATE DATABASE {name}")
    address = _named(name) if POSTGRES else f"sqlite:///{name}"
    subprocess.run(command("migrate"), env=environment(address), cwd=ROOT, check=True)
    yield name
    if POSTGRES:
        _postgres(f"DROP DATABASE {name}")


@pytest.fixture
def shared(blueprint: str, tmp_path: Path, django_db_blocker: Any) -> Iterator[str]:
    """This test's own database, which its processes can open too; gives its address.

    The usual test database is in memory or inside a transaction, where no other process sees it.
    """
    name = f"{blueprint}_{uuid.uuid4().hex[:6]}" if POSTGRES else str(tmp_path / "village.sqlite3")
    if POSTGRES:
        _postgres(f"CREATE DATABASE {name} TEMPLATE {blueprint}")
    else:
        shutil.copy(blueprint, name)
    with django_db_blocker.unblock():
        usual, settings = connections["default"], connections.settings["default"]
        usual_name, settings["NAME"] = settings["NAME"], name
        connections["default"] = connections.create_connection("default")
        try:
            yield _named(name) if POSTGRES else f"sqlite:///{name}"
        finally:
            connections["default"].close()
            connections["default"], settings["NAME"] = usual, usual_name
    if POSTGRES:
        _postgres(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def post(settings: Any) -> Iterator[PostOffice]:
    """A mail server that the village uses."""
    office = PostOffice()
    office.open()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": office.port, "timeout": 5},
        }
    }
    yield office
    office.close()


Start = Callable[[str], subprocess.Popen[bytes]]


@pytest.fixture
def start(shared: str, tmp_path: Path, request: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Start]:
    """Starts processes on the shared database, with the mail server where the test has one."""
    monkeypatch.setenv("SAMPLES", str(tmp_path))
    port = str(request.getfixturevalue("post").port) if "post" in request.fixturenames else "9"
    running = []

    def begin(action: str) -> subprocess.Popen[bytes]:
        running.append(
            subprocess.Popen(
                command(action), env=environment(shared, SMTP_PORT=port, SAMPLES=str(tmp_path)), cwd=ROOT
            )
        )
        return running[-1]

    yield begin
    for process in running:
        process.kill()
        process.wait()


@pytest.fixture
def start_together(start: Start, tmp_path: Path) -> Callable[[str], None]:
    """Runs an action in two processes at the same time, to the end."""

    def run(action: str) -> None:
        pair = [start(action), start(action)]
        until = time.monotonic() + 30
        while len(list(tmp_path.glob("ready-*"))) < 2 and time.monotonic() < until:
            time.sleep(0.01)
        (tmp_path / "go").touch()
        assert [process.wait(60) for process in pair] == [0, 0]

    return run


def was_killed(process: subprocess.Popen[bytes]) -> bool:
    """Wait for the end of a process and say whether it was SIGKILL."""
    return process.wait(60) == -signal.SIGKILL


@pytest.fixture(autouse=True)
def house(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who writes; the room that knows the municipality lies above this one."""
    musterdorf = mail.House(VillageInfo(name="Musterdorf"), "rathaus@example.org")
    monkeypatch.setattr(mail, "_house", lambda: musterdorf)


@pytest.fixture(autouse=True)
def nothing_ran() -> None:
    """Samples remember what they did within one test only."""
    samples.ran.clear()
