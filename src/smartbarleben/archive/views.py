"""The pages that only the copy has: what it is, a search without a server, A to Z, what stands in place of forms."""

from dataclasses import replace
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from smartbarleben.content.presentation import language_prefix
from smartbarleben.places.queries import village
from smartbarleben.portal.layout import here
from smartbarleben.search import registry
from smartbarleben.ui.context import LanguageLink
from smartbarleben.ui.http import public_page, render

from . import index
from .addressing import SEARCH
from .layout import day_in_words, page_context

_SCRIPT = "text/javascript; charset=utf-8"


def _language() -> str:
    return get_language() or settings.LANGUAGE_CODE


def _label(letter: str) -> str:
    return _("Digits and signs") if letter == index.OTHERS else letter.upper()


def _letters() -> list[tuple[str, str]]:
    return [
        (
            _("Digits and signs") if letter == index.OTHERS else letter.upper(),
            here(f"/a-z/{index.file_name(letter)}/"),
        )
        for letter in index.letters(_language())
    ]


def _common(request: HttpRequest) -> dict[str, Any]:
    return {
        "day_in_words": day_in_words(),
        "municipality": village(request).municipality,
        "data_url": here("/offene-daten/"),
        "letters": _letters(),
    }


@public_page(changes="never")
def closed(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Where a form was: that this is a copy, and who helps."""
    return render(request, "archive/closed.jinja", _common(request) | {"is_interface": False})


@public_page(changes="never")
def interface(request: HttpRequest) -> HttpResponse:
    """Where the interface for programs was: the files hold the same."""
    return render(request, "archive/closed.jinja", _common(request) | {"is_interface": True})


@public_page(changes="never")
def about(request: HttpRequest) -> HttpResponse:
    """What this copy is, what it holds and what it lacks."""
    return render(request, "archive/about.jinja", _common(request) | {"count": len(index.things(_language()))})


@public_page(changes="never")
def search(request: HttpRequest) -> HttpResponse:
    """The search; without JavaScript the list from A to Z."""
    return render(request, "archive/search.jinja", _common(request) | {"things_url": here(f"{SEARCH}dinge.js")})


def _with_letter(link: LanguageLink, name: str) -> LanguageLink:
    """The way to this letter in a language, to the search where nothing there begins with it."""
    if name in map(index.file_name, index.letters(link.code)):
        return link
    return replace(link, url=f"{language_prefix(link.code)}{SEARCH}", available=False)


@public_page(changes="never")
def letter(request: HttpRequest, name: str) -> HttpResponse:
    """Everything that begins with a letter."""
    found = [one for one in index.things(_language()) if index.file_name(one.letter) == name]
    if not found:
        raise Http404(_("There is nothing at this address."))
    labels = registry.kinds()
    entries = [(one, labels[one.kind].one if one.kind in labels else "") for one in found]
    entries.sort(key=lambda entry: (entry[0].words_title, entry[0].path))
    context = _common(request) | {"entries": entries, "letter": _label(found[0].letter)}
    context["languages"] = [_with_letter(one, name) for one in page_context(request)["languages"]]
    return render(request, "archive/letter.jinja", context)


@public_page(changes="never")
def things(request: HttpRequest) -> HttpResponse:
    """The names of everything, for the search's script."""
    return HttpResponse(index.things_script(_language()), content_type=_SCRIPT)


@public_page(changes="never")
def words(request: HttpRequest, name: str) -> HttpResponse:
    """The words that begin with a letter, for the search's script."""
    for one in index.first_letters(_language()):
        if index.file_name(one) == name:
            return HttpResponse(index.words_script(_language(), one), content_type=_SCRIPT)
    raise Http404
