"""Where the rows of a data set come from: read piece by piece by their key, so that 100,000 rows need little memory,
a slow reader holds no cursor open, and the API can turn pages.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from django.db.models import QuerySet

from .formats import Row

STEP = 500

type Maker = Callable[[], Callable[[Row], Row]]


class Table(Protocol):
    """Rows with a growing number each."""

    def read(self, after: int, size: int) -> list[tuple[int, Row]]:
        """At most ``size`` rows whose number is greater than ``after``, smallest first."""
        ...


@dataclass(frozen=True, slots=True)
class Stored:
    """Rows of the database: ``columns`` of ``rows()``, each turned into the set's own values by ``maker()``."""

    rows: Callable[[], QuerySet[Any]]
    columns: Sequence[str]
    maker: Maker = lambda: tuple

    def read(self, after: int, size: int) -> list[tuple[int, Row]]:
        """One query, and what the maker needs."""
        found = self.rows().filter(pk__gt=after).order_by("pk").values_list("pk", *self.columns)[:size]
        make = self.maker()
        return [(pk, make(row)) for pk, *row in found]


@dataclass(frozen=True, slots=True)
class Made:
    """Few rows that are reckoned out at once."""

    rows: Callable[[], Sequence[Row]]

    def read(self, after: int, size: int) -> list[tuple[int, Row]]:
        """As many queries as the making takes."""
        return list(enumerate(self.rows(), 1))[after : after + size]


def all_rows(table: Table) -> Iterator[Row]:
    """Every row: a query for each `STEP` rows, and one more where they fill it. At most `STEP` rows are alive."""
    found = table.read(0, STEP)
    while found:
        after, is_last = found[-1][0], len(found) < STEP
        # Each row is let go with its writing, and none waits while the next are read.
        found.reverse()
        while found:
            yield found.pop()[1]
        found = [] if is_last else table.read(after, STEP)
