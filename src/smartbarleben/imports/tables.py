"""Reads tables (CSV, XLSX) that strangers made into rows of checked cells: bounded in bytes, rows and cells. Pure.

A row that cannot be understood is left out with its line, its column and how to mend it; the others stay. What makes
the whole table useless is a `FileError`.
"""

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from smartbarleben.kernel.folding import fold
from smartbarleben.kernel.wording import gettext_noop

from .columns import CellError, Column
from .incoming import MAX_BYTES, Value
from .trouble import FileError, Report
from .workbooks import is_workbook, workbook_rows

MAX_ROWS = 20_000
MAX_CELL = 32_768
MAX_COLUMNS = 200
_DELIMITERS = ";,\t|"


@dataclass(frozen=True, slots=True)
class Row:
    """One understood row: values by field, and the line in the file."""

    line: int
    values: dict[str, Value]


def read(content: bytes, name: str, columns: Sequence[Column], report: Report) -> Iterator[Row]:
    """The rows of a table that fill ``columns``; what cannot be read goes into the report. Raises FileError."""
    if len(content) > MAX_BYTES:
        raise FileError(
            gettext_noop("The file is larger than %(most)d MB."),
            gettext_noop("Cut it into parts, or leave out pictures."),
            file=name,
            most=MAX_BYTES // 1_000_000,
        )
    if not content.strip():
        raise FileError(
            gettext_noop("The file is empty."), gettext_noop("Choose the file with the table."), file=name
        )
    cells = (
        workbook_rows(content, name, MAX_ROWS, MAX_COLUMNS)
        if is_workbook(content, name)
        else _csv_rows(content, name)
    )
    return _understood(cells, name, columns, report)


def decoded(content: bytes, name: str) -> str:
    """The text of a CSV file in the encodings that office programs write. Raises FileError for what is no text."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            return content.decode("utf-16")
        except UnicodeDecodeError:
            content = b"\x00"
    if b"\x00" in content[:100_000] or content.startswith((b"%PDF", b"\x89PNG", b"\xff\xd8", b"{\\rtf")):
        raise FileError(
            gettext_noop("This is no table."), gettext_noop("Save the table as CSV or as Excel (.xlsx)."), file=name
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    if text[:1000].lstrip().lower().startswith(("<!doctype", "<html", "<?xml")):
        raise FileError(
            gettext_noop("This is a web page, not a table."),
            gettext_noop("Look there for a download, or for a link that ends in .csv."),
            file=name,
        )
    return text


def _csv_rows(content: bytes, name: str) -> Iterator[tuple[int, list[str]]]:
    text = decoded(content, name)
    head = next((line for line in io.StringIO(text) if line.strip()), "")
    delimiter = max(_DELIMITERS, key=lambda one: (_outside_quotes(head).count(one), -_DELIMITERS.index(one)))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True)
    begins = 1
    try:
        for row in reader:
            yield begins, row
            begins = reader.line_num + 1
    except csv.Error as problem:
        raise FileError(
            gettext_noop("The line cannot be read (%(why)s)."),
            gettext_noop("Look at its quotes: each that opens must close."),
            file=name,
            line=begins,
            why=str(problem),
        ) from None


def _outside_quotes(line: str) -> str:
    return "".join(part for number, part in enumerate(line.split('"')) if number % 2 == 0)


def _understood(
    rows: Iterator[tuple[int, list[str]]], name: str, columns: Sequence[Column], report: Report
) -> Iterator[Row]:
    head_line, head = next(((line, row) for line, row in rows if any(cell.strip() for cell in row)), (1, []))
    places = _places(head, head_line, name, columns, report)
    count = 0
    for line, row in rows:
        if not any(cell.strip() for cell in row):
            continue
        count += 1
        if count > MAX_ROWS:
            raise FileError(
                gettext_noop("The table has more than %(most)d rows."),
                gettext_noop("Cut it into parts."),
                file=name,
                line=line,
                most=MAX_ROWS,
            )
        values = _values(row, line, head, places, columns, report)
        if values is not None:
            yield Row(line, values)


def _places(head: list[str], line: int, name: str, columns: Sequence[Column], report: Report) -> dict[str, int]:
    """Where each known column stands. Raises FileError for a needed one that is missing, and for one twice."""
    if len(head) > MAX_COLUMNS:
        raise FileError(
            gettext_noop("The table has more than %(most)d columns."),
            gettext_noop("Start from the template."),
            file=name,
            line=line,
            most=MAX_COLUMNS,
        )
    known = {fold(heading): column.field for column in columns for heading in column.headings}
    places: dict[str, int] = {}
    for place, heading in enumerate(head):
        field = known.get(fold(heading))
        if field is None:
            if heading.strip():
                report.skip(
                    gettext_noop("A column that nobody needs: it is left out."), line=line, column=heading.strip()
                )
        elif field in places:
            raise FileError(
                gettext_noop("Two columns mean the same: %(one)s and %(other)s."),
                gettext_noop("Remove one of them."),
                file=name,
                line=line,
                one=head[places[field]].strip(),
                other=heading.strip(),
            )
        else:
            places[field] = place
    missing = [column for column in columns if column.required and column.field not in places]
    if missing:
        raise FileError(
            gettext_noop("The column “%(wanted)s” is missing; the first line names %(known)s."),
            gettext_noop("Write the names of the columns into the first line, as in the template."),
            file=name,
            line=line,
            wanted=missing[0].headings[0],
            known=", ".join(cell.strip() for cell in head if cell.strip())[:80] or "–",
        )
    return places


def _values(
    row: list[str], line: int, head: list[str], places: dict[str, int], columns: Sequence[Column], report: Report
) -> dict[str, Value] | None:
    values: dict[str, Value] = {}
    for column in columns:
        place = places.get(column.field)
        if place is None:
            continue
        cell = row[place].strip() if place < len(row) else ""
        heading = head[place].strip()
        if not cell:
            if column.required:
                report.skip(
                    gettext_noop("The cell is empty."),
                    gettext_noop("Fill it in, or remove the row."),
                    line=line,
                    column=heading,
                )
                report.spares_all = True
                return None
            values[column.field] = column.default
            continue
        try:
            if len(cell) > MAX_CELL:
                raise CellError(gettext_noop("The cell is too long."), gettext_noop("Shorten it."))
            values[column.field] = column.read(cell)
        except CellError as problem:
            report.skip(problem.problem, problem.mend, line=line, column=heading, **problem.values)
            # Which of the known entries this row is, nobody can tell.
            report.spares_all = True
            return None
    return values


def template(columns: Sequence[Column]) -> bytes:
    """A CSV file with the headings and one example row, as German office programs like it."""
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([column.headings[0] for column in columns])
    writer.writerow([column.example() if callable(column.example) else column.example for column in columns])
    return b"\xef\xbb\xbf" + out.getvalue().encode()
