"""A month of dates as a grid of weeks. Pure."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from smartbarleben.content.presentation import Card
from smartbarleben.ui import dates

_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
# Crawlers must not walk through the centuries.
MONTHS_BACK, MONTHS_AHEAD = 12, 18
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing on one day."""

    title: str
    url: str
    time: str = ""
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Day:
    """One field of the grid."""

    date: date
    inside: bool
    events: list[Entry] = field(default_factory=list)


def parse(text: str, today: date) -> date | None:
    """The first day of "2026-12"; None for what is no month or too far away."""
    found = _MONTH.fullmatch(text)
    if found is None or int(found[1]) < 1:
        return None
    first = date(int(found[1]), int(found[2]), 1)
    distance = (first.year - today.year) * 12 + first.month - today.month
    return first if -MONTHS_BACK <= distance <= MONTHS_AHEAD else None


def after(first: date) -> date:
    """The first day of the next month."""
    return (first.replace(day=28) + timedelta(days=4)).replace(day=1)


def before(first: date) -> date:
    """The first day of the month before."""
    return (first - ONE_DAY).replace(day=1)


def starts(day: date) -> datetime:
    """The moment at which a day begins in the village."""
    return datetime.combine(day, time(0), dates.VILLAGE_TIME)


def last_day(card: Card) -> date:
    """The last day of something that may last for several; an end at midnight closes the day before."""
    first = dates.local(card.starts_at or card.published_on)
    if card.ends_at is None:
        return first.date()
    end = dates.local(card.ends_at)
    if end.date() == first.date() + ONE_DAY and end.time() <= dates.SMALL_HOURS:
        return first.date()
    return end.date() - ONE_DAY if end.time() == time(0) and end > first else end.date()


def time_words(card: Card, language: str) -> str:
    """The time of something under the heading of its day: "18–20 Uhr", all of several days, "" for a whole day."""
    if card.starts_at is None:
        return ""
    first = dates.local(card.starts_at).date()
    if last_day(card) > first:
        return card.when
    if card.all_day:
        return ""
    if card.ends_at is None or card.ends_at <= card.starts_at:
        return dates.clock(card.starts_at, language)
    return dates.clocks(card.starts_at, card.ends_at, language)


def by_day(cards: Iterable[Card], today: date) -> list[tuple[date, list[Card]]]:
    """Cards by the day on which they begin, in order; what began earlier and still runs stands under today."""
    found: dict[date, list[Card]] = {}
    for card in cards:
        if card.starts_at is not None:
            found.setdefault(max(dates.local(card.starts_at).date(), today), []).append(card)
    return sorted(found.items())


def leaves(cards: Iterable[Card], today: date, language: str) -> list[tuple[date, Card, str]]:
    """Cards with the day for their calendar leaf and the time of day in words, in order."""
    return [(day, card, time_words(card, language)) for day, found in by_day(cards, today) for card in found]


def weeks(first: date, cards: Iterable[Card], language: str) -> list[list[Day]]:
    """The month's weeks, Monday first; something of several days stands on each of them."""
    start = first - timedelta(days=first.weekday())
    end = after(first)
    by_date: dict[date, list[Entry]] = {}
    for card in cards:
        if card.starts_at is None:
            continue
        begins = dates.local(card.starts_at).date()
        day = max(begins, start)
        until = min(last_day(card), end + timedelta(days=6))
        while day <= until:
            shown = dates.clock(card.starts_at, language) if day == begins and not card.all_day else ""
            by_date.setdefault(day, []).append(Entry(card.title, card.url, shown, card.language))
            day += ONE_DAY
    rows = []
    while start < end:
        week = [start + timedelta(days=offset) for offset in range(7)]
        rows.append(
            [Day(day, first <= day < end, by_date.get(day, []) if first <= day < end else []) for day in week]
        )
        start += timedelta(days=7)
    return rows
