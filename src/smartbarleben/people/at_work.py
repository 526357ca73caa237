"""What each request of a signed-in member of staff passes: is it still them, with a second factor, and where."""

import logging
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from . import pause, second_factor, visits

log = logging.getLogger("smartbarleben.security")


class AtWork:
    """Middleware for the workspace and one's own account; public pages pass untouched.

    It looks after the token of a form was checked: what is kept of a form that comes too late was sent by a page of
    ours.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.path_info.startswith(second_factor.GUARDED) and _refuses(request, response):
            log.warning("refused: %s", "signed in, but not allowed" if _somebody(request) else "not signed in")
        return response

    def process_view(self, request: HttpRequest, *_view: Any) -> HttpResponse | None:
        """Before the page itself."""
        if not (request.path_info.startswith(second_factor.GUARDED) and request.user.is_authenticated):
            return None
        if not pause.left(request):
            return pause.stop(request)
        if not pause.is_by_itself(request):
            visits.seen(request)
        if second_factor.is_missing(request):
            request.second_factor_missing = True  # type: ignore[attr-defined]
            if not request.path_info.startswith(second_factor.OPEN):
                return redirect("mfa_index")
        is_form = request.method == "POST" and request.content_type == "application/x-www-form-urlencoded"
        if is_form and pause.SENT_ON in request.POST:
            pause.forget(request)
        return None


def _refuses(request: HttpRequest, response: HttpResponse) -> bool:
    # Wagtail leads whoever may not see a page to its first one.
    home = reverse("wagtailadmin_home")
    return response.status_code == 403 or (response.get("Location") == home and request.path_info.startswith(home))


def _somebody(request: HttpRequest) -> bool:
    return hasattr(request, "user") and request.user.is_authenticated


def is_in(request: HttpRequest) -> bool:
    """Whether somebody who works here is signed in right now, for pages outside of the workspace."""
    return bool(request.user.is_authenticated and pause.left(request) and not second_factor.is_missing(request))
