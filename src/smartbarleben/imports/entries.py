"""Cuts a calendar file into its entries, each with its line: one that is broken leaves the others whole. Pure."""

import re
from dataclasses import dataclass, field

from smartbarleben.kernel.wording import gettext_noop

from .incoming import MAX_BYTES
from .trouble import FileError, Report

MAX_EVENTS = 10_000
MAX_BLOCK = 200_000
_ZONED = re.compile(r"(?i)^((?:DTSTART|DTEND|EXDATE|RDATE|RECURRENCE-ID)(?:;[^:;]*)*;)TZID=")


@dataclass(slots=True)
class Block:
    """The lines of one VEVENT without its inner parts; ``line`` is where it begins in the file."""

    line: int
    lines: list[str] = field(default_factory=list)

    def text(self) -> bytes:
        """What the library reads; a stated zone stands there as X-ZONE."""
        # Zones are looked up here and not by the library, which warns of some and remembers others.
        lines = (_ZONED.sub(r"\1X-ZONE=", line) for line in self.lines)
        return "\r\n".join(lines).encode("utf-8", "replace")


def decoded(content: bytes, name: str) -> str:
    """The text of a calendar. Raises FileError for what is something else."""
    if len(content) > MAX_BYTES:
        raise FileError(
            gettext_noop("The file is larger than %(most)d MB."),
            gettext_noop("Ask for a calendar of this place only."),
            file=name,
            most=MAX_BYTES // 1_000_000,
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", "replace")
    head = text[:1000].lstrip().upper()
    if head.startswith(("<!DOCTYPE", "<HTML")):
        raise FileError(
            gettext_noop("This is a web page, not a calendar."),
            gettext_noop("Look there for a link that ends in .ics, or for “Subscribe”."),
            file=name,
        )
    if not head.startswith("BEGIN:VCALENDAR"):
        raise FileError(
            gettext_noop("This is no calendar: it does not begin with BEGIN:VCALENDAR."),
            gettext_noop("Export the calendar as an .ics file."),
            file=name,
            line=1,
        )
    return text


def blocks_of(text: str, name: str, report: Report) -> tuple[list[Block], list[list[str]], str]:
    """The VEVENTs with their lines, the VTIMEZONEs, and the calendar's name; alarms inside are dropped."""
    events: list[Block] = []
    zones: list[list[str]] = []
    label, depth, block, inner = "", 0, None, ""
    closed = False
    for number, line in enumerate(re.split(r"\r\n|\n|\r", text), 1):
        # A line that begins with a space goes on with the one before it, whatever it says.
        word = line[:60].rstrip().upper()
        if word == "END:VCALENDAR":
            closed = True
        if inner:
            # A part inside a VEVENT, such as an alarm: nobody needs it.
            if word == inner:
                inner = ""
            continue
        if block is None:
            if word in {"BEGIN:VEVENT", "BEGIN:VTIMEZONE"}:
                block = Block(number, [line.strip()])
            elif word.startswith("X-WR-CALNAME") and not label:
                label = line.partition(":")[2].strip().replace("\\", "")[:100]
            continue
        kind = block.lines[0].upper().removeprefix("BEGIN:")
        depth += len(line)
        if word.startswith("BEGIN:") and kind == "VEVENT":
            inner = f"END:{word.removeprefix('BEGIN:')}"
        elif depth > MAX_BLOCK:
            report.skip(
                gettext_noop("An entry of more than %(most)d kB."),
                gettext_noop("Remove pictures and long texts from it."),
                line=block.line,
                most=MAX_BLOCK // 1000,
            )
            inner, block, depth = f"END:{kind}", None, 0
        else:
            block.lines.append(line.rstrip())
            if word == f"END:{kind}":
                if kind == "VEVENT":
                    events.append(block)
                else:
                    zones.append(block.lines)
                block, depth = None, 0
        if len(events) > MAX_EVENTS:
            raise FileError(
                gettext_noop("More than %(most)d entries."),
                gettext_noop("Ask for a calendar of this place only."),
                file=name,
                line=number,
                most=MAX_EVENTS,
            )
    if block is not None or not closed:
        raise FileError(
            gettext_noop("The calendar ends in the middle."),
            gettext_noop("Download or export it again."),
            file=name,
            line=number,
        )
    return events, zones, label
