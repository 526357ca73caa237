"""What the doctor finds, as the staff's page shows it."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from django.utils import timezone
from django.utils.translation import get_language

from smartbarleben.keeping.checks import Finding, Level, look_at_all, worst

# Some checks ask other machines, so their answers are kept for whoever looks again at once.
KEPT_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Row:
    """A finding in words."""

    name: str
    level: Level
    text: str
    mend: str


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


def _row(finding: Finding) -> Row:
    return Row(finding.id, finding.level, finding.said(), finding.mended())
