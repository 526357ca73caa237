"""What each request of a signed-in member of staff passes: is there a second factor, where are they signed in."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from . import second_factor, visits


class AtWork:
    """Middleware for the workspace and one's own account; public pages pass untouched."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path_info.startswith(second_factor.GUARDED) and request.user.is_authenticated:
            visits.seen(request)
            if second_factor.is_missing(request):
                request.second_factor_missing = True  # type: ignore[attr-defined]
                if not request.path_info.startswith(second_factor.OPEN):
                    return redirect("mfa_index")
        return self.get_response(request)
