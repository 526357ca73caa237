"""What we know of a PostgreSQL server: how it is reached, which tables are ours, how a database gets empty again.

Copies (`postgres_copy`) and the move into another database stand on this. Without Django.
"""

import contextlib
import time
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
_GOODBYE_S = 3.0
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
    """Empty a database by giving all that we made in it another place there, the schema ``name``; all or nothing.

    Extensions stay: new tables need them. Raises KeepingTrouble, also where somebody else is connected.
    """
    _require_alone(where)
    with _owning(where) as connection:
        own = _schema(connection)
        connection.execute(sql.SQL("CREATE SCHEMA {}").format(sql.Identifier(name)))
        _carry(connection, own, name)


def take_back(where: Mapping[str, str], name: str) -> None:
    """Undo `set_aside`: what has come into the database since is gone. All or nothing. Raises KeepingTrouble."""
    with _owning(where) as connection:
        clear(connection)
        _carry(connection, name, _schema(connection))
        connection.execute(sql.SQL("DROP SCHEMA {}").format(sql.Identifier(name)))


def _require_alone(where: Mapping[str, str]) -> None:
    """Raise KeepingTrouble where others stay connected; who has just hung up needs a moment to be gone."""
    until = time.monotonic() + _GOODBYE_S
    with connected(where, autocommit=True) as connection:
        while True:
            found = connection.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
            ).fetchone()
            if not found or not found[0]:
                return
            if time.monotonic() > until:
                raise KeepingTrouble(
                    f"Others are connected to the database {where.get('PGDATABASE', '')} ({found[0]}). Stop all web "
                    "processes and workers, on all servers, and close other programs that look into it."
                )
            time.sleep(0.1)


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


# Tables take their indexes, constraints, triggers and numbers along.
_OURS = """
    SELECT CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
           ELSE 'TABLE' END, format('%%I.%%I', n.nspname, c.relname)
    FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
    WHERE n.nspname = %(schema)s AND c.relkind IN ('r', 'p', 'v', 'm', 'S') AND NOT EXISTS (
        SELECT 1 FROM pg_depend d WHERE d.objid = c.oid AND d.classid = 'pg_class'::regclass
        AND (d.deptype = 'e' OR c.relkind = 'S' AND d.deptype IN ('a', 'i')))
    UNION ALL
    SELECT 'FUNCTION', format('%%I.%%I(%%s)', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid))
    FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace
    WHERE n.nspname = %(schema)s AND NOT EXISTS (
        SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.classid = 'pg_proc'::regclass AND d.deptype = 'e')
"""


def _carry(connection: psycopg.Connection[Any], old: str, new: str) -> None:
    """Give everything of a schema that belongs to no extension another schema."""
    for kind, identity in connection.execute(_OURS, {"schema": old}).fetchall():
        words = sql.SQL("ALTER {} {} SET SCHEMA {}")
        connection.execute(words.format(sql.SQL(kind), sql.SQL(identity), sql.Identifier(new)))
