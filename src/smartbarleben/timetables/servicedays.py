"""On which days a service runs: weekly rules and single days of a feed become one bit for each day.

A feed may bring `calendar.txt` (weekdays within a period), `calendar_dates.txt` (single days added or taken away), or
both. School holidays are days taken away or added there; nothing is guessed from school calendars.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

ADDED, REMOVED = 1, 2


@dataclass(frozen=True, slots=True)
class Weekly:
    """One row of calendar.txt: Monday first."""

    service: str
    weekdays: tuple[bool, ...]
    first: date
    last: date


@dataclass(frozen=True, slots=True)
class Single:
    """One row of calendar_dates.txt; `change` is ADDED or REMOVED."""

    service: str
    day: date
    change: int


@dataclass(frozen=True, slots=True)
class ServiceDays:
    """The days of one service; bit 0 of `bits` is `first`."""

    first: date
    bits: int

    def runs_on(self, day: date) -> bool:
        """Whether it runs on this day."""
        number = (day - self.first).days
        return number >= 0 and bool(self.bits >> number & 1)

    def days(self) -> list[date]:
        """All its days."""
        return [self.first + timedelta(days=n) for n in range(self.bits.bit_length()) if self.bits >> n & 1]

    def packed(self) -> bytes:
        """The bits, least significant byte first."""
        return self.bits.to_bytes((self.bits.bit_length() + 7) // 8, "little")

    @classmethod
    def unpacked(cls, first: date, packed: bytes) -> "ServiceDays":
        """What `packed` wrote."""
        return cls(first, int.from_bytes(packed, "little"))


def period(weekly: Iterable[Weekly], single: Iterable[Single]) -> tuple[date, date] | None:
    """First and last day that the rules name; None if they name none."""
    days = [edge for rule in weekly for edge in (rule.first, rule.last)] + [one.day for one in single]
    return (min(days), max(days)) if days else None


def service_days(
    weekly: Sequence[Weekly], single: Sequence[Single], first: date, last: date
) -> Mapping[str, ServiceDays]:
    """The days of every service from `first` to `last`; single days win over weekly rules."""
    bits: dict[str, int] = {}
    for rule in weekly:
        bits.setdefault(rule.service, 0)
        start, end = max(rule.first, first), min(rule.last, last)
        for number in range((start - first).days, (end - first).days + 1):
            if rule.weekdays[(first + timedelta(days=number)).weekday()]:
                bits[rule.service] |= 1 << number
    for one in single:
        known = bits.setdefault(one.service, 0)
        if first <= one.day <= last:
            bit = 1 << (one.day - first).days
            bits[one.service] = known | bit if one.change == ADDED else known & ~bit
    return {service: ServiceDays(first, value) for service, value in bits.items()}


def full_until(trips_of: Mapping[str, int], days_of: Mapping[str, ServiceDays]) -> date | None:
    """The last day with at least half as many trips as the busiest day: after it the timetable only trickles on.

    `trips_of` counts the trips of each service. None if nothing runs at all.
    """
    counts: dict[date, int] = {}
    for service, trips in trips_of.items():
        for day in days_of[service].days():
            counts[day] = counts.get(day, 0) + trips
    busiest = max(counts.values(), default=0)
    return max((day for day, count in counts.items() if 2 * count >= busiest), default=None) if busiest else None
