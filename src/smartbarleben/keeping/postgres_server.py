"""What we know of a PostgreSQL server: how it is reached, which tables are ours, how a database gets empty again.

Copies (`postgres_copy`) and the move into another database stand on this. Without Django.
"""

import contextlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import psycopg
from psycopg import pq, sql

from .trouble import KeepingTrouble

# What an update has set aside in the database begins so, and is no part of a copy.
ASIDE = "village_aside_"
# A server that is away is noticed soon, also where the network swallows everything.
_PATIENCE_S = "10"
_NAMES = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}


@cache
def _variables() -> dict[str, str]:
    """What libpq calls its options in the environment, by their names in an address."""
    return {one.keyword.decode(): one.envvar.decode() for one in pq.Conninfo.get_defaults() if one.envvar}


def address(settings: Mapping[str, Any]) -> dict[str, str]:
    """How PostgreSQL's own programs find the database of Django's settings, with all options of its address.

    As environment variables, because other users of the machine can read the words of a command.
    """
    options = {name: settings.get(key) for key, name in _NAMES.items()} | dict(settings.get("OPTIONS", {}))
    known = _variables()
    return {known[name]: str(value) for name, value in options.items() if value and name in known}


def connect(where: Mapping[str, str], *, autocommit: bool = False) -> psycopg.Connection[Any]:
    """A connection of our own; whoever asked closes it. Raises KeepingTrouble where there is none to be had."""
    names = {variable: name for name, variable in _variables().items()}
    words: dict[str, Any] = {"connect_timeout": _PATIENCE_S} | {names[key]: value for key, value in where.items()}
    try:
        return psycopg.connect(**words, autocommit=autocommit)
    except psycopg.Error as error:
        raise KeepingTrouble(
            f"The PostgreSQL database {where.get('PGDATABASE', '')} cannot be reached: {str(error).strip()}. "
            "Does its address fit (DATABASE_URL)?"
        ) from error


@contextlib.contextmanager
def connected(where: Mapping[str, str], *, autocommit: bool = False) -> Iterator[psycopg.Connection[Any]]:
    """The same for the length of a block, which is one transaction unless ``autocommit``."""
    with connect(where, autocommit=autocommit) as connection:
        yield connection


def tables(connection: psycopg.Connection[Any]) -> list[str]:
    """The names of all tables of the schema in which a village lives, in order."""
    found = connection.execute(
        "SELECT relname FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = current_schema()::regnamespace"
    )
    return sorted(row[0] for row in found)


def rows(connection: psycopg.Connection[Any]) -> dict[str, int]:
    """How many rows each table has."""
    counted = {}
    for name in tables(connection):
        row = connection.execute(sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(name))).fetchone()
        counted[name] = row[0] if row else 0
    return counted


def clear(connection: psycopg.Connection[Any]) -> None:
    """Empty a database again that was empty before we filled it: tables, and the functions of guards."""
    for name in tables(connection):
        connection.execute(sql.SQL("DROP TABLE IF EXISTS {} CASCADE").format(sql.Identifier(name)))
    made = connection.execute(
        "SELECT p.oid::regprocedure::text FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace "
        "AND p.proowner = current_user::regrole "
        "AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
    ).fetchall()
    for (signature,) in made:
        connection.execute(sql.SQL("DROP FUNCTION IF EXISTS {} CASCADE").format(sql.SQL(signature)))


def set_aside(where: Mapping[str, str], name: str) -> None:
    """Empty a database by giving all that is in it another place there, the schema ``name``; all or nothing.

    Extensions stay where new tables look for them. Raises KeepingTrouble, also where somebody else is connected.
    """
    with _owning(where) as connection:
        others = connection.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() "
            "AND backend_type = 'client backend'"
        ).fetchone()
        if others and others[0]:
            raise KeepingTrouble(
                f"Others are connected to the database {where.get('PGDATABASE', '')} ({others[0]}). Stop all web "
                "processes and workers, on all servers, and close other programs that look into it."
            )
        own = _schema(connection)
        _rename(connection, own, name)
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(own)))
        _move_extensions(connection, name, own)


def take_back(where: Mapping[str, str], name: str) -> None:
    """Undo `set_aside`: what has come into the database since is gone. All or nothing. Raises KeepingTrouble."""
    with _owning(where) as connection:
        own = _schema(connection)
        # An extension that went with its schema would take constraints along.
        _move_extensions(connection, own, name)
        connection.execute(sql.SQL("DROP SCHEMA {} CASCADE").format(sql.Identifier(own)))
        _rename(connection, name, own)


@contextlib.contextmanager
def _owning(where: Mapping[str, str]) -> Iterator[psycopg.Connection[Any]]:
    try:
        with connected(where) as connection:
            yield connection
    except psycopg.errors.InsufficientPrivilege as error:
        raise KeepingTrouble(f"Our account may not do that in the database: {str(error).strip()}.") from error


def _schema(connection: psycopg.Connection[Any]) -> str:
    row = connection.execute("SELECT current_schema()").fetchone()
    if row is None or row[0] is None:
        raise KeepingTrouble("The database has no schema in which a village could live. Does its address fit?")
    return str(row[0])


def _rename(connection: psycopg.Connection[Any], old: str, new: str) -> None:
    connection.execute(sql.SQL("ALTER SCHEMA {} RENAME TO {}").format(sql.Identifier(old), sql.Identifier(new)))


def _move_extensions(connection: psycopg.Connection[Any], old: str, new: str) -> None:
    found = connection.execute(
        "SELECT extname FROM pg_extension e JOIN pg_namespace n ON n.oid = e.extnamespace WHERE nspname = %s", [old]
    ).fetchall()
    for (name,) in found:
        words = sql.SQL("ALTER EXTENSION {} SET SCHEMA {}")
        connection.execute(words.format(sql.Identifier(name), sql.Identifier(new)))
