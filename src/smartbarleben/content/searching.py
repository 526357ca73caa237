"""What the search finds of items: everything live, in every language that it is written in."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any

from django.conf import settings
from django.db.models import Min
from django.db.models.signals import post_delete
from wagtail.rich_text import expand_db_html

from smartbarleben.kernel.plaintext import html_to_text
from smartbarleben.search import actions
from smartbarleben.search.registry import Dress, Entry, KindLabel, Source, register
from smartbarleben.ui import dates

from . import registry
from .models import Item, ItemText, Occurrence
from .queries import card_from_row, card_rows, live_items

NAME = "items"
# How likely people look for a kind: what helps them first, then what is on, then what was. Others have 90.
WEIGHTS = {
    "service": 135, "office": 118, "page": 108, "club": 104, "closure": 98, "event": 96, "notice": 92, "news": 90,
    "project": 85, "measure": 85, "decision": 78, "milestone": 72, "wish": 72, "funding": 70,
}  # fmt: skip
# The kinds' own fields by which people find an item, and those in which something may stand.
_KEYWORDS: Mapping[str, Sequence[str]] = {"service": ("keywords",), "office": ("keywords",), "club": ("topics",)}
_FURTHER: Mapping[str, Sequence[str]] = {
    "service": ("responsible_name",),
    "club": ("contact", "meets"),
    "event": ("organiser", "registration"),
    "closure": ("detour",),
    "notice": ("reference",),
    "measure": ("reason", "funding"),
    "wish": ("answer", "channel"),
    "decision": ("decided_by", "reason", "take_part"),
    "funding": ("payer",),
}
_CHUNK = 500
_LONGEST_SPAN = timedelta(days=400)


def entries(keys: Sequence[str] | None) -> Iterator[Entry]:
    """The live items of these keys (None: all), a few queries for each kind among them."""
    live = live_items()
    if keys is not None:
        live = live.filter(pk__in=[int(key) for key in keys])
    for key in live.order_by().values_list("kind", flat=True).distinct():
        kind = registry.kind(key)
        rows = kind.model._default_manager.filter(live=True, kind=key)
        if keys is not None:
            rows = rows.filter(pk__in=[int(one) for one in keys])
        related = ("translations", "occurrences") if kind.timed else ("translations",)
        for item in rows.prefetch_related(*related).iterator(chunk_size=_CHUNK):
            yield from _entries_of(item)


def _entries_of(item: Any) -> Iterator[Entry]:
    keywords = _words(item, _KEYWORDS)
    further = " ".join([item.location, _words(item, _FURTHER)])
    days, last = _days(item)
    shared = partial(
        Entry,
        key=str(item.pk),
        kind=item.kind,
        path=f"/{registry.kind(item.kind).path}/{item.slug}/",
        sort_at=last or item.published_on,
        ortschaft=item.ortschaft_id,
        starts_at=item.starts_at,
        ends_at=item.ends_at,
        all_day=item.all_day,
        days=days,
        weight=WEIGHTS.get(item.kind, 90),
    )
    yield shared(
        language=settings.LANGUAGE_CODE,
        title=item.title,
        summary=item.summary,
        keywords=keywords,
        body=f"{_text(item.body)} {further}".strip(),
    )
    for text in item.translations.all():
        # Who reads another language often knows the German name of a thing, from a letter or a sign.
        yield shared(
            language=text.language,
            title=text.title,
            summary=text.summary,
            keywords=f"{item.title} {keywords}",
            body=f"{_text(text.body)} {further}".strip(),
        )


def _words(item: Any, fields: Mapping[str, Sequence[str]]) -> str:
    return " ".join(str(getattr(item, name)) for name in fields.get(item.kind, ()))


def _text(html: str) -> str:
    return " ".join(html_to_text(expand_db_html(html)).split()) if html else ""


def _days(item: Any) -> tuple[frozenset[date], datetime | None]:
    """The days on which an item happens, and when it is over for good."""
    if item.starts_at is None:
        return frozenset(), None
    spans = [(item.starts_at, item.ends_at or item.starts_at)]
    if registry.kind(item.kind).timed:
        spans = [(one.starts_at, one.ends_at) for one in item.occurrences.all()] or spans
    found: set[date] = set()
    for start, end in spans:
        first = dates.local(start).date()
        last = dates.local(min(end, start + _LONGEST_SPAN)).date()
        found |= {first + timedelta(days=number) for number in range((last - first).days + 1)}
    return frozenset(found), max(end for _start, end in spans)


def dress(keys: Sequence[str], language: str, now: datetime) -> dict[str, Dress]:
    """When and where results happen, and what must be said of them: two queries."""
    pks = [int(key) for key in keys]
    nexts = {
        row["item"]: row["start"]
        for row in Occurrence.objects.filter(item__in=pks, ends_at__gte=now)
        .values("item")
        .annotate(start=Min("starts_at"))
    }
    ends = (
        dict(Occurrence.objects.filter(item__in=nexts, starts_at__in=nexts.values()).values_list("item", "ends_at"))
        if nexts
        else {}
    )
    found = {}
    for row in card_rows(Item.objects.filter(pk__in=pks), language):
        coming = (nexts[row[0]], ends[row[0]]) if row[0] in nexts and row[0] in ends else None
        card = card_from_row(row, language, now, occurrence=coming)
        states: list[Any] = list(card.badges)
        if card.is_example:
            states.append("example")
        if card.text_state in ("missing", "machine"):
            states.append(card.text_state.value)
        when = (
            card.when
            if card.starts_at
            else (dates.plain_date(card.published_on, language) if row[1] == "news" else "")
        )
        found[str(row[0])] = Dress(when, card.where, tuple(states))
    return found


def kinds() -> dict[str, KindLabel]:
    """All kinds of items."""
    return {kind.key: KindLabel(kind.label, kind.plural, kind.icon) for kind in registry.kinds()}


def changed(item: Item) -> None:
    """An item has come before the public, has changed there, or has left."""
    actions.changed(source=NAME, keys=[item.pk])


def _on_delete(sender: type, instance: Any = None, **kwargs: Any) -> None:
    if isinstance(instance, Item):
        actions.changed(source=NAME, keys=[instance.pk])
    elif isinstance(instance, ItemText):
        actions.changed(source=NAME, keys=[instance.item_id])


def connect() -> None:
    """Fill the index with items; called once when the app is ready."""
    register(Source(NAME, entries, kinds, dress))
    post_delete.connect(_on_delete, dispatch_uid="content.search.deleted")
