"""What the doctor finds, as the staff's page shows it."""

import re
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from smartbarleben.keeping.checks import Finding, Level, look_at_all, worst

# Some checks ask other machines, so their answers are kept for whoever looks again at once.
KEPT_SECONDS = 60.0
_PAGE = re.compile(r"/verwaltung/(?:[a-z0-9-]+/)*")
# Commands, options, paths and settings, without what ends a sentence behind them.
_MACHINES = re.compile(r"((?<![\w/])(?:\./|/|--|[A-Z]{4,}_)[!-~]*[A-Za-z0-9/])")
# Words that only help somebody with a terminal.
_TERMINAL = re.compile(r"\./village|[A-Z]{4,}_[A-Z]|\b(?:chmod|chown|timedatectl|systemctl|sudo)\b")


@dataclass(frozen=True, slots=True)
class Row:
    """A finding in words."""

    name: str
    level: Level
    text: str
    mend: str

    @property
    def is_for_technicians(self) -> bool:
        """Whether mending it needs somebody at the machine and not just somebody in the town hall."""
        return bool(_TERMINAL.search(self.mend))

    @property
    def linked_mend(self) -> SafeString:
        """How to mend it, with the pages of the workspace as links."""
        return _written(self.mend)

    @property
    def shown_text(self) -> SafeString:
        """What is wrong, with words for machines kept in their own direction."""
        return _written(self.text)


@dataclass(frozen=True, slots=True)
class Look:
    """All findings of one look, when it was, and how long it took."""

    rows: Sequence[Row]
    worst: Level
    at: datetime
    seconds: float

    def of(self, level: Level) -> list[Row]:
        """The findings of a level."""
        return [row for row in self.rows if row.level == level]


_kept: dict[str, tuple[float, Look]] = {}
_lock = Lock()


def look(*, anew: bool = False) -> Look:
    """What the checks find, at most `KEPT_SECONDS` old unless ``anew``; one at a time in a process."""
    language = get_language() or ""
    with _lock:
        began = time.monotonic()
        kept = _kept.get(language)
        if kept and not anew and began - kept[0] < KEPT_SECONDS:
            return kept[1]
        findings = [finding for _check, found, _seconds in look_at_all() for finding in found]
        seen = Look([_row(one) for one in findings], worst(findings), timezone.now(), time.monotonic() - began)
        _kept[language] = began, seen
        return seen


def forget() -> None:
    """Let the next look be a new one, in all languages."""
    with _lock:
        _kept.clear()


def _written(text: str) -> SafeString:
    pieces = _MACHINES.split(text)
    return format_html_join("", "{}", ((_piece(piece, number % 2 == 1),) for number, piece in enumerate(pieces)))


def _piece(piece: str, is_for_machines: bool) -> str:
    if not is_for_machines:
        return piece
    if _PAGE.fullmatch(piece):
        return format_html('<a href="{0}" dir="ltr">{0}</a>', piece)
    # Between Arabic words a path would lose its first slash to its end.
    return format_html('<bdi dir="ltr">{}</bdi>', piece)


def _row(finding: Finding) -> Row:
    return Row(finding.id, finding.level, finding.said(), finding.mended())
