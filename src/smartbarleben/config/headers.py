"""Headers that every answer carries, whoever made it: a page, a file, an error, a redirect, a static file.

Django's own middleware gives the policies that depend on the page (`csp.py`); this one is the outermost and fills in
what is still missing, because static files are answered before the others are asked.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.http.response import HttpResponseBase
from django.utils.csp import CSP, build_policy

# What pages of the house may ask a browser for, and only they: where am I (the map), copy an address, a passkey.
_USED = ("geolocation", "clipboard-write", "fullscreen", "publickey-credentials-create", "publickey-credentials-get")
_NEVER = (
    "accelerometer",
    "autoplay",
    "camera",
    "display-capture",
    "encrypted-media",
    "gyroscope",
    "hid",
    "magnetometer",
    "microphone",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)
PERMISSIONS = ", ".join([*(f"{name}=(self)" for name in _USED), *(f"{name}=()" for name in _NEVER)])

# Files that a browser never shows as a page of its own with rights; a page has twenty of them, so each byte counts.
# Scripts keep their policy, because it is that of a script in the background.
_WITHOUT_RIGHTS = ("text/css", "font/", "image/png", "image/jpeg", "image/webp", "image/avif", "text/javascript")
_WITHOUT_SCRIPTS = _WITHOUT_RIGHTS[:-1]
_NOTHING = "default-src 'none'; form-action 'none'; frame-ancestors 'none'"

# Where somebody leaves: on a computer that others use, the browser forgets what it had kept of letters and photos.
LEAVING = ("/konto/logout/", "/formular/konto/abmelden/", "/formular/meine-daten/ansicht/verlassen/")

# What other sites may show inside their pages: published pictures (readers of feeds do), and the public API.
FOR_OTHERS = ("/media/images/", "/api/")


class EveryAnswer:
    """Outermost middleware: nothing leaves the house without these. What a view has set itself stays."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        # A script that works in the background has the policy of its own file: the map's may ask the basemap.
        self._files = build_policy(settings.MAP_CSP)

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        headers = response.headers
        shared = request.path_info.startswith(FOR_OTHERS) or headers.get("Access-Control-Allow-Origin") == "*"
        headers.setdefault("Cross-Origin-Resource-Policy", "cross-origin" if shared else "same-origin")
        kind = headers.get("Content-Type", "")
        if not kind.startswith(_WITHOUT_RIGHTS):
            headers.setdefault("Permissions-Policy", PERMISSIONS)
        # What is answered before Django's own middleware is asked: probes, and what came without HTTPS.
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", settings.SECURE_REFERRER_POLICY)
        headers.setdefault("Cross-Origin-Opener-Policy", settings.SECURE_CROSS_ORIGIN_OPENER_POLICY)
        policy = headers.get(str(CSP.HEADER_ENFORCE)) or (
            _NOTHING if kind.startswith(_WITHOUT_SCRIPTS) else self._files
        )
        if "frame-ancestors" not in policy:
            # Files of Wagtail's and of cases bring a policy that forgets it; nothing else stands in for it.
            policy = f"{policy}; frame-ancestors 'self'"
        headers[str(CSP.HEADER_ENFORCE)] = policy
        if request.method == "POST" and response.status_code == 302 and request.path_info.endswith(LEAVING):
            headers["Clear-Site-Data"] = '"cache"'
        return response


class OnlyByHttps:
    """For what came to the proxy without encryption: pages are led to HTTPS, all else is refused.

    Whoever sends words or keys over plain HTTP must notice: a redirect would let a program, or a form, go on so for
    ever. Needed where the proxy takes plain HTTP without redirecting by itself. Requests from this machine that say
    nothing of a proxy (probes, the proof of notices) pass.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        plain = settings.HTTPS and settings.BEHIND_PROXY and request.headers.get("X-Forwarded-Proto") == "http"
        if not plain:
            return self.get_response(request)
        if request.method in ("GET", "HEAD") and not request.path_info.startswith("/api/"):
            return HttpResponsePermanentRedirect(settings.BASE_URL + request.get_full_path(force_append_slash=False))
        return HttpResponse(
            "This address answers over https only. What was sent over http could be read on its way.\n",
            status=403,
            content_type="text/plain; charset=utf-8",
        )
