"""A copy of a PostgreSQL database in use, by its own programs `pg_dump` and `pg_restore`."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
from psycopg import sql

from .postgres_server import ASIDE, clear, connected, rows, tables
from .trouble import KeepingTrouble

_MISSING = (
    "{program} is missing on this machine, and a PostgreSQL database cannot be copied without it. "
    "On Debian and Ubuntu: apt install postgresql-client (at least as new as the server)."
)


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise KeepingTrouble(_MISSING.format(program=name))
    return found


def _run(program: str, words: list[str], where: dict[str, str]) -> None:
    done = subprocess.run(  # noqa: S603 (no shell, no word of a visitor)
        [_program(program), *words], env={**os.environ, **where}, capture_output=True, text=True
    )
    if done.returncode:
        raise KeepingTrouble(f"{program} failed: {done.stderr.strip()[-800:]}")


def dump(where: dict[str, str], target: Path) -> tuple[dict[str, int], list[str]]:
    """Copy the database as it is at one moment; rows of each table and migrations of that very moment."""
    with connected(where) as connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        moment = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert moment is not None  # noqa: S101 (the function always answers)
        counted = rows(connection)
        ran = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
        words = ["--format=custom", "--no-owner", "--no-privileges", "--compress=0", f"--snapshot={moment[0]}"]
        words.append(f"--exclude-schema={ASIDE}*")
        # The archive compresses; what is compressed twice only takes time.
        _run("pg_dump", [*words, f"--file={target}"], where)
    return counted, [f"{app}.{name}" for app, name in ran]


def require_empty(where: dict[str, str]) -> None:
    """Raises KeepingTrouble where the database holds anything."""
    with connected(where) as connection:
        found = tables(connection)
    if found:
        raise KeepingTrouble(
            f"The database {where['PGDATABASE']} is not empty. Make a new one (createdb NAME) and name it in "
            "DATABASE_URL; what is in this one stays as it is."
        )


def load(where: dict[str, str], source: Path) -> None:
    """Fill an empty database, all or nothing."""
    words = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    _run("pg_restore", [*words, f"--dbname={where['PGDATABASE']}", str(source)], where)


def empty(where: dict[str, str]) -> None:
    """Take everything out again of a database that was empty before we filled it."""
    with connected(where) as connection:
        clear(connection)


@contextlib.contextmanager
def scratch(where: dict[str, str], name: str) -> Iterator[dict[str, str] | None]:
    """A database for the length of a block, None where our account may make none."""
    with connected(where, autocommit=True) as connection:
        try:
            connection.execute(sql.SQL("CREATE DATABASE {} TEMPLATE template0").format(sql.Identifier(name)))
        except psycopg.errors.InsufficientPrivilege:
            yield None
            return
        try:
            yield {**where, "PGDATABASE": name}
        finally:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def drop_left(where: dict[str, str], prefix: str) -> int:
    """Drop databases of our account whose names begin so and to which nobody is connected; returns how many."""
    with connected(where, autocommit=True) as connection:
        left = connection.execute(
            "SELECT datname FROM pg_database d WHERE starts_with(datname, %s) AND datdba = current_user::regrole "
            "AND NOT EXISTS (SELECT 1 FROM pg_stat_activity a WHERE a.datid = d.oid)",
            [prefix],
        ).fetchall()
        for (name,) in left:
            connection.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(sql.Identifier(name)))
    return len(left)
