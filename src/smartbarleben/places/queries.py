"""Every read of the municipality and its places."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache

from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from django.utils.translation import gettext as _

from smartbarleben.jobs.mail import House
from smartbarleben.kernel.holidays import public_holidays
from smartbarleben.kernel.hours import Rule, Schedule, Special, State, Weeks, state_at
from smartbarleben.ui.context import VillageInfo

from .models import Municipality, OpeningHours, Ortschaft, Place, SpecialHours


@dataclass(frozen=True, slots=True)
class Village:
    """The municipality with its Ortschaften, as of one generation."""

    municipality: Municipality
    ortschaften: tuple[Ortschaft, ...]
    generation: int

    def ortschaft(self, slug: str) -> Ortschaft | None:
        """The Ortschaft with this short name."""
        return next((one for one in self.ortschaften if one.slug == slug), None)


class NoVillage(RuntimeError):
    """The database holds no municipality yet."""


_asked: ContextVar[int | None] = ContextVar("generation asked for", default=None)


@contextmanager
def as_of(generation: int) -> Iterator[None]:
    """Inside, the village is as of this generation for whoever has no request to ask: no query for it."""
    token = _asked.set(generation)
    try:
        yield
    finally:
        _asked.reset(token)


def generation(request: HttpRequest | None = None) -> int:
    """The number that every public change raises: one query a request, remembered on the request."""
    known = getattr(request, "_village_generation", _asked.get())
    if known is not None:
        return int(known)
    # Each page asks, also those that only say "unchanged": putting the query together would cost more than the rest.
    with connection.cursor() as cursor:
        cursor.execute("SELECT generation FROM places_municipality ORDER BY id LIMIT 1")
        row = cursor.fetchone()
    if row is None:
        raise NoVillage(_("This house has no village yet. Start it with ./village, or run ./village init."))
    if request is not None:
        request._village_generation = row[0]  # type: ignore[attr-defined]
    return int(row[0])


@lru_cache(maxsize=2)
def _village(generation: int, database: str) -> Village:
    municipality = Municipality.objects.get()
    return Village(municipality, tuple(Ortschaft.objects.prefetch_related("translations")), generation)


def village(request: HttpRequest | None = None) -> Village:
    """The municipality and its Ortschaften; loaded once for each generation."""
    return _village(generation(request), str(connection.settings_dict["NAME"]))


def _called(owner: Municipality) -> str:
    return f"{owner.kind} {owner.name}"


def house_name(request: HttpRequest | None = None) -> str:
    """What the house calls itself to those who work in it: "Gemeinde Musterdorf"; the program's name before there is
    a village. The queries of `village`.
    """
    try:
        return _called(village(request).municipality)
    except NoVillage:
        return settings.WAGTAIL_SITE_NAME


def mail_house() -> House:
    """Who writes the mails of this house. One query, none inside `as_of`."""
    writer = village().municipality
    return House(VillageInfo(name=_called(writer), kind=writer.kind), writer.email)


def schedules(places: Iterable[int], kind: str, land: str, language: str, today: date) -> dict[int, Schedule]:
    """Opening hours by place id, for one kind of hours: three queries. Places without hours are left out."""
    wanted = list(places)
    rules: dict[int, list[Rule]] = {}
    for row in OpeningHours.objects.filter(place__in=wanted, kind=kind):
        rules.setdefault(row.place_id, []).append(
            Rule(row.weekday, row.opens, row.closes, Weeks(row.weeks), row.valid_from, row.valid_until)
        )
    specials: dict[int, list[Special]] = {}
    for row in SpecialHours.objects.filter(place__in=wanted, kind=kind):
        specials.setdefault(row.place_id, []).append(Special(row.first, row.last, row.opens, row.closes, row.reason))
    if not rules and not specials:
        return {}
    open_anyway = set(Place.objects.filter(pk__in=wanted, open_on_holidays=True).values_list("pk", flat=True))
    days_off = public_holidays(land, (today.year - 1, today.year, today.year + 1), language)
    return {
        place: Schedule(
            rules=tuple(rules.get(place, ())),
            specials=tuple(specials.get(place, ())),
            holidays=days_off,
            open_on_holidays=place in open_anyway,
        )
        for place in wanted
        if place in rules or place in specials
    }


def states(places: Iterable[int], kind: str, land: str, language: str, now: datetime) -> dict[int, State]:
    """Open or closed now, by place id; places without hours are left out, because nobody knows."""
    return {
        place: state_at(schedule, now)
        for place, schedule in schedules(places, kind, land, language, now.date()).items()
    }
