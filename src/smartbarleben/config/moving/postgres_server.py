"""A village in a PostgreSQL database, as an end of a move."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import psycopg
from psycopg import sql
from psycopg.types.json import Jsonb

from smartbarleben.keeping import postgres_server as server

from ..say import Trouble
from .databases import Database
from .values import Kind, Row, kind_of

_PAGE = 2000


class PostgresServer(Database):
    """See `databases.Database`."""

    def __init__(self, settings: Mapping[str, Any]) -> None:
        self._where = server.address(settings)
        self.label = f"PostgreSQL database {settings['NAME']}" + (
            f" on {settings['HOST']}" if settings["HOST"] else ""
        )
        self._connection: psycopg.Connection[Any] | None = None
        self._quiet: list[str] = []

    @property
    def _open(self) -> psycopg.Connection[Any]:
        if self._connection is None:
            self._connection = server.connect(self._where, autocommit=True)
        return self._connection

    def _all(self, text: str, values: Sequence[Any] = ()) -> list[Any]:
        return self._open.execute(text.encode(), values).fetchall()

    def open_source(self) -> None:
        others = self._all(
            "SELECT coalesce(nullif(application_name, ''), usename) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'"
        )
        if others:
            raise Trouble(
                f"{self.label} is in use by {len(others)} other connections. Close every village that uses it first,"
                " so that nothing is written that would stay behind."
            )
        names = sql.SQL(", ").join(map(sql.Identifier, self._table_names()))
        self._open.execute("BEGIN ISOLATION LEVEL REPEATABLE READ")
        # Before the first row is read: whoever wants to write from now on waits until the move is over.
        self._open.execute(sql.SQL("LOCK TABLE {} IN SHARE MODE").format(names))

    def require_empty(self) -> None:
        if found := self._table_names():
            raise Trouble(
                f"{self.label} is not empty: it holds {len(found)} tables ({', '.join(found[:3])} …)."
                " Make a new one: createdb --encoding=UTF8 NAME"
            )

    def _table_names(self) -> list[str]:
        return server.tables(self._open)

    def _columns(self) -> dict[str, dict[str, str]]:
        found: dict[str, dict[str, str]] = {name: {} for name in self._table_names()}
        for table, column, kind in self._all(
            "SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a"
            " JOIN pg_class c ON c.oid = a.attrelid WHERE c.relkind IN ('r', 'p') AND a.attnum > 0"
            " AND NOT a.attisdropped AND a.attgenerated = '' AND c.relnamespace = current_schema()::regnamespace"
        ):
            found[table][column] = kind
        return found

    def tables(self) -> dict[str, list[str]]:
        return {table: sorted(columns) for table, columns in self._columns().items()}

    def kinds(self, table: str, columns: Sequence[str]) -> list[Kind] | None:
        types = self._columns()[table]
        return [kind_of(types[name]) for name in columns]

    def rows(self, table: str, columns: Sequence[str], kinds: Sequence[Kind]) -> Iterator[Row]:
        query = sql.SQL("SELECT {} FROM {}").format(
            sql.SQL(", ").join(map(sql.Identifier, columns)), sql.Identifier(table)
        )
        with self._open.transaction(), self._open.cursor(f"move_{table}") as cursor:
            cursor.itersize = _PAGE
            yield from cursor.execute(query)

    def _sequences(self) -> dict[str, str]:
        """{table: sequence} of the columns that count by themselves."""
        return dict(
            self._all(
                "SELECT c.relname, pg_get_serial_sequence(quote_ident(c.relname), a.attname) FROM pg_attribute a"
                " JOIN pg_class c ON c.oid = a.attrelid WHERE c.relkind = 'r' AND a.attidentity <> ''"
                " AND c.relnamespace = current_schema()::regnamespace"
            )
        )

    def numbers(self) -> dict[str, int]:
        found = {}
        for table, sequence in self._sequences().items():
            last, is_used = self._all(f"SELECT last_value, is_called FROM {sequence}")[0]  # noqa: S608
            if is_used:
                found[table] = last
        return found

    def begin_writing(self) -> None:
        self._open.execute("BEGIN")
        self._quiet = [
            row[0]
            for row in self._all(
                "SELECT DISTINCT c.relname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid"
                " WHERE NOT t.tgisinternal AND t.tgenabled <> 'D'"
                " AND c.relnamespace = current_schema()::regnamespace"
            )
        ]
        for table in self._quiet:
            self._open.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
        tables = [name for name in self._table_names() if name != "django_migrations"]
        self._open.execute(
            sql.SQL("TRUNCATE {} RESTART IDENTITY").format(sql.SQL(", ").join(map(sql.Identifier, tables)))
        )

    def write(self, table: str, columns: Sequence[str], kinds: Sequence[Kind], rows: Iterable[Row]) -> None:
        query = sql.SQL("COPY {} ({}) FROM STDIN").format(
            sql.Identifier(table), sql.SQL(", ").join(map(sql.Identifier, columns))
        )
        try:
            with self._open.cursor() as cursor, cursor.copy(query) as copy:
                for row in rows:
                    copy.write_row([_given(kind, value) for kind, value in zip(kinds, row, strict=True)])
        except psycopg.DataError as problem:
            raise Trouble(f"PostgreSQL does not take a row of {table}: {problem}") from problem

    def finish_writing(self, numbers: Mapping[str, int]) -> None:
        # Now, so that a row that points nowhere is named here and not at the end.
        try:
            self._open.execute("SET CONSTRAINTS ALL IMMEDIATE")
        except psycopg.IntegrityError as problem:
            raise Trouble(f"A row points to one that is not there: {problem}") from problem
        for table in self._quiet:
            self._open.execute(sql.SQL("ALTER TABLE {} ENABLE TRIGGER USER").format(sql.Identifier(table)))
        for table, sequence in self._sequences().items():
            if number := numbers.get(table):
                self._open.execute("SELECT setval(%s::regclass, %s)", (sequence, number))
        self._open.execute("COMMIT")
        self._open.execute("ANALYZE")
        self.close()

    def throw_away(self) -> None:
        self.close()
        server.clear(self._open)
        self.close()

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


def _given(kind: Kind, value: Any) -> Any:
    return Jsonb(value, dumps=_dumps) if kind == "json" and value is not None else value


def _dumps(value: Any) -> str:
    from .values import to_sqlite

    return str(to_sqlite("json", value))
