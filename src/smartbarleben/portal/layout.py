"""What the layouts need on every page: the village, the ways through the house, the languages."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from smartbarleben.content.presentation import language_prefix
from smartbarleben.places.queries import village
from smartbarleben.ui.context import FeedLink, LanguageLink, NavEntry, PageContext, VillageInfo
from smartbarleben.ui.skyline import Tower

LANGUAGE_NAMES = {
    "de": "Deutsch",
    "de-simple": "Leichte Sprache",
    "en": "English",
    "uk": "Українська",
    "ar": "العربية",
    "pl": "Polski",
}


def path_in(path: str, language: str) -> str:
    """The same page's address in another language."""
    first, _sep, rest = path[1:].partition("/")
    if first in dict(settings.LANGUAGES):
        path = f"/{rest}"
    return language_prefix(language) + path


def page_context(request: HttpRequest) -> PageContext:
    """The context of `ui.context.PageContext` for this request: at most the one query of `places.village`."""
    house = village(request)
    language = get_language() or settings.LANGUAGE_CODE
    prefix = language_prefix(language)
    own_path = path_in(request.path, settings.LANGUAGE_CODE)

    def entry(label: str, path: str) -> NavEntry:
        current = own_path == path or (path != "/" and own_path.startswith(path))
        return NavEntry(label, prefix + path, current)

    municipality = house.municipality
    return {
        "village": VillageInfo(
            name=municipality.name,
            kind=municipality.kind,
            line=municipality.line,
            towers=tuple(Tower(one.tower, one.name) for one in house.ortschaften),
            colours=municipality.colours,
            home_url=f"{prefix}/",
        ),
        "nav": [
            entry(_("News"), "/neues/"),
            entry(_("Events"), "/termine/"),
            entry(_("Town hall"), "/zustaendig/"),
            entry(_("Places"), "/orte/"),
            entry(_("Clubs"), "/vereine/"),
            entry(_("Strategy"), "/strategie/"),
        ],
        "footer_nav": [
            entry(_("Public notices"), "/bekanntmachungen/"),
            entry(_("Waste collection"), "/abfall/"),
            entry(_("Imprint"), "/seiten/impressum/"),
            entry(_("Privacy"), "/seiten/datenschutz/"),
            entry(_("Accessibility"), "/seiten/barrierefreiheit/"),
        ],
        "languages": [
            LanguageLink(
                code=code,
                label=LANGUAGE_NAMES[code],
                url=path_in(request.path, code),
                lang="de" if code == "de-simple" else code,
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
        "theme_url": f"/farben.css?g={house.generation}" if municipality.colours else "",
        "feeds": [FeedLink(_("News"), f"{prefix}/neues/feed.atom")],
        "staff_url": "/verwaltung/",
    }


def staff_context(request: HttpRequest) -> dict[str, Any]:
    """For the staff's pages: the name of the municipality."""
    return {"house_name": settings.WAGTAIL_SITE_NAME}
