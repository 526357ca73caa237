"""A village in an SQLite file, as an end of a move."""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from ..say import Trouble
from .databases import Database, chunks
from .values import Kind, Row, from_sqlite, to_sqlite


class SqliteFile(Database):
    """See `databases.Database`."""

    def __init__(self, path: Path) -> None:
        self.path, self.label = path, str(path)
        self._connection: sqlite3.Connection | None = None
        self._triggers: list[tuple[str, str]] = []

    @property
    def _open(self) -> sqlite3.Connection:
        if self._connection is None:
            address = f"file:{quote(str(self.path))}?mode=rw"
            self._connection = sqlite3.connect(address, uri=True, isolation_level=None, timeout=0)
        return self._connection

    def open_source(self) -> None:
        if not self.path.is_file():
            raise Trouble(f"There is no database at {self.path}.")
        try:
            # In this mode SQLite lets nobody else have the file open, not even for reading.
            self._open.execute("PRAGMA locking_mode=EXCLUSIVE")
            self._open.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as problem:
            self.close()
            if "locked" not in str(problem):
                raise Trouble(f"{self.path} cannot be read: {problem}.") from problem
            raise Trouble(
                f"{self.path} is in use. Close the village first (Ctrl-C, or systemctl stop), so that nothing is"
                " written that would stay behind."
            ) from problem

    def require_empty(self) -> None:
        if self.path.exists() and self.path.stat().st_size:
            raise Trouble(f"{self.path} is there already. Name a file that is not, or put this one away first.")
        if not self.path.parent.is_dir():
            raise Trouble(f"There is no folder {self.path.parent}.")

    def tables(self) -> dict[str, list[str]]:
        found = self._open.execute(
            "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
        ).fetchall()
        indexes = tuple(f"{name}_" for name, sql in found if sql.startswith("CREATE VIRTUAL"))
        return {
            name: sorted(row[1] for row in self._open.execute(f'PRAGMA table_xinfo("{name}")') if row[6] == 0)
            for name, sql in sorted(found)
            if not sql.startswith("CREATE VIRTUAL") and not name.startswith(indexes or ("\0",))
        }

    def kinds(self, table: str, columns: Sequence[str]) -> list[Kind] | None:
        return None

    def rows(self, table: str, columns: Sequence[str], kinds: Sequence[Kind]) -> Iterator[Row]:
        names = ", ".join(f'"{name}"' for name in columns)
        for row in self._open.execute(f'SELECT {names} FROM "{table}"'):  # noqa: S608 (names of our own tables)
            try:
                yield tuple(from_sqlite(kind, value) for kind, value in zip(kinds, row, strict=True))
            except ValueError as problem:
                raise Trouble(f"A row of {table} cannot be understood: {problem} ({row[0]!r} …).") from problem

    def numbers(self) -> dict[str, int]:
        return dict(self._open.execute("SELECT name, seq FROM sqlite_sequence").fetchall())

    def begin_writing(self) -> None:
        self._open.execute("PRAGMA foreign_keys=OFF")
        self._open.execute("BEGIN EXCLUSIVE")
        self._triggers = self._open.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'").fetchall()
        for name, _sql in self._triggers:
            self._open.execute(f'DROP TRIGGER "{name}"')
        for table in self.tables():
            if table != "django_migrations":
                self._open.execute(f'DELETE FROM "{table}"')  # noqa: S608

    def write(self, table: str, columns: Sequence[str], kinds: Sequence[Kind], rows: Iterable[Row]) -> None:
        names = ", ".join(f'"{name}"' for name in columns)
        sql = f'INSERT INTO "{table}" ({names}) VALUES ({", ".join("?" * len(columns))})'  # noqa: S608
        for part in chunks(rows):
            self._open.executemany(
                sql,
                (tuple(to_sqlite(kind, value) for kind, value in zip(kinds, row, strict=True)) for row in part),
            )

    def finish_writing(self, numbers: Mapping[str, int]) -> None:
        lost = self._open.execute("PRAGMA foreign_key_check").fetchone()
        if lost:
            raise Trouble(f"A row of {lost[0]} points to a row of {lost[2]} that is not there.")
        for _name, sql in self._triggers:
            self._open.execute(sql)
        for table, number in numbers.items():
            self._open.execute("DELETE FROM sqlite_sequence WHERE name = ?", (table,))
            self._open.execute("INSERT INTO sqlite_sequence (name, seq) VALUES (?, ?)", (table, number))
        self._open.execute("COMMIT")
        self.close()

    def throw_away(self) -> None:
        self.close()
        for end in ("", "-wal", "-shm", "-journal"):
            Path(f"{self.path}{end}").unlink(missing_ok=True)

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None
