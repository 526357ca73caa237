"""What the inbox shows, as it stands in its address: which cases, whose, and what was searched. No address is wrong.

Words in the address are German, as on all pages of the house; values that mean nothing are left out.
"""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlencode

from django.db.models import Q

from . import searching
from .models import Door
from .status import CLOCK_RUNS, FINAL, Status

OPEN, HELD, WAITING, ENDED, ALL = "offen", "pruefen", "wartet", "beendet", "alle"
GROUPS = (OPEN, HELD, WAITING, ENDED, ALL)
# In these nothing has ended.
LIVE = frozenset({OPEN, HELD, WAITING})
MINE, OFFICES, STANDING_IN, NOBODYS = "meine", "aemter", "vertretung", "niemand"
OVERDUE, TODAY, WEEK = "ueberfaellig", "heute", "woche"

_WAITING = (Status.ASKED_BACK, Status.ANSWERED)
_ENDED = (*FINAL, Status.MERGED)
LIVE_STATUSES = tuple(status for status in Status if status not in _ENDED)
_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Desk:
    """Who looks at the inbox: the account, its offices, and the accounts whose cases it looks after today."""

    person: int
    offices: frozenset[int]
    stands_in_for: frozenset[int]
    today: date


@dataclass(frozen=True, slots=True)
class Filter:
    """One view of the inbox. Empty strings leave a part open; the names of the fields stand in the address.

    ``wer`` is one of the words above, or "p7" (in the hands of account 7), or "a3" (office 3).
    """

    gruppe: str = OPEN
    wer: str = ""
    frist: str = ""
    neu: str = ""
    art: str = ""
    tuer: str = ""
    ort: str = ""
    sprache: str = ""
    suche: str = ""

    def changed(self, **values: str) -> "Filter":
        """The same view with something else chosen."""
        return replace(self, **values)

    @property
    def query(self) -> str:
        """The view as it stands in an address, without the "?"; "" for the inbox as it opens."""
        return urlencode(
            [(one.name, value) for one in fields(self) if (value := getattr(self, one.name)) != one.default]
        )

    @property
    def is_plain(self) -> bool:
        """Whether nothing is chosen beyond the group, whose cases, and words."""
        return self == Filter(gruppe=self.gruppe, wer=self.wer, suche=self.suche)


def read(data: Mapping[str, Any]) -> Filter:
    """The view that an address means. Who searches looks everywhere unless they say where."""
    given = {one.name: str(data.get(one.name, "")).replace("\x00", "").strip()[:_LONGEST] for one in fields(Filter)}
    allowed = {
        "gruppe": GROUPS,
        "frist": (OVERDUE, TODAY, WEEK),
        "neu": ("1",),
        "tuer": Door.values,
    }
    for name, values in allowed.items():
        if given[name] not in values:
            given[name] = ""
    if not given["gruppe"]:
        given["gruppe"] = ALL if given["suche"] else OPEN
    if given["wer"] not in {MINE, OFFICES, STANDING_IN, NOBODYS} and _number(given["wer"]) is None:
        given["wer"] = ""
    return Filter(**given)


def from_query(query: str) -> Filter:
    """The view that a saved query means."""
    return read(dict(parse_qsl(query[:400])))


def _number(whose: str) -> int | None:
    digits = whose[1:]
    return (
        int(digits)
        if whose[:1] in {"p", "a"} and digits.isascii() and digits.isdigit() and len(digits) < 10
        else None
    )


def where(view: Filter, desk: Desk) -> Q:
    """The view as a condition on cases."""
    wanted = _group(view.gruppe) & _whose(view.wer, desk) & _due(view.frist, desk.today)
    if view.neu:
        wanted &= Q(unread=True)
    for name, value in (
        ("category", view.art),
        ("door", view.tuer),
        ("ortschaft__slug", view.ort),
        ("language", view.sprache),
    ):
        if value:
            wanted &= Q(**{name: value})
    if view.suche:
        try:
            wanted &= searching.wanted(view.suche)
        except ValueError:
            wanted &= Q(pk__in=[])
    return wanted


def _group(name: str) -> Q:
    match name:
        case "offen":
            # What came back or in while we wait needs a look as well.
            return Q(status__in=sorted(CLOCK_RUNS)) | Q(status__in=_WAITING, unread=True)
        case "pruefen":
            return Q(status=Status.HELD)
        case "wartet":
            return Q(status__in=_WAITING)
        case "beendet":
            return Q(status__in=_ENDED)
    return Q()


def _whose(name: str, desk: Desk) -> Q:
    match name:
        case "":
            return Q()
        case "meine":
            return Q(owner=desk.person)
        case "aemter":
            return Q(office__in=desk.offices)
        case "vertretung":
            return Q(owner__in=desk.stands_in_for)
        case "niemand":
            return Q(owner=None)
    number = _number(name)
    return Q(owner=number) if name.startswith("p") else Q(office=number, owner=None)


def _due(name: str, today: date) -> Q:
    running = Q(status__in=sorted(CLOCK_RUNS))
    match name:
        case "ueberfaellig":
            return running & Q(due_on__lt=today)
        case "heute":
            return running & Q(due_on=today)
        case "woche":
            return running & Q(due_on__lte=end_of_week(today))
    return Q()


def end_of_week(today: date) -> date:
    """The Sunday of this week."""
    return today + timedelta(days=6 - today.weekday())


def order(view: Filter) -> tuple[str, ...]:
    """How the view is sorted: what must be answered first stands first; what has ended, the newest first."""
    if view.gruppe in {ENDED, ALL}:
        return ("-received_at", "-pk")
    if view.gruppe == HELD:
        return ("received_at", "pk")
    return ("due_on", "received_at", "pk")
