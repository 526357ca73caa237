"""The page of the search and the suggestions while somebody types."""

from collections.abc import Collection
from contextlib import suppress
from typing import Any

from django.conf import settings
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from smartbarleben.content.presentation import Card, language_prefix
from smartbarleben.content.queries import cards, live_items
from smartbarleben.places.queries import Village, village
from smartbarleben.search import actions, queries, registry
from smartbarleben.ui.dates import today
from smartbarleben.ui.http import public_page, render

from .filters import Choice, Chosen, Filter, groups, link, read
from .layout import LANGUAGE_NAMES, here

QUESTION = "q"
LONGEST = 200
SUGGESTIONS = 7
# What people came to town halls for most when they were asked; a house without these shows its first ones.
_MUCH_WANTED = ("personalausweis", "anmelden", "muellabfuhr", "kita-platz", "fuehrerschein", "hund-anmelden")


def _question(request: HttpRequest) -> str:
    return " ".join(request.GET.get(QUESTION, "").replace("\x00", " ").split())[:LONGEST]


def _kinds() -> dict[str, tuple[str, ...]]:
    """The kinds of results by what they are called: those of one name are one for people who search."""
    found: dict[str, tuple[str, ...]] = {}
    for kind, label in registry.kinds().items():
        found[str(label.many)] = (*found.get(str(label.many), ()), kind)
    return found


def _filters(house: Village, offered: Collection[str] | None = None) -> list[Filter]:
    """By what results can be narrowed down; ``offered`` are the kinds among them, None for all."""
    named = [(kinds, name) for name, kinds in _kinds().items() if offered is None or {*kinds} & {*offered}]
    found = [Filter("art", _("What"), tuple(Choice(kinds[0], name) for kinds, name in named), _("everything"))]
    if len(house.ortschaften) > 1:
        places = tuple(Choice(one.slug, one.name) for one in house.ortschaften)
        found.append(Filter("ort", _("Where"), places, _("everywhere")))
    found.append(
        Filter(
            "wann",
            _("When"),
            (
                Choice(queries.WEEK, _("in the next 7 days")),
                Choice(queries.MONTH, _("in the next 31 days")),
                Choice(queries.COMING, _("still to come")),
                Choice(queries.OVER, _("over")),
            ),
            pgettext("date", "at any time"),
        )
    )
    languages = tuple(
        Choice(code, LANGUAGE_NAMES[code], code)
        for code, _name in settings.LANGUAGES
        if code in house.municipality.languages
    )
    found.append(Filter("sprache", _("Written in"), languages, _("any language")))
    return found


@public_page(changes="minute")
def search(request: HttpRequest) -> HttpResponse:
    """What was found, or help where nothing was: seven queries, and a count without a person."""
    language, now, house = get_language() or settings.LANGUAGE_CODE, timezone.now(), village(request)
    question, path = _question(request), here("/suche/")
    chosen = read(request.GET, _filters(house))
    narrow = queries.Filters(
        kinds=next((kinds for kinds in _kinds().values() if kinds[0] == chosen.get("art")), ()),
        ortschaft=next((one.pk for one in house.ortschaften if one.slug == chosen.get("ort")), None),
        language=chosen.get("sprache"),
        when=chosen.get("wann"),
    )
    found = queries.find(question, language, now=now, filters=narrow, page=chosen.page)
    filters = _filters(house, {*found.kinds, chosen.get("art")})
    values = {QUESTION: question, **chosen.values}
    is_narrowed = bool(chosen.values)
    if question and request.method == "GET" and chosen.page == 1 and not is_narrowed:
        # A database that is busy may lose a count, and nobody waits for one.
        with suppress(OperationalError):
            actions.count_question(typed=question, language=language, found=bool(found.hits), day=today())
    context: dict[str, Any] = {
        "question": question,
        "found": found,
        "chosen": chosen,
        "groups": groups(path, filters, Chosen(values)) if question else [],
        "is_narrowed": is_narrowed,
        "all_url": link(path, {QUESTION: question}),
        "meant_url": link(path, {QUESTION: found.meant}) if found.meant else "",
        "previous_url": link(path, values, chosen.page - 1) if chosen.page > 1 else None,
        "next_url": link(path, values, chosen.page + 1) if found.has_next else None,
        "villages": {one.pk: one.name for one in house.ortschaften},
        "prefix": language_prefix(language),
        "example_data": any("example" in hit.dress.states for hit in found.hits),
        "municipality": house.municipality,
        "canonical_url": settings.BASE_URL + path,
        **({} if found.hits else _help(question, language, path)),
    }
    response = render(request, "portal/search.jinja", context)
    response["X-Robots-Tag"] = "noindex"
    return response


def _help(question: str, language: str, path: str) -> dict[str, Any]:
    """For who found nothing, or has not asked yet: words that the village knows, and what many come for."""
    related = queries.related(question) if question else []
    return {
        "related": [{"label": word, "url": link(path, {QUESTION: word})} for word in related],
        "wanted": _much_wanted(language),
    }


def _much_wanted(language: str, limit: int = 6) -> list[Card]:
    services = live_items("service").order_by("title", "pk")
    some = cards(services.filter(slug__in=_MUCH_WANTED), language, timezone.now())
    some.sort(key=lambda card: _MUCH_WANTED.index(card.slug))
    return some if len(some) == limit else cards(services[:limit], language, timezone.now())


@public_page(changes="minute")
def suggestions(request: HttpRequest) -> HttpResponse:
    """What somebody who is still typing may look for, as JSON: ``{"suggestions": [{label, kind, url, lang}]}``."""
    language = get_language() or settings.LANGUAGE_CODE
    question = _question(request)
    hits: tuple[queries.Hit, ...] = ()
    if len(question) >= 2:
        hits = queries.find(question, language, now=timezone.now(), size=SUGGESTIONS, typing=True, dressed=False).hits
    prefix = language_prefix(language)
    rows = [
        {
            "label": hit.name,
            "kind": str(hit.label.one) if hit.label else "",
            "url": prefix + hit.path,
            "lang": hit.language,
        }
        for hit in hits
    ]
    response = JsonResponse({"suggestions": rows})
    response["X-Robots-Tag"] = "noindex"
    return response
