"""From a file's bytes to the entries of a delivery, whichever format the file turns out to have."""

from dataclasses import dataclass
from datetime import date, timedelta

from smartbarleben.kernel.wording import gettext_noop

from . import ics, tables
from .incoming import KEY_LENGTH, Incoming, unique
from .registry import FromCalendars, FromTables, Origin, Target
from .trouble import FileError, Report

# What was over longer ago is of no use; series that become single dates are taken this far ahead.
BACK = timedelta(days=30)
AHEAD = timedelta(days=550)


@dataclass(slots=True)
class Delivery:
    """Everything a source said at one time, and what was left out. ``label`` is the source's own name for it."""

    rows: list[Incoming]
    report: Report
    origin: Origin
    label: str = ""


def deliver(content: bytes, name: str, target: Target, origin: Origin, today: date) -> Delivery:
    """Everything a file says for a target. Raises FileError for a file of which nothing can be used."""
    is_calendar = content[:200].removeprefix(b"\xef\xbb\xbf").lstrip().upper().startswith(b"BEGIN:VCALENDAR")
    if isinstance(target, FromCalendars) and (is_calendar or not isinstance(target, FromTables)):
        reading = ics.read(content, name, today - BACK, today + AHEAD)
        rows = unique(map(_short, target.from_calendar(reading, origin)), reading.report)
        return Delivery(rows, reading.report, origin, reading.label)
    if is_calendar or not isinstance(target, FromTables):
        raise FileError(
            gettext_noop("This is a calendar; here a table is needed."),
            gettext_noop("Save the table as CSV or as Excel (.xlsx)."),
            file=name,
        )
    report = Report(name)
    found = target.from_table(tables.read(content, name, target.columns, report), report, origin)
    return Delivery(unique(map(_short, found), report), report, origin)


def _short(row: Incoming) -> Incoming:
    if len(row.key) <= KEY_LENGTH:
        return row
    return Incoming(f"{row.key[: KEY_LENGTH - 20]}~{ics.hash_of(row.key):x}"[:KEY_LENGTH], row.values, row.line)
