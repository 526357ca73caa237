"""The sentence around the words that were found, as pieces of which some are marked. Pure; no HTML is made here."""

import re
from collections.abc import Collection
from dataclasses import dataclass

from .words import plain

_WORD = re.compile(r"[^\W_]+(?:[·‧•\u00ad'’ʼ][^\W_]+)*", re.UNICODE)
USUAL_LENGTH = 220


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of text; `hit` marks what was looked for."""

    text: str
    hit: bool = False


def marked(text: str, words: Collection[str]) -> tuple[Piece, ...]:
    """The whole text with the given folded words marked."""
    pieces: list[Piece] = []
    at = 0
    for match in _WORD.finditer(text):
        if not _is_hit(match.group(), words):
            continue
        if match.start() > at:
            pieces.append(Piece(text[at : match.start()]))
        pieces.append(Piece(match.group(), True))
        at = match.end()
    if at < len(text):
        pieces.append(Piece(text[at:]))
    return tuple(pieces)


def _is_hit(word: str, words: Collection[str]) -> bool:
    folded = plain(word)
    return folded in words or any(part in words for part in folded.split())


def around(text: str, words: Collection[str], length: int = USUAL_LENGTH) -> tuple[Piece, ...]:
    """About ``length`` letters of a long text around the first hit, cut between words; () where nothing is hit."""
    hits = [match for match in _WORD.finditer(text) if _is_hit(match.group(), words)]
    if not hits:
        return ()
    start = max(0, hits[0].start() - length // 4)
    start = text.rfind(" ", 0, start) + 1 if start else 0
    end = start + length
    if end < len(text):
        end = max(text.rfind(" ", start, end), hits[0].end())
    cut = " ".join(text[start:end].split())
    return marked(f"{'… ' if start else ''}{cut}{' …' if end < len(text) else ''}", words)
