"""Texts in another language than the page's: marked, so that voices speak them and lines run as they should."""

from django.conf import settings
from django.utils import translation
from markupsafe import Markup, escape

GERMAN = "de"


def written_in(language: str | None = GERMAN) -> Markup:
    """The attributes of an element whose text is in this language; none where the page speaks it, or for None."""
    if not language or language == (translation.get_language() or settings.LANGUAGE_CODE):
        return Markup("")
    direction = "rtl" if language in settings.LANGUAGES_BIDI else "ltr"
    return Markup(' lang="{}" dir="{}"').format(language, direction)


def bdi(text: object, language: str | None = GERMAN) -> Markup:
    """A text that may stand inside a sentence of another language.

    None as its language: what runs from left to right in every language (a phone number, an address).
    """
    if not text:
        return Markup("")
    if language is None:
        return Markup('<bdi dir="ltr">{}</bdi>').format(text)
    attributes = written_in(language)
    return Markup("<bdi{}>{}</bdi>").format(attributes, text) if attributes else escape(text)
