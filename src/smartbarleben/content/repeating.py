"""How an event repeats, as people choose it: every week, on the second Tuesday of the month … Over `kernel.rrule`."""

from dataclasses import replace
from datetime import date, datetime
from enum import StrEnum

from smartbarleben.kernel import rrule
from smartbarleben.kernel.rrule import WEEKDAYS, RecurrenceError


class Repeats(StrEnum):
    """The choices of the form; OWN is a rule written by hand."""

    ONCE = "once"
    WEEKLY = "weekly"
    FORTNIGHTLY = "fortnightly"
    MONTHLY = "monthly"
    YEARLY = "yearly"
    OWN = "own"


def write(choice: Repeats, start: date, until: date | None = None, own: str = "") -> str:
    """The RFC 5545 rule of a choice for an event that begins on ``start``; ``until`` is its last possible day."""
    if choice is Repeats.ONCE:
        return ""
    if choice is Repeats.OWN:
        return own.strip()
    return _rules(choice, start)[0] + (f";UNTIL={until:%Y%m%d}" if until else "")


def read(rule: str, start: date) -> tuple[Repeats, date | None, str]:
    """The choice, the last day and the rule written by hand ("" where a choice says it) behind a stored rule."""
    if not rule:
        return Repeats.ONCE, None, ""
    try:
        parsed = rrule.parse(rule)
    except RecurrenceError:
        return Repeats.OWN, None, rule
    until = parsed.until
    if isinstance(until, datetime):
        return Repeats.OWN, None, rule
    endless = replace(parsed, until=None)
    for choice in (Repeats.WEEKLY, Repeats.FORTNIGHTLY, Repeats.MONTHLY, Repeats.YEARLY):
        if any(endless == rrule.parse(candidate) for candidate in _rules(choice, start)):
            return choice, until, ""
    return Repeats.OWN, None, rule


def _rules(choice: Repeats, start: date) -> list[str]:
    """The rules that mean the choice, the one that is written first. Only the month needs to name the weekday."""
    weekday = WEEKDAYS[start.weekday()]
    # A fifth Tuesday is rare: who meets on one means the last.
    position = (start.day - 1) // 7 + 1
    return {
        Repeats.WEEKLY: ["FREQ=WEEKLY", f"FREQ=WEEKLY;BYDAY={weekday}"],
        Repeats.FORTNIGHTLY: ["FREQ=WEEKLY;INTERVAL=2", f"FREQ=WEEKLY;INTERVAL=2;BYDAY={weekday}"],
        Repeats.MONTHLY: [f"FREQ=MONTHLY;BYDAY={-1 if position == 5 else position}{weekday}"],
        Repeats.YEARLY: ["FREQ=YEARLY"],
    }[choice]
