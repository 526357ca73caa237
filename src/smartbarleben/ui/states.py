"""The states that things in the village can be in: a word, a sign and a colour each, rendered once per language.

A list page shows some fifty of them, so the markup is kept; `components/tag.jinja` hands it out as `state(name)`.
"""

from functools import cache
from typing import Protocol

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _
from markupsafe import Markup, escape

from .icons import icon

# name: (word, tone, sign). The tones are those of `.tag--…` in components.css.
STATES: dict[str, tuple[str, str, str]] = {
    "open": (_("open"), "open", "check"),
    "closed": (_("closed"), "closed", "cross"),
    "warning": (_("warning"), "warning", "warning"),
    "done": (_("done"), "done", "check"),
    "planned": (_("planned"), "plain", "calendar"),
    "running": (_("in progress"), "attention", "arrow-right"),
    "rejected": (_("rejected"), "closed", "cross"),
    "cancelled": (_("cancelled"), "closed", "cross"),
    "new": (_("new"), "attention", ""),
    "example": (_("sample data"), "quiet", "info"),
    "machine": (_("machine translation, not yet checked"), "quiet", "globe"),
    "review": (_("translation may be out of date"), "quiet", "globe"),
    "missing": (_("only in German"), "quiet", "globe"),
    "unread": (_("not yet checked by readers"), "quiet", "easy-language"),
    "stale": (_("not confirmed for some time"), "quiet", "clock"),
    "expired": (_("over"), "quiet", "clock"),
}


class OwnState(Protocol):
    """A state that a room words itself, in the active language."""

    @property
    def text(self) -> str: ...

    @property
    def tone(self) -> str: ...


def state(name: str | OwnState) -> Markup:
    """The tag of a state in the active language; an unknown name is shown as it is."""
    if not isinstance(name, str):
        return tag(name.text, name.tone)
    return _tag(name, get_language() or "de") if name in STATES else tag(name)


@cache
def _tag(name: str, language: str) -> Markup:
    word, tone, sign = STATES[name]
    return tag(str(word), tone, sign)


def tag(label: str, tone: str = "plain", sign: str = "") -> Markup:
    """A tag with a word, a tone and the name of an icon."""
    return Markup(  # noqa: S704 (the parts are escaped)
        f'<span class="tag tag--{escape(tone)}">{icon(sign) if sign else ""}{escape(label)}</span>'
    )
