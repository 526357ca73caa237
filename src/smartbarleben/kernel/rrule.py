"""RFC 5545 recurrence rules over calendar days: read them, refuse the senseless ones, list their dates.

Why not `dateutil.rrule` (the tests use it as the yardstick): it looks for a match up to the year 9999 without a way
to stop it, so that a rule which never matches ("every 30 February") keeps a web worker busy for seconds, and some
legal rules crash it. Here a rule repeats by day at most and the search is bounded by the dates asked for.

How dates are found: a rule cuts time into periods (days, weeks, months or years). Every INTERVAL-th period is walked,
its days that pass all BY… filters are kept, and BYSETPOS picks among them. Periods before the dates asked for are
skipped by arithmetic, except that COUNT has to count from the beginning.
"""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

MAX_TEXT = 500
MAX_INTERVAL = 1000
MAX_COUNT = 5000
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")


class RecurrenceError(ValueError):
    """A rule or series that cannot be used: `code` for machines, `message` in English for people.

    Codes: empty, too_long, syntax, unknown_part, frequency, too_often, number, weekday, until, count_and_until,
    combination; from series also: duration, timezone, start.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


@dataclass(frozen=True, slots=True)
class Rrule:
    """A recurrence rule as data. Weekdays are (ordinal or 0, weekday with 0 = Monday).

    `until` is a date (that whole local day still counts), a naive local datetime, or a UTC one; all inclusive.
    """

    frequency: str
    interval: int = 1
    count: int | None = None
    until: date | datetime | None = None
    months: frozenset[int] = frozenset()
    week_numbers: frozenset[int] = frozenset()
    year_days: frozenset[int] = frozenset()
    month_days: frozenset[int] = frozenset()
    weekdays: frozenset[tuple[int, int]] = frozenset()
    positions: frozenset[int] = frozenset()
    week_start: int = 0


def parse(text: str) -> Rrule:
    """The rule in `text` ("FREQ=WEEKLY;BYDAY=TU", with or without "RRULE:"); RecurrenceError if there is none."""
    if len(text) > MAX_TEXT:
        raise RecurrenceError("too_long", f"A repeat rule has at most {MAX_TEXT} characters.")
    body = text.strip().upper().removeprefix("RRULE:").removesuffix(";")
    if not body:
        raise RecurrenceError("empty", "The repeat rule is empty.")
    parts: dict[str, str] = {}
    for piece in body.split(";"):
        name, equals, value = (side.strip() for side in piece.partition("="))
        if not equals or not name or not value or name in parts:
            raise RecurrenceError("syntax", f"“{piece}” cannot be read: write each part once, as NAME=VALUE.")
        parts[name] = value
    frequency = _frequency(parts.pop("FREQ", ""))
    rule = Rrule(
        frequency=frequency,
        interval=_number(parts.pop("INTERVAL", "1"), "INTERVAL", 1, MAX_INTERVAL),
        count=_number(parts.pop("COUNT"), "COUNT", 1, MAX_COUNT) if "COUNT" in parts else None,
        until=_until(parts.pop("UNTIL")) if "UNTIL" in parts else None,
        months=_numbers(parts.pop("BYMONTH", ""), "BYMONTH", 12, negative=False),
        week_numbers=_numbers(parts.pop("BYWEEKNO", ""), "BYWEEKNO", 53),
        year_days=_numbers(parts.pop("BYYEARDAY", ""), "BYYEARDAY", 366),
        month_days=_numbers(parts.pop("BYMONTHDAY", ""), "BYMONTHDAY", 31),
        weekdays=_weekdays(parts.pop("BYDAY", "")),
        positions=_numbers(parts.pop("BYSETPOS", ""), "BYSETPOS", 366),
        week_start=_weekday(parts.pop("WKST", "MO")),
    )
    for name in parts:
        if name in ("BYHOUR", "BYMINUTE", "BYSECOND"):
            raise RecurrenceError("too_often", "The time of day comes from the start, not from the repeat rule.")
        raise RecurrenceError("unknown_part", f"“{name}” is no part of a repeat rule.")
    _check_combination(rule)
    return rule


def _check_combination(rule: Rrule) -> None:
    """What RFC 5545 forbids together, because nobody can say what it would mean."""

    def forbid(wrong: bool, message: str, code: str = "combination") -> None:
        if wrong:
            raise RecurrenceError(code, message)

    yearly, ordinals = rule.frequency == "YEARLY", any(nth for nth, _ in rule.weekdays)
    forbid(rule.count is not None and rule.until is not None, "Use COUNT or UNTIL, not both.", "count_and_until")
    forbid(bool(rule.week_numbers) and not yearly, "BYWEEKNO needs FREQ=YEARLY.")
    forbid(bool(rule.year_days) and not yearly, "BYYEARDAY needs FREQ=YEARLY.")
    forbid(bool(rule.month_days) and rule.frequency == "WEEKLY", "BYMONTHDAY does not go with FREQ=WEEKLY.")
    forbid(ordinals and rule.frequency not in ("MONTHLY", "YEARLY"), "“2TU” needs FREQ=MONTHLY or FREQ=YEARLY.")
    forbid(ordinals and bool(rule.week_numbers), "“2TU” does not go with BYWEEKNO.")
    within_month = rule.frequency == "MONTHLY" or bool(rule.months)
    forbid(within_month and any(abs(nth) > 5 for nth, _ in rule.weekdays), "A month has at most five Tuesdays.")
    filters = rule.months or rule.week_numbers or rule.year_days or rule.month_days or rule.weekdays
    forbid(bool(rule.positions) and not filters, "BYSETPOS needs another BY… part to pick from.")


def _frequency(text: str) -> str:
    if text in ("HOURLY", "MINUTELY", "SECONDLY"):
        raise RecurrenceError("too_often", "A date can repeat daily at most.")
    if text not in FREQUENCIES:
        raise RecurrenceError("frequency", "A repeat rule needs FREQ=DAILY, WEEKLY, MONTHLY or YEARLY.")
    return text


def _number(text: str, name: str, low: int, high: int) -> int:
    if not re.fullmatch(r"[+-]?[0-9]{1,6}", text) or not low <= int(text) <= high:
        raise RecurrenceError("number", f"{name} must be a number from {low} to {high}, not “{text}”.")
    return int(text)


def _numbers(text: str, name: str, high: int, *, negative: bool = True) -> frozenset[int]:
    if not text:
        return frozenset()
    numbers = frozenset(_number(part, name, -high if negative else 1, high) for part in text.split(","))
    if 0 in numbers:
        raise RecurrenceError("number", f"{name} must not hold 0.")
    return numbers


def _weekday(text: str) -> int:
    if text not in WEEKDAYS:
        raise RecurrenceError("weekday", f"“{text}” is no weekday: use {', '.join(WEEKDAYS)}.")
    return WEEKDAYS.index(text)


def _weekdays(text: str) -> frozenset[tuple[int, int]]:
    days = set()
    for part in text.split(",") if text else ():
        nth = part[:-2]
        if nth and _number(nth, "BYDAY", -53, 53) == 0:
            raise RecurrenceError("number", "BYDAY must not hold 0.")
        days.add((int(nth or 0), _weekday(part[-2:])))
    return frozenset(days)


def _until(text: str) -> date | datetime:
    try:
        if re.fullmatch(r"[0-9]{8}", text):
            return date.fromisoformat(text)
        if re.fullmatch(r"[0-9]{8}T[0-9]{6}Z?", text):
            moment = datetime.fromisoformat(text.removesuffix("Z"))
            return moment.replace(tzinfo=UTC) if text.endswith("Z") else moment
    except ValueError:
        pass
    raise RecurrenceError("until", f"UNTIL must be a date like 20261231 or 20261231T180000Z, not “{text}”.")


def dates(rule: Rrule, start: date, first: date, last: date) -> Iterator[date]:
    """The days from `first` to `last` on which a series that starts on `start` falls, in order.

    COUNT is kept, UNTIL is not: it may name a time of day, which only the caller knows. As in `dateutil`, a start
    that the rule does not match is no occurrence. Takes time in proportion to the days between `first` (with COUNT:
    `start`) and `last`.
    """
    rule = _with_implied_filters(rule, start)
    first = max(first, start)
    seen = 0
    for period in _periods(rule, start, start if rule.count else first, last):
        for day in _chosen(rule, period):
            if day < start:
                continue
            if day > last:
                return
            seen += 1
            if day >= first:
                yield day
            if seen == rule.count:
                return


def _with_implied_filters(rule: Rrule, start: date) -> Rrule:
    """A rule that names no day repeats on the start's weekday, day of the month or day of the year."""
    if rule.week_numbers or rule.year_days or rule.month_days or rule.weekdays or rule.frequency == "DAILY":
        return rule
    if rule.frequency == "WEEKLY":
        return replace(rule, weekdays=frozenset({(0, start.weekday())}))
    month_days = frozenset({start.day})
    if rule.frequency == "YEARLY" and not rule.months:
        return replace(rule, months=frozenset({start.month}), month_days=month_days)
    return replace(rule, month_days=month_days)


def _periods(rule: Rrule, start: date, first: date, last: date) -> Iterator[range]:
    """The rule's periods that touch `first` to `last`, each as a range of day ordinals."""
    step = rule.interval
    if rule.frequency in ("DAILY", "WEEKLY"):
        length = 1 if rule.frequency == "DAILY" else 7
        origin = start.toordinal() - (start.weekday() - rule.week_start) % 7 * (length == 7)
        stride = step * length
        low = origin + max(0, first.toordinal() - length + 1 - origin + stride - 1) // stride * stride
        for ordinal in range(low, last.toordinal() + 1, stride):
            yield range(max(ordinal, 1), min(ordinal + length, date.max.toordinal() + 1))
    elif rule.frequency == "MONTHLY":
        origin = start.year * 12 + start.month - 1
        behind = first.year * 12 + first.month - 1 - origin
        for month in range(origin + -(-behind // step) * step, last.year * 12 + last.month, step):
            ordinal = date(month // 12, month % 12 + 1, 1).toordinal()
            yield range(ordinal, ordinal + calendar.monthrange(month // 12, month % 12 + 1)[1])
    else:
        for year in range(start.year + -(-(first.year - start.year) // step) * step, last.year + 1, step):
            yield range(date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal() + 1)


def _chosen(rule: Rrule, period: range) -> list[date]:
    days = [day for day in map(date.fromordinal, period) if _passes(rule, day)]
    if not rule.positions:
        return days
    picked = {position - 1 if position > 0 else len(days) + position for position in rule.positions}
    return [day for index, day in enumerate(days) if index in picked]


def _passes(rule: Rrule, day: date) -> bool:
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days and rule.month_days.isdisjoint(_from_both_ends(day.day, _days_in_month(day))):
        return False
    if rule.year_days:
        length = 365 + calendar.isleap(day.year)
        if rule.year_days.isdisjoint(_from_both_ends(day.timetuple().tm_yday, length)):
            return False
    if rule.week_numbers and rule.week_numbers.isdisjoint(_week_numbers(day, rule.week_start)):
        return False
    return not rule.weekdays or not rule.weekdays.isdisjoint(_weekday_names(rule, day))


def _from_both_ends(position: int, length: int) -> tuple[int, int]:
    return position, position - length - 1


def _days_in_month(day: date) -> int:
    return calendar.monthrange(day.year, day.month)[1]


def _week_numbers(day: date, week_start: int) -> tuple[int, int]:
    """The week's number from the front and from the back of its year; as in ISO, week 1 holds 4 January."""

    def week_of(ordinal: int) -> tuple[int, int]:
        middle = ordinal - (date.fromordinal(ordinal).weekday() - week_start) % 7 + 3
        inside = date.fromordinal(min(max(middle, 1), date.max.toordinal()))
        return inside.year, (inside.timetuple().tm_yday - 1) // 7 + 1

    year, number = week_of(day.toordinal())
    return _from_both_ends(number, week_of(date(year, 12, 28).toordinal())[1])


def _weekday_names(rule: Rrule, day: date) -> tuple[tuple[int, int], ...]:
    """What BYDAY may call this day: "TU", "2TU", "-3TU", within the month or within the year."""
    weekday = day.weekday()
    if rule.frequency == "MONTHLY" or (rule.frequency == "YEARLY" and rule.months):
        position, length = day.day, _days_in_month(day)
    else:
        position, length = day.timetuple().tm_yday, 365 + calendar.isleap(day.year)
    return (0, weekday), ((position - 1) // 7 + 1, weekday), (-((length - position) // 7 + 1), weekday)
