"""What a source says: rows with a lasting name and plain values. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from smartbarleben.kernel.wording import gettext_noop

from .trouble import FileError, Report

type Value = str | int | float | bool | list[str] | None

# Of a file, wherever it comes from.
MAX_BYTES = 10_000_000
MAX_ROWS = 5_000
KEY_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Incoming:
    """One thing as the source gives it: ``key`` is its name there and stays the same over deliveries."""

    key: str
    values: Mapping[str, Value]
    line: int = 0


def unique(rows: Iterable[Incoming], report: Report) -> list[Incoming]:
    """The rows, each key once, in the order of their keys: the order in a file says nothing.

    Of two rows with one key the same one wins in whatever order they come. Raises FileError for too many rows.
    """
    found: dict[str, Incoming] = {}
    for row in rows:
        known = found.get(row.key)
        if known is None:
            found[row.key] = row
            if len(found) > MAX_ROWS:
                raise FileError(
                    gettext_noop("More than %(most)d entries."),
                    gettext_noop("Cut the file into parts, or ask for a calendar of this place only."),
                    file=report.file,
                    line=row.line,
                    most=MAX_ROWS,
                )
            continue
        if dict(known.values) != dict(row.values):
            report.skip(
                gettext_noop("This entry is there twice, and the two differ: %(key)s"),
                gettext_noop("Give each its own number in a column “Number”."),
                line=max(known.line, row.line),
                key=row.key,
            )
        if repr(sorted(row.values.items())) < repr(sorted(known.values.items())):
            found[row.key] = row
    return [found[key] for key in sorted(found)]
