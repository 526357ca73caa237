"""What every channel reads: a card for lists, a view for one item. Language resolved, times in words, state said.

Channels never touch models: whoever adds a channel reads `ItemView`, whoever adds a kind registers it.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext as _
from wagtail.rich_text import expand_db_html

from smartbarleben.kernel.plaintext import html_to_text
from smartbarleben.ui import dates

from . import registry
from .occurrences import next_date
from .registry import Badge, Fact, Kind
from .texts import StoredText, Text, TextState, choose

if TYPE_CHECKING:
    from .models import Item


@dataclass(frozen=True, slots=True)
class Card:
    """One line of a list, a step of the trail, an entry of a feed."""

    kind: Kind
    slug: str
    title: str
    summary: str
    language: str
    text_state: TextState
    url: str
    when: str
    where: str
    ortschaft: str
    starts_at: datetime | None
    ends_at: datetime | None
    published_on: datetime
    badges: tuple[Badge, ...] = ()
    is_example: bool = False
    all_day: bool = False

    @property
    def absolute_url(self) -> str:
        """With the site's address in front, for feeds, codes and paper."""
        return settings.BASE_URL + self.url


@dataclass(frozen=True, slots=True)
class TrailStep:
    """One step of a trail. `is_here` marks the item itself; `relation` and `reason` say how it was reached."""

    stage: str
    stage_label: str
    card: Card
    is_here: bool = False
    relation: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture with what it must carry; `srcset` offers browsers its other sizes."""

    url: str
    width: int
    height: int
    alt: str
    credit: str
    srcset: str = ""


@dataclass(frozen=True, slots=True)
class Spot:
    """The place of an item as an envelope needs it; what isn't known is ""."""

    name: str
    street: str = ""
    postal_code: str = ""
    locality: str = ""
    slug: str = ""

    @property
    def address(self) -> str:
        """The known parts on one line: "Breiteweg 50, 39179 Barleben"."""
        town = " ".join(part for part in (self.postal_code, self.locality) if part)
        return ", ".join(part for part in (self.street, town) if part)


@dataclass(frozen=True, slots=True)
class Source:
    """Where the facts are from; `as_of` in words, `as_of_iso` as stored ("2025-10"); `is_old`: for two years."""

    name: str
    url: str
    as_of: str
    is_old: bool
    as_of_iso: str = ""


@dataclass(frozen=True, slots=True)
class ItemView:
    """One item in one language, ready for any channel."""

    pk: int
    card: Card
    body_html: str
    facts: tuple[Fact, ...]
    source: Source
    is_stale: bool
    updated_at: datetime
    available_languages: frozenset[str]
    timezone_name: str = "Europe/Berlin"
    recurrence: str = ""
    exception_dates: tuple[str, ...] = ()
    is_cancelled: bool = False
    trail: tuple[TrailStep, ...] = ()
    photo: Photo | None = None
    position: tuple[float, float] | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)
    spot: Spot | None = None
    all_day: bool = False
    date_precision: str = "day"
    # The card carries the date that comes next; a repeated item's first date is what its rule counts from.
    first_starts_at: datetime | None = None
    first_ends_at: datetime | None = None
    is_over: bool = False

    @property
    def has_date(self) -> bool:
        """Whether the item's time is known to the day, so that it can go into a calendar."""
        return self.card.starts_at is not None and self.date_precision == "day"

    @property
    def kind(self) -> Kind:
        return self.card.kind

    @property
    def title(self) -> str:
        return self.card.title

    @property
    def summary(self) -> str:
        return self.card.summary

    @property
    def language(self) -> str:
        """The language the texts are written in (German where the wanted one is missing)."""
        return self.card.language

    @property
    def text_state(self) -> TextState:
        return self.card.text_state

    @property
    def body_text(self) -> str:
        """The body as plain text."""
        return html_to_text(self.body_html)

    @property
    def url(self) -> str:
        return self.card.url

    @property
    def absolute_url(self) -> str:
        return self.card.absolute_url

    def channel_url(self, channel: str) -> str:
        """The path of one of the item's channels: "aushang.pdf", "termin.ics", "folie/", "vorlesen.txt" …"""
        return f"{self.url}{channel}"


STAGE_LABELS = {
    "wish": lambda: _("Wish"),
    "idea": lambda: _("Idea"),
    "decision": lambda: _("Decision"),
    "measure": lambda: _("Measure"),
    "money": lambda: _("Money"),
    "result": lambda: _("Result"),
}


def language_prefix(language: str) -> str:
    """ "" for German, "/en" for English: the first part of every public path."""
    return "" if language == settings.LANGUAGE_CODE else f"/{language}"


def item_path(kind: Kind, slug: str, language: str) -> str:
    """The address of an item's page."""
    return f"{language_prefix(language)}/{kind.path}/{slug}/"


def as_of_words(as_of: str, language: str) -> str:
    """ "2025-10" as people say it: "Oktober 2025"; a year stays a year, a day is written out."""
    parts = [int(part) for part in as_of.split("-") if part]
    if len(parts) == 3:
        return dates.plain_date(date(*parts), language)
    if len(parts) == 2:
        return dates.month(date(parts[0], parts[1], 1), language)
    return as_of


def is_old(as_of: str, today: date, months: int = 24) -> bool:
    """Whether a fact of this date is older than ``months``; a fact known only by year counts from its end."""
    parts = [int(part) for part in as_of.split("-") if part]
    if not parts:
        return False
    year, month = parts[0], parts[1] if len(parts) > 1 else 12
    return (today.year - year) * 12 + today.month - month > months


def when_words(item: "Item", language: str, now: datetime) -> str:
    """The item's time in words (of a repeated item: its next date), "" where it has none."""
    if item.starts_at is None:
        return ""
    precision = getattr(item, "date_precision", "day")
    if precision != "day":
        shown = dates.local(item.starts_at)
        return dates.month(shown, language) if precision == "month" else str(shown.year)
    starts_at, ends_at = next_date(item, now)
    return dates.when(starts_at, ends_at, item.all_day, language)


def general_badges(item: "Item", now: datetime) -> list[Badge]:
    """What every kind can be: cancelled, over."""
    if item.is_cancelled:
        return [Badge("closed", _("Cancelled"))]
    return [Badge("quiet", _("Over"))] if _is_over(item, now) else []


def _is_over(item: "Item", now: datetime) -> bool:
    _starts_at, ends_at = next_date(item, now)
    return ends_at is not None and ends_at < now


def stored_texts(item: "Item") -> dict[str, StoredText]:
    """The item's translations by language; uses the prefetched rows where there are some."""
    return {
        row.language: StoredText(row.title, row.summary, row.body, row.state, row.source_digest)
        for row in item.translations.all()
    }


def item_card(item: "Item", language: str, now: datetime, *, text: Text | None = None) -> Card:
    """The card of a loaded item (its page, the trail, previews); lists make theirs from rows in `queries`.

    An item loaded without its kind's table gives a card without what only the kind knows.
    """
    kind = registry.kind(item.kind or item.KIND)
    whole = isinstance(item, kind.model)
    starts_at, ends_at = next_date(item, now)
    if text is None:
        german = Text(item.title, item.summary, "", settings.LANGUAGE_CODE, TextState.ORIGINAL)
        text = choose(german, item.german_digest, language, stored_texts(item))
    return Card(
        kind=kind,
        slug=item.slug,
        title=text.title,
        summary=text.summary,
        language=text.language,
        text_state=text.state,
        url=item_path(kind, item.slug, language),
        when=when_words(item, language, now) if whole or kind.timed else "",
        where=item.place.name if item.place else item.location,
        ortschaft=item.ortschaft.name if item.ortschaft else "",
        starts_at=starts_at,
        ends_at=ends_at,
        published_on=item.published_on,
        badges=(*general_badges(item, now), *(kind.badges(item, now) if whole else ())),
        is_example=item.is_example,
        all_day=item.all_day,
    )


def below_title(html: str) -> str:
    """A text's headings, stored as h3, one level up: on every channel the text stands right below the item's h1."""
    return re.sub(r"(</?)h3\b", r"\1h2", html)


def item_view(
    item: "Item", language: str, now: datetime, *, trail: tuple[TrailStep, ...] = (), photo: Photo | None = None
) -> ItemView:
    """The view of a loaded item (translations prefetched or set by a draft); facts only of its kind's model."""
    kind = registry.kind(item.kind or item.KIND)
    stored = stored_texts(item)
    german = Text(item.title, item.summary, item.body, settings.LANGUAGE_CODE, TextState.ORIGINAL)
    # Reading the whole German text is worth it only where a translation is held against it.
    text = choose(german, item.german_digest if language in stored else "", language, stored)
    today = dates.local(now).date()
    located = item.place if item.place and item.place.lon is not None else None
    return ItemView(
        pk=item.pk or 0,
        card=item_card(item, language, now, text=text),
        body_html=below_title(expand_db_html(text.body)) if text.body else "",
        facts=tuple(kind.facts(item, language)) if isinstance(item, kind.model) else (),
        source=Source(
            name=item.source_name,
            url=item.source_url,
            as_of=as_of_words(item.as_of, language),
            is_old=is_old(item.as_of, today),
            as_of_iso=item.as_of,
        ),
        is_stale=item.is_stale(today),
        updated_at=item.last_published_at or item.published_on,
        available_languages=frozenset({settings.LANGUAGE_CODE, *stored}),
        recurrence=getattr(item, "recurrence", ""),
        exception_dates=tuple(getattr(item, "exception_dates", None) or ()),
        is_cancelled=item.is_cancelled,
        trail=trail,
        photo=photo,
        position=(located.lon, located.lat) if located else None,
        spot=_spot(item),
        all_day=item.all_day,
        date_precision=getattr(item, "date_precision", "day"),
        first_starts_at=item.starts_at,
        first_ends_at=item.ends_at,
        is_over=_is_over(item, now),
    )


def _spot(item: "Item") -> Spot | None:
    place = item.place
    if place is None:
        return Spot(item.location, locality=item.ortschaft.name if item.ortschaft else "") if item.location else None
    town = place.ortschaft or item.ortschaft
    return Spot(place.name, place.street, place.postal_code, town.name if town else "", place.slug)
