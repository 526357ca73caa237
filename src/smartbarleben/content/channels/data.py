"""The item for programs: plain data, the same in the API and at the item's own `daten.json`."""

from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, JsonResponse

from smartbarleben.places.queries import Village, village
from smartbarleben.ui.http import public_page

from ..presentation import Card, ItemView, TrailStep
from ..registry import Kind
from .common import example_label, find_view, lasting_id, text_state_label

# Address below the item for each channel; the calendar only where there is a date.
CHANNELS = {
    "notice": "aushang.pdf",
    "slide": "folie/",
    "aloud": "vorlesen.txt",
    "json": "daten.json",
    "qr": "qr.svg",
    "calendar": "termin.ics",
}

type Data = dict[str, Any]


def stamp(moment: datetime | None) -> str | None:
    """A moment in UTC as ISO 8601."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ") if moment else None


def row(view: ItemView, house: Village) -> Data:
    """What a list says about an item."""
    card = view.card
    return {
        "id": str(lasting_id(card, house)),
        "kind": card.kind.key,
        "kind_label": str(card.kind.label),
        "slug": card.slug,
        "title": card.title,
        "summary": card.summary,
        "language": card.language,
        "text_state": card.text_state.value,
        "text_state_label": text_state_label(card.text_state, card.language) or None,
        "languages": sorted(view.available_languages),
        "when": card.when or None,
        "starts_at": stamp(card.starts_at),
        "ends_at": stamp(card.ends_at),
        "all_day": view.all_day,
        "recurrence": view.recurrence or None,
        "exception_dates": list(view.exception_dates),
        "cancelled": view.is_cancelled,
        "over": view.is_over,
        "where": card.where or None,
        "place": (view.spot.slug or None) if view.spot else None,
        "position": list(view.position) if view.position else None,
        "ortschaft": card.ortschaft or None,
        "published_at": stamp(card.published_on),
        "updated_at": stamp(view.updated_at),
        "source": {"name": view.source.name or None, "url": view.source.url or None},
        "as_of": view.source.as_of_iso or None,
        "needs_check": view.is_stale or view.source.is_old,
        **example(card.is_example),
        "channels": channels(view),
    }


def item(view: ItemView, house: Village) -> Data:
    """Everything that the item's page shows."""
    return row(view, house) | {
        "body_html": view.body_html,
        "body_text": view.body_text,
        "states": [badge.text for badge in view.card.badges],
        "facts": [
            {
                "label": fact.label,
                "value": fact.value,
                "url": absolute(fact.url) if fact.url else None,
                "language": fact.language or None,
                "name": fact.name or None,
                "data": fact.data,
            }
            for fact in view.facts
        ],
        "trail": [step(one, house) for one in view.trail],
    }


def step(one: TrailStep, house: Village) -> Data:
    """One step of a trail."""
    return {
        "stage": one.stage,
        "stage_label": one.stage_label,
        "relation": one.relation or None,
        "reason": one.reason or None,
        "is_here": one.is_here,
        **short(one.card, house),
    }


def short(card: Card, house: Village) -> Data:
    """Enough to name an item and to find it."""
    return {
        "id": str(lasting_id(card, house)),
        "kind": card.kind.key,
        "slug": card.slug,
        "title": card.title,
        "language": card.language,
        "url": card.absolute_url,
        **example(card.is_example),
    }


def example(is_example: bool) -> Data:
    """Whether something is invented, as a flag for programs and as the word that must be shown with it."""
    return {"example": is_example, "example_label": example_label() if is_example else None}


def channels(view: ItemView) -> Data:
    """The addresses of the item in all channels."""
    found = {"page": view.absolute_url}
    for name, address in CHANNELS.items():
        if name != "calendar" or view.has_date:
            found[name] = settings.BASE_URL + view.channel_url(address)
    return found


def absolute(url: str) -> str:
    """An address of this site completed; others as they are."""
    return settings.BASE_URL + url if url.startswith("/") else url


@public_page(changes="minute")
def data_json(request: HttpRequest, kind: Kind, slug: str) -> JsonResponse:
    """The item as JSON, readable from any site."""
    body = item(find_view(kind, slug), village(request))
    return JsonResponse(body, json_dumps_params={"ensure_ascii": False}, headers={"Access-Control-Allow-Origin": "*"})
