"""The two kinds of databases as the move sees them: tables, columns, rows, the numbers that come next."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from ..say import Trouble
from .values import Kind, Row

# Made anew by the program on the other side: what it holds there has another shape.
DERIVED = ("modelsearch_", "wagtailsearch_")
MIGRATIONS = "django_migrations"


class Database(Protocol):
    """One end of a move."""

    label: str

    def open_source(self) -> None:
        """Hold the database so that nobody can change it until `close`. Raises Trouble while a village is open."""

    def require_empty(self) -> None:
        """Raises Trouble unless there is nothing in the database."""

    def tables(self) -> dict[str, list[str]]:
        """The columns of every table, in alphabetical order; indexes of a search and generated columns left out."""

    def kinds(self, table: str, columns: Sequence[str]) -> list[Kind] | None:
        """What the columns mean; None for a database that does not know."""

    def rows(self, table: str, columns: Sequence[str], kinds: Sequence[Kind]) -> Iterator[Row]:
        """All rows, as Python understands them."""

    def numbers(self) -> dict[str, int]:
        """The last number that each table has given to a row, deleted ones included."""

    def begin_writing(self) -> None:
        """One transaction without triggers, in which all tables are empty."""

    def write(self, table: str, columns: Sequence[str], kinds: Sequence[Kind], rows: Iterable[Row]) -> None:
        """Put rows into a table."""

    def finish_writing(self, numbers: Mapping[str, int]) -> None:
        """Bring triggers and numbers back and keep everything. Raises Trouble where rows point nowhere."""

    def throw_away(self) -> None:
        """Take away everything that was written: the database is as empty as before."""

    def close(self) -> None:
        """Let go."""


def copied_tables(source: Mapping[str, list[str]], target: Mapping[str, list[str]]) -> list[str]:
    """The tables that are carried over. Raises Trouble where the two sides are not made by the same program."""
    mine, theirs = (
        {name: columns for name, columns in side.items() if not name.startswith(DERIVED) and name != MIGRATIONS}
        for side in (source, target)
    )
    if mine != theirs:
        different = sorted(name for name in mine.keys() | theirs.keys() if mine.get(name) != theirs.get(name))
        raise Trouble(
            f"The two databases have different tables: {', '.join(different[:8])}. Were these made by hand, or by"
            " another version of the program? Nothing was carried over."
        )
    return sorted(mine)


def chunks(rows: Iterable[Row], size: int = 1000) -> Iterator[list[Any]]:
    """Rows in lists of some hundred."""
    part: list[Any] = []
    for row in rows:
        part.append(row)
        if len(part) == size:
            yield part
            part = []
    if part:
        yield part
