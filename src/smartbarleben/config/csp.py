"""The two content security policies and the middleware that chooses between them.

Public pages and the login pages load the village's own files and nothing else. The staff workspace (Wagtail) still
writes inline scripts and styles, so it gets a second policy that allows them, but no other host either.
docs/adr/0001 says what was tried.
"""

from collections.abc import Callable
from urllib.parse import urlsplit

from django.http import HttpRequest, HttpResponse
from django.utils.csp import CSP

PUBLIC = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "worker-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}

# A public page inside the editor's preview frame.
PREVIEW = {**PUBLIC, "frame-ancestors": [CSP.SELF]}


def with_basemap(address: str) -> dict[str, list[str]]:
    """The policy of the map's page: PUBLIC, and the host of the basemap's pictures where a municipality names one.

    MapLibre runs under PUBLIC as it is: its worker is a file of ours, and its styles are set by script.
    """
    parts = urlsplit(address)
    if not parts.netloc:
        return PUBLIC
    host = f"{parts.scheme}://{parts.netloc}"
    return {**PUBLIC, "img-src": [*PUBLIC["img-src"], host], "connect-src": [*PUBLIC["connect-src"], host]}


STAFF = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "style-src": [CSP.SELF, CSP.UNSAFE_INLINE],
    "img-src": [CSP.SELF, "data:", "blob:"],
    "font-src": [CSP.SELF, "data:"],
    "connect-src": [CSP.SELF],
    "frame-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.SELF],
    # The editor shows previews of the channels in frames of its own origin.
    "frame-ancestors": [CSP.SELF],
}

STAFF_PATHS = ("/verwaltung/",)


class PolicyByPath:
    """Gives staff pages the staff policy; everything else keeps SECURE_CSP (public)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        # What only leads on has no inline code, and is what strangers get there.
        is_page = not 300 <= response.status_code < 400
        if is_page and request.path_info.startswith(STAFF_PATHS) and not hasattr(response, "_csp_config"):
            response._csp_config = STAFF  # type: ignore[attr-defined]
        return response
