"""A whole village moves from SQLite to a real PostgreSQL and back: nothing is lost, nothing counts twice."""

import contextlib
import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from tests.blueprint import copy_to

from smartbarleben.config import paths, postgres, say

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]

# What the program makes anew on the other side.
DERIVED = ("search_index", "modelsearch_", "wagtailsearch_", "sqlite_", "django_migrations")


def run(data: Path, *words: str, address: str = "") -> subprocess.CompletedProcess[str]:
    """A module of ours on a data folder, with the database of an address."""
    environment = paths.python_environment(data)
    environment.pop("DATABASE_URL", None)
    if address:
        environment["DATABASE_URL"] = address
    return subprocess.run(
        [sys.executable, "-m", *words],
        cwd=paths.ROOT,
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )


def told(data: Path, *words: str, address: str = "") -> str:
    done = run(data, *words, address=address)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def move(data: Path, to: str, *, address: str = "") -> subprocess.CompletedProcess[str]:
    return run(data, "smartbarleben.config.move", "--to", to, address=address)


@pytest.fixture(scope="module")
def furnished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Barleben with staff, a case with a file, a timetable, links by mail: rows in as many tables as may be."""
    data = tmp_path_factory.mktemp("furnished") / "data"
    paths.make_data_folder(data)
    copy_to(data / "village.sqlite3")
    told(data, "smartbarleben", "load_village", str(paths.ROOT / "data" / "barleben"))
    told(data, "smartbarleben", "add_staff", "erika", "--role", "editor")
    told(data, "tests.browser.samples")
    return data


@pytest.fixture
def village(furnished: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(furnished, tmp_path / "data"))


@pytest.fixture
def simple(tmp_path: Path) -> Path:
    """A village with nothing in it: enough for what is refused before a row is read."""
    data = tmp_path / "data"
    paths.make_data_folder(data)
    copy_to(data / "village.sqlite3")
    with contextlib.closing(sqlite3.connect(data / "village.sqlite3")) as connection:
        # As in each village: only so a reader holds the file.
        connection.execute("PRAGMA journal_mode=WAL")
    return data


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of a cluster, without a database's name."""
    try:
        with postgres.cluster() as address:
            yield address.rpartition("/")[0]
    except say.Trouble as trouble:
        pytest.skip(str(trouble))


@pytest.fixture
def empty(server: str, request: pytest.FixtureRequest) -> str:
    """The address of an empty database."""
    name = "village_" + str(abs(hash(request.node.name)) % 10**8)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    return f"{server}/{name}"


def tables_of(address: str) -> list[str]:
    with psycopg.connect(address) as connection:
        rows = connection.execute("SELECT relname FROM pg_class JOIN pg_namespace n ON n.oid = relnamespace"
                                  " WHERE relkind = 'r' AND n.nspname = 'public'")  # fmt: skip
        return [row[0] for row in rows.fetchall()]


def plain(value: Any) -> Any:
    """A stored value; JSON, which PostgreSQL writes in its own way, as what it means."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        with contextlib.suppress(ValueError):
            return json.dumps(json.loads(value), sort_keys=True)
    return value


def content(path: Path) -> dict[str, list[Any]]:
    """Every row of every table of an SQLite file, read without the program."""
    found = {}
    with contextlib.closing(sqlite3.connect(path)) as connection:
        names = [row[0] for row in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        for name in names:
            if not name.startswith(DERIVED):
                columns = sorted(row[1] for row in connection.execute(f'PRAGMA table_info("{name}")'))
                rows = connection.execute(f'SELECT {", ".join(f'"{one}"' for one in columns)} FROM "{name}"')
                found[name] = sorted(([plain(value) for value in row] for row in rows), key=repr)
        numbers = connection.execute("SELECT name, seq FROM sqlite_sequence WHERE seq > 0")
        found["last numbers"] = sorted(list(row) for row in numbers if not row[0].startswith(DERIVED))
    return found


ALL_IS_WELL = """
from django.db import IntegrityError, connection, transaction
from smartbarleben.cases.models import Case
from smartbarleben.content.models import Item
from smartbarleben.guards.registry import missing
from smartbarleben.jobs.models import Job
from smartbarleben.search import queries
from django.utils import timezone
assert not missing(connection), missing(connection)
case = Case.objects.get()
try:
    with transaction.atomic():
        Case.objects.filter(pk=case.pk).update(status="closed" if case.status != "closed" else "received")
        print("a guard sleeps")
except IntegrityError:
    print("guards awake")
found = queries.find("personalausweis", "de", now=timezone.now())
print("found", found.hits[0].path)
before = max(Item.objects.values_list("pk", flat=True))
from smartbarleben.content.actions import create_item
from smartbarleben.content import registry
new = create_item(registry.kind("news").model, title="Neu hier", summary="Kurz.")
print("fresh", new.pk > before)
"""


def is_well(data: Path, address: str) -> None:
    said = told(data, "smartbarleben", "shell", "-v", "0", "-c", ALL_IS_WELL, address=address)
    assert said.split("\n")[:3] == ["guards awake", "found /zustaendig/personalausweis/", "fresh True"], said
    assert "Traceback" not in told(data, "smartbarleben", "verify_proof", address=address)
    told(data, "smartbarleben", "audit", "verify", address=address)


@pytest.mark.endurance
def test_to_postgresql_and_back(village: Path, empty: str, tmp_path: Path) -> None:
    before = content(village / "village.sqlite3")
    assert len([rows for rows in before.values() if rows]) > 50
    there = move(village, empty)
    assert there.returncode == 0, there.stdout + there.stderr
    assert "DIFFERENT" not in there.stdout
    assert "cases_case " in there.stdout
    assert f"DATABASE_URL={empty}" in there.stdout
    # The village that was left is as it was.
    assert content(village / "village.sqlite3") == before

    again = tmp_path / "again.sqlite3"
    back = move(village, f"sqlite:///{quote(str(again))}", address=empty)
    assert back.returncode == 0, back.stdout + back.stderr
    after = content(again)
    assert after.keys() == before.keys()
    assert [name for name in before if after[name] != before[name]] == []
    is_well(village, empty)
    is_well(village, f"sqlite:///{quote(str(again))}")


@pytest.mark.endurance
def test_what_fails_leaves_the_target_empty(village: Path, empty: str) -> None:
    with contextlib.closing(sqlite3.connect(village / "village.sqlite3")) as connection, connection:
        connection.execute(
            "UPDATE places_place SET name = 'a' || char(0) || 'b' WHERE id = (SELECT min(id) FROM places_place)"
        )
    done = move(village, empty)
    assert done.returncode == 1
    assert "places_place" in done.stderr
    assert "Traceback" not in done.stderr
    assert tables_of(empty) == []


def test_an_open_village_is_refused(simple: Path, tmp_path: Path) -> None:
    target = tmp_path / "new.sqlite3"
    with contextlib.closing(sqlite3.connect(simple / "village.sqlite3")) as reader:
        reader.execute("SELECT count(*) FROM places_place").fetchall()
        done = move(simple, f"sqlite:///{target}")
        assert (done.returncode, target.exists()) == (1, False)
        assert "is in use. Close the village first" in done.stderr
    with paths.take(simple / "background.lock", "process 1 at http://localhost:8000"):
        done = move(simple, f"sqlite:///{target}")
        assert (done.returncode, target.exists()) == (1, False)
        assert "http://localhost:8000" in done.stderr


def test_a_used_postgresql_is_refused(simple: Path, empty: str, tmp_path: Path) -> None:
    with psycopg.connect(empty):
        done = move(simple, f"sqlite:///{tmp_path / 'new.sqlite3'}", address=empty)
    assert done.returncode == 1
    assert "in use by 1 other connections" in done.stderr


def test_a_target_that_is_not_empty_is_refused(simple: Path, empty: str, tmp_path: Path) -> None:
    full = tmp_path / "full.sqlite3"
    full.write_bytes(b"something else")
    assert "is there already" in move(simple, f"sqlite:///{full}").stderr
    assert full.read_bytes() == b"something else"
    with psycopg.connect(empty) as connection:
        connection.execute("CREATE TABLE mine (id int)")
    assert "is not empty" in move(simple, empty).stderr
    assert tables_of(empty) == ["mine"]
    assert "there already" in move(simple, f"sqlite:///{simple / 'village.sqlite3'}").stderr


@pytest.mark.parametrize(
    ("address", "says"),
    [("mysql://x/y", "starts with 'mysql'"), ("postgres://nobody@127.0.0.1:1/x", "cannot be reached")],
)
def test_addresses_that_lead_nowhere(simple: Path, address: str, says: str) -> None:
    done = move(simple, address)
    assert done.returncode == 1
    assert says in done.stderr
    assert "Traceback" not in done.stderr
