"""The promised answer: when it is due, how extending and waiting change that. Pure, in days of the town hall.

Fair to an administration of one and a half people: a period counts working days (no weekends, no public holidays),
starts on the day after the case came in, stands still while we wait for the person, and may be extended with a reason
that the person reads.
"""

from calendar import monthrange
from collections.abc import Container
from datetime import date, timedelta

LONGEST_DAYS = 400


def add_working_days(day: date, days: int, holidays: Container[date]) -> date:
    """The ``days``-th working day after ``day``. Raises ValueError for negative or absurd periods."""
    if not 0 <= days <= LONGEST_DAYS:
        raise ValueError(f"A period has 0 to {LONGEST_DAYS} days.")
    left = days
    while left:
        day += timedelta(days=1)
        if is_working_day(day, holidays):
            left -= 1
    return day


def is_working_day(day: date, holidays: Container[date]) -> bool:
    """Whether the town hall works on this day."""
    return day.weekday() < 5 and day not in holidays


def working_days_between(first: date, last: date, holidays: Container[date]) -> int:
    """Working days after ``first`` up to and including ``last``; negative when ``last`` lies before."""
    if last < first:
        return -working_days_between(last, first, holidays)
    return sum(is_working_day(first + timedelta(days=n), holidays) for n in range(1, (last - first).days + 1))


def due_after_pause(due: date, paused: date, resumed: date, holidays: Container[date]) -> date:
    """The due day when the clock stood still from ``paused`` to ``resumed``: as many working days later."""
    return add_working_days(due, max(0, working_days_between(paused, resumed, holidays)), holidays)


def add_months(day: date, months: int) -> date:
    """The same day of a later month, or that month's last day: how the law counts months (§ 188 BGB).

    Raises ValueError for absurd periods.
    """
    if not 0 <= months <= 36:
        raise ValueError("A period has 0 to 36 months.")
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
