"""How well a text answers a question. Pure, and the same on every database: the database only brings candidates.

A word in the title says what a thing is (10), a keyword what people call it (9), the summary mentions it (4), the
body somewhere (1.5), each times how sure we are that the word is meant. Rare words count more than frequent ones, and
what has all words of the question comes before what has some. Titles that say little else are preferred. Then the
thing itself: services, offices and places before reports of the day; what is to come before what is over; news of the
last months before old ones; the reader's language before others.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from .planning import ALL_PARTS, PART, Group, Plan, Variant

TITLE, KEYWORDS, SUMMARY, BODY = 10.0, 9.0, 4.0, 1.5
SOON, NEW, OLD = timedelta(days=21), timedelta(days=90), timedelta(days=730)


@dataclass(frozen=True, slots=True)
class Candidate:
    """A text as the ranking sees it: folded words of its four fields, and what it is."""

    pk: int
    source: str
    key: str
    kind: str
    language: str
    title: str
    keywords: str
    summary: str
    body: str
    weight: int
    is_dated: bool
    sort_at: datetime


class Texts:
    """The words of one candidate, taken apart once."""

    __slots__ = ("fields", "title_words")

    def __init__(self, one: Candidate) -> None:
        title = frozenset(one.title.split())
        self.title_words = len(title)
        self.fields = (
            (title, TITLE),
            (frozenset(one.keywords.split()), KEYWORDS),
            (frozenset(one.summary.split()), SUMMARY),
            (frozenset(one.body.split()), BODY),
        )


def _fit(group: Group, texts: Texts) -> float:
    """Between 0 and `TITLE`: how well the text has what one word asks for."""
    best = 0.0
    options: Mapping[str, float] = group.options
    for words, field in texts.fields:
        if best >= field:
            break
        for word in options.keys() & words:
            best = max(best, field * options[word])
    if group.parts:
        fits = [_fit(part, texts) for part in group.parts]
        best = max(best, PART * max(fits), ALL_PARTS * sum(fits) / len(fits) if all(fits) else 0.0)
    return best


def _variant_score(variant: Variant, texts: Texts) -> float:
    whole = hit = total = 0.0
    titled: set[str] = set()
    for group in variant.groups:
        fit = _fit(group, texts)
        whole += group.weight
        total += group.weight * fit
        if fit:
            hit += group.weight
        titled |= group.words & texts.fields[0][0]
    if not hit:
        return 0.0
    tight = len(titled) / texts.title_words if texts.title_words else 0.0
    return variant.weight * (total / whole) * (hit / whole) * (1 + 0.3 * tight)


def score(one: Candidate, plan: Plan, language: str, now: datetime) -> float:
    """The candidate's points for a reader of ``language``; 0 for none of the words."""
    texts = Texts(one)
    words = max((_variant_score(variant, texts) for variant in plan.variants), default=0.0)
    return words * one.weight / 100 * _timely(one, now) * _readable(one.language, language)


def _timely(one: Candidate, now: datetime) -> float:
    if one.is_dated:
        if one.sort_at < now:
            return 0.6
        # Of two dates of one name the sooner is meant.
        return 1.15 - 0.1 * min(1.0, (one.sort_at - now) / SOON)
    age = now - one.sort_at
    # What stands as long as it is true does not age; news do.
    if one.weight >= 100:
        return 1.0
    return 1.1 if age < NEW else 0.8 if age > OLD else 1.0


def _readable(written_in: str, language: str) -> float:
    if written_in == language:
        return 1.1
    return 1.0 if written_in == "de" else 0.85
