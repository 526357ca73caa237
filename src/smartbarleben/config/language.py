"""The language of a page stands in its address: /en/termine/; German has no prefix.

Django's own LocaleMiddleware also looks at cookies and Accept-Language and therefore varies every page by them;
a public page here has exactly one language per address, so that caches and shared links work.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation

_CODES = frozenset(code for code, _ in settings.LANGUAGES)


class LanguageByPath:
    """Activates the language named by the first part of the path for the time of the request."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        first = request.path_info[1:].partition("/")[0]
        language = first if first in _CODES else settings.LANGUAGE_CODE
        translation.activate(language)
        request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
        try:
            response = self.get_response(request)
        finally:
            translation.activate(settings.LANGUAGE_CODE)
        response.headers.setdefault("Content-Language", "de" if language == "de-simple" else language)
        return response
