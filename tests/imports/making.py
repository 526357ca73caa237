"""Calendars and tables for tests."""

import io
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from openpyxl import Workbook


def calendar(*events: str, head: Sequence[str] = ()) -> bytes:
    """A calendar file with these VEVENTs (see `event`)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//DE", *head, *events, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def event(uid: str = "1", title: str = "Fest", start: str = "20300601T180000Z", *more: str) -> str:
    """One VEVENT; ``start`` may carry parameters ("VALUE=DATE:20300601")."""
    stated = f"DTSTART:{start}" if ":" not in start else f"DTSTART;{start}"
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", stated, *more, "END:VEVENT"])


def table(rows: Iterable[Mapping[str, Any]], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    """A CSV file; the first row's keys are the headings."""
    rows = list(rows)
    head = list(rows[0])
    lines = [delimiter.join(head), *(delimiter.join(str(row.get(name, "")) for name in head) for row in rows)]
    return "\r\n".join(lines).encode(encoding)


def workbook(rows: Iterable[Sequence[Any]]) -> bytes:
    """An XLSX file with these rows."""
    book = Workbook()
    for row in rows:
        book.active.append(list(row))
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(content: bytes, **parts: bytes) -> bytes:
    """The same zip file with other parts ("sheet1": whatever has that in its name)."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            body = next((given for name, given in parts.items() if name in info.filename), old.read(info))
            new.writestr(info.filename, body)
    return out.getvalue()


def make_source(**values: Any) -> Any:
    """A source of events."""
    from smartbarleben.imports.models import Source

    return Source.objects.create(**{"name": f"Quelle {Source.objects.count()}", "target": "events"} | values)


def make_run(**values: Any) -> Any:
    """A finished run."""
    from smartbarleben.imports.models import Run

    return Run.objects.create(**{"source": make_source(), "trigger": "person", "state": "done"} | values)


def make_record(**values: Any) -> Any:
    """A record of something that was deleted here."""
    from smartbarleben.imports.models import Record

    return Record.objects.create(
        **{"source": make_source(), "key": "1", "target": "events", "object_key": "0"} | values
    )
