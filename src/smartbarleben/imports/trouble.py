"""What is wrong with a file: where, what, and what to do about it, in words that are translated later. Pure."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from smartbarleben.kernel.wording import gettext_noop, unchanged

# A value of somebody else's file that a message repeats is cut to this length.
SHOWN = 80
MOST_TOLD = 200


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing that is wrong. ``problem`` and ``mend`` are English texts with %(name)s for the ``values``.

    ``line`` counts from 1 (0: no particular line), ``column`` is a heading as the file writes it.
    """

    problem: str
    mend: str = ""
    file: str = ""
    line: int = 0
    column: str = ""
    values: Mapping[str, str | int] = field(default_factory=dict)

    def said(self, translate: Callable[[str], str] = unchanged) -> str:
        """Problem and mend in words, without the place."""
        values = {name: one[:SHOWN] if isinstance(one, str) else one for name, one in self.values.items()}
        return " ".join(translate(text) % values for text in (self.problem, self.mend) if text)

    def as_json(self) -> dict[str, Any]:
        """For a JSON column; `from_json` reads it back."""
        return {
            "problem": self.problem,
            "mend": self.mend,
            "file": self.file,
            "line": self.line,
            "column": self.column[:SHOWN],
            "values": {name: one[:SHOWN] if isinstance(one, str) else one for name, one in self.values.items()},
        }


def from_json(row: Mapping[str, Any]) -> Trouble:
    """The trouble behind a row of a JSON column."""
    return Trouble(**row)


class FileError(Exception):
    """A file or an address of which nothing can be taken over."""

    def __init__(
        self, problem: str, mend: str = "", *, file: str = "", line: int = 0, column: str = "", **values: Any
    ):
        self.trouble = Trouble(problem, mend, file, line, column, values)
        super().__init__(place_of(self.trouble) + self.trouble.said())


def place_of(trouble: Trouble, translate: Callable[[str], str] = unchanged) -> str:
    """ "dates.csv, line 3, column Name: " or as much of it as is known, with the colon."""
    parts = [trouble.file] if trouble.file else []
    if trouble.line:
        parts.append(translate(gettext_noop("line %(line)d")) % {"line": trouble.line})
    if trouble.column:
        parts.append(translate(gettext_noop("column %(column)s")) % {"column": trouble.column[:SHOWN]})
    return ", ".join(parts) + ": " if parts else ""


@dataclass(slots=True)
class Report:
    """What was left out, the first `MOST_TOLD` with their words, all of them counted."""

    file: str = ""
    told: list[Trouble] = field(default_factory=list)
    count: int = 0
    # Entries that are there but could not be read: they have not vanished.
    spared: set[str] = field(default_factory=set)
    spares_all: bool = False

    def skip(self, problem: str, mend: str = "", *, line: int = 0, column: str = "", **values: Any) -> None:
        """Count a row that is left out, or something in it that was not understood."""
        self.count += 1
        if len(self.told) < MOST_TOLD:
            self.told.append(Trouble(problem, mend, self.file, line, column, values))

    def spares(self, key: str) -> bool:
        """Whether an entry that this reading does not give may stand in one of the rows that could not be read."""
        return self.spares_all or key.partition("#")[0] in self.spared
