"""The clock: work that is due again and again. Rooms register it; the background process asks what is due.

A run is claimed in the database before it starts, so that two processes never do the same work twice, and a process
that was away for a day does each piece once, not once for each hour it missed. Where the machine's clock has leapt,
what deletes waits (`trust`).
"""

import contextlib
import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.db.models import Q

from . import trust, work
from .models import PeriodicRun

log = logging.getLogger(__name__)

# More than the clocks of two processes ever differ.
WRONG_CLOCK = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Periodic:
    """One piece of periodic work: ``run(now)`` is called when ``every`` has passed since its last start.

    ``only_writes``: its claim and its run are one transaction, so that a crash between them loses nothing.
    ``deletes``: it takes away what is old enough, and so waits while the clock cannot be believed.
    """

    name: str
    every: timedelta
    run: Callable[[datetime], object]
    label: work.Words = ""
    only_writes: bool = False
    deletes: bool = False


_work: dict[str, Periodic] = {}


def register(
    name: str,
    every: timedelta,
    run: Callable[[datetime], object],
    label: work.Words = "",
    *,
    deletes: bool = False,
) -> None:
    """Add short periodic work under a name that stays the same over versions; ``label`` says to staff what it does.

    It runs in the clock's own thread and is not tried again before its time; what takes longer or may fail is a
    task for `repeat`. ``deletes``: see `Periodic`.
    """
    _work[name] = Periodic(name, every, run, label, deletes=deletes)


def repeat(task: work.Task, every: timedelta, *, deletes: bool = False) -> None:
    """Write a job of a task without arguments again and again: it is tried again, and visible when it fails."""

    def write(now: datetime) -> None:
        work.enqueue(task, key=now.astimezone(UTC).strftime("%Y%m%dT%H%M%S.%f"))

    _work[task.name] = Periodic(task.name, every, write, task.label, only_writes=True, deletes=deletes)


def registered() -> Iterator[Periodic]:
    """All periodic work."""
    return iter(_work.values())


def label_of(name: str) -> str:
    """What a piece of periodic work does, in words for staff; its name where it has none or is unknown."""
    known = _work.get(name)
    return str(known.label or name) if known else name


def run_due(now: datetime) -> list[str]:
    """Do everything that is due at ``now`` and return the names; a failing piece does not stop the others."""
    done = []
    leap = trust.note(now)
    for piece in list(_work.values()):
        PeriodicRun.objects.get_or_create(name=piece.name)
        if leap and piece.deletes:
            _hold(piece, leap)
            continue
        try:
            with transaction.atomic() if piece.only_writes else contextlib.nullcontext():
                if not _claim(piece, now):
                    continue
                piece.run(now)
        except Exception as problem:
            log.exception("periodic work %s failed", piece.name)
            PeriodicRun.objects.filter(name=piece.name).update(problem=f"{type(problem).__name__}: {problem}"[:500])
        else:
            PeriodicRun.objects.filter(name=piece.name).update(finished_at=now)
            done.append(piece.name)
    return done


def _hold(piece: Periodic, leap: trust.Leap) -> None:
    """Let staff see that a piece waits; it stays due."""
    words = f"{trust.Doubtful.__name__}: since {leap.seen:%Y-%m-%d}"
    if PeriodicRun.objects.filter(name=piece.name).exclude(problem=words).update(problem=words):
        log.warning("periodic work %s waits: %s", piece.name, leap)


def _claim(piece: Periodic, now: datetime) -> bool:
    # A start in the future was written by a wrong clock: waiting for it could mean years without deletion.
    due = Q(started_at=None) | Q(started_at__lte=now - piece.every) | Q(started_at__gt=now + WRONG_CLOCK)
    return bool(PeriodicRun.objects.filter(due, name=piece.name).update(started_at=now, problem=""))
