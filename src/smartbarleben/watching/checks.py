"""The checks that the staff's page shows: whatever function `settings.WATCHING_CHECKS` names gives them.

It yields triples of a check, what it found, and the seconds that took. This room asks of both only what stands here.
"""

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Any, Protocol, cast

from django.conf import settings
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import get_language

# Some checks ask other machines, so their answers are kept for whoever looks again at once.
KEPT_SECONDS = 60.0
OK, WARN, BROKEN = "ok", "warn", "broken"
LEVELS = (OK, WARN, BROKEN)


class Check(Protocol):
    """One look at the house, under a name that stays."""

    @property
    def name(self) -> str:
        """ "room.what"."""
        ...


class Finding(Protocol):
    """What a check found: a level ("ok", "warn", "broken"), and in the present language what and how to mend it."""

    @property
    def level(self) -> str:
        """One of `LEVELS`."""
        ...

    def said(self) -> str:
        """What was found."""
        ...

    def mended(self) -> str:
        """How to mend it, or ""."""
        ...


@dataclass(frozen=True, slots=True)
class Row:
    """A finding in words, as the page shows it."""

    name: str
    level: str
    text: str
    mend: str


@dataclass(frozen=True, slots=True)
class Look:
    """All findings of one look, those that need somebody first, and when it was."""

    rows: Sequence[Row]
    at: datetime
    seconds: float

    def of(self, level: str) -> list[Row]:
        """The findings of a level."""
        return [row for row in self.rows if row.level == level]

    @property
    def worst(self) -> str:
        """The gravest level."""
        return max((row.level for row in self.rows), key=LEVELS.index, default=OK)


type Source = Callable[[], Iterable[tuple[Check, Iterable[Finding], float]]]

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
        source = cast(Source, import_string(settings.WATCHING_CHECKS))
        rows = [_row(check, finding) for check, findings, _seconds in source() for finding in findings]
        found = Look(rows, timezone.now(), time.monotonic() - began)
        _kept[language] = began, found
        return found


def forget() -> None:
    """Let the next look be a new one, in all languages."""
    with _lock:
        _kept.clear()


def _row(check: Check, finding: Any) -> Row:
    return Row(check.name, str(finding.level), finding.said(), finding.mended())
