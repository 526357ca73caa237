"""Which text a reader gets: their language if there is one, German if not, and what must be said about it."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

SOURCE_LANGUAGE = "de"


class TextState(StrEnum):
    """What a page must say about the text that it shows."""

    ORIGINAL = "original"
    REVIEWED = "reviewed"
    MACHINE = "machine"
    NEEDS_REVIEW = "needs_review"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Text:
    """The chosen text. `language` is the one it is written in, which is not always the one asked for."""

    title: str
    summary: str
    body: str
    language: str
    state: TextState


@dataclass(frozen=True, slots=True)
class StoredText:
    """A translation as stored: `state` is reviewed or machine, `source_digest` names the German it was made from."""

    title: str
    summary: str
    body: str
    state: str
    source_digest: str


def choose(german: Text, german_digest: str, wanted: str, translations: Mapping[str, StoredText]) -> Text:
    """The text for a reader of ``wanted``.

    A translation whose German has changed since is shown as needing review, whoever checked it before. A missing
    translation gives the German text and says so.
    """
    if wanted == SOURCE_LANGUAGE:
        return german
    stored = translations.get(wanted)
    if stored is None:
        return Text(german.title, german.summary, german.body, SOURCE_LANGUAGE, TextState.MISSING)
    return Text(stored.title, stored.summary, stored.body, wanted, state_of(stored, german_digest))


def state_of(stored: StoredText, german_digest: str) -> TextState:
    """The state of one stored translation beside the present German text."""
    if stored.source_digest != german_digest:
        return TextState.NEEDS_REVIEW
    return TextState.MACHINE if stored.state == "machine" else TextState.REVIEWED
