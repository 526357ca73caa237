"""Public pages: one answer for everyone, recognised again before it is rendered.

A page is a function of the program, the village's generation (raised with every public change), the address, the
language and the time. The ETag says exactly that, so a repeated request costs one small query and no rendering: a
browser that has the page gets a 304, everybody else gets the rendered page from the shelf.
"""

import hashlib
import time
from collections.abc import Callable
from functools import cache, wraps
from typing import Any, Literal

from django.conf import settings
from django.core.exceptions import BadRequest, ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseNotModified
from django.template.loader import render_to_string
from django.utils.http import parse_etags
from django.utils.module_loading import import_string
from django.utils.translation import get_language

from .dates import today
from .shelf import Page, Shelf

type View = Callable[..., HttpResponse]
type Changes = Literal["minute", "day", "never"]

# Some 150 pages: those that a village's people open all day.
_shelf = Shelf(limit_bytes=8_000_000)
CACHE_CONTROL = "public, max-age=0, must-revalidate"
_load = cache(import_string)


def _bucket(changes: Changes) -> str:
    match changes:
        case "minute":
            return format(int(time.time()) // 60, "x")
        case "day":
            return today().isoformat()
        case "never":
            return ""
    raise ValueError(f"a page changes each minute, day or never, not {changes!r}")


def etag(request: HttpRequest, changes: Changes = "minute") -> str:
    """The weak ETag of the page at this address now. Costs what `settings.UI_GENERATION` costs."""
    parts = (
        settings.CODE_VERSION,
        str(_load(settings.UI_GENERATION)(request)),
        request.get_full_path(),
        get_language() or "",
        _bucket(changes),
    )
    return f'W/"{hashlib.blake2b("\0".join(parts).encode(), digest_size=12).hexdigest()}"'


def _finish(response: HttpResponse, tag: str) -> HttpResponse:
    response["ETag"] = tag
    response["Cache-Control"] = CACHE_CONTROL
    response["Vary"] = "Accept-Encoding"
    return response


def _from_shelf(request: HttpRequest, page: Page, tag: str) -> HttpResponse:
    packed = page.packed() if "gzip" in request.headers.get("Accept-Encoding", "") else None
    response = HttpResponse(page.body if packed is None else packed, headers=page.headers)
    if packed is not None:
        response["Content-Encoding"] = "gzip"
        response["Content-Length"] = str(len(packed))
    return _finish(response, tag)


def holds_nul(request: HttpRequest) -> bool:
    """Whether the address holds the one sign that PostgreSQL refuses to be asked for; nothing is called so."""
    return "%00" in request.get_full_path()


def public_page(view: View | None = None, *, changes: Changes = "minute") -> Any:
    """Make a view a public page: GET and HEAD only, ETag and 304, no cookie, cacheable by everyone.

    `changes` is how often the page changes by itself, without an edit: one that says "open now" each minute, a list
    of today's dates each day, an imprint never. Raises ImproperlyConfigured if the view sets a cookie or keys its
    answer to one, because such an answer must not be shared; BadRequest for an address that holds a NUL.
    """

    def decorate(view: View) -> View:
        _bucket(changes)

        @wraps(view)
        def page(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.method not in ("GET", "HEAD"):
                return HttpResponseNotAllowed(["GET", "HEAD"])
            if holds_nul(request):
                raise BadRequest("The address holds a NUL.")
            tag = etag(request, changes)
            # "*" asks whether anything exists, which only the view knows; weak comparison ignores the W/.
            known = parse_etags(request.headers.get("If-None-Match", ""))
            if tag in known or tag.removeprefix("W/") in known:
                return _finish(HttpResponseNotModified(), tag)
            kept = _shelf.get(tag) if settings.UI_SHELF else None
            if kept is not None:
                return _from_shelf(request, kept, tag)
            response = view(request, *args, **kwargs)
            if response.cookies or "cookie" in response.get("Vary", "").lower():
                raise ImproperlyConfigured(f"{view.__qualname__} is a public page and must not depend on cookies")
            if response.status_code != 200:
                return response
            if settings.UI_SHELF and request.method == "GET" and not response.streaming:
                page = Page(response.content, dict(response.headers))
                _shelf.put(tag, page)
                return _from_shelf(request, page, tag)
            return _finish(response, tag)

        page.public_page = True  # type: ignore[attr-defined]
        # Nothing can be written here: whoever tries hears so, and not something about cookies.
        page.csrf_exempt = True  # type: ignore[attr-defined]
        return page

    return decorate if view is None else decorate(view)


def render(
    request: HttpRequest,
    template: str,
    context: dict[str, Any] | None = None,
    status: int = 200,
    content_type: str | None = None,
) -> HttpResponse:
    """Render a Jinja2 template with the page context (see `ui.context.PageContext`) and the view's own values."""
    values = {**_load(settings.UI_PAGE_CONTEXT)(request), **(context or {})}
    html = render_to_string(template, values, request, using="jinja2")
    return HttpResponse(html, content_type=content_type, status=status)
