"""Which kinds of cases there are. Rooms register theirs when ready; the town hall sets periods and offices."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of case. ``title`` and ``lead`` are lazy translations for the person.

    ``days`` (working days) or ``months`` is the promised answer as long as the town hall sets no other, ``keep_days``
    how long a case stays after it was closed. ``law`` names the rule behind a period that is not ours to choose.
    ``form`` kinds have a public form at /formular/<path>/; without a ``path`` the key is the word in the address.
    """

    key: str
    title: Any
    lead: Any = ""
    days: int | None = 10
    months: int | None = None
    keep_days: int = 180
    law: Any = ""
    form: bool = True
    order: int = 50
    path: str = ""

    @property
    def word(self) -> str:
        """The word of its form in the address."""
        return self.path or self.key


_kinds: dict[str, Kind] = {}


def register(kind: Kind) -> None:
    """Add a kind; the same key again replaces it. Raises ValueError unless it has exactly one period."""
    if (kind.days is None) == (kind.months is None):
        raise ValueError(f"{kind.key}: a period in working days or in months, not both and not none.")
    _kinds[kind.key] = kind


def find(key: str) -> Kind | None:
    """The kind with this key, or None."""
    return _kinds.get(key)


def by_word(word: str) -> Kind | None:
    """The kind whose form has this word in its address, or None."""
    return next((kind for kind in _kinds.values() if kind.form and kind.word == word), None)


def kinds() -> Iterator[Kind]:
    """All kinds in their order."""
    return iter(sorted(_kinds.values(), key=lambda kind: (kind.order, kind.key)))
