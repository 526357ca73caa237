"""The item on a public screen: one thought, read from four metres, without hands."""

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from smartbarleben.kernel.plaintext import shorten
from smartbarleben.ui.codes import qr_svg
from smartbarleben.ui.http import public_page, render

from ..presentation import ItemView
from ..registry import Kind
from .common import address_words, direction, find_view, kicker

# Signs that still stand on a screen of 1080 lines in letters of at least 64 pixels.
TITLE_LENGTH = 96
LONG_TITLE = 48
LINE_LENGTH = 150
WHERE_LENGTH = 60
RELOAD_S = 300


@dataclass(frozen=True, slots=True)
class Slide:
    """What stands on the screen; `is_long` asks for smaller letters."""

    title: str
    line: str
    when: str
    where: str
    is_long: bool


def slide(view: ItemView) -> Slide:
    """The item cut down to a screen, always at a word."""
    title = shorten(view.title, TITLE_LENGTH)
    return Slide(
        title=title,
        line=shorten(view.summary, LINE_LENGTH),
        when=view.card.when,
        where=shorten(view.card.where or view.card.ortschaft, WHERE_LENGTH),
        is_long=len(title) > LONG_TITLE,
    )


def fits(view: ItemView) -> list[str]:
    """What the screen will cut off, in words for the editor; [] if everything fits."""
    problems = []
    for text, limit, message in (
        (view.title, TITLE_LENGTH, _("The title is too long for the screen: it ends after %(limit)s signs.")),
        (view.summary, LINE_LENGTH, _("The summary is too long for the screen: it ends after %(limit)s signs.")),
    ):
        if len(" ".join(text.split())) > limit:
            problems.append(message % {"limit": limit})
    return problems


def slide_context(view: ItemView) -> dict[str, Any]:
    """What the template needs besides the page context."""
    return {
        "item": view,
        "slide": slide(view),
        "kicker": kicker(view),
        "text_direction": direction(view.language),
        "code": qr_svg(view.absolute_url),
        "address": address_words(view.absolute_url),
    }


@public_page(changes="minute")
def show_slide(request: HttpRequest, kind: Kind, slug: str) -> HttpResponse:
    """The slide as a full-screen page. On a screen that nobody operates (`?bildschirm=1`) it reloads by itself; a
    reader's place would be lost by that."""
    context = slide_context(find_view(kind, slug))
    if request.GET.get("bildschirm"):
        context["refresh_s"] = RELOAD_S
    return render(request, "content/slide.jinja", context)
