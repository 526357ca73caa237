"""The one place that speaks to SQLite's FTS5 and to PostgreSQL's text search. Everything above sees the same.

A request is an AND of ORs over plain folded words that stand in the index, so that no operator, quotation mark or
unknown letter of a visitor ever reaches either query language.
"""

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection
from django.db.backends.base.base import BaseDatabaseWrapper

TABLE, INDEX = "search_document", "search_index"
COLUMNS = ("words_title", "words_keywords", "words_summary", "words_body", "facets")
_TEXT = "{words_title words_keywords words_summary words_body}"
# PostgreSQL reads every row that its index finds before it sorts them. Where more are expected, it walks the primary
# key backwards instead and stops when it has enough.
FEW = 4_000
_A_MOMENT = 0.25


@dataclass(frozen=True, slots=True)
class Kept:
    """SQLite's triggers that keep the FTS5 table equal to the documents; made anew after every migration.

    PostgreSQL needs none: its generated column cannot differ.
    """

    name: str = "search_index"
    table: str = TABLE

    def statements(self, vendor: str) -> dict[str, str]:
        """See `guards.registry.Guard`."""
        if vendor != "sqlite":
            return {}
        names = ", ".join(COLUMNS)
        new, old = (", ".join(f"{row}.{column}" for column in COLUMNS) for row in ("new", "old"))
        put = f"INSERT INTO {INDEX}(rowid, {names}) VALUES (new.id, {new});"  # noqa: S608
        take = f"INSERT INTO {INDEX}({INDEX}, rowid, {names}) VALUES ('delete', old.id, {old});"  # noqa: S608
        return {
            f"search_index_{event.lower()}": (
                f"CREATE TRIGGER search_index_{event.lower()} AFTER {event} ON {TABLE} BEGIN {body} END"
            )
            for event, body in (("INSERT", put), ("DELETE", take), ("UPDATE", f"{take} {put}"))
        }


@dataclass(frozen=True, slots=True)
class Request:
    """Documents in which each of the ``groups`` has one of its words, and each of the ``facets`` one of its values.

    The first ``limit`` in the order of the index. ``bounds`` are the first and last key that may come; ``expected``
    is about how many there will be.
    """

    groups: tuple[Collection[str], ...]
    limit: int
    only_title: bool = False
    facets: tuple[Collection[str], ...] = ()
    bounds: tuple[int, int] | None = None
    expected: float = 0.0


def candidates(requests: Sequence[Request]) -> list[int]:
    """The keys of the documents that the requests bring, each once, in the order of the requests: one query."""
    if not requests:
        return []
    parts, params = [], []
    for number, request in enumerate(requests):
        sql, values = _sqlite(request) if connection.vendor == "sqlite" else _postgresql(request)
        parts.append(f"SELECT id FROM ({sql}) AS part{number}")  # noqa: S608 (words only as parameters)
        params += values
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), params)
        return list(dict.fromkeys(row[0] for row in cursor.fetchall()))


def _sqlite(request: Request) -> tuple[str, list[object]]:
    field = "words_title" if request.only_title else _TEXT
    wanted = [f"{field} : ({_any(words)})" for words in request.groups]
    wanted += [f"facets : ({_any(values)})" for values in request.facets]
    params: list[object] = [" AND ".join(wanted)]
    between = ""
    if request.bounds:
        between = " AND rowid BETWEEN %s AND %s"
        params += request.bounds
    sql = f"SELECT rowid AS id FROM {INDEX} WHERE {INDEX} MATCH %s{between} ORDER BY rowid DESC LIMIT {request.limit}"  # noqa: S608
    return sql, params


def _any(words: Collection[str]) -> str:
    return " OR ".join(f'"{word}"' for word in sorted(words))


def _postgresql(request: Request) -> tuple[str, list[object]]:
    mark = "T" if request.only_title else ""
    wanted = [" | ".join(f"'{mark}{word}'" for word in sorted(words)) for words in request.groups]
    wanted += [" | ".join(f"'{value}'" for value in sorted(values)) for values in request.facets]
    params: list[object] = [" & ".join(f"({one})" for one in wanted)]
    where = "vector @@ %s::tsquery"
    if request.bounds:
        where += " AND id BETWEEN %s AND %s"
        params += request.bounds
    if request.expected > FEW:
        # In titles such words may still be rare: that the planner knows, see the migration.
        sql = f"SELECT id FROM {TABLE} WHERE {where} ORDER BY id DESC LIMIT {request.limit}"  # noqa: S608
    else:
        # Without this wall the planner may walk the whole key backwards for a handful of rows.
        sql = (
            f"WITH found AS MATERIALIZED (SELECT id FROM {TABLE} WHERE {where}) "  # noqa: S608
            f"SELECT id FROM found ORDER BY id DESC LIMIT {request.limit}"
        )
    return sql, params


@contextmanager
def in_passing(database: BaseDatabaseWrapper) -> Iterator[None]:
    """For a write that is worth no wait: while SQLite's one writer is busy for long, it raises OperationalError."""
    if database.vendor == "sqlite":
        with database.waiting_at_most(_A_MOMENT):  # type: ignore[attr-defined]
            yield
    else:
        yield


def stop_keeping(database: BaseDatabaseWrapper) -> None:
    """Before everything is written anew: on SQLite, empty the FTS5 table and take its triggers away."""
    if database.vendor != "sqlite":
        return
    with database.cursor() as cursor:
        for name in Kept().statements("sqlite"):
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        cursor.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES ('delete-all')")  # noqa: S608


def keep_again(database: BaseDatabaseWrapper) -> None:
    """After everything was written anew: fill the FTS5 table at once and bring its triggers back."""
    from smartbarleben.guards.registry import install

    with database.cursor() as cursor:
        if database.vendor == "sqlite":
            cursor.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES ('rebuild')")  # noqa: S608
        else:
            # Until the database has counted its words, it plans as if each were in every text.
            cursor.execute(f"ANALYZE {TABLE}")
    install(database, Kept())


def tidy(database: BaseDatabaseWrapper) -> None:
    """Join the pieces of SQLite's index; deleted words are gone from the file only after that."""
    if database.vendor == "sqlite":
        with database.cursor() as cursor:
            cursor.execute(f"INSERT INTO {INDEX}({INDEX}) VALUES ('optimize')")  # noqa: S608


def broken(database: BaseDatabaseWrapper) -> bool:
    """Whether SQLite's FTS5 table differs from the documents."""
    from django.db.utils import DatabaseError

    if database.vendor != "sqlite":
        return False
    try:
        with database.cursor() as cursor:
            cursor.execute(f"INSERT INTO {INDEX}({INDEX}, rank) VALUES ('integrity-check', 1)")  # noqa: S608
    except DatabaseError:
        return True
    return False
