"""What the front page and the pages of Ortschaften and places show; each function says what it costs."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import F, Q

from smartbarleben.content import kinds
from smartbarleben.content.presentation import Card
from smartbarleben.content.queries import any_of, card_from_row, card_rows, cards, live_items, occurrence_cards
from smartbarleben.places.models import Ortschaft
from smartbarleben.ui import dates

from .month import ONE_DAY, last_day, starts

SOON = timedelta(days=14)
ENDING = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Matter:
    """Something that is open or was answered: its card and the words that only its kind has."""

    card: Card
    words: str = ""
    by: str = ""


def concerns(language: str, now: datetime, *, where: Q | None = None, limit: int = 6) -> list[Card]:
    """What concerns people now: closures of today and the next two weeks, then notices that end soon: one query."""
    closed = live_items("closure").filter(
        Q(ends_at=None) | Q(ends_at__gte=now), is_cancelled=False, starts_at__lte=now + SOON
    )
    ending = live_items("notice").filter(starts_at__lte=now, ends_at__range=(now, now + ENDING))
    if where is not None:
        closed, ending = closed.filter(where), ending.filter(where)
    first = any_of(*(items.order_by("starts_at", "pk")[:limit] for items in (closed, ending)))
    return cards(first.order_by("kind", "starts_at", "pk")[:limit], language, now)


def happening(language: str, now: datetime, *, where: Q | None = None, limit: int = 6) -> list[Card]:
    """The next dates of events, running and cancelled ones included, because people come for them: one query."""
    return occurrence_cards(language, now, kind="event", after=now, where=where, limit=limit)


def of_today(coming: Sequence[Card], today: date) -> list[Card]:
    """Those of the coming dates that happen today."""
    return [
        card
        for card in coming
        if card.starts_at is not None and dates.local(card.starts_at).date() <= today <= last_day(card)
    ]


@dataclass(frozen=True, slots=True)
class Lately:
    """News, open decisions and answered wishes, newest first."""

    news: list[Card]
    decisions: list[Matter]
    answers: list[Matter]


def lately(language: str, now: datetime, *, where: Q | None = None, limit: int = 3, news_limit: int = 4) -> Lately:
    """News, what is being decided and what was answered: one query, in which each part looks at its own few rows."""
    base = live_items() if where is None else live_items().filter(where)
    news = base.filter(kind="news").order_by("-sort_at", "-pk")[:news_limit]
    decisions = base.filter(kind="decision", as_decision__outcome=kinds.Outcome.OPEN).order_by("sort_at", "pk")
    answers = base.filter(kind="wish", as_wish__answered_on__isnull=False).order_by("-as_wish__answered_on", "pk")
    items = any_of(news, decisions[:limit], answers[:limit])
    rows = card_rows(items.order_by("-sort_at", "-pk"), language).annotate(
        take_part=F("as_decision__take_part"),
        decided_by=F("as_decision__decided_by"),
        answer=F("as_wish__answer"),
        heard_at=F("as_wish__channel"),
    )
    found = Lately([], [], [])
    for row in rows:
        card = card_from_row(row, language, now)
        take_part, decided_by, answer, heard_at = row[-4:]
        match card.kind.key:
            case "decision":
                found.decisions.append(Matter(card, take_part or "", decided_by or ""))
            case "wish":
                found.answers.append(Matter(card, answer or "", heard_at or ""))
            case _news:
                found.news.append(card)
    found.decisions.reverse()
    return found


def of_ortschaft(ortschaft: Ortschaft) -> Q:
    """Items of an Ortschaft."""
    return Q(ortschaft=ortschaft.pk)


def here_or_everywhere(ortschaft: Ortschaft) -> Q:
    """Items of an Ortschaft and of the whole municipality."""
    return Q(ortschaft=ortschaft.pk) | Q(ortschaft=None)


def open_matters_and_clubs(ortschaft: Ortschaft, language: str, now: datetime) -> tuple[list[Card], list[Card]]:
    """What an Ortschaft waits for (decisions, planned and running measures, wishes without an answer), and its clubs.

    One query, in which each part looks at its own few rows.
    """
    own = live_items().filter(ortschaft=ortschaft.pk)
    matters = own.filter(
        Q(kind="decision", as_decision__outcome=kinds.Outcome.OPEN)
        | Q(kind="measure", as_measure__status__in=[kinds.MeasureStatus.PLANNED, kinds.MeasureStatus.RUNNING])
        | Q(kind="wish", as_wish__answered_on=None)
    ).order_by("kind", "-sort_at", "-pk")
    clubs = own.filter(kind="club").order_by("title", "pk")
    found = cards(any_of(matters[:8], clubs[:40]).order_by("kind", "title", "pk"), language, now)
    return (
        [card for card in found if card.kind.key != "club"],
        [card for card in found if card.kind.key == "club"],
    )


def dates_of_month(language: str, now: datetime, first: date, following: date, where: Q) -> list[Card]:
    """Everything that happens in a month, at most 400 dates: one query."""
    return occurrence_cards(
        language,
        now,
        kind="event",
        after=starts(first),
        before=starts(following),
        where=where,
        limit=400,
    )


def at_place(place: int, language: str, now: datetime, limit: int = 8) -> tuple[list[Card], list[Card]]:
    """What happens at a place next, and what else belongs to it (offices, clubs, closures, measures): two queries."""
    coming = happening(language, now, where=Q(item__place=place), limit=limit)
    others = live_items().filter(place=place).exclude(kind__in=["event", "news", "milestone"])
    others = others.exclude(ends_at__lt=now - ONE_DAY)
    return coming, cards(others.order_by("kind", "title", "pk")[:20], language, now)
