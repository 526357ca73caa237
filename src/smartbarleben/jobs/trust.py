"""Whether the machine's clock can be believed before something is deleted for good.

A clock that wakes up years ahead lets every period end at once, and what was deleted stays deleted. So the village
notes the time while it is awake. If the clock then stands more than `LEAP` later, either the village was switched off
for so long, or the clock is wrong; nobody can tell from the database. It is believed where the operating system says
that it was set by a time server lately. Where it does not say so, whatever deletes waits until somebody has looked
(`believe`): waiting can be made up for, deleting cannot.
"""

import ctypes
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Max, Q

from .models import PeriodicRun

# So much too early something may be deleted at the worst. Few houses are closed for longer.
LEAP = timedelta(days=7)
# A row among those of the periodic work: its start is the last moment that nobody doubted.
_NAME = "jobs.time"
# Written so often, read at each turn of the clock.
_NOTED_EVERY = timedelta(minutes=1)
# Two machines never agree to the second; what lies further ahead was written by a wrong clock.
_WRONG = timedelta(hours=1)
# What adjtimex(2) answers where nothing keeps the clock right.
_TIME_ERROR = 5
# Larger than the structure of any kernel; zeros ask and change nothing.
_STRUCTURE_BYTES = 1024


@dataclass(frozen=True, slots=True)
class Leap:
    """The clock says ``now``; the last moment that nobody doubts is ``seen``."""

    seen: datetime
    now: datetime

    def __str__(self) -> str:
        return f"the clock leapt from {_plain(self.seen)} to {_plain(self.now)}"


def _plain(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


class Doubtful(RuntimeError):
    """The clock may be wrong; nothing is deleted until somebody says that it is right."""


def set_by_network() -> bool:
    """Whether the operating system knows that a time server has set the clock lately; False where nobody can say."""
    if sys.platform != "linux":
        return False
    try:
        state = ctypes.CDLL(None).adjtimex(ctypes.create_string_buffer(_STRUCTURE_BYTES))
    except (OSError, AttributeError):
        return False
    return 0 <= state < _TIME_ERROR


def leap(now: datetime) -> Leap | None:
    """Whether the clock leapt since the village noted it last, and nothing speaks for it. At most two queries."""
    seen = _seen()
    if seen is None or now - seen <= LEAP or set_by_network():
        return None
    return Leap(seen, now)


def require_believable(now: datetime) -> None:
    """Raise `Doubtful` where the clock leapt; for whatever deletes by the time that has passed."""
    if found := leap(now):
        raise Doubtful(str(found))


def note(now: datetime) -> Leap | None:
    """Note the time, unless the clock leapt; then say so and note nothing."""
    if found := leap(now):
        return found
    seen = _noted()
    if seen is None or not seen - _WRONG < now < seen + _NOTED_EVERY:
        believe(now)
    return None


def believe(now: datetime) -> None:
    """Somebody or something says that it is ``now``; a later moment that was noted came from a wrong clock."""
    PeriodicRun.objects.get_or_create(name=_NAME)
    # Of two machines that differ by a little, the later one is right enough.
    old = Q(started_at=None) | Q(started_at__lt=now) | Q(started_at__gt=now + _WRONG)
    PeriodicRun.objects.filter(old, name=_NAME).update(started_at=now)


def _noted() -> datetime | None:
    return PeriodicRun.objects.filter(name=_NAME).values_list("started_at", flat=True).first()


def _seen() -> datetime | None:
    """The last moment that was noted; in a village that never did, when it last began a piece of periodic work."""
    return _noted() or PeriodicRun.objects.aggregate(latest=Max("started_at"))["latest"]
