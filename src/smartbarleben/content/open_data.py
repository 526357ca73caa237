"""The items as data sets, one for each kind, and as pages for search engines."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Count, Max
from django.utils.translation import gettext_lazy as _

from smartbarleben.kernel.plaintext import html_to_text
from smartbarleben.opendata import registry as sets
from smartbarleben.opendata import sitemap
from smartbarleben.opendata.formats import Row
from smartbarleben.opendata.registry import Also, DataSet, Field, State
from smartbarleben.opendata.tables import Stored
from smartbarleben.places.queries import generation, village

from . import registry
from .channels.common import lasting_name
from .models import Item, ItemText
from .registry import Kind


@dataclass(frozen=True, slots=True)
class Own:
    """A field that only one kind has. `shown_if` names a column that must be true, so that no draft shows through."""

    field: Field
    column: str
    shown_if: str = ""


_CENTS = "EUR cent"
_PHONE = Own(Field("phone", _("phone")), "phone")
_MAIL = Own(Field("email", _("mail")), "email")
_OWN: Mapping[str, Sequence[Own]] = {
    "event": (
        Own(Field("recurrence", _("rule of a repeated event (RFC 5545)")), "recurrence"),
        Own(Field("exception_dates", _("days on which it does not happen"), "list"), "exception_dates"),
        Own(
            Field("audience", _("for whom: all, families, children, youth, seniors, newcomers, business")), "audience"
        ),
        Own(Field("cost_cents", _("costs; 0 is free, empty is not known"), "integer", _CENTS), "cost_cents"),
        Own(Field("cost_note", _("costs, in words")), "cost_note"),
        Own(Field("organiser", _("organised by")), "organiser"),
        Own(Field("club", _("short name of the club that organises it")), "club__slug", "club__live"),
        Own(Field("registration", _("how to sign up")), "registration"),
        Own(Field("unconfirmed", _("the date is not confirmed yet"), "boolean"), "is_unconfirmed"),
    ),
    "notice": (
        Own(Field("reference", _("reference")), "reference"),
        Own(Field("legal_basis", _("legal basis")), "legal_basis"),
    ),
    "club": (
        Own(Field("topics", _("topics")), "topics"),
        Own(Field("meets", _("meets")), "meets"),
        Own(Field("contact", _("contact")), "contact"),
        _PHONE,
        _MAIL,
        Own(Field("website", _("website")), "website"),
    ),
    "office": (_PHONE, _MAIL),
    "service": (
        Own(Field("office", _("short name of our office that does it")), "office__slug", "office__live"),
        Own(Field("responsible_name", _("somebody else who does it")), "responsible_name"),
        Own(Field("responsible_url", _("address there")), "responsible_url"),
    ),
    "closure": (
        Own(Field("what", _("closure, roadwork or building")), "what"),
        Own(Field("detour", _("detour")), "detour"),
        Own(Field("affects", _("who is affected: car, bus, bike, foot"), "list"), "affects"),
        Own(Field("line", _("rough course, longitude and latitude (WGS 84)"), "line"), "line"),
    ),
    "project": (
        Own(Field("number", _("number"), "integer"), "number"),
        Own(Field("fields_of_action", _("fields of action"), "list"), "fields_of_action"),
    ),
    "measure": (
        Own(Field("project", _("short name of the project")), "project__slug", "project__live"),
        Own(Field("status", _("idea, planned, running, done, rejected or stopped")), "status"),
        Own(Field("reason", _("why it was rejected or stopped")), "reason"),
        Own(Field("cost_cents", _("costs; empty is not known"), "integer", _CENTS), "cost_cents"),
        Own(Field("funded_cents", _("granted of that; empty is not known"), "integer", _CENTS), "funded_cents"),
        Own(Field("funding", _("who pays")), "funding"),
    ),
    "milestone": (
        Own(Field("measure", _("short name of the measure")), "measure__slug", "measure__live"),
        Own(Field("date_precision", _("the date is exact to the day, month or year")), "date_precision"),
        Own(Field("done", _("reached"), "boolean"), "is_done"),
    ),
    "wish": (
        Own(Field("channel", _("heard at")), "channel"),
        Own(Field("answer", _("our answer")), "answer"),
        Own(Field("answered_on", _("answered on"), "date"), "answered_on"),
    ),
    "decision": (
        Own(Field("outcome", _("open, accepted, rejected or withdrawn")), "outcome"),
        Own(Field("decided_by", _("who decides")), "decided_by"),
        Own(Field("reason", _("why it was decided so")), "reason"),
        Own(Field("take_part", _("how to take part")), "take_part"),
    ),
    "funding": (
        Own(Field("amount_cents", _("amount"), "integer", _CENTS), "amount_cents"),
        Own(Field("payer", _("who pays")), "payer"),
    ),
}
_WITHOUT_DATE = frozenset({"news", "page", "club", "office", "service", "project", "measure", "wish", "funding"})

_FIRST = (
    (Field("id", _("lasting name, the same in the API, in feeds and in calendars")), ""),
    (Field("slug", _("short name, unique within the set")), "slug"),
    (Field("title", _("title, in German")), "title"),
    (Field("summary", _("in one or two sentences, in German")), "summary"),
    (Field("text", _("the text without markup, in German")), "body"),
)
_DATES = (
    (Field("starts_at", _("from; of a repeated item its first date"), "moment"), "starts_at"),
    (Field("ends_at", _("until"), "moment"), "ends_at"),
    (Field("all_day", _("whole days"), "boolean"), "all_day"),
    (Field("cancelled", _("cancelled"), "boolean"), "is_cancelled"),
)
_WHERE = (
    (Field("ortschaft", _("short name of the Ortschaft; empty: the whole municipality")), "ortschaft__slug"),
    (Field("place", _("short name of the place")), "place__slug"),
    (Field("location", _("where, in words")), "location"),
    (Field("lon", _("longitude (WGS 84)"), "number", "°"), "place__lon"),
    (Field("lat", _("latitude (WGS 84)"), "number", "°"), "place__lat"),
)
_LAST = (
    (Field("published_at", _("published"), "moment"), "published_on"),
    (Field("updated_at", _("last changed"), "moment"), "last_published_at"),
    (Field("source_name", _("where it is from")), "source_name"),
    (Field("source_url", _("address of the source")), "source_url"),
    (Field("as_of", _("of which day, month or year the facts are")), "as_of"),
    (Field("example", _("invented sample data: show it only with that word"), "boolean"), "is_example"),
    (Field("url", _("address of the page")), ""),
)


def register() -> None:
    """Register the sets and the pages; called once when the app is ready."""
    sets.register("content", _sets)
    sitemap.register(sitemap.Part("items", lambda: _listed().count(), _pages))


def _sets() -> Iterable[DataSet]:
    return [_set(kind, number) for number, kind in enumerate(registry.kinds())]


def _set(kind: Kind, number: int) -> DataSet:
    own = _OWN.get(kind.key, ())
    described = [*_FIRST, *(() if kind.key in _WITHOUT_DATE else _DATES), *_WHERE]
    fields = [field for field, _column in described] + [one.field for one in own] + [field for field, _c in _LAST]
    columns = [column for _field, column in described if column] + [one.column for one in own]
    columns += [column for _field, column in _LAST if column]
    guards = {one.column: one.shown_if for one in own if one.shown_if}
    names = [*columns, *guards.values()]
    body, updated, published = (columns.index(name) for name in ("body", "last_published_at", "published_on"))
    hidden = [(columns.index(column), names.index(guard)) for column, guard in guards.items()]

    def maker() -> Callable[[Row], Row]:
        ags = village().municipality.ags

        def make(row: Row) -> Row:
            values = list(row)
            for position, guard in hidden:
                if not values[guard]:
                    values[position] = None
            slug = values[0]
            values[body] = html_to_text(values[body]) if values[body] else None
            values[updated] = values[updated] or values[published]
            lasting = str(lasting_name(ags, kind.key, slug))
            return (lasting, *values[: len(columns)], f"{settings.BASE_URL}/{kind.path}/{slug}/")

        return make

    also = [Also(_("Feed (Atom)"), f"/{kind.path}/feed.atom", "application/atom+xml")]
    if kind.key == "event":
        also.append(Also(_("Calendar (iCalendar)"), f"/{kind.path}/kalender.ics", "text/calendar"))
    return DataSet(
        key=kind.path,
        title=kind.plural,
        description=_DESCRIPTIONS.get(kind.key, _("Everything of this kind that the pages show.")),
        fields=fields,
        table=Stored(lambda: kind.model._default_manager.filter(live=True), names, maker),
        state=lambda: _states().get(kind.key, State(0)),
        identity="id",
        themes=_THEMES.get(kind.key, (sets.GOVERNMENT,)),
        page=f"/{kind.path}/",
        also=also,
        order=10 + number,
    )


_THEMES = {
    "event": (sets.CULTURE,),
    "club": (sets.CULTURE,),
    "closure": (sets.TRANSPORT,),
    "project": (sets.REGIONS,),
    "measure": (sets.REGIONS,),
    "milestone": (sets.REGIONS,),
}
_DESCRIPTIONS = {
    "news": _("What was new in the village, with the whole texts."),
    "event": _("What is on and what was on, with place, costs and organiser; repeated events with their rule."),
    "notice": _("Formal notices with the days on which they were displayed."),
    "closure": _("Closed roads, road works and closed buildings with times, detour and course."),
    "club": _("Who does what in the village, and how to reach them."),
    "office": _("Who works on what in the town hall, and how to reach them."),
    "service": _("Who is responsible for what: an office of ours or somebody else."),
    "project": _("The projects of the strategy with their fields of action."),
    "measure": _("What is being done, how far it is, what it costs and who pays."),
    "milestone": _("Dated points of the strategy, reached and ahead."),
    "wish": _("What residents asked for, and what they were answered."),
    "decision": _("What is being decided, by whom, how it ended and why."),
    "funding": _("Where money comes from."),
    "page": _("Imprint, privacy, accessibility and other lasting texts."),
}


def _states() -> Mapping[str, State]:
    return _counted(generation(), str(connection.settings_dict["NAME"]))


@lru_cache(maxsize=2)
def _counted(generation: int, database: str) -> Mapping[str, State]:
    """Rows and last change of every kind: one query."""
    rows = (
        Item.objects.filter(live=True)
        .values_list("kind")
        .annotate(Count("pk"), Max("last_published_at"), Max("published_on"))
    )
    return {kind: State(number, changed or published) for kind, number, changed, published in rows}


def _listed() -> Any:
    """What search engines may show: no invented sample data."""
    return Item.objects.filter(live=True, is_example=False)


def _pages(first: int, size: int) -> list[sitemap.Entry]:
    """Two queries: the items, and the languages in which they have texts."""
    rows = list(
        _listed()
        .order_by("pk")
        .values_list("pk", "kind", "slug", "last_published_at", "published_on")[first : first + size]
    )
    languages: dict[int, set[str]] = {}
    if rows:
        texts = ItemText.objects.filter(item__gte=rows[0][0], item__lte=rows[-1][0])
        for pk, language in texts.values_list("item_id", "language"):
            languages.setdefault(pk, set()).add(language)
    return [
        sitemap.Entry(
            f"/{registry.kind(kind).path}/{slug}/",
            frozenset({settings.LANGUAGE_CODE, *languages.get(pk, ())}),
            changed or published,
        )
        for pk, kind, slug, changed, published in rows
    ]
