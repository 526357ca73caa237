"""Answers for one person alone, and the keys that a browser keeps for them."""

from collections.abc import Iterator

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import translation


def private(response: HttpResponse) -> HttpResponse:
    """Nobody keeps, finds or passes on this answer."""
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    # The address of a link is a key: it must not travel on as a referrer. Not "no-referrer": browsers would then send
    # "Origin: null" with the form, which the CSRF protection rightly refuses.
    response["Referrer-Policy"] = "same-origin"
    return response


def cookie_name(name: str) -> str:
    """The name under which a browser keeps a key: over HTTPS one that it takes over HTTPS only."""
    return f"__Secure-{name}" if settings.HTTPS else name


def key_of(request: HttpRequest, name: str) -> str:
    """The key that came with a request, "" where none did."""
    return str(request.COOKIES.get(cookie_name(name), ""))


def with_key(
    response: HttpResponse, name: str, key: str, seconds: int, *, page: str, up: str = "", samesite: str = "Strict"
) -> HttpResponse:
    """Let the browser keep a key (or with "" and 0 forget it) for the pages below ``page`` in every language.

    ``up``: the last part of that page's path, taken off. No other page of the house gets the key.
    """
    name = cookie_name(name)
    for path in _paths(page, up):
        response.set_cookie(
            name,
            key,
            max_age=seconds,
            path=path,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite=samesite,
        )
        # Django keeps cookies by name; each path needs a line of its own.
        response.cookies[f"{name} {path}"] = response.cookies.pop(name)
    return response


def _paths(page: str, up: str) -> Iterator[str]:
    """The same page has an address in each language."""
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            yield reverse(page).removesuffix(up)
