"""Tables out of a GTFS zip file that a stranger made: bounded in bytes, lines and fields, never unpacked to the disk.

Only tables that are asked for by name are opened, so that names with paths in them lead nowhere. What makes a whole
feed useless is a `FeedError`; a row that cannot be understood is left out and counted in a `Report`.
"""

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from typing import IO, cast

MAX_ZIP_BYTES = 300_000_000
MAX_TABLE_BYTES = 100_000_000
# Rows of this table are read one by one and mostly forgotten.
MAX_BYTES_OF = {"stop_times.txt": 2_000_000_000}
MAX_LINE_BYTES = 100_000
# Timetables shrink to a tenth or a twentieth; whatever shrinks much more is made to fill the memory.
MAX_RATIO = 150
RATIO_COUNTS_FROM_BYTES = 20_000_000


class FeedError(Exception):
    """A feed that cannot be taken over: which table and line (0: none), what is wrong, what to do about it."""

    def __init__(self, problem: str, mend: str, table: str = "", line: int = 0) -> None:
        where = f"{table}, line {line}: " if line else f"{table}: " if table else ""
        super().__init__(f"{where}{problem} {mend}")
        self.problem, self.mend, self.table, self.line = problem, mend, table, line


@dataclass(slots=True)
class Skipped:
    """Rows of one table left out for one reason, with the first of them."""

    table: str
    reason: str
    count: int
    line: int
    value: str


@dataclass(slots=True)
class Report:
    """What was left out of a feed, and why."""

    _found: dict[tuple[str, str], Skipped] = field(default_factory=dict)

    def skip(self, table: str, line: int, reason: str, value: str = "") -> None:
        """Count a row that is left out."""
        known = self._found.get((table, reason))
        if known is None:
            self._found[table, reason] = Skipped(table, reason, 1, line, value[:80])
        else:
            known.count += 1

    def rows(self) -> list[Skipped]:
        """Everything left out, most frequent first."""
        return sorted(self._found.values(), key=lambda one: (-one.count, one.table, one.reason))


class Archive:
    """An open GTFS zip file. Use it in a `with` statement. Raises FeedError for what is no zip file."""

    def __init__(self, path: Path) -> None:
        if path.is_dir():
            raise FeedError("This is a folder.", "Name the zip file as it was downloaded.")
        try:
            size = path.stat().st_size
        except OSError as problem:
            said = f"The file cannot be read ({problem.strerror})."
            raise FeedError(said, "Check its name and its rights.") from None
        if size > MAX_ZIP_BYTES:
            raise FeedError(
                f"The file has {size // 1_000_000:,} MB; {MAX_ZIP_BYTES // 1_000_000} MB is the most.",
                "Ask the publisher for the timetable of your region only.",
            )
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as problem:
            raise FeedError(
                f"This is no whole zip file ({problem}).", "Download it again; a broken download looks like this."
            ) from None
        self._members = self._tables()

    def __enter__(self) -> "Archive":
        return self

    def __exit__(self, *_error: object) -> None:
        self._zip.close()

    def _tables(self) -> dict[str, zipfile.ZipInfo]:
        """The tables by name: at the top, or all in the one folder that some programs put around them."""
        found: dict[str, dict[str, zipfile.ZipInfo]] = {}
        for info in self._zip.infolist():
            folder, _slash, name = info.filename.rpartition("/")
            if name.endswith(".txt") and not name.startswith(".") and not folder.startswith("__MACOSX"):
                found.setdefault(folder, {})[name] = info
        if "stops.txt" in found.get("", {}):
            return found[""]
        return next((tables for tables in found.values() if "stops.txt" in tables), found.get("", {}))

    def has(self, table: str) -> bool:
        """Whether the feed brings this table."""
        return table in self._members

    def _checked(self, table: str) -> zipfile.ZipInfo:
        info = self._members.get(table)
        if info is None:
            raise FeedError("The feed has no such table.", "Ask the publisher for a complete GTFS feed.", table)
        if info.flag_bits & 1:
            raise FeedError("The table is locked with a password.", "Ask the publisher for an open file.", table)
        if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise FeedError("The table is packed in an unusual way.", "Pack it as a usual zip file.", table)
        packed = max(info.compress_size, 1)
        if info.file_size > MAX_BYTES_OF.get(table, MAX_TABLE_BYTES) or (
            info.file_size > RATIO_COUNTS_FROM_BYTES and info.file_size > packed * MAX_RATIO
        ):
            raise FeedError(
                f"The table would unpack to {info.file_size // 1_000_000:,} MB out of {packed // 1000:,} kB.",
                "This is no timetable; download it from its publisher.",
                table,
            )
        return info

    def rows(
        self, table: str, required: Sequence[str], optional: Sequence[str], report: Report
    ) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Each row as (line, values of the required and then of the optional columns, "" where there is none).

        Raises FeedError for a missing column, for bytes that are no UTF-8 and for lines that do not end.
        """
        info = self._checked(table)
        try:
            with self._zip.open(info) as packed, io.BufferedReader(cast(io.RawIOBase, packed)) as buffered:
                yield from _rows(table, _lines(table, buffered), required, optional, report)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as problem:
            # OSError: a broken directory sends the reader to a place before the start of the file.
            raise FeedError(f"The table is damaged ({problem}).", "Download the file again.", table) from None


def _lines(table: str, raw: IO[bytes]) -> Iterator[str]:
    number = 0
    while line := raw.readline(MAX_LINE_BYTES):
        number += 1
        if len(line) >= MAX_LINE_BYTES:
            raise FeedError(
                f"The line is longer than {MAX_LINE_BYTES // 1000} kB.",
                "This is no table of a timetable; download the file from its publisher.",
                table,
                number,
            )
        try:
            text = line.decode("utf-8")
        except UnicodeDecodeError:
            raise FeedError("The line is not UTF-8.", "Save the table as UTF-8.", table, number) from None
        yield text.removeprefix("\ufeff") if number == 1 else text


def _rows(
    table: str, lines: Iterator[str], required: Sequence[str], optional: Sequence[str], report: Report
) -> Iterator[tuple[int, tuple[str, ...]]]:
    reader = csv.reader(lines, strict=False)
    try:
        header = [name.strip() for name in next(reader, [])]
        missing = [name for name in required if name not in header]
        if missing:
            known = ", ".join(header)[:120] or "nothing"
            mend = "Save it with commas." if ";" in known else "Ask the publisher for a table with it."
            raise FeedError(f"There is no column {missing[0]}; the first line names {known}.", mend, table, 1)
        if len(set(header)) < len(header):
            twice = next(name for name in header if header.count(name) > 1)
            raise FeedError(f"Two columns are called {twice or 'nothing'}.", "Remove one of them.", table, 1)
        # Every row gets one empty value at its end, which stands for the columns that this feed does not have.
        places = [header.index(name) if name in header else -1 for name in (*required, *optional)]
        pick = itemgetter(*places) if len(places) > 1 else lambda row: (row[places[0]],)
        width = len(header)
        for row in reader:
            if not row or (len(row) == 1 and not row[0].strip()):
                continue
            if len(row) != width:
                if len(row) > width and any(row[width:]):
                    report.skip(table, reader.line_num, "more fields than columns", ",".join(row))
                    continue
                row = row[:width] + [""] * (width - len(row))
            row.append("")
            yield reader.line_num, pick(row)
    except csv.Error as problem:
        said = f"The line cannot be read ({problem})."
        raise FeedError(said, "Look at its quotes.", table, reader.line_num) from None
