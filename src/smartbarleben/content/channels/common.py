"""What several channels need: the item of an address, its lasting name, and what must be said about it everywhere."""

import re
import unicodedata
import uuid

from django.conf import settings
from django.http import Http404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

from smartbarleben.places.queries import Village

from .. import queries, registry
from ..presentation import Card, ItemView
from ..texts import TextState

# Names of items are made below this one; it must never change, or every subscriber gets everything anew.
_NAMES = uuid.UUID("6b0c0f1e-5a0b-5d2c-9c39-1f6d1b1f39a7")
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class KindConverter:
    """The first part of an item's address: turns into its `Kind`, so that other addresses pass by."""

    regex = "[a-z][a-z0-9-]*"

    def to_python(self, value: str) -> registry.Kind:
        """The kind of this path; ValueError (not this address) where there is none."""
        kind = registry.kind_by_path(value)
        if kind is None:
            raise ValueError(value)
        return kind

    def to_url(self, value: registry.Kind | str) -> str:
        """The path of a kind, also given by its path."""
        return value if isinstance(value, str) else value.path


def find_view(kind: registry.Kind, slug: str) -> ItemView:
    """The published item at this address in the active language, or Http404."""
    view = queries.item_by_slug(kind, slug, get_language() or "de", timezone.now())
    if view is None:
        raise Http404(_("There is nothing at this address."))
    return view


def lasting_id(card: Card, house: Village, language: str = "") -> uuid.UUID:
    """A name of the item that survives a change of title, host name or program.

    With ``language`` a translation has a name of its own, because a reader of two feeds gets two texts.
    """
    return lasting_name(house.municipality.ags, card.kind.key, card.slug, language)


def lasting_name(ags: str, kind: str, slug: str, language: str = "") -> uuid.UUID:
    """The same name for who has no card: key of the municipality, of the kind, short name of the item."""
    known = "" if language == settings.LANGUAGE_CODE else language
    return uuid.uuid5(_NAMES, f"{ags}/{kind}/{slug}/{known}")


def feed_id(house: Village, path: str) -> uuid.UUID:
    """The lasting name of a list at a path of this village."""
    return uuid.uuid5(_NAMES, f"{house.municipality.ags}{path}")


def text_state_label(state: TextState, language: str) -> str:
    """What must be said about a text of this state, "" where nothing must."""
    match state:
        case TextState.MACHINE if language == "de-simple":
            return _("Not yet checked by readers")
        case TextState.MACHINE:
            return _("Machine translation, not yet checked")
        case TextState.NEEDS_REVIEW:
            return _("This translation may be out of date")
        case TextState.MISSING:
            return _("Only in German so far")
    return ""


def example_label() -> str:
    """The word under which invented things stand."""
    return _("Sample data")


def labels(view: ItemView) -> list[str]:
    """What every channel must say besides the text: sample data, that it is over, the state of the translation."""
    said = [
        example_label() if view.card.is_example else "",
        _("Over") if view.is_over else "",
        text_state_label(view.text_state, view.language),
    ]
    return [label for label in said if label]


def kicker(view: ItemView) -> str:
    """The line above a headline: the kind, and what must be said."""
    return " · ".join([str(view.kind.label), *labels(view)])


def direction(language: str) -> str:
    """ "rtl" or "ltr": how a text of this language runs."""
    return "rtl" if language in settings.LANGUAGES_BIDI else "ltr"


def own_direction(text: str, fallback: str) -> str:
    """How a text of unknown language runs: as its first letter does; paper and screens know no `dir="auto"`."""
    for sign in text:
        match unicodedata.bidirectional(sign):
            case "L":
                return "ltr"
            case "R" | "AL":
                return "rtl"
    return fallback


def address_words(url: str, gap: str = "<wbr>") -> Markup:
    """An address as people type it, without the scheme and the last slash.

    A narrow line breaks it behind a slash, at ``gap``: the element for browsers, a space without width for paper.
    """
    words = url.partition("://")[2].rstrip("/") or url
    return Markup(f"/{gap}").join(words.split("/"))  # noqa: S704 (the gap is ours)


def writable(text: str) -> str:
    """The text without characters that XML and calendars cannot carry."""
    return _UNWRITABLE.sub("", text)
