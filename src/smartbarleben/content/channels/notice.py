"""The item on an A4 sheet for the board, as a tagged PDF.

WeasyPrint draws it with Pango, a library of the operating system. Where that is missing everything else works, and
the address of the PDF says what to install.
"""

from collections import OrderedDict
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.module_loading import import_string
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from smartbarleben.places.queries import generation
from smartbarleben.ui.codes import qr_svg
from smartbarleben.ui.dates import today
from smartbarleben.ui.http import public_page, render
from smartbarleben.ui.paper import INSTALL, PangoMissing, TooBusy, pdf

from ..presentation import ItemView
from ..registry import Kind
from ..texts import SOURCE_LANGUAGE
from .common import address_words, direction, find_view, kicker, own_direction

KEPT = 32

_SMALLER = ('<body class="sheet sheet--snug">', '<body class="sheet sheet--dense">')

_drawn: OrderedDict[tuple[str, ...], bytes] = OrderedDict()


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
    return pdf(html, _SMALLER)


@public_page(changes="day")
def notice(request: HttpRequest, kind: Kind, slug: str) -> HttpResponse:
    """The sheet as PDF; 503 with what helps where it cannot be drawn now."""
    # The query is no part of the key: it changes nothing, and would let a stranger have the same sheet drawn again.
    key = (str(generation(request)), request.path, get_language() or "", today().isoformat(), settings.CODE_VERSION)
    drawn = _drawn.get(key)
    if drawn is None:
        view = find_view(kind, slug)
        try:
            drawn = notice_pdf(notice_html(request, view))
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
        _keep(key, drawn)
    headers = {"Content-Disposition": f'inline; filename="{slug}.pdf"'}
    return HttpResponse(drawn, content_type="application/pdf", headers=headers)


def _keep(key: tuple[str, ...], pdf: bytes) -> None:
    _drawn[key] = pdf
    while len(_drawn) > KEPT:
        _drawn.popitem(last=False)


def _sorry(request: HttpRequest, view: ItemView, title: str, text: str, command: str = "") -> HttpResponse:
    context = {"title": title, "text": text, "command": command, "back": view.url}
    response = render(request, "content/notice_missing.jinja", context, status=503)
    response["Cache-Control"] = "no-store"
    return response
