"""The pages of items: a kind's list, the events by day and by month, one item with everything that belongs to it."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from smartbarleben.content import registry
from smartbarleben.content.channels.jsonld import jsonld
from smartbarleben.content.filters import EventFilter
from smartbarleben.content.presentation import ItemView, TrailStep
from smartbarleben.content.queries import card_page, item_by_slug, occurrence_cards
from smartbarleben.content.registry import Kind, Order
from smartbarleben.content.texts import SOURCE_LANGUAGE
from smartbarleben.places.queries import village
from smartbarleben.ui import dates
from smartbarleben.ui.context import FeedLink
from smartbarleben.ui.http import public_page, render

from . import lists, month, queries
from .filters import Chosen, Filter, groups, link, read
from .layout import here
from .related import further_dates, sections


def _speaks() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _feed(kind: Kind) -> FeedLink:
    return FeedLink(str(kind.plural), here(f"/{kind.path}/feed.atom"))


def _calendar(label: str, url: str) -> FeedLink:
    return FeedLink(label, url, "text/calendar")


def _list_context(path: str, filters: list[Filter], chosen: Chosen, has_next: bool) -> dict[str, Any]:
    """What every list needs besides what stands in it."""
    return {
        "groups": groups(path, filters, chosen),
        "chosen": chosen,
        "all_url": path,
        "is_narrowed": bool(chosen.values),
        "first_url": link(path, chosen.values),
        "previous_url": link(path, chosen.values, chosen.page - 1) if chosen.page > 1 else None,
        "next_url": link(path, chosen.values, chosen.page + 1) if has_next else None,
        "canonical_url": settings.BASE_URL + link(path, chosen.values, chosen.page),
    }


@public_page(changes="minute")
def item_list(request: HttpRequest, kind: Kind) -> HttpResponse:
    """The list of a kind: filters in the address, a pager that never counts."""
    language, now = _speaks(), timezone.now()
    path = here(f"/{kind.path}/")
    filters = lists.filters_for(kind, village(request), language)
    chosen = read(request.GET, filters)
    if chosen.problems:
        return _unknown(request, kind, path, chosen)
    page = card_page(lists.narrowed(kind, chosen, now), language, now, number=chosen.page, size=lists.size(kind))
    cards = lists.badged(page.cards, now)
    context = _list_context(path, filters, chosen, page.has_next) | {
        "kind": kind,
        "words": lists.words(kind),
        "cards": cards,
        "columns": 2 if kind.order is Order.TITLE else 1,
        "feeds": [_feed(kind)],
        "example_data": any(card.is_example for card in cards),
    }
    return render(request, "portal/list.jinja", context)


@public_page(changes="minute")
def events(request: HttpRequest) -> HttpResponse:
    """What is on, by day, soonest first."""
    kind = registry.kind("event")
    language, now = _speaks(), timezone.now()
    path = here(f"/{kind.path}/")
    filters = lists.filters_for(kind, village(request), language)
    chosen = read(request.GET, filters)
    if chosen.problems:
        return _unknown(request, kind, path, chosen)
    cards = occurrence_cards(
        language,
        now,
        kind="event",
        after=now,
        where=_events_where(chosen),
        limit=lists.SIZE + 1,
        offset=(chosen.page - 1) * lists.SIZE,
    )
    has_next = len(cards) > lists.SIZE
    cards = lists.badged(cards[: lists.SIZE], now)
    today = dates.today()
    context = _list_context(path, filters, chosen, has_next) | {
        "kind": kind,
        "words": lists.words(kind),
        "days": [
            (day, [(card, month.time_words(card, language)) for card in of_day])
            for day, of_day in month.by_day(cards, today)
        ],
        "tomorrow": today + timedelta(days=1),
        "month_url": link(f"{path}monat/{today:%Y-%m}/", chosen.values),
        "calendar_url": link(f"{path}kalender.ics", chosen.values),
        "feeds": [
            _feed(kind),
            _calendar(_("Subscribe in my calendar"), link(f"{path}kalender.ics", chosen.values)),
        ],
        "example_data": any(card.is_example for card in cards),
    }
    return render(request, "portal/events.jinja", context)


@public_page(changes="day")
def events_of_month(request: HttpRequest, text: str) -> HttpResponse:
    """A month of events as a table that a narrow screen reads as a list."""
    kind = registry.kind("event")
    language, now, today = _speaks(), timezone.now(), dates.today()
    first = month.parse(text, today)
    if first is None:
        raise Http404(_("We have no dates for this month."))
    list_path = here(f"/{kind.path}/")
    path = f"{list_path}monat/{text}/"
    filters = lists.filters_for(kind, village(request), language)
    chosen = read(request.GET, filters)
    if chosen.problems:
        return _unknown(request, kind, path, chosen)
    following, previous = month.after(first), month.before(first)
    cards = queries.dates_of_month(language, now, first, following, _events_where(chosen))

    def move(to: Any) -> dict[str, str] | None:
        if month.parse(f"{to:%Y-%m}", today) is None:
            return None
        return {"label": dates.month(to, language), "url": link(f"{list_path}monat/{to:%Y-%m}/", chosen.values)}

    context = _list_context(path, filters, chosen, has_next=False) | {
        "kind": kind,
        "first": first,
        "weeks": month.weeks(first, cards, language),
        "is_empty": not cards,
        "previous": move(previous),
        "following": move(following),
        "day_today": today,
        "list_url": link(list_path, chosen.values),
        "calendar_url": link(f"{list_path}kalender.ics", chosen.values),
        "feeds": [
            _feed(kind),
            _calendar(_("Subscribe in my calendar"), link(f"{list_path}kalender.ics", chosen.values)),
        ],
        "example_data": any(card.is_example for card in cards),
    }
    return render(request, "portal/month.jinja", context)


def _events_where(chosen: Chosen) -> Q:
    return EventFilter.from_query(chosen.values).where("item__")


def _unknown(request: HttpRequest, kind: Kind, path: str, chosen: Chosen) -> HttpResponse:
    """The address asks for something that we don't know: said in words, with a way to everything."""
    context = {"kind": kind, "problems": chosen.problems, "all_url": path, "first_url": link(path, chosen.values)}
    return render(request, "portal/unknown.jinja", context, status=404)


_STEP_STATES = {"closed": "rejected", "open": "present", "attention": "present", "quiet": "future", "done": "done"}


def step_rows(steps: tuple[TrailStep, ...]) -> list[dict[str, Any]]:
    """The trail as the component wants it. A step without a state of its own (a wish, money) has happened."""
    rows = []
    for step in steps:
        tone = step.card.badges[-1].tone if step.card.badges else "done"
        state = "rejected" if step.relation == "rejected" else _STEP_STATES.get(tone, "done")
        rows.append(
            {
                "label": step.stage_label,
                "state": state,
                "title": step.card.title,
                "url": "" if step.is_here else step.card.url,
                "note": step.reason,
                "lang": step.card.language,
                "note_lang": SOURCE_LANGUAGE,
                "here": step.is_here,
            }
        )
    return rows


def fact_rows(view: ItemView) -> list[dict[str, Any]]:
    """When, where and what the kind knows, as rows of the facts component."""
    spot = view.spot
    rows: list[dict[str, Any]] = []
    if view.kind.key != "notice":
        rows.append({"label": _("When"), "value": view.card.when, "icon": "clock"})
    if spot:
        url = here(f"/orte/{spot.slug}/") if spot.slug else ""
        address = spot.address if spot.address != spot.name else ""
        german = {"lang": SOURCE_LANGUAGE, "note_lang": SOURCE_LANGUAGE}
        rows.append({"label": _("Where"), "value": spot.name, "note": address, "url": url, "icon": "pin"} | german)
    elif view.card.ortschaft:
        rows.append({"label": _("Where"), "value": view.card.ortschaft, "icon": "pin", "ltr": True})
    rows += [
        {"label": fact.label, "value": str(fact.value), "url": fact.url, "lang": fact.language, "ltr": bool(fact.url)}
        for fact in view.facts
        if fact.value != ""
    ]
    return rows


@public_page(changes="minute")
def item(request: HttpRequest, kind: Kind, slug: str) -> HttpResponse:
    """One item: what, when, where, who; what one can do with it; where it comes from and leads to."""
    view = item_by_slug(kind, slug, _speaks(), timezone.now())
    if view is None:
        raise Http404(_("There is nothing at this address."))
    return render_item(request, view)


def render_item(request: HttpRequest, view: ItemView) -> HttpResponse:
    """The page of a view; also the editor's preview of a draft (`settings.CONTENT_PAGE_RENDERER`)."""
    language, now, kind = _speaks(), timezone.now(), view.kind
    dates = [_calendar(_("To my calendar"), view.channel_url("termin.ics"))] if kind.timed and view.has_date else []
    context = {
        "view": view,
        "rows": fact_rows(view),
        "steps": step_rows(view.trail),
        "sections": sections(view, language, now),
        "further_dates": further_dates(view, language, now),
        "proof_url": view.channel_url("nachweis/") if kind.key == "notice" else "",
        "list_url": here(f"/{kind.path}/"),
        "jsonld": jsonld,
        "feeds": [_feed(kind), *dates],
        "example_data": view.card.is_example,
    }
    return render(request, "portal/item.jinja", context)
