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
