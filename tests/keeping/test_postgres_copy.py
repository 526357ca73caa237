"""The same on PostgreSQL: a copy comes back into an empty database, row by row, or that stays empty."""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit, urlunsplit

import pytest
from django.db import connection
from tests.keeping.making import PASSPHRASE, members, restore, write_members

from smartbarleben.config import restoring
from smartbarleben.guards import registry as guards
from smartbarleben.keeping import encrypting, making, postgres_copy, postgres_server, unpacking
from smartbarleben.keeping.trouble import KeepingTrouble

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.skipif("not os.environ.get('DATABASE_URL', '').startswith('postgres')", reason="about PostgreSQL"),
    pytest.mark.skipif(shutil.which("pg_dump") is None, reason="pg_dump is not installed"),
]


@pytest.fixture
def where() -> dict[str, str]:
    return postgres_server.address(connection.settings_dict)


@pytest.fixture
def empty(where: dict[str, str]) -> Iterator[dict[str, str]]:
    """A database with nothing in it."""
    with postgres_copy.scratch(where, "village_tests_keeping") as made:
        assert made is not None
        yield made


@pytest.fixture
def data(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder of this test's own."""
    monkeypatch.setattr(encrypting, "_COST", {"n": 2, "r": 1, "p": 1})
    folder = tmp_path / "data"
    folder.mkdir()
    (folder / "secret.key").write_text(settings.SECRET_KEY)
    settings.DATA_DIR = folder
    return folder


def address(where: dict[str, str]) -> str:
    parts = urlsplit(os.environ["DATABASE_URL"])
    return urlunsplit(parts._replace(path=f"/{quote(where['PGDATABASE'])}"))


def everything(where: dict[str, str]) -> dict[str, list[str]]:
    """Each table with its rows as text, in an order of their own."""
    with postgres_server.connected(where) as own:
        return {
            name: sorted(row[0] for row in own.execute(f'SELECT t::text FROM public."{name}" t'))
            for name in postgres_server.rows(own)
        }


def rules(where: dict[str, str]) -> list[str]:
    """Every constraint, trigger and index of the tables of a village, as the database tells it."""
    with postgres_server.connected(where) as own:
        found = own.execute(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE connamespace = current_schema()::regnamespace "
            "UNION ALL SELECT pg_get_triggerdef(t.oid) FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT tgisinternal AND c.relnamespace = current_schema()::regnamespace "
            "UNION ALL SELECT indexdef FROM pg_indexes WHERE schemaname = current_schema()"
        ).fetchall()
    return sorted(row[0] for row in found)


def test_every_row_comes_back(where: dict[str, str], empty: dict[str, str], data: Path, tmp_path: Path) -> None:
    made = making.make_backup(target=tmp_path / "saved", passphrase=PASSPHRASE)
    assert made.rows > 100
    (tmp_path / "key").write_text(PASSPHRASE)
    words = (str(made.path), "--key", str(tmp_path / "key"))
    done = restore(tmp_path / "there", *words, DATABASE_URL=address(empty))
    assert done.returncode == 0, done.stderr
    assert everything(empty) == everything(where)
    assert (tmp_path / "there" / "secret.key").exists()
    assert not (tmp_path / "there" / "village.sqlite3").exists()
    again = restore(tmp_path / "again", *words, DATABASE_URL=address(empty))
    assert again.returncode == 1
    assert "is not empty" in again.stderr
    assert not (tmp_path / "again").exists()
    without = restore(tmp_path / "again", *words)
    assert "DATABASE_URL=postgres" in without.stderr


def test_a_database_that_is_not_what_it_was_is_emptied_again(
    empty: dict[str, str], data: Path, tmp_path: Path
) -> None:
    made = making.make_backup(target=tmp_path / "saved.tar.gz", with_keys=True)
    found = members(made.path)
    said = json.loads(found[0][1])
    said["rows"]["people_user"] += 1
    write_members(made.path, [(found[0][0], json.dumps(said).encode()), *found[1:]])
    done = restore(tmp_path / "there", str(made.path), DATABASE_URL=address(empty))
    assert done.returncode == 1
    assert "people_user has 0 rows and had 1" in done.stderr
    assert not (tmp_path / "there").exists()
    postgres_copy.require_empty(empty)
    with postgres_server.connected(empty) as own:
        left = own.execute("SELECT count(*) FROM pg_proc WHERE pronamespace = 'public'::regnamespace").fetchone()
        known = own.execute(
            "SELECT count(*) FROM pg_depend d JOIN pg_proc p ON p.oid = d.objid "
            "WHERE d.deptype = 'e' AND p.pronamespace = 'public'::regnamespace"
        ).fetchone()
    assert left == known, "functions of guards are left"


def test_a_folder_that_somebody_else_took_meanwhile_leaves_the_database_empty(
    empty: dict[str, str], data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = making.make_backup(target=tmp_path / "saved.tar.gz", with_keys=True)

    def taken(*_words: object) -> None:
        raise KeepingTrouble("somebody else was quicker")

    monkeypatch.setattr(unpacking, "put_in_place", taken)
    monkeypatch.setenv("DATABASE_URL", address(empty))
    with pytest.raises(KeepingTrouble, match="somebody else"):
        restoring.restore(restoring.parse([str(made.path)]), tmp_path / "there")
    postgres_copy.require_empty(empty)


def test_what_is_set_aside_comes_back_whole_or_stays_beside(
    where: dict[str, str], empty: dict[str, str], data: Path, tmp_path: Path
) -> None:
    """The way back of an update: the older tables come into the same database, and the newer ones are kept."""
    _counted, _migrations = postgres_copy.dump(where, tmp_path / "copy")
    postgres_copy.load(empty, tmp_path / "copy")
    before, held = everything(empty), rules(empty)
    assert len(held) > 500
    with postgres_server.connected(empty), pytest.raises(KeepingTrouble, match="Others are connected"):
        postgres_server.set_aside(empty, "village_aside_x")
    postgres_server.set_aside(empty, "village_aside_x")
    postgres_copy.require_empty(empty)
    postgres_copy.load(empty, tmp_path / "copy")
    assert everything(empty) == before, "constraints with extensions, too"
    postgres_copy.dump(empty, tmp_path / "later")
    with postgres_server.connected(empty) as own:
        own.execute("DROP TABLE people_user CASCADE")
        kept = own.execute("SELECT count(*) FROM village_aside_x.people_user").fetchone()
        assert kept == (len(before["people_user"]),)
    postgres_server.take_back(empty, "village_aside_x")
    assert everything(empty) == before
    assert rules(empty) == held, "what the database enforced, it enforces again"
    with postgres_server.connected(empty) as own:
        schemas = own.execute("SELECT count(*) FROM pg_namespace WHERE nspname LIKE 'village_aside_%'").fetchone()
    assert schemas == (0,)
    postgres_copy.empty(empty)
    postgres_copy.load(empty, tmp_path / "later")
    assert everything(empty) == before, "what was set aside is no part of a backup"


def test_without_the_right_nothing_is_set_aside(empty: dict[str, str]) -> None:
    with postgres_server.connected(empty, autocommit=True) as own:
        own.execute("CREATE ROLE village_tests_guest LOGIN")
    try:
        with pytest.raises(KeepingTrouble, match="may not do that"):
            postgres_server.set_aside({**empty, "PGUSER": "village_tests_guest"}, "village_aside_x")
    finally:
        with postgres_server.connected(empty, autocommit=True) as own:
            own.execute("DROP ROLE village_tests_guest")


def test_what_a_killed_trial_left_on_the_server_goes(where: dict[str, str]) -> None:
    with postgres_server.connected(where, autocommit=True) as own:
        for name in ("village_drill_tests_a", "village_drill_tests_b", "village_other_tests"):
            own.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    try:
        with postgres_server.connected({**where, "PGDATABASE": "village_drill_tests_b"}):
            assert postgres_copy.drop_left(where, "village_drill_tests_") == 1, "one is in use"
        assert postgres_copy.drop_left(where, "village_drill_tests_") == 1
        with postgres_server.connected({**where, "PGDATABASE": "village_other_tests"}):
            pass
    finally:
        postgres_copy.drop_left(where, "village_other_tests")


def test_a_guard_that_stands_beside_guards_nothing(db: None) -> None:
    known = guards.missing(connection)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, tgrelid::regclass::text FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid "
            "WHERE NOT tgisinternal AND c.relnamespace = current_schema()::regnamespace ORDER BY 1 LIMIT 1"
        )
        name, table = cursor.fetchone()
        cursor.execute("CREATE SCHEMA village_aside_t")
        cursor.execute(f"CREATE TABLE village_aside_t.{table} (LIKE {table})")
        cursor.execute(
            "CREATE FUNCTION village_aside_t.f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
        )
        cursor.execute(
            f'CREATE TRIGGER "{name}" BEFORE INSERT ON village_aside_t.{table} '
            "FOR EACH ROW EXECUTE FUNCTION village_aside_t.f()"
        )
        cursor.execute(f'DROP TRIGGER "{name}" ON {table}')
    assert guards.missing(connection) == sorted([*known, name])


def test_without_its_programs_it_says_what_to_install(
    where: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)
    with pytest.raises(KeepingTrouble, match="apt install postgresql-client"):
        postgres_copy.dump(where, tmp_path / "copy")


def test_a_server_that_is_away_is_named(where: dict[str, str]) -> None:
    with pytest.raises(KeepingTrouble, match="DATABASE_URL"), postgres_server.connected({**where, "PGPORT": "1"}):
        pass
