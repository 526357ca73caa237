"""What machines ask before they read: robots.txt, the sitemap, security.txt, the catalogue of data sets."""

import json
from datetime import timedelta

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation

from smartbarleben.places.queries import village
from smartbarleben.ui.dates import today
from smartbarleben.ui.http import public_page

from . import sitemap
from .api import opened
from .catalogue import catalogue, turtle
from .queries import at_one_moment, states, terms
from .registry import data_sets

# Logins, the town hall's workspace, forms and what lies behind a secret address, the gallery of building blocks.
_CLOSED = ("/verwaltung/", "/konto/")
_CLOSED_IN_EACH_LANGUAGE = ("/formular/", "/stimmt-noch/", "/bausteine/")
_DAYS_OF_SECURITY = 180


def _prefixes(request: HttpRequest) -> dict[str, str]:
    spoken = village(request).municipality.languages or [settings.LANGUAGE_CODE]
    known = [code for code, _name in settings.LANGUAGES if code in spoken or code == settings.LANGUAGE_CODE]
    return {code: "" if code == settings.LANGUAGE_CODE else f"/{code}" for code in known}


@public_page(changes="day")
@at_one_moment
def robots(request: HttpRequest) -> HttpResponse:
    """Everything public may be read; forms and logins are no reading."""
    closed = [*_CLOSED]
    for code, _name in settings.LANGUAGES:
        prefix = "" if code == settings.LANGUAGE_CODE else f"/{code}"
        closed += [f"{prefix}{path}" for path in _CLOSED_IN_EACH_LANGUAGE]
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in closed), "Allow: /", ""]
    lines += [f"Sitemap: {settings.BASE_URL}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@public_page(changes="never")
@at_one_moment
def sitemap_index(request: HttpRequest) -> HttpResponse:
    """The files of the sitemap: one query for each part."""
    addresses = [
        f"{settings.BASE_URL}/sitemap-{part.key}-{number}.xml"
        for part in sitemap.parts()
        for number in range(1, sitemap.files(part) + 1)
    ]
    return HttpResponse(sitemap.index_xml(addresses), content_type="application/xml; charset=utf-8")


@public_page(changes="never")
@at_one_moment
def sitemap_file(request: HttpRequest, key: str, number: int) -> HttpResponse:
    """One file of the sitemap; 404 for one that the index does not name."""
    part = sitemap.part(key)
    if part is None or number < 1:
        raise Http404
    size = sitemap.PAGES_OF_A_FILE
    entries = part.entries((number - 1) * size, size)
    if not entries:
        raise Http404
    content = sitemap.urls_xml(entries, settings.BASE_URL, _prefixes(request))
    return HttpResponse(content, content_type="application/xml; charset=utf-8")


@public_page(changes="day")
@at_one_moment
def security(request: HttpRequest) -> HttpResponse:
    """Where to report a security hole (RFC 9116); 404 as long as the town hall has named nobody."""
    contact = terms(request).security_contact
    if not contact:
        raise Http404
    # The first of a month, so that the file does not change every day.
    ends = (today() + timedelta(days=_DAYS_OF_SECURITY)).replace(day=1)
    lines = [
        f"Contact: {contact if '://' in contact else f'mailto:{contact}'}",
        f"Expires: {ends.isoformat()}T00:00:00Z",
        "Preferred-Languages: de, en",
        f"Canonical: {settings.BASE_URL}/.well-known/security.txt",
        "",
    ]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@public_page(changes="never")
@at_one_moment
def catalogue_file(request: HttpRequest, ending: str) -> HttpResponse:
    """All data sets as DCAT-AP.de: JSON-LD or Turtle."""
    known = states(request)
    # The texts are marked as German.
    with translation.override(settings.LANGUAGE_CODE):
        found = catalogue(village(request), [(one, known[one.key]) for one in data_sets()])
    if ending == "ttl":
        return opened(HttpResponse(turtle(found), content_type="text/turtle; charset=utf-8"))
    body = json.dumps(found, ensure_ascii=False, indent=1)
    return opened(HttpResponse(body, content_type="application/ld+json"))
