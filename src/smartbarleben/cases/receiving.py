"""What all forms share on their way in and out: uploads with a limit, where they come from, private answers."""

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.core import signing
from django.core.files.uploadhandler import FileUploadHandler, SkipFile, StopUpload
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.middleware.csrf import CsrfViewMiddleware
from django.utils.cache import patch_vary_headers
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from smartbarleben.kernel.digest import text_digest
from smartbarleben.people.own_cookies import cookie_name, key_of

from .uploads import Limits

type View = Callable[..., HttpResponse]

# One byte more than we take, so that the file's own judge still says how much is allowed.
_MOST_BYTES = Limits().file_bytes + 1
_MOST_REQUEST_BYTES = 1_000_000_000
_MOST_FILES = 20
_SENT, _SENT_SECONDS = "gesendet", 3600


# The name of the buttons that show a form in another language, with everything that was typed.
SWITCH = "switch"


def switch_form(request: HttpRequest) -> str:
    """For the layout: the id of the form that the languages of this page take along, or ""."""
    return "form" if request.method == "POST" else ""


class UploadGuard(FileUploadHandler):
    """Passes small files on to the next handler and drops the others while they come in; words are never dropped."""

    def __init__(self, request: HttpRequest) -> None:
        super().__init__(request)
        self.too_large: list[str] = []
        self.dropped = 0
        self._count = 0
        self._seen = 0
        self._whole = 0

    def handle_raw_input(self, *args: Any, **kwargs: Any) -> None:
        """Remember how large the whole request says it is."""
        self._whole = args[2]

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        """Begin a file."""
        super().new_file(*args, **kwargs)
        self._count += 1
        self._seen = 0
        if self._whole > _MOST_REQUEST_BYTES:
            raise StopUpload(connection_reset=True)
        if self._count > _MOST_FILES:
            self.dropped += 1
            raise SkipFile

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """Hand the bytes on as long as the file is not too large."""
        self._seen += len(raw_data)
        if self._seen > _MOST_BYTES:
            self.too_large.append(self.file_name or "")
            raise SkipFile
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """The next handler makes the file."""


class SeeOther(HttpResponseRedirect):
    """After a form was taken: look there. Reloading that page sends nothing again."""

    status_code = 303


def private(response: HttpResponse, *, secret: bool = False) -> HttpResponse:
    """Nobody keeps this answer. ``secret``: its address is a key, which no search engine and no other site gets."""
    response["Cache-Control"] = "no-store"
    if secret:
        response["X-Robots-Tag"] = "noindex"
        response["Referrer-Policy"] = "no-referrer"
    else:
        patch_vary_headers(response, ("Cookie",))
    return response


def public_form(view: View) -> View:
    """Make a view a form: never cached, uploads limited, and ``request.from_here`` says whether our own page sent it.

    Django would answer a missing token with an error page, and what was typed would be lost.
    """

    @wraps(view)
    def form(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        guard = UploadGuard(request)
        request.upload_guard = guard  # type: ignore[attr-defined]
        if request.method == "POST":
            request.upload_handlers.insert(0, guard)
            request.from_here = _from_here(request)  # type: ignore[attr-defined]
        return private(view(request, *args, **kwargs))

    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(form))


def secret_form(view: View) -> View:
    """The same for an address that is itself the key: nobody else can send it along, so there is no token."""

    @wraps(view)
    def form(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        guard = UploadGuard(request)
        request.upload_guard = guard  # type: ignore[attr-defined]
        if request.method == "POST":
            request.upload_handlers.insert(0, guard)
        return private(view(request, *args, **kwargs), secret=True)

    return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(form))


def remember_sent(response: HttpResponse, name: uuid.UUID, words: str) -> HttpResponse:
    """Let this browser know for an hour what it sent: going back brings the same words in a form of a new name."""
    value = signing.dumps({"form": str(name), "words": text_digest(words)}, salt=_SENT)
    response.set_cookie(cookie_name(_SENT), value, secure=settings.HTTPS, httponly=True, samesite="Lax")
    return response


def sent_before(request: HttpRequest, words: str) -> uuid.UUID | None:
    """The name of the form in which this browser sent the very same words a while ago, or None."""
    try:
        told = signing.loads(key_of(request, _SENT), salt=_SENT, max_age=_SENT_SECONDS)
    except signing.BadSignature:
        return None
    return uuid.UUID(told["form"]) if told["words"] == text_digest(words) else None


def _from_here(request: HttpRequest) -> bool:
    """Whether our own page sent this: its origin says so, or the token that only our page knows."""
    origin = request.headers.get("Origin", "")
    if origin in (f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS):
        # Also where the browser keeps no cookies at all.
        return True
    return CsrfViewMiddleware(lambda _request: HttpResponse()).process_view(request, None, (), {}) is None
