"""The clock: work that is due again and again. Rooms register it; the background process asks what is due.

A run is claimed in the database before it starts, so that two processes never do the same work twice, and a process
that was away for a day does each piece once, not once for each hour it missed.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from .models import PeriodicRun

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Periodic:
    """One piece of periodic work: ``run(now)`` is called when ``every`` has passed since its last start."""

    name: str
    every: timedelta
    run: Callable[[datetime], object]


_work: dict[str, Periodic] = {}


def register(name: str, every: timedelta, run: Callable[[datetime], object]) -> None:
    """Add periodic work under a name that stays the same over versions."""
    _work[name] = Periodic(name, every, run)


def registered() -> Iterator[Periodic]:
    """All periodic work."""
    return iter(_work.values())


def run_due(now: datetime) -> list[str]:
    """Do everything that is due at ``now`` and return the names; a failing piece does not stop the others."""
    done = []
    for work in list(_work.values()):
        PeriodicRun.objects.get_or_create(name=work.name)
        due = Q(started_at=None) | Q(started_at__lte=now - work.every)
        if not PeriodicRun.objects.filter(due, name=work.name).update(started_at=now, problem=""):
            continue
        try:
            work.run(now)
        except Exception as problem:
            log.exception("periodic work %s failed", work.name)
            PeriodicRun.objects.filter(name=work.name).update(problem=f"{type(problem).__name__}: {problem}"[:500])
        else:
            PeriodicRun.objects.filter(name=work.name).update(finished_at=now)
            done.append(work.name)
    return done
