"""Reply templates: words with placeholders such as {name} and {due}. No code is run, nothing else is replaced."""

import re
from collections.abc import Mapping

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

PLACEHOLDERS = ("name", "number", "title", "due", "received", "link", "code", "office", "me")
_PLACE = re.compile(r"\{([^{}\n]{0,40})\}")


def check(text: str) -> None:
    """Raises ValidationError for placeholders that nobody fills."""
    unknown = [name for name in _PLACE.findall(text) if name not in PLACEHOLDERS]
    if unknown:
        raise ValidationError(
            _("{%(name)s} is not known. You can write: %(known)s.")
            % {"name": unknown[0], "known": ", ".join(f"{{{name}}}" for name in PLACEHOLDERS)}
        )


def fill(text: str, values: Mapping[str, str]) -> tuple[str, list[str]]:
    """The text with its placeholders filled, and the names of those for which nothing is known (they stay)."""
    open_places = [name for name in dict.fromkeys(_PLACE.findall(text)) if not values.get(name)]
    return _PLACE.sub(lambda found: values.get(found[1]) or found[0], text), open_places


def unfilled(text: str) -> list[str]:
    """The known placeholders that still stand in a text; other words in braces are the writer's own."""
    return [name for name in dict.fromkeys(_PLACE.findall(text)) if name in PLACEHOLDERS]
