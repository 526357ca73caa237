"""Atom 1.0 feeds (RFC 4287): of one kind, of an Ortschaft, of everything; in every language of the site."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator

from smartbarleben.places.queries import Village, village
from smartbarleben.ui.http import public_page

from .. import queries
from ..presentation import ItemView, language_prefix
from ..registry import Kind
from .common import example_label, feed_id, labels, lasting_id, writable

ATOM = "http://www.w3.org/2005/Atom"
CONTENT_TYPE = "application/atom+xml; charset=utf-8"
LENGTH = 50
# A feed without entries must have a date, too, and it must not change with every request.
_NEVER = datetime(2026, 1, 1, tzinfo=UTC)


def atom(views: Sequence[ItemView], *, title: str, path: str, page_url: str, house: Village, language: str) -> bytes:
    """The feed document. ``path`` is the feed's own path, ``page_url`` the page with the same things."""
    out = io.BytesIO()
    xml = _Writer(out, "utf-8")
    xml.startDocument()
    xml.startElement("feed", {"xmlns": ATOM, "xml:lang": language, "xml:base": f"{settings.BASE_URL}/"})
    xml.text("id", feed_id(house, path).urn)
    xml.text("title", f"{title} · {house.municipality.kind} {house.municipality.name}")
    xml.text("updated", _stamp(max((view.updated_at for view in views), default=_NEVER)))
    xml.empty("link", rel="self", type="application/atom+xml", href=f"{settings.BASE_URL}{path}")
    xml.empty("link", rel="alternate", type="text/html", hreflang=language, href=page_url)
    xml.startElement("author", {})
    xml.text("name", f"{house.municipality.kind} {house.municipality.name}")
    xml.text("uri", f"{settings.BASE_URL}/")
    xml.endElement("author")
    for view in views:
        _entry(xml, view, house, language)
    xml.endElement("feed")
    xml.endDocument()
    return out.getvalue()


class _Writer(SimplerXMLGenerator):
    """Elements by one call; characters that XML cannot carry are left out."""

    def text(self, name: str, content: str, **attributes: str) -> None:
        self.addQuickElement(name, writable(content), attributes)

    def empty(self, name: str, **attributes: str) -> None:
        self.addQuickElement(name, None, {key: writable(value) for key, value in attributes.items()})


def _entry(xml: _Writer, view: ItemView, house: Village, language: str) -> None:
    xml.startElement("entry", {"xml:lang": view.language})
    xml.text("id", lasting_id(view.card, house, language).urn)
    xml.text("title", view.title, type="text")
    xml.text("updated", _stamp(view.updated_at))
    xml.text("published", _stamp(view.card.published_on))
    xml.empty("link", rel="alternate", type="text/html", hreflang=language, href=view.absolute_url)
    if view.has_date:
        calendar = settings.BASE_URL + view.channel_url("termin.ics")
        xml.empty("link", rel="related", type="text/calendar", href=calendar)
    xml.empty("category", term=view.kind.key, label=str(view.kind.label))
    if view.card.ortschaft:
        xml.empty("category", term=view.card.ortschaft)
    if view.card.is_example:
        xml.empty("category", term="example", label=example_label())
    said = labels(view)
    summary = ". ".join(part.rstrip(".") for part in (*said, view.card.when, view.card.where, view.summary) if part)
    if summary:
        xml.text("summary", f"{summary}.", type="text")
    if view.body_html:
        notes = "".join(f"<p><em>{escape(label)}</em></p>" for label in said)
        parts = " · ".join(filter(None, (view.source.name, view.source.as_of)))
        source = f"<p><small>{escape(_('Source:'))} {escape(parts)}</small></p>" if view.source.name else ""
        xml.text("content", notes + view.body_html + source, type="html")
    xml.endElement("entry")


def _stamp(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _answer(
    request: HttpRequest, title: str, page: str, *, kind: str | None = None, ortschaft: str = ""
) -> HttpResponse:
    language = get_language() or settings.LANGUAGE_CODE
    views = queries.views(queries.newest(kind=kind, ortschaft=ortschaft)[:LENGTH], language, timezone.now())
    body = atom(
        views,
        title=title,
        path=request.path,
        page_url=f"{settings.BASE_URL}{language_prefix(language)}{page}",
        house=village(request),
        language=language,
    )
    return HttpResponse(body, content_type=CONTENT_TYPE)


@public_page(changes="minute")
def everything(request: HttpRequest) -> HttpResponse:
    """What was published last, of every kind."""
    return _answer(request, _("Everything new"), "/")


@public_page(changes="minute")
def of_kind(request: HttpRequest, kind: Kind) -> HttpResponse:
    """What was published last of one kind."""
    return _answer(request, str(kind.plural), f"/{kind.path}/", kind=kind.key)


@public_page(changes="minute")
def of_ortschaft(request: HttpRequest, slug: str) -> HttpResponse:
    """What was published last for one Ortschaft; 404 for an Ortschaft that we don't have."""
    ortschaft = village(request).ortschaft(slug)
    if ortschaft is None:
        raise Http404(_("There is nothing at this address."))
    title = _("News from %(ortschaft)s") % {"ortschaft": ortschaft.name}
    return _answer(request, title, f"/ortschaft/{slug}/", kind="news", ortschaft=slug)
