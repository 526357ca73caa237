"""Reads the first sheet of an Excel file (XLSX) that a stranger made. Pure.

An XLSX file is a zip file of XML. Before openpyxl sees it, each part is unpacked once, piece by piece, to count what
it really holds: a few kilobytes may unpack to gigabytes, and XML may define words that multiply ("entity bomb"). An
office program writes neither.
"""

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from smartbarleben.kernel.wording import gettext_noop

from .trouble import FileError

MAX_PARTS = 500
MAX_PART_BYTES = 60_000_000
MAX_ALL_BYTES = 120_000_000
_PIECE = 1 << 18
_ZIP = b"PK\x03\x04"
_OLD_OFFICE = b"\xd0\xcf\x11\xe0"
_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_ALLOWED = {b"utf-8", b"us-ascii", b"ascii"}


def is_zip(content: bytes) -> bool:
    """Whether a file is packed as Excel files are."""
    return content.startswith(_ZIP)


def is_workbook(content: bytes, name: str) -> bool:
    """Whether this is an office file and no text. Raises FileError for the kinds that cannot be read."""
    mend = gettext_noop("Save the table as CSV or as Excel (.xlsx).")
    if content.startswith(_OLD_OFFICE):
        raise FileError(gettext_noop("This is an old or a locked Excel file."), mend, file=name)
    if not is_zip(content):
        return False
    if b"application/vnd.oasis.opendocument" in content[:200]:
        raise FileError(gettext_noop("This is a LibreOffice file."), mend, file=name)
    return True


def workbook_rows(content: bytes, name: str, max_rows: int, max_columns: int) -> Iterator[tuple[int, list[str]]]:
    """The rows of the first sheet as texts, with their numbers. Raises FileError."""
    _check(content, name)
    mend = gettext_noop("Open it in your office program and save it again as .xlsx.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
        try:
            sheet = next((one for one in book.worksheets if one.sheet_state == "visible"), None)
            if sheet is None:
                raise FileError(gettext_noop("The file has no table."), mend, file=name)
            sheet.reset_dimensions()
            # One more than may be, so that too many are noticed; empty rows count as well.
            rows = sheet.iter_rows(max_row=max_rows + 2, max_col=max_columns + 1, values_only=True)
            for number, row in enumerate(rows, 1):
                yield number, [_text(cell) for cell in _trimmed(row)]
        finally:
            book.close()
    except FileError:
        raise
    except (
        InvalidFileException, zipfile.BadZipFile, zlib.error, KeyError, ValueError, TypeError, AttributeError,
        IndexError, EOFError, SyntaxError, OverflowError, OSError, NotImplementedError, RuntimeError, StopIteration,
    ) as problem:  # fmt: skip
        raise FileError(
            gettext_noop("The Excel file is damaged (%(why)s)."), mend, file=name, why=type(problem).__name__
        ) from None


def _trimmed(row: Sequence[Any]) -> Sequence[Any]:
    """Without the empty cells at the end, which fill every row up to the widest that may be."""
    width = len(row)
    while width and row[width - 1] is None:
        width -= 1
    return row[:width]


def _check(content: bytes, name: str) -> None:
    """Unpack every part once, in pieces, and look for what an office program never writes."""
    mend = gettext_noop("Open it in your office program and save it again as .xlsx.")
    too_much = gettext_noop("The file would unpack to more than %(most)d MB.")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            parts = packed.infolist()
            if len(parts) > MAX_PARTS:
                raise FileError(gettext_noop("The file has too many parts."), mend, file=name)
            if not any(part.filename == "[Content_Types].xml" for part in parts):
                raise FileError(
                    gettext_noop("This is a zip file, not an Excel file."),
                    gettext_noop("Unpack it first, then choose the table."),
                    file=name,
                )
            left = MAX_ALL_BYTES
            for part in parts:
                if part.flag_bits & 1 or part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
                    raise FileError(gettext_noop("The file is locked or packed in an unusual way."), mend, file=name)
                size = _check_part(packed, part, min(left, MAX_PART_BYTES), name, mend)
                if size is None:
                    raise FileError(too_much, mend, file=name, most=MAX_PART_BYTES // 1_000_000)
                left -= size
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        OSError,
        ValueError,
        NotImplementedError,
        RuntimeError,
    ) as problem:
        raise FileError(
            gettext_noop("The Excel file is damaged (%(why)s)."), mend, file=name, why=type(problem).__name__
        ) from None


def _check_part(packed: zipfile.ZipFile, part: zipfile.ZipInfo, most: int, name: str, mend: str) -> int | None:
    """How many bytes a part has; None for more than ``most``."""
    is_xml = part.filename.lower().endswith((".xml", ".rels", ".vml"))
    size, tail = 0, b""
    with packed.open(part) as opened:
        while piece := opened.read(_PIECE):
            if is_xml:
                if size == 0:
                    _check_encoding(piece, name, mend)
                window = tail + piece
                if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                    raise FileError(gettext_noop("The file holds instructions that no table needs."), mend, file=name)
                tail = piece[-16:]
            size += len(piece)
            if size > most:
                return None
    return size


def _check_encoding(start: bytes, name: str, mend: str) -> None:
    """Only encodings in which the words above look as they do there."""
    said = _ENCODING.match(start.removeprefix(b"\xef\xbb\xbf"))
    begins = start.removeprefix(b"\xef\xbb\xbf").lstrip()[:1]
    if begins not in (b"<", b"") or b"\x00" in start[:200] or (said and said.group(1).lower() not in _ALLOWED):
        raise FileError(gettext_noop("The file is written in an unusual encoding."), mend, file=name)


def _text(cell: Any) -> str:
    """A cell as somebody would type it."""
    match cell:
        case None:
            return ""
        case bool():
            return "ja" if cell else "nein"
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(sep=" ", timespec="minutes")
        case date():
            return cell.isoformat()
        case time():
            return cell.strftime("%H:%M")
        case float() if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        case _:
            return str(cell)
