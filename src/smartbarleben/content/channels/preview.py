"""What the editor sees beside the form: the draft in each channel, before anything is stored."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.module_loading import import_string

from smartbarleben.ui.http import render

from ..models import Item
from ..photos import photo
from ..presentation import ItemView, item_view
from ..queries import trail
from .aloud import aloud
from .notice import notice_html
from .slide import fits, slide_context

# A draft that has no address yet is shown as if it had this one.
DRAFT_SLUG = "entwurf"


def preview_response(item: Item, channel: str, language: str, request: HttpRequest) -> HttpResponse:
    """The draft in a channel: "page", "card", "slide", "notice" or "aloud"; another word gives the page.

    ``item`` need not be stored. The answer may be framed by the editor's own page and by nothing else.
    """
    item.slug = item.slug or DRAFT_SLUG
    now = timezone.now()
    steps = trail(item, language, now) if item.pk else ()
    response = _shown(item_view(item, language, now, trail=steps, photo=photo(item)), channel, language, request)
    response._csp_config = settings.PREVIEW_CSP  # type: ignore[attr-defined]
    response["Cache-Control"] = "no-store"
    return response


def _shown(view: ItemView, channel: str, language: str, request: HttpRequest) -> HttpResponse:
    match channel:
        case "card":
            return render(request, "content/preview_card.jinja", {"item": view})
        case "slide":
            context = slide_context(view) | {"refresh_s": 0}
            return render(request, "content/preview_slide.jinja", context | {"problems": fits(view)})
        case "notice":
            return HttpResponse(notice_html(request, view))
        case "aloud":
            return render(request, "content/preview_aloud.jinja", {"item": view, "text": aloud(view, language)})
    return import_string(settings.CONTENT_PAGE_RENDERER)(request, view)
