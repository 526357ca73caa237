"""The few checks of this room, in the shape that `checks` describes."""

import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from smartbarleben.jobs import board

from . import figures
from .checks import BROKEN, OK, WARN
from .probes import NO_ROOM_BYTES

SCARCE_BYTES = 2_000_000_000
WAITING = timedelta(hours=2)
_BOARD = _("Look at it and decide: /verwaltung/auftraege/")


@dataclass(frozen=True, slots=True)
class Found:
    """What was found, as a text with %(names)s and their values."""

    level: str
    text: str | Promise
    mend: str | Promise = ""
    values: Mapping[str, object] = field(default_factory=dict)

    def said(self) -> str:
        """What was found."""
        return str(self.text) % self.values if self.values else str(self.text)

    def mended(self) -> str:
        """How to mend it."""
        return str(self.mend) % self.values if self.values else str(self.mend)


@dataclass(frozen=True, slots=True)
class FirstCheck:
    """A look and its name."""

    name: str
    look: Callable[[], Iterator[Found]]


def disk() -> Iterator[Found]:
    """Is there room on the disk?"""
    free = figures.free_bytes()
    values = {"free": f"{free / 1e9:.1f}"}
    mend = _("Make room on the disk: delete old logs and what does not belong to the village, or get a larger one.")
    if free < NO_ROOM_BYTES:
        yield Found(BROKEN, _("The disk is full: %(free)s GB are free."), mend, values)
    elif free < SCARCE_BYTES:
        yield Found(WARN, _("The disk is nearly full: %(free)s GB are free."), mend, values)
    else:
        yield Found(OK, _("The disk has room: %(free)s GB are free."), values=values)


def background() -> Iterator[Found]:
    """Does the background process run?"""
    if board.away_since(timezone.now()):
        yield Found(
            BROKEN,
            _("The background process is away: no mails, no reminders, no deletion."),
            _("Start ./village without --no-background."),
        )
    else:
        yield Found(OK, _("The background process runs"))


def jobs() -> Iterator[Found]:
    """Did background work fail for good?"""
    dead = figures.jobs().dead
    text = ngettext_lazy("%(count)d job failed for good.", "%(count)d jobs failed for good.", dead)
    yield Found(WARN, text, _BOARD, {"count": dead}) if dead else Found(OK, _("No job is stuck"))


def mails() -> Iterator[Found]:
    """Do mails go out?"""
    queue = figures.mails()
    if queue.dead:
        text = ngettext_lazy(
            "%(count)d mail could not be delivered.", "%(count)d mails could not be delivered.", queue.dead
        )
        yield Found(WARN, text, _BOARD, {"count": queue.dead})
    if queue.oldest and queue.oldest < timezone.now() - WAITING:
        text = ngettext_lazy(
            "%(count)d mail waits for hours.", "%(count)d mails wait, the first for hours.", queue.waiting
        )
        yield Found(BROKEN, text, _BOARD, {"count": queue.waiting})
    elif not queue.dead:
        yield Found(OK, _("Mails go out"))


CHECKS = tuple(FirstCheck(f"watching.{look.__name__}", look) for look in (disk, background, jobs, mails))


def look_at_all() -> Iterator[tuple[FirstCheck, list[Found], float]]:
    """Each check with what it found and the seconds it took."""
    for check in CHECKS:
        began = time.monotonic()
        found = list(check.look())
        yield check, found, time.monotonic() - began
