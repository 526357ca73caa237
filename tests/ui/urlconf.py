"""A tiny site around the gallery: pages that need no database."""

from datetime import datetime

from django.conf.urls.i18n import i18n_patterns
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import include, path
from django.utils import translation

from smartbarleben.ui.context import FeedLink, LanguageLink, NavEntry, PageContext, VillageInfo
from smartbarleben.ui.dates import VILLAGE_TIME
from smartbarleben.ui.http import public_page
from smartbarleben.ui.skyline import Tower

village = {"generation": 1, "rendered": 0}


def generation(request: HttpRequest) -> int:
    return village["generation"]


def page_context(request: HttpRequest) -> PageContext:
    language = translation.get_language() or "de"
    return {
        "village": VillageInfo(
            "Musterdorf", "Gemeinde", "barleben", (Tower("hood", "a"), Tower("gable", "b"), Tower("spire", "c"))
        ),
        "nav": [NavEntry("Aktuelles", "/", request.path == "/"), NavEntry("Termine", "/termine/")],
        "footer_nav": [NavEntry("Impressum", "/impressum/")],
        "languages": [
            LanguageLink("de", "Deutsch", "/", "de", current=language == "de"),
            LanguageLink("de-simple", "Leichte Sprache", "/de-simple/", "de-simple"),
            LanguageLink("ar", "العربية", "/ar/", "ar", "rtl", current=language == "ar", available=False),
        ],
        "language": language,
        "direction": "rtl" if language == "ar" else "ltr",
        "today": datetime(2026, 11, 24, 10, tzinfo=VILLAGE_TIME),
        "example_data": True,
        "search_url": "/suche/",
        "feedback_url": "/formular/",
        "feeds": [FeedLink("Neuigkeiten", "/feed/")],
    }


def _page(request: HttpRequest) -> HttpResponse:
    village["rendered"] += 1
    return HttpResponse("hello")


def _missing(request: HttpRequest) -> HttpResponse:
    raise Http404


def _gone(request: HttpRequest) -> HttpResponse:
    return HttpResponse("gone", status=410)


def _cookie(request: HttpRequest) -> HttpResponse:
    response = HttpResponse("hello")
    response.set_cookie("trace", "1")
    return response


urlpatterns = [
    path("minute/", public_page(_page)),
    path("day/", public_page(changes="day")(_page)),
    path("never/", public_page(changes="never")(_page)),
    path("missing/", public_page(_missing)),
    path("gone/", public_page(_gone)),
    path("cookie/", public_page(_cookie)),
    *i18n_patterns(path("bausteine/", include("smartbarleben.ui.urls")), prefix_default_language=False),
]
