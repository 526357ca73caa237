"""The item on an A4 sheet for the board, as a tagged PDF.

WeasyPrint draws it with Pango, a library of the operating system. Where that is missing everything else works, and
the address of the PDF says what to install.
"""

import mimetypes
import re
import threading
from collections import OrderedDict
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from django.conf import settings
from django.contrib.staticfiles import finders
from django.core.exceptions import SuspiciousFileOperation
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils._os import safe_join
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from smartbarleben.places.queries import generation
from smartbarleben.ui.dates import today
from smartbarleben.ui.http import public_page, render

from ..presentation import ItemView
from ..registry import Kind
from ..texts import SOURCE_LANGUAGE
from .common import address_words, direction, find_view, kicker, own_direction
from .qr import qr_svg

INSTALL = "apt install libpango-1.0-0 libpangoft2-1.0-0"
KEPT = 32

# WeasyPrint shows the page's stylesheet to no drawing inside the page, so the skyline takes its ink along.
_INK_HERE = re.compile(r'(?<=<svg class="sheet__line")[^>]*>')
_INK = (
    r"\g<0><style>.line,.plant,.tower{fill:#fff;stroke:#000;stroke-width:2.25}.fine{fill:none;stroke:#000}"
    r".far{fill:none;stroke:#666}.field,.sun,.water{fill:none}</style>"
)
_SHEET = '<body class="sheet">'
_SMALLER = ('<body class="sheet sheet--snug">', '<body class="sheet sheet--dense">')

# Drawing takes half a second of a core: one sheet at a time, one request may wait for it, everybody else is asked to
# come back, so that the sheets never hold up the pages.
_drawing = threading.Lock()
_places = threading.BoundedSemaphore(2)
_drawn: OrderedDict[tuple[str, ...], bytes] = OrderedDict()


class PangoMissing(RuntimeError):
    """WeasyPrint cannot run here; the message says what the system said."""


class TooBusy(RuntimeError):
    """One sheet is being drawn and another one waits."""


def weasyprint() -> ModuleType:
    """The library, imported when the first sheet is wanted. Raises PangoMissing."""
    try:
        import weasyprint as library
    except (ImportError, OSError) as problem:
        raise PangoMissing(str(problem)) from problem
    return library


def notice_context(view: ItemView) -> dict[str, Any]:
    """What the sheet's template needs besides the page context."""
    language = get_language() or SOURCE_LANGUAGE
    page = direction(language)
    rows = [(_("When"), view.card.when, language, page), (_("Where"), _where(view), SOURCE_LANGUAGE, "ltr")]
    if view.is_cancelled:
        rows.insert(0, (_("Now"), _("Cancelled"), language, page))
    for fact in view.facts:
        run = "ltr" if fact.url else own_direction(fact.value, page)
        rows.append((fact.label, fact.value, fact.language or language, run))
    return {
        "item": view,
        "rows": [row for row in rows if row[1]],
        "kicker": kicker(view),
        "text_direction": direction(view.language),
        "code": qr_svg(view.absolute_url),
        "address": address_words(view.absolute_url, "\u200b"),
    }


def _where(view: ItemView) -> str:
    parts = [view.card.where, view.spot.address if view.spot else "", view.card.ortschaft]
    shown: list[str] = []
    for part in filter(None, parts):
        if not any(part in other for other in shown):
            shown.append(part)
    return ", ".join(shown)


def notice_html(request: HttpRequest, view: ItemView) -> str:
    """The sheet as HTML in the print layout, for the browser and for `notice_pdf`."""
    context = import_string(settings.UI_PAGE_CONTEXT)(request) | notice_context(view)
    return render_to_string("content/notice.jinja", context, request, using="jinja2")


def notice_pdf(html: str) -> bytes:
    """The sheet as a tagged PDF (PDF/UA-1). Raises PangoMissing and TooBusy."""
    library = weasyprint()
    if not _places.acquire(blocking=False):
        raise TooBusy
    try:
        with _drawing:
            return _draw(library, _INK_HERE.sub(_INK, html, count=1)).write_pdf(pdf_variant="pdf/ua-1")
    finally:
        _places.release()


def _draw(library: ModuleType, html: str) -> Any:
    """The laid out sheet; in smaller letters where that saves the second page."""
    source = {"base_url": f"{settings.BASE_URL}/", "url_fetcher": _fetcher()()}
    document = library.HTML(string=html, **source).render()
    for smaller in _SMALLER if len(document.pages) == 2 else ():
        tried = library.HTML(string=html.replace(_SHEET, smaller, 1), **source).render()
        if len(tried.pages) == 1:
            return tried
    return document


@cache
def _fetcher() -> type:
    """A fetcher that reads the program's own static files and opens no connection, whatever a text asks for."""
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    class OwnFiles(URLFetcher):
        def fetch(self, url: str, headers: dict[str, str] | None = None) -> URLFetcherResponse:
            path = static_file(url)
            if path is None:
                raise ValueError(f"not a file of our own: {url}")
            kind = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
            return URLFetcherResponse(url, path.read_bytes(), {"Content-Type": kind})

    return OwnFiles


def static_file(url: str) -> Path | None:
    """The file behind an address of a static file of this site, or None for every other address."""
    prefix = f"{settings.BASE_URL}{settings.STATIC_URL}"
    if not url.startswith(prefix):
        return None
    name = url.removeprefix(prefix).partition("?")[0].partition("#")[0]
    try:
        # A name with a digest is known only where the files were collected; others are the program's own.
        found = Path(finders.find(name) or safe_join(settings.STATIC_ROOT, name))
    except (SuspiciousFileOperation, ValueError):
        return None
    return found if found.is_file() else None


@public_page(changes="day")
def notice(request: HttpRequest, kind: Kind, slug: str) -> HttpResponse:
    """The sheet as PDF; 503 with what helps where it cannot be drawn now."""
    # The query is no part of the key: it changes nothing, and would let a stranger have the same sheet drawn again.
    key = (str(generation(request)), request.path, get_language() or "", today().isoformat(), settings.CODE_VERSION)
    pdf = _drawn.get(key)
    if pdf is None:
        view = find_view(kind, slug)
        try:
            pdf = notice_pdf(notice_html(request, view))
        except PangoMissing:
            title = _("There is no PDF here yet")
            text = _("This server lacks the library that draws the sheets (Pango). Everything else works.")
            return _sorry(request, view, title, text, command=INSTALL)
        except TooBusy:
            title = _("One moment, please")
            text = _("Another sheet is being drawn. Load this page again in a few seconds.")
            response = _sorry(request, view, title, text)
            response["Retry-After"] = "3"
            return response
        _keep(key, pdf)
    headers = {"Content-Disposition": f'inline; filename="{slug}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _keep(key: tuple[str, ...], pdf: bytes) -> None:
    _drawn[key] = pdf
    while len(_drawn) > KEPT:
        _drawn.popitem(last=False)


def _sorry(request: HttpRequest, view: ItemView, title: str, text: str, command: str = "") -> HttpResponse:
    context = {"title": title, "text": text, "command": command, "back": view.url}
    response = render(request, "content/notice_missing.jinja", context, status=503)
    response["Cache-Control"] = "no-store"
    return response
