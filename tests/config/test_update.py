"""./village update: real programs in git, a real village; forward, into trouble, and back."""

import json
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psycopg
import pytest

from smartbarleben.config import paths, postgres, updating
from smartbarleben.config.say import Trouble
from smartbarleben.keeping import postgres_server

PROGRAM = ("village", "src", "data", "pyproject.toml", "package.json", "package-lock.json", ".gitignore")
BUILT = (".venv", "node_modules", "build")
MIGRATION = """
from django.db import migrations

def fail(apps, schema_editor):
    raise ValueError("the newer program is broken")

class Migration(migrations.Migration):
    dependencies = [("waste", "{before}")]
    operations = [{operation}]
"""


def git(folder: Path, *words: str) -> str:
    who = ("-c", "user.name=Erika", "-c", "user.email=erika@example.org", "-c", "commit.gpgsign=false")
    done = subprocess.run(["git", *who, *words], cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@dataclass
class House:
    """Where newer programs come from, the program that runs, its data folder, and its database if not in there."""

    origin: Path
    program: Path
    data: Path
    address: str = ""

    def publish(self, name: str, operation: str) -> None:
        """A newer program, with one change of the tables more."""
        folder = self.origin / "src" / "smartbarleben" / "waste" / "migrations"
        before = max(path.stem for path in folder.glob("[0-9]*.py") if path.stem != name)
        (folder / f"{name}.py").write_text(MIGRATION.format(before=before, operation=operation))
        git(self.origin, "add", "--all")
        git(self.origin, "commit", "--quiet", "-m", name)

    def run(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """Run a command of the program as it is now."""
        told = {key: value for key, value in os.environ.items() if key not in {"DATABASE_URL", "PYTHONPATH"}}
        if self.address:
            told["DATABASE_URL"] = self.address
        command = [sys.executable, str(self.program / "village"), *words, "--data", str(self.data)]
        return subprocess.run(command, env=told, capture_output=True, text=True, stdin=subprocess.DEVNULL)

    def update(self, *words: str) -> "subprocess.CompletedProcess[str]":
        """./village update."""
        return self.run("update", *words)

    @property
    def version(self) -> str:
        return git(self.program, "rev-parse", "HEAD")

    def tables(self) -> set[str]:
        """The database's tables, and the places of Barleben as a proof that its rows are there."""
        if self.address:
            with psycopg.connect(self.address) as server:
                found = server.execute("SELECT count(*) FROM places_place").fetchone()
                return {*postgres_server.tables(server), f"{found[0] if found else 0} places"}
        with sqlite3.connect(self.data / "village.sqlite3") as connection:
            rows = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            [(places,)] = connection.execute("SELECT count(*) FROM places_place").fetchall()
        connection.close()
        return {name for (name,) in rows} | {f"{places} places"}


@pytest.fixture
def house(opened: Path, tmp_path: Path) -> House:
    """This program as a repository of its own, a clone of it, and an open village's data."""
    house = program_in(tmp_path)
    shutil.copytree(opened, house.data)
    return house


@pytest.fixture
def house_on_postgresql(tmp_path: Path) -> Iterator[House]:
    """The same with its tables in a PostgreSQL of its own, as an account that owns its database and nothing else."""
    house = program_in(tmp_path)
    try:
        with postgres.cluster() as server:
            with psycopg.connect(server, autocommit=True) as own:
                own.execute("CREATE ROLE keeper LOGIN")
                own.execute("CREATE DATABASE house OWNER keeper TEMPLATE template0")
            house.address = server.replace("village@", "keeper@").replace("/postgres", "/house")
            loaded = house.run("load", str(house.program / "data" / "barleben"))
            assert loaded.returncode == 0, loaded.stdout + loaded.stderr
            yield house
    except Trouble as trouble:
        pytest.skip(str(trouble))


def program_in(tmp_path: Path) -> House:
    """A house without data yet."""
    house = House(tmp_path / "origin", tmp_path / "program", tmp_path / "data")
    house.origin.mkdir()
    for name in (*PROGRAM, *(path.name for path in paths.ROOT.glob("requirements*.txt"))):
        source, target = paths.ROOT / name, house.origin / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.mo"))
        else:
            shutil.copy2(source, target)
    git(house.origin, "init", "--quiet")
    git(house.origin, "add", "--all")
    git(house.origin, "commit", "--quiet", "-m", "first")
    git(tmp_path, "clone", "--quiet", str(house.origin), str(house.program))
    for name in BUILT:
        (house.program / name).symlink_to(paths.ROOT / name)
    return house


@pytest.mark.endurance
@pytest.mark.slow
@pytest.mark.sqlite_only
def test_an_update_goes_forward_and_back_again(house: House) -> None:
    goes_forward_and_back(house)


@pytest.mark.endurance
@pytest.mark.slow
@pytest.mark.sqlite_only
def test_on_postgresql_it_goes_forward_and_back_in_the_same_database(house_on_postgresql: House) -> None:
    house = house_on_postgresql
    said = goes_forward_and_back(house)
    with psycopg.connect(house.address) as server:
        rows = server.execute("SELECT nspname FROM pg_namespace WHERE nspname LIKE 'village_aside_%'").fetchall()
        # One of the update that failed, one of the way back.
        assert len(rows) == 2
        [schema] = [name for (name,) in rows if name in said]
        kept = server.execute("SELECT to_regclass(%s)", [f"{schema}.newer"]).fetchone()
        assert kept is not None
        assert kept[0] is not None, "what was written since stands beside"
    doctor = house.run("doctor", "--only", "keeping.triggers", "--only", "keeping.migrations")
    assert doctor.returncode == 0, doctor.stdout


def goes_forward_and_back(house: House) -> str:
    """Forward into a broken version, into a good one, and back on request; what the last of them said."""
    first, before = house.version, house.tables()
    key = (house.data / "secret.key").read_bytes()
    assert "This is it already" in house.update().stdout

    house.publish("9001_table", 'migrations.RunSQL("CREATE TABLE newer (id integer)")')
    house.publish("9002_broken", "migrations.RunPython(fail)")
    broken = house.update()
    assert broken.returncode == 1
    assert "as they were before" in broken.stderr, broken.stdout + broken.stderr
    assert (house.version, house.tables()) == (first, before), "the half made update left nothing behind"

    house.publish("9002_broken", "")
    good = house.update()
    assert good.returncode == 0, good.stdout + good.stderr
    assert house.version == git(house.origin, "rev-parse", "HEAD")
    assert house.tables() == before | {"newer"}
    assert len(list((house.data / "backups").glob("before-update-*"))) == 1

    (house.data / "media").mkdir(exist_ok=True)
    (house.data / "media" / "newer.txt").write_text("written since")
    back = house.update("--back")
    assert back.returncode == 0, back.stdout + back.stderr
    assert (house.version, house.tables()) == (first, before)
    assert (house.data / "secret.key").read_bytes() == key
    assert not (house.data / "media" / "newer.txt").exists()
    aside = next(path for path in house.data.parent.glob("data-aside-*") if (path / "media" / "newer.txt").exists())
    assert str(aside) in back.stdout
    assert house.update("--back").returncode == 1, "there is nothing to go back to any more"
    return back.stdout


@pytest.fixture
def small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A checkout with one file, as far as the update sees."""
    git(tmp_path, "init", "--quiet")
    (tmp_path / "village").write_text("the program")
    git(tmp_path, "add", "village")
    git(tmp_path, "commit", "--quiet", "-m", "first")
    monkeypatch.setattr(paths, "ROOT", tmp_path)
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "secret.key").write_text("key")
    monkeypatch.setenv("SMARTBARLEBEN_DATA", str(tmp_path / "data"))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    return tmp_path


def test_a_program_changed_by_hand_is_left_alone(small: Path) -> None:
    (small / "village").write_text("changed by hand")
    with pytest.raises(Trouble, match="changed by hand"):
        updating.update(small / "data", None)
    assert (small / "village").read_text() == "changed by hand"


def test_an_open_village_is_left_alone(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with paths.take(small / "data" / "background.lock", "process 1 at http://localhost:8000"):
        assert updating.main([]) == 1
    assert "open: process 1" in capsys.readouterr().err


def test_nothing_goes_back_where_nothing_went_forward(small: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert updating.main(["--back"]) == 1
    assert "knows of no update" in capsys.readouterr().err


def test_a_backup_that_fails_leaves_the_way_back_of_the_update_before(
    small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full: who has gone forward last week may still go back."""
    folder, note = small / "data" / updating.BACKUPS, {"from": "a", "to": "b", "backup": "before-update-1.tar.gz"}
    folder.mkdir()
    (folder / "before-update-1.tar.gz").write_text("last week")
    (small / "data" / updating.NOTE).write_text(json.dumps(note))

    def full(*_words: object) -> None:
        raise Trouble("./village backup failed; the lines above say why.")

    monkeypatch.setattr(updating, "own", full)
    with pytest.raises(Trouble, match="backup failed"):
        updating._save(small / "data", "b", "c")
    assert (folder / "before-update-1.tar.gz").read_text() == "last week"
    assert json.loads((small / "data" / updating.NOTE).read_text()) == note

    def saved(data: Path, word: str, target: Path, *_words: object) -> None:
        target.write_text("now")

    monkeypatch.setattr(updating, "own", saved)
    updating._save(small / "data", "b", "c")
    [left] = folder.iterdir()
    assert json.loads((small / "data" / updating.NOTE).read_text()) == {"from": "b", "to": "c", "backup": left.name}


def test_where_postgresql_does_not_answer_nothing_is_touched(
    small: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    note = {"from": git(small, "rev-parse", "HEAD"), "to": "later", "backup": "before-update-x.tar.gz"}
    (small / "data" / updating.NOTE).write_text(json.dumps(note))
    monkeypatch.setenv("DATABASE_URL", f"postgres://village@{quote(str(small), safe='')}/village")
    assert updating.main(["--back"]) == 1
    said = capsys.readouterr().err
    assert "cannot be reached" in said
    assert "Nothing was changed." in said
    assert (small / "data" / "secret.key").read_text() == "key"
    assert git(small, "rev-parse", "HEAD") == note["from"]
