"""What belongs to an item besides itself: a project's measures, a club's dates. One query each."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q
from django.utils.translation import gettext as _

from smartbarleben.content.models import Occurrence
from smartbarleben.content.presentation import Card, ItemView
from smartbarleben.content.queries import cards, live_items
from smartbarleben.ui import dates

from .lists import badged
from .queries import happening


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with cards below it."""

    title: str
    cards: list[Card]


def sections(view: ItemView, language: str, now: datetime) -> list[Section]:
    """What the item's page shows below the item; kinds that lead nowhere cost nothing."""
    find = _FINDERS.get(view.kind.key)
    return [section for section in find(view, language, now) if section.cards] if find else []


def further_dates(view: ItemView, language: str, now: datetime, limit: int = 6) -> list[str]:
    """The next dates of a repeated item in words, [] for others: one query for a repeated one."""
    if not view.recurrence:
        return []
    rows = Occurrence.objects.filter(item=view.pk, ends_at__gte=now).order_by("starts_at")
    return [
        dates.when(start, end if view.first_ends_at else None, view.all_day, language)
        for start, end in rows.values_list("starts_at", "ends_at")[1 : limit + 1]
    ]


def _measures(view: ItemView, language: str, now: datetime) -> list[Section]:
    items = live_items("measure").filter(as_measure__project=view.pk).order_by("title", "pk")
    return [Section(_("Measures"), badged(cards(items[:60], language, now), now))]


def _milestones(view: ItemView, language: str, now: datetime) -> list[Section]:
    items = live_items("milestone").filter(as_milestone__measure=view.pk).order_by("sort_at", "pk")
    return [Section(_("Milestones"), badged(cards(items[:30], language, now), now))]


def _club_dates(view: ItemView, language: str, now: datetime) -> list[Section]:
    coming = happening(language, now, where=Q(item__as_event__club=view.pk), limit=8)
    return [Section(_("Next dates"), coming)]


def _services(view: ItemView, language: str, now: datetime) -> list[Section]:
    items = live_items("service").filter(as_service__office=view.pk).order_by("title", "pk")
    return [Section(_("What you can come here for"), cards(items[:60], language, now))]


_FINDERS: dict[str, Callable[[ItemView, str, datetime], list[Section]]] = {
    "project": _measures,
    "measure": _milestones,
    "club": _club_dates,
    "office": _services,
}
