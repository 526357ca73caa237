"""What the layouts need on every page: the village, the ways through the house, the languages."""

from functools import lru_cache
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from smartbarleben.cases.plain_words import own_path
from smartbarleben.content.presentation import language_prefix
from smartbarleben.content.queries import card_from_row, card_rows, live_items
from smartbarleben.places.queries import Village, house_name, village
from smartbarleben.ui.context import FeedLink, LanguageLink, NavEntry, PageContext, VillageInfo
from smartbarleben.ui.shapes import TOWERS
from smartbarleben.ui.skyline import Tower

LANGUAGE_NAMES = {
    "de": "Deutsch",
    "de-simple": "Leichte Sprache",
    "en": "English",
    "uk": "Українська",
    "ar": "العربية",
    "pl": "Polski",
}
_CODES = frozenset(code for code, _name in settings.LANGUAGES)


def path_in(path: str, language: str) -> str:
    """The same page's address in another language; a query stays as it is."""
    first, _sep, rest = path[1:].partition("/")
    if first in _CODES:
        path = f"/{rest}"
    return language_prefix(language) + path


def here(path: str) -> str:
    """A German path in the language of this request."""
    return language_prefix(get_language() or settings.LANGUAGE_CODE) + path


@lru_cache(maxsize=32)
def _footer_pages(generation: int, database: str, language: str) -> tuple[tuple[str, str, str], ...]:
    """Title, address and language of the pages in every footer; asked once for each generation and language."""
    pages = live_items("page").filter(as_page__in_footer=True).order_by("as_page__pk")
    now = timezone.now()
    found = (card_from_row(row, language, now) for row in card_rows(pages, language))
    return tuple((card.title, card.url, card.language) for card in found)


def footer_entries(house: Village, language: str, german_path: str) -> list[NavEntry]:
    """The ways that every page offers at its foot."""
    from django.db import connection

    prefix = language_prefix(language)
    entries = [(one.name, f"{prefix}/ortschaft/{one.slug}/", "") for one in house.ortschaften]
    entries += [
        (_("Closures and road works"), f"{prefix}/sperrungen/", ""),
        (_("Public notices"), f"{prefix}/bekanntmachungen/", ""),
        (_("Waste collection"), f"{prefix}/abfall/", ""),
        (_("Stops and departures"), f"{prefix}/haltestellen/", ""),
        (_("Map"), f"{prefix}/karte/", ""),
        (_("Offices"), f"{prefix}/aemter/", ""),
        (_("Open data"), f"{prefix}/offene-daten/", ""),
        (_("What we know about you"), f"{prefix}/formular/meine-daten/", ""),
        *_footer_pages(house.generation, str(connection.settings_dict["NAME"]), language),
    ]
    return [NavEntry(label, url, url == prefix + german_path, lang) for label, url, lang in entries]


def form_url(path: str, word: str, language: str) -> str:
    """The form at /formular/<word>/, told which page somebody was reading. Secret parts of a path stay behind."""
    return f"{language_prefix(language)}/formular/{word}/?ueber={quote(own_path(path))}"


def _towers(house: Village) -> tuple[Tower, ...]:
    """The church towers as somebody sees them who looks north: from west to east."""
    from_west = sorted(house.ortschaften, key=lambda one: one.lon)
    return tuple(Tower(one.tower, one.slug) for one in from_west if one.tower in TOWERS)


def page_context(request: HttpRequest) -> PageContext:
    """The context of `ui.context.PageContext` for this request: at most the queries of `village` and the footer."""
    house = village(request)
    language = get_language() or settings.LANGUAGE_CODE
    prefix = language_prefix(language)
    german_path = path_in(request.path, settings.LANGUAGE_CODE)
    full_path = request.get_full_path()

    def entry(label: str, path: str, *also: str) -> NavEntry:
        return NavEntry(label, prefix + path, german_path.startswith((path, *also)))

    municipality = house.municipality
    footer = footer_entries(house, language, german_path)
    return {
        "village": VillageInfo(
            name=municipality.name,
            kind=municipality.kind,
            line=municipality.line,
            towers=_towers(house),
            colours=municipality.colours,
            home_url=f"{prefix}/",
        ),
        "nav": [
            entry(_("News"), "/neues/"),
            entry(_("Events"), "/termine/"),
            entry(_("Town hall"), "/zustaendig/", "/aemter/", "/bekanntmachungen/"),
            entry(_("Places"), "/orte/"),
            entry(_("Clubs"), "/vereine/"),
            entry(_("Strategy"), "/strategie/", "/projekte/", "/massnahmen/", "/meilensteine/"),
        ],
        "footer_nav": footer,
        "languages": [
            LanguageLink(
                code=code,
                label=LANGUAGE_NAMES[code],
                url=path_in(full_path, code),
                lang=code,
                dir="rtl" if code in settings.LANGUAGES_BIDI else "ltr",
                current=code == language,
            )
            for code, _name in settings.LANGUAGES
            if code in municipality.languages
        ],
        "language": language,
        "direction": "rtl" if language in settings.LANGUAGES_BIDI else "ltr",
        "today": timezone.localtime(),
        "example_data": False,
        "site_url": settings.BASE_URL,
        "canonical_url": settings.BASE_URL + request.path,
        "search_url": f"{prefix}/suche/",
        "suggest_url": f"{prefix}/suche/vorschlaege.json",
        "feedback_url": form_url(request.path, "hinweis", language),
        "barrier_url": form_url(request.path, "barriere", language),
        "question_url": form_url(request.path, "frage", language),
        "privacy_url": next((one.url for one in footer if one.url.endswith("/datenschutz/")), ""),
        "theme_url": f"/farben.css?g={house.generation}" if municipality.colours else "",
        "feeds": [FeedLink(_("News"), f"{prefix}/neues/feed.atom")],
        "staff_url": "/verwaltung/",
        "source_url": settings.SOURCE_URL,
    }


def staff_context(request: HttpRequest) -> dict[str, Any]:
    """For the staff's pages: the name of the municipality."""
    return {"house_name": house_name(request)}
