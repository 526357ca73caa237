"""What rooms share for their pages in Wagtail's workspace: who may come in, and who sees the way there."""

import functools
from collections.abc import Callable
from typing import Any, Concatenate

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from wagtail.admin.menu import MenuItem

type May = Callable[[Any], bool]


def only[**P](
    may: May,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], HttpResponse]], Callable[Concatenate[HttpRequest, P], HttpResponse]
]:
    """Decorator: lets in of whom ``may`` says so. Outermost, so that nobody else is told which methods there are."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
        @functools.wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not may(request.user):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


class Entry(MenuItem):
    """An entry of the menu, for those of whom ``may`` says so."""

    def __init__(self, label: Any, url: str, *, may: May, **rest: Any) -> None:
        super().__init__(label, url, **rest)
        self.may = may

    def is_shown(self, request: HttpRequest) -> bool:
        """Asked for each page of the workspace."""
        return self.may(request.user)
