"""Every read of items: cards for lists, one item for its page, the trail, what happens when."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Exists, F, FilteredRelation, Model, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from smartbarleben.kernel.chain import GENESIS
from smartbarleben.places.models import Municipality
from smartbarleben.ui import dates

from . import registry
from .display import Look, Span, spans
from .models import Item, ItemText, Occurrence, ProofLink, TrailLink
from .photos import photo
from .presentation import STAGE_LABELS, Card, ItemView, TrailStep, item_card, item_path, item_view
from .registry import Badge, Kind, Order, Stage
from .texts import TextState
from .trail import Link, arrange, connected

_CARD_COLUMNS = (
    "pk",
    "kind",
    "slug",
    "title",
    "summary",
    "location",
    "starts_at",
    "ends_at",
    "all_day",
    "published_on",
    "is_cancelled",
    "is_example",
    "ortschaft__name",
    "place__name",
)
_TEXT_COLUMNS = ("text__title", "text__summary", "text__state")


def live_items(kind: str | None = None) -> QuerySet[Item]:
    """Items that the public sees, of one kind or of all."""
    items = Item.objects.filter(live=True)
    return items.filter(kind=kind) if kind else items


def any_of[Row: Model](*parts: QuerySet[Row]) -> QuerySet[Row]:
    """The rows of several querysets, each of which may be sliced, as one query in which each keeps its own index.

    An OR over them would make PostgreSQL walk through the whole table.
    """
    rows = parts[0].model._default_manager
    first, *others = (rows.filter(pk__in=part.values("pk")).values("pk") for part in parts)
    return rows.filter(pk__in=first.union(*others, all=True))


def card_rows(items: QuerySet[Item], language: str) -> QuerySet[Any]:
    """The columns of a card, one row an item, in one query."""
    if language == settings.LANGUAGE_CODE:
        return items.values_list(*_CARD_COLUMNS)
    return items.annotate(
        text=FilteredRelation("translations", condition=Q(translations__language=language))
    ).values_list(*_CARD_COLUMNS, *_TEXT_COLUMNS)


def card_from_row(
    row: Sequence[Any], language: str, now: datetime, occurrence: tuple[datetime, datetime] | None = None
) -> Card:
    """A card from a row of `card_rows`; an occurrence replaces the item's own times."""
    (_pk, kind_key, slug, title, summary, location, starts_at, ends_at, all_day, published, cancelled, example) = row[
        :12
    ]
    shown, state = settings.LANGUAGE_CODE, TextState.ORIGINAL
    if language != settings.LANGUAGE_CODE:
        state = TextState.MISSING
        if row[14] is not None:
            title, summary, shown = row[14], row[15], language
            state = TextState.MACHINE if row[16] == "machine" else TextState.REVIEWED
    over_at = ends_at
    if occurrence is not None:
        # A date always ends, because calendars need that; an end that nobody told us is not shown as one.
        starts_at, over_at = occurrence
        ends_at = over_at if ends_at is not None else None
    badges: tuple[Badge, ...] = ()
    if cancelled:
        badges = (Badge("closed", _("Cancelled")),)
    elif over_at is not None and over_at < now:
        badges = (Badge("quiet", _("Over")),)
    kind = registry.kind(kind_key)
    return Card(
        kind=kind,
        slug=slug,
        title=title,
        summary=summary,
        language=shown,
        text_state=state,
        url=item_path(kind, slug, language),
        when=dates.when(starts_at, ends_at, all_day, language) if kind.timed and starts_at else "",
        where=row[13] or location,
        ortschaft=row[12] or "",
        starts_at=starts_at,
        ends_at=ends_at,
        published_on=published,
        badges=badges,
        is_example=example,
        all_day=all_day,
    )


def cards(items: QuerySet[Item], language: str, now: datetime) -> list[Card]:
    """Cards of a (sliced) queryset: one query."""
    return [card_from_row(row, language, now) for row in card_rows(items, language)]


def ordered(items: QuerySet[Item], order: Order) -> QuerySet[Item]:
    """A kind's items in the order in which its list is read."""
    match order:
        case Order.SOONEST:
            return items.order_by("sort_at", "pk")
        case Order.TITLE:
            return items.order_by("title", "pk")
        case Order.NUMBER:
            return items.order_by("sort_at", "pk")
        case Order.NEWEST:
            return items.order_by("-sort_at", "-pk")


@dataclass(frozen=True, slots=True)
class CardPage:
    """One page of a list: no count of 100,000 rows, just whether there is more."""

    cards: list[Card]
    number: int
    has_next: bool


def card_page(items: QuerySet[Item], language: str, now: datetime, *, number: int = 1, size: int = 25) -> CardPage:
    """Page ``number`` (from 1) of the ordered items: one query."""
    first = (number - 1) * size
    rows = list(card_rows(items[first : first + size + 1], language))
    return CardPage([card_from_row(row, language, now) for row in rows[:size]], number, len(rows) > size)


# More dates than this never run at one moment; a page shows far fewer.
_MAX_RUNNING = 200


def occurrence_cards(
    language: str,
    now: datetime,
    *,
    kind: str,
    after: datetime,
    before: datetime | None = None,
    where: Q | None = None,
    limit: int = 50,
    offset: int = 0,
) -> list[Card]:
    """Dates of a kind from ``after`` up to ``before``, soonest first, those that still run included.

    One query of two parts, because no index answers "ends later, ordered by start": what runs at ``after`` is found
    by its end, what comes by its start. ``where`` is a condition on occurrences.
    """
    dates_of_kind = Occurrence.objects.filter(kind=kind)
    if where is not None:
        dates_of_kind = dates_of_kind.filter(where)
    # Not ordered: asked to order by start, SQLite would walk through all that ever began.
    running = dates_of_kind.filter(ends_at__gte=after, starts_at__lt=after).order_by()[:_MAX_RUNNING]
    coming = dates_of_kind.filter(starts_at__gte=after).order_by("starts_at", "pk")
    if before is not None:
        coming = coming.filter(starts_at__lt=before)
    # How many run is known only afterwards, so a later page begins as many dates earlier as may run.
    skipped = max(0, offset - _MAX_RUNNING)
    rows = any_of(running, coming[skipped : offset + limit])
    columns = [f"item__{name}" for name in _CARD_COLUMNS]
    if language != settings.LANGUAGE_CODE:
        rows = rows.annotate(
            text=FilteredRelation("item__translations", condition=Q(item__translations__language=language))
        )
        columns += _TEXT_COLUMNS
    found = sorted(rows.values_list(*columns, "pk", "starts_at", "ends_at"), key=lambda row: (row[-2], row[-3]))
    shown = found[offset - skipped :][:limit]
    return [card_from_row(row, language, now, occurrence=(row[-2], row[-1])) for row in shown]


def specific_item(kind: Kind, slug: str) -> Item | None:
    """A live item as its kind's model with what its page shows: two queries (the item, its translations)."""
    steps = TrailLink.objects.filter(Q(source=OuterRef("pk")) | Q(target=OuterRef("pk")))
    return (
        kind.model._default_manager.filter(kind=kind.key, slug=slug, live=True)
        .select_related("ortschaft", "place", "place__ortschaft", *kind.related)
        .prefetch_related("translations")
        .annotate(has_trail=Exists(steps))
        .first()
    )


def item_by_slug(kind: Kind, slug: str, language: str, now: datetime) -> ItemView | None:
    """The view of a live item with its trail, or None."""
    item = specific_item(kind, slug)
    if item is None:
        return None
    return item_view(item, language, now, trail=trail(item, language, now), photo=photo(item))


def views(items: QuerySet[Any], language: str, now: datetime) -> list[ItemView]:
    """Views of a (sliced) queryset of one kind or of `Item`, without trail and photo: two queries."""
    related = ("ortschaft", "place", "place__ortschaft")
    if items.model is Item:
        related += tuple(name for kind in registry.kinds() for name in _table_and_related(kind))
    else:
        related += registry.kind(items.model.KIND).related
    loaded = items.select_related(*related).prefetch_related("translations")
    return [item_view(_as_its_kind(item), language, now) for item in loaded]


def _table_name(kind: Kind) -> str:
    return f"as_{kind.model._meta.model_name}"


def _table_and_related(kind: Kind) -> list[str]:
    return [_table_name(kind), *(f"{_table_name(kind)}__{name}" for name in kind.related)]


def _as_its_kind(item: Item) -> Item:
    """The kind's own object that was loaded beside the item, with what was loaded for the item."""
    kind = registry.kind(item.kind)
    if isinstance(item, kind.model):
        return item
    own: Item = getattr(item, _table_name(kind))
    own.ortschaft, own.place = item.ortschaft, item.place
    own._prefetched_objects_cache = item._prefetched_objects_cache  # type: ignore[attr-defined]
    return own


MAX_CALENDAR = 500
# What was stays in people's calendars for a while.
_JUST_OVER = timedelta(days=30)


def calendar_views(where: Q, language: str, now: datetime) -> list[ItemView]:
    """Views of what happens since a month ago, each item once, soonest first, at most ``MAX_CALENDAR``.

    One query and two for each kind.

    ``where`` is a condition on occurrences.
    """
    rows = Occurrence.objects.filter(where, ends_at__gte=now - _JUST_OVER).order_by("starts_at")
    found = dict(rows.values_list("item_id", "kind")[: 8 * MAX_CALENDAR])
    chosen: dict[str, list[int]] = {}
    for pk, key in list(found.items())[:MAX_CALENDAR]:
        chosen.setdefault(key, []).append(pk)
    return [
        view
        for key, pks in chosen.items()
        for view in views(registry.kind(key).model._default_manager.filter(pk__in=pks), language, now)
    ]


def newest(*, kind: str | None = None, ortschaft: str | None = None) -> QuerySet[Item]:
    """Live items, last published first."""
    items = live_items(kind)
    if ortschaft:
        items = items.filter(ortschaft__slug=ortschaft)
    return items.order_by("-published_on", "-pk")


MAX_STEPS = 24
# All steps of a village are some hundreds; reading them in one go costs less than asking from step to step.
_MAX_LINKS = 5000


def trail(item: Item, language: str, now: datetime) -> tuple[TrailStep, ...]:
    """All steps that led here and that follow from here, in order, at most ``MAX_STEPS`` items.

    Three queries; none for an item that `specific_item` has found to be without links, which gives ().
    """
    if not getattr(item, "has_trail", True):
        return ()
    return trail_steps([connected(all_links(), item.pk)], language, now, here=item.pk)[0]


def all_links() -> list[Link]:
    """Every step between live items: one query."""
    rows = TrailLink.objects.filter(source__live=True, target__live=True).order_by("pk")
    return [Link(*row) for row in rows.values_list("source_id", "target_id", "relation", "reason")[:_MAX_LINKS]]


def trail_steps(
    trails: Sequence[Sequence[Link]], language: str, now: datetime, *, here: int = 0
) -> list[tuple[TrailStep, ...]]:
    """The steps of each trail in order, each with the state that its kind gives it: two queries for all trails."""
    with_state = [kind for kind in registry.kinds() if kind.stage and kind.has_badges]
    tables = {kind.key: f"as_{kind.model._meta.model_name}" for kind in with_state}
    ends = {end for links in trails for link in links for end in (link.source, link.target)}
    loaded = {
        row.pk: row
        for row in Item.objects.filter(pk__in=ends)
        .select_related("ortschaft", "place", *tables.values())
        .prefetch_related("translations")
    }
    stages = {pk: registry.kind(row.kind).stage or Stage.RESULT for pk, row in loaded.items()}
    order = {stage: position for position, stage in enumerate(Stage)}
    tie_break = {pk: (order[stages[pk]], loaded[pk].sort_at.timestamp()) for pk in loaded}

    def card(row: Item) -> Card:
        plain = item_card(row, language, now)
        whole = getattr(row, tables[row.kind], None) if row.kind in tables else None
        return replace(plain, badges=(*plain.badges, *plain.kind.badges(whole, now))) if whole else plain

    return [
        tuple(
            TrailStep(
                stage=stages[step.item].value,
                stage_label=STAGE_LABELS[stages[step.item].value](),
                card=card(loaded[step.item]),
                is_here=step.item == here,
                relation=step.relation,
                reason=step.reason,
            )
            for step in arrange(links, tie_break)
        )
        for links in trails
    ]


def stale_items(today: Any) -> QuerySet[Item]:
    """Live items whose review date has passed, longest overdue first."""
    return Item.objects.filter(live=True, review_by__lt=today).order_by("review_by", "pk")


def translations_needing_review(languages: Iterable[str]) -> QuerySet[ItemText]:
    """Translations of live items whose German text has changed since they were made."""
    return (
        ItemText.objects.filter(language__in=languages, item__live=True)
        .exclude(source_digest=F("item__stored_digest"))
        .select_related("item")
        .order_by("item_id", "language")
    )


def languages() -> list[str]:
    """The languages of this house beside German."""
    chosen = Municipality.objects.values_list("languages", flat=True).first() or []
    return [code for code, _name in settings.LANGUAGES if code in chosen and code != settings.LANGUAGE_CODE]


def translation_gaps(language: str) -> tuple[QuerySet[Item], QuerySet[Item], QuerySet[Item]]:
    """Live items whose translation needs review, is an unchecked machine draft, or is missing; newest first."""
    live = Item.objects.filter(live=True).order_by("-published_on", "-pk")
    here = ItemText.objects.filter(item=OuterRef("pk"), language=language)
    fits = here.filter(source_digest=OuterRef("stored_digest"))
    review = live.filter(Exists(here), ~Exists(fits))
    return review, live.filter(Exists(fits.filter(state="machine"))), live.exclude(Exists(here))


def translation_counts(language: str) -> tuple[int, int, int]:
    """How many of each there are, in the same order: three queries."""
    review, machine, missing = translation_gaps(language)
    return review.count(), machine.count(), missing.count()


@dataclass(frozen=True, slots=True)
class Proof:
    """When a notice was shown, as far as anybody looked: spans, each single entry (newest first), the chain's end."""

    spans: list[Span]
    looks: list[ProofLink]
    versions: int
    length: int
    head: str


def proof_of(notice: int, now: datetime) -> Proof:
    """The proof of display of a notice: two queries."""
    rows = list(ProofLink.objects.filter(notice=notice).order_by("sequence"))
    looks = [Look(row.at, row.kind == "shown") for row in rows if row.kind in {"shown", "missing"}]
    ended = bool(rows) and rows[-1].kind == "ended"
    texts = {row.payload["text_sha256"] for row in rows if row.payload and row.kind == "shown"}
    last = ProofLink.objects.order_by("-sequence").values_list("sequence", "hash").first()
    number, head = last or (0, GENESIS)
    return Proof(spans(looks, None if ended else now), rows[::-1], len(texts), number, head)
