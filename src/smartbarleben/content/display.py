"""From single looks to times of display: when a notice stood there, when it did not, and when nobody looked. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

# We look every hour; after this long without a look, nobody knows.
LONGEST_SILENCE = timedelta(minutes=90)


class Display(StrEnum):
    """What is known of a span of time."""

    SHOWN = "shown"
    MISSING = "missing"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Look:
    """One look: was the notice there?"""

    at: datetime
    there: bool


@dataclass(frozen=True, slots=True)
class Span:
    """From the first to the last look that saw the same; between spans of looks lie spans in which nobody looked."""

    display: Display
    start: datetime
    end: datetime
    looks: int


def spans(looks: Iterable[Look], now: datetime | None = None) -> list[Span]:
    """The spans of these looks, in order of time, without overlap.

    With ``now`` a silence since the last look is a span, too. A span is never longer than what was seen: it ends with
    its last look, not in the middle between two.
    """
    found: list[Span] = []
    for look in sorted(looks, key=lambda one: one.at):
        display = Display.SHOWN if look.there else Display.MISSING
        last = found[-1] if found else None
        if last and look.at - last.end > LONGEST_SILENCE:
            found.append(Span(Display.UNKNOWN, last.end, look.at, 0))
            found.append(Span(display, look.at, look.at, 1))
        elif last and last.display is display:
            found[-1] = Span(display, last.start, look.at, last.looks + 1)
        else:
            found.append(Span(display, look.at, look.at, 1))
    if found and now is not None and now - found[-1].end > LONGEST_SILENCE:
        found.append(Span(Display.UNKNOWN, found[-1].end, now, 0))
    return found
