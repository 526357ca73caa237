"""The items as data sets, one for each kind, and as pages for search engines."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.models import Case, Count, F, Max, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from smartbarleben.kernel.plaintext import html_to_text
from smartbarleben.opendata import registry as sets
from smartbarleben.opendata import sitemap
from smartbarleben.opendata.fields import EXAMPLE, ORTSCHAFT, POSITION, SLUG, SOURCE, SUMMARY, URL, with_url
from smartbarleben.opendata.formats import Row
from smartbarleben.opendata.registry import Also, DataSet, Field, State, stored
from smartbarleben.places.queries import generation, village

from . import registry
from .channels.common import lasting_name
from .models import Item, ItemText, TrailLink
from .registry import Kind


def _link(name: str, meaning: Any) -> Field:
    """The short name of another item; nothing as long as that one is a draft (see `_rows`)."""
    return Field(name, meaning, source=f"live_{name}")


_CENTS = "EUR cent"
_PHONE = Field("phone", _("phone"))
_MAIL = Field("email", _("mail"))
# What only one kind has.
_OWN: Mapping[str, Sequence[Field]] = {
    "event": (
        Field("recurrence", _("rule of a repeated event (RFC 5545)")),
        Field("exception_dates", _("days on which it does not happen"), "list"),
        Field("audience", _("for whom: all, families, children, youth, seniors, newcomers, business")),
        Field("cost_cents", _("costs; 0 is free, empty is not known"), "integer", _CENTS),
        Field("cost_note", _("costs, in words")),
        Field("organiser", _("organised by")),
        _link("club", _("short name of the club that organises it")),
        Field("registration", _("how to sign up")),
        Field("unconfirmed", _("the date is not confirmed yet"), "boolean", source="is_unconfirmed"),
    ),
    "notice": (
        Field("reference", _("reference")),
        Field("legal_basis", _("legal basis")),
    ),
    "club": (
        Field("topics", _("topics")),
        Field("meets", _("meets")),
        Field("contact", _("contact")),
        _PHONE,
        _MAIL,
        Field("website", _("website")),
    ),
    "office": (_PHONE, _MAIL),
    "service": (
        _link("office", _("short name of our office that does it")),
        Field("responsible_name", _("somebody else who does it")),
        Field("responsible_url", _("address there")),
    ),
    "closure": (
        Field("what", _("closure, roadwork or building")),
        Field("detour", _("detour")),
        Field("affects", _("who is affected: car, bus, bike, foot"), "list"),
        Field("line", _("rough course, longitude and latitude (WGS 84)"), "line"),
    ),
    "project": (
        Field("number", _("number"), "integer"),
        Field("fields_of_action", _("fields of action"), "list"),
    ),
    "measure": (
        _link("project", _("short name of the project")),
        Field("status", _("idea, planned, running, done, rejected or stopped")),
        Field("reason", _("why it was rejected or stopped")),
        Field("cost_cents", _("costs; empty is not known"), "integer", _CENTS),
        Field("funded_cents", _("granted of that; empty is not known"), "integer", _CENTS),
        Field("funding", _("who pays")),
    ),
    "milestone": (
        _link("measure", _("short name of the measure")),
        Field("date_precision", _("the date is exact to the day, month or year")),
        Field("done", _("reached"), "boolean", source="is_done"),
    ),
    "wish": (
        Field("channel", _("heard at")),
        Field("answer", _("our answer")),
        Field("answered_on", _("answered on"), "date"),
    ),
    "decision": (
        Field("outcome", _("open, accepted, rejected or withdrawn")),
        Field("decided_by", _("who decides")),
        Field("reason", _("why it was decided so")),
        Field("take_part", _("how to take part")),
    ),
    "funding": (
        Field("amount_cents", _("amount"), "integer", _CENTS),
        Field("payer", _("who pays")),
    ),
}
_WITHOUT_DATE = frozenset({"news", "page", "club", "office", "service", "project", "measure", "wish", "funding"})

_FIRST = (
    Field("id", _("lasting name, the same in the API, in feeds and in calendars"), source="named"),
    SLUG,
    Field("title", _("title, in German")),
    SUMMARY,
    Field("text", _("the text without markup, in German"), source="body"),
)
_DATES = (
    Field("starts_at", _("from; of a repeated item its first date"), "moment"),
    Field("ends_at", _("until"), "moment"),
    Field("all_day", _("whole days"), "boolean"),
    Field("cancelled", _("cancelled"), "boolean", source="is_cancelled"),
)
_WHERE = (
    ORTSCHAFT,
    Field("place", _("short name of the place"), source="place__slug"),
    Field("location", _("where, in words")),
    *(replace(one, source=f"place__{one.name}") for one in POSITION),
)
_LAST = (
    Field("published_at", _("published"), "moment", source="published_on"),
    Field("updated_at", _("last changed"), "moment", source="changed_at"),
    *SOURCE,
    EXAMPLE,
    URL,
)


def register() -> None:
    """Register the sets and the pages; called once when the app is ready."""
    sets.register("content", _sets)
    sitemap.register(sitemap.Part("items", lambda: _listed().count(), _pages))


def _sets() -> Iterable[DataSet]:
    yield from (_set(kind, number) for number, kind in enumerate(registry.kinds()))
    yield stored(
        _steps,
        key="spur",
        title=_("Trail"),
        description=_("From the wish to the result: what led to what."),
        fields=(
            Field("from_kind", _("kind of the step before"), source="source__kind"),
            Field("from", _("short name of the step before"), source="source__slug"),
            Field("to_kind", _("kind of the step after"), source="target__kind"),
            Field("to", _("short name of the step after"), source="target__slug"),
            Field("relation", _("how it went on: became, decided, rejected, carried_out, funded or resulted")),
            Field("reason", _("why, where a step was rejected")),
            EXAMPLE,
        ),
        themes=(sets.GOVERNMENT, sets.REGIONS),
        page="/strategie/",
        order=29,
    )


def _steps() -> QuerySet[TrailLink]:
    is_example = Q(source__is_example=True) | Q(target__is_example=True)
    return TrailLink.objects.filter(source__live=True, target__live=True).annotate(is_example=is_example)


def _set(kind: Kind, number: int) -> DataSet:
    dates = () if kind.key in _WITHOUT_DATE else _DATES
    fields = [*_FIRST, *dates, *_WHERE, *_OWN.get(kind.key, ()), *_LAST]
    names = [one.name for one in fields]
    lasting, text = names.index("id"), names.index("text")

    def maker() -> Callable[[Row], Row]:
        ags = village().municipality.ags

        def make(row: Row) -> Row:
            values = list(row)
            values[lasting] = str(lasting_name(ags, kind.key, values[lasting]))
            values[text] = html_to_text(values[text])
            return values

        return make

    also = [Also(_("Feed (Atom)"), f"/{kind.path}/feed.atom", "application/atom+xml")]
    if kind.key == "event":
        also.append(Also(_("Calendar (iCalendar)"), f"/{kind.path}/kalender.ics", "text/calendar"))
    return stored(
        lambda: _rows(kind),
        fields=fields,
        maker=maker,
        key=kind.path,
        title=kind.plural,
        description=_DESCRIPTIONS.get(kind.key, _("Everything of this kind that the pages show.")),
        state=lambda: _states().get(kind.key, State(0)),
        identity="id",
        themes=_THEMES.get(kind.key, (sets.GOVERNMENT,)),
        page=f"/{kind.path}/",
        also=also,
        order=10 + number,
    )


def _rows(kind: Kind) -> QuerySet[Item]:
    links = [one.name for one in _OWN.get(kind.key, ()) if one.source == f"live_{one.name}"]
    rows = kind.model._default_manager.filter(live=True).annotate(
        # The lasting name is made of it; a column is read once only.
        named=F("slug"),
        changed_at=Coalesce("last_published_at", "published_on"),
        **{f"live_{name}": Case(When(**{f"{name}__live": True}, then=f"{name}__slug")) for name in links},
    )
    return with_url(rows, f"/{kind.path}/")


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
