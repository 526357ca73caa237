"""How good the search is: questions as residents ask them, with the pages of which one must be among the first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import queries

FIRST = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """One question: the place of the first wanted page from 1 (0: not among the first ten), and what came instead."""

    question: str
    language: str
    held: bool
    place: int
    came: tuple[str, ...]

    @property
    def is_good(self) -> bool:
        """Whether a wanted page is among the first `FIRST`."""
        return 1 <= self.place <= FIRST


def name_of(hit: queries.Hit) -> str:
    """A result as the questions name it: "service/fuehrerschein"."""
    return f"{hit.kind}/{hit.path.strip('/').rpartition('/')[2]}"


def ask(questions: Iterable[Mapping[str, Any]], now: datetime) -> list[Outcome]:
    """The outcome of each question ``{q, lang, want: [kind/slug], held}``."""
    found = []
    for one in questions:
        answer = queries.find(one["q"], one["lang"], now=now)
        came = tuple(name_of(hit) for hit in answer.hits)
        place = next((number for number, name in enumerate(came, 1) if name in one["want"]), 0)
        found.append(Outcome(one["q"], one["lang"], bool(one.get("held")), place, came))
    return found


def share(outcomes: Sequence[Outcome]) -> float:
    """The share of questions that were answered among the first."""
    return sum(one.is_good for one in outcomes) / len(outcomes) if outcomes else 0.0


def lines(outcomes: Sequence[Outcome]) -> list[str]:
    """The shares in words: all, held out, and by language."""
    groups = {"all": outcomes, "held out": [one for one in outcomes if one.held]}
    for one in outcomes:
        groups.setdefault(one.language, [each for each in outcomes if each.language == one.language])
    return [
        f"top-{FIRST} {name:10} {share(some):6.1%}  ({sum(one.is_good for one in some)} of {len(some)})"
        for name, some in groups.items()
    ]
