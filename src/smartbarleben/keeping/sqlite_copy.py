"""A copy of an SQLite database in use, what is in it, and whether it is whole. Without Django."""

import contextlib
import sqlite3
from collections.abc import Iterator
from pathlib import Path

from .trouble import KeepingTrouble

# As long as a busy village may keep us from reading.
_PATIENCE_S = 30.0


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[sqlite3.Connection]:
    if not path.is_file():
        raise KeepingTrouble(f"{path} is not there. Is this the village's data folder?")
    connection = sqlite3.connect(path, timeout=_PATIENCE_S)
    try:
        yield connection
    finally:
        connection.close()


def snapshot(source: Path, target: Path) -> None:
    """Copy the database as it is at one moment, while others read and write. Raises KeepingTrouble.

    SQLite's online backup in one step: one read transaction, which in WAL mode holds up nobody. The copy is one file.
    """
    try:
        with _opened(source) as before, contextlib.closing(sqlite3.connect(target)) as after:
            before.backup(after)
            # The copy inherits WAL; a file that travels has no second one beside it.
            after.execute("PRAGMA journal_mode=DELETE")
    except sqlite3.Error as error:
        words = f"The database {source} could not be copied: {error}. ./village doctor says more."
        raise KeepingTrouble(words) from error


def tables(connection: sqlite3.Connection) -> list[str]:
    """The names of all tables, in order; SQLite's own are left out."""
    found = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
    return sorted(name for (name,) in found if not name.startswith("sqlite_"))


def rows(path: Path) -> dict[str, int]:
    """How many rows each table has."""
    with _opened(path) as connection:
        return {
            name: connection.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0]  # noqa: S608 (its own name)
            for name in tables(connection)
        }


def migrations(path: Path) -> list[str]:
    """The migrations that ran in it, as "app.name"."""
    with _opened(path) as connection:
        try:
            found = connection.execute("SELECT app, name FROM django_migrations ORDER BY app, name").fetchall()
        except sqlite3.OperationalError:
            return []
    return [f"{app}.{name}" for app, name in found]


def problem(path: Path, *, thorough: bool = True) -> str:
    """What is wrong with the file: pages, indexes, links between rows; "" when it is whole.

    Not ``thorough``: without looking whether indexes fit their tables, which takes longest.
    """
    try:
        with _opened(path) as connection:
            check = "integrity_check" if thorough else "quick_check"
            said = [row[0] for row in connection.execute(f"PRAGMA {check}(3)")]
            if said != ["ok"]:
                return "; ".join(map(str, said))
            lost = connection.execute('SELECT "table", count(*) FROM pragma_foreign_key_check GROUP BY 1').fetchall()
            return "; ".join(f"{count} rows of {table} name something that is not there" for table, count in lost)
    except sqlite3.Error as error:
        return str(error)
