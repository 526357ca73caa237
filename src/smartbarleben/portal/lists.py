"""The lists of items: what each kind's list says, by what it can be narrowed down, and what stands in it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from smartbarleben.content.filters import FREE
from smartbarleben.content.kinds import Audience, Club, MeasureStatus, Outcome
from smartbarleben.content.models import Item
from smartbarleben.content.presentation import Card
from smartbarleben.content.queries import cards, live_items, ordered
from smartbarleben.content.registry import Kind, Order
from smartbarleben.content.texts import SOURCE_LANGUAGE
from smartbarleben.places.queries import Village

from .filters import Choice, Chosen, Filter

SIZE = 25
# Names are short and looked up, so that more of them fit on a page.
SIZE_OF_NAMES = 60
_WITH_ORTSCHAFT = frozenset({"news", "event", "notice", "closure", "club", "measure", "wish", "decision"})
_WITH_PAST = frozenset({"notice", "closure"})
PAST = "frueher"


_NOTHING = lazy("There is nothing here yet.")
_LATER = lazy("As soon as there is something, you find it here.")


@dataclass(frozen=True, slots=True)
class Words:
    """What stands above a kind's list, and what an empty one says."""

    lead: str | Promise = ""
    empty: str | Promise = _NOTHING
    empty_text: str | Promise = _LATER


WORDS: dict[str, Words] = {
    "news": Words(lazy("What is new in the village."), lazy("No news yet.")),
    "event": Words(
        lazy("What is on, from the market to the council."),
        lazy("Nothing is planned here at the moment."),
        lazy("Try another filter or look at a month."),
    ),
    "notice": Words(
        lazy("Formal notices of the municipality. Each one keeps a proof of when it was shown."),
        lazy("No notice is on display at the moment."),
        lazy("Earlier ones stay here for reading."),
    ),
    "closure": Words(
        lazy("Where the road is closed or dug up, how long, and the way round."),
        lazy("No closure is known to us. Have a good trip!"),
        lazy(
            "This is about roads and buildings of the municipality; the county and the Land have lists of their own."
        ),
    ),
    "club": Words(
        lazy("Who does what in the village, and how you reach them."), lazy("No club is entered here yet.")
    ),
    "office": Words(
        lazy("Who works on what in the town hall, and how you reach them."), lazy("No office is entered here yet.")
    ),
    "project": Words(lazy("What the municipality wants to achieve."), lazy("No project is entered here yet.")),
    "measure": Words(
        lazy("What is being done, what it costs, and why something was left."),
        lazy("No measure is entered here yet."),
    ),
    "milestone": Words(
        lazy("What has been reached, and what comes next."), lazy("No milestone is entered here yet.")
    ),
    "wish": Words(
        lazy("What you asked for, and what we answered."),
        lazy("No wish has been written down yet."),
        lazy("Do you have one? Write to us."),
    ),
    "decision": Words(
        lazy("What is being decided, by whom, and how it ended."), lazy("No decision is entered here yet.")
    ),
    "funding": Words(lazy("Where money comes from."), lazy("No funding is entered here yet.")),
}


def size(kind: Kind) -> int:
    """How many entries stand on one page of a kind's list."""
    return SIZE_OF_NAMES if kind.order is Order.TITLE else SIZE


def words(kind: Kind) -> Words:
    """The words of a kind's list; a kind that nobody wrote words for has plain ones."""
    return WORDS.get(kind.key, Words())


def filters_for(kind: Kind, house: Village, language: str) -> list[Filter]:
    """By what this kind's list can be narrowed down: at most one query, for what the choices are."""
    found = []
    if kind.key in _WITH_PAST:
        found.append(
            Filter("zeige", _("Show"), (Choice(PAST, _("earlier ones")),), _("current and coming"))
            if kind.key == "closure"
            else Filter("zeige", _("Show"), (Choice(PAST, _("earlier ones")),), _("on display"))
        )
    if kind.key in _WITH_ORTSCHAFT and len(house.ortschaften) > 1:
        choices = tuple(Choice(one.slug, one.name) for one in house.ortschaften)
        found.append(Filter("ortschaft", _("Where"), choices, _("everywhere")))
    if kind.key in _MORE:
        found += _MORE[kind.key](language)
    return found


def _event_filters(language: str) -> list[Filter]:
    audiences = tuple(Choice(value, str(label)) for value, label in Audience.choices if value != Audience.ALL)
    return [
        Filter("fuer", _("For whom"), audiences, _("everybody")),
        Filter("kosten", _("Costs"), (Choice(FREE, _("free of charge")),), _("any")),
    ]


def _measure_filters(language: str) -> list[Filter]:
    items = live_items("project").order_by("as_project__number", "pk")
    projects = [Choice(card.slug, card.title, card.language) for card in cards(items, language, timezone.now())]
    states = tuple(Choice(value, str(label)) for value, label in MeasureStatus.choices)
    found = [Filter("stand", _("Status"), states, _("any"))]
    return [Filter("projekt", _("Project"), tuple(projects), _("all")), *found] if projects else found


def _decision_filters(language: str) -> list[Filter]:
    return [Filter("stand", _("Outcome"), tuple(Choice(v, str(label)) for v, label in Outcome.choices), _("any"))]


def topics(text: str) -> list[str]:
    """The single topics of a club's field: "Fußball, Turnen" are two."""
    return [topic for topic in (part.strip() for part in text.replace(";", ",").split(",")) if topic]


def _club_filters(language: str) -> list[Filter]:
    rows = Club.objects.filter(live=True).values_list("topics", flat=True)
    known = sorted({topic for row in rows for topic in topics(row)}, key=str.casefold)
    choices = tuple(Choice(topic, topic, SOURCE_LANGUAGE) for topic in known[:40])
    return [Filter("thema", _("Topic"), choices, _("all"))] if choices else []


_MORE: dict[str, Callable[[str], list[Filter]]] = {
    "event": _event_filters,
    "measure": _measure_filters,
    "decision": _decision_filters,
    "club": _club_filters,
}


def narrowed(kind: Kind, chosen: Chosen, now: datetime) -> QuerySet[Item]:
    """The items of a kind's list, in the order in which it is read."""
    items = live_items(kind.key)
    if ortschaft := chosen.get("ortschaft"):
        items = items.filter(ortschaft__slug=ortschaft)
    if kind.key in _WITH_PAST:
        over = Q(ends_at__lt=now)
        if chosen.get("zeige") == PAST:
            return items.filter(over).order_by("-ends_at", "-pk")
        items = items.exclude(over)
    if state := chosen.get("stand"):
        field = {"measure": "as_measure__status", "decision": "as_decision__outcome"}[kind.key]
        items = items.filter(**{field: state})
    if project := chosen.get("projekt"):
        items = items.filter(as_measure__project__slug=project)
    if topic := chosen.get("thema"):
        items = items.filter(as_club__topics__icontains=topic)
    if kind.order is Order.NUMBER:
        return items.order_by("as_project__number", "pk") if kind.key == "project" else items.order_by("pk")
    return ordered(items, kind.order)


def badged(cards: Iterable[Card], now: datetime) -> list[Card]:
    """The cards with the badges of their kinds: one query for each kind that has some."""
    cards = list(cards)
    wanted: dict[str, set[str]] = {}
    kinds: dict[str, Kind] = {}
    for card in cards:
        if card.kind.has_badges:
            wanted.setdefault(card.kind.key, set()).add(card.slug)
            kinds[card.kind.key] = card.kind
    known: Mapping[tuple[str, str], Any] = {
        (key, item.slug): tuple(kinds[key].badges(item, now))
        for key, slugs in wanted.items()
        for item in kinds[key].model._default_manager.filter(kind=key, slug__in=slugs).defer("body")
    }
    return [
        replace(card, badges=(*card.badges, *known[card.kind.key, card.slug]))
        if (card.kind.key, card.slug) in known
        else card
        for card in cards
    ]
