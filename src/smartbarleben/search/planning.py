"""What a person's words may mean, as words that stand in the index. Pure.

"Führerschien umtauschen" becomes two groups of words: what the first may stand for (here: one mistyped word) and what
the second may stand for (its other forms), each with how sure we are. Sayings that mean the same ("Auto anmelden",
"Kfz-Zulassung") and words written apart or together become further variants of the whole question.
"""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from .vocabulary import MOST_OPTIONS, Vocabulary
from .words import plain, stem, stems, tokens

MOST_WORDS = 8
MOST_VARIANTS = 8
# How sure we are that the typed word and the word of the index mean the same.
EXACT, FORM, SYNONYM, MISTYPED, MISTYPED_TWICE = 1.0, 0.9, 0.75, 0.7, 0.45
LONGER, INSIDE, SYNONYM_LONGER = 0.55, 0.5, 0.4
PART, ALL_PARTS = 0.3, 0.8
# Words whose meanings a planner keeps.
_MOST_REMEMBERED = 5_000
SAYING, TOGETHER = 0.85, 0.97

type Expression = tuple[str, ...]


@dataclass(frozen=True)
class Group:
    """What one typed word may stand for. `weight` says how telling it is: rare words say more than frequent ones."""

    typed: str
    options: Mapping[str, float]
    parts: tuple["Group", ...] = ()
    weight: float = 1.0

    @cached_property
    def words(self) -> frozenset[str]:
        """All words of the index that this group asks for."""
        found = set(self.options)
        for part in self.parts:
            found |= part.words
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class Variant:
    """One way to read the whole question; `weight` is 1 for the words as they were typed."""

    groups: tuple[Group, ...]
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Plan:
    """All ways to read a question. `mistyped` are words that nobody knows, with the known ones they look like."""

    variants: tuple[Variant, ...]
    mistyped: Mapping[str, tuple[str, ...]]

    @property
    def words(self) -> frozenset[str]:
        """Every word of the index that counts as a hit."""
        return frozenset(word for variant in self.variants for group in variant.groups for word in group.words)


class Thesaurus:
    """Words that say nothing, and expressions that mean the same.

    ``stopwords`` is {language: words separated by spaces}, ``synonyms`` {language: [[expression, …], …]}.
    """

    def __init__(self, stopwords: Mapping[str, str], synonyms: Mapping[str, Sequence[Sequence[str]]]) -> None:
        self.silent = frozenset(word for words in stopwords.values() for word in plain(words).split())
        self._meanings: list[tuple[str, list[Expression]]] = []
        self._by_first: dict[tuple[str, str], list[tuple[int, Expression, frozenset[str]]]] = {}
        for language, meanings in synonyms.items():
            for number, meaning in enumerate(meanings, len(self._meanings)):
                expressions = [tuple(tokens(one)) for one in meaning]
                self._meanings.append((language, expressions))
                for one in expressions:
                    stemmed = frozenset(stem(word, language) for word in one)
                    self._by_first.setdefault((language, stem(one[0], language)), []).append((number, one, stemmed))

    def telling(self, words: Sequence[str]) -> list[str]:
        """The words that say something; all of them where none does."""
        return [word for word in words if word not in self.silent] or list(words)

    def sayings(self, words: Sequence[str]) -> Iterator[tuple[frozenset[str], list[Expression]]]:
        """(typed words that an expression covers, the other expressions of its meaning)."""
        by_language: dict[str, dict[str, set[str]]] = {}
        for word in words:
            for language, stemmed in stems(word):
                by_language.setdefault(language, {}).setdefault(stemmed, set()).add(word)
        seen: set[tuple[int, frozenset[str]]] = set()
        for language, typed in by_language.items():
            for stemmed in typed:
                for number, expression, wanted in self._by_first.get((language, stemmed), ()):
                    if not wanted <= typed.keys():
                        continue
                    covered = frozenset(word for one in wanted for word in typed[one])
                    if (number, covered) not in seen:
                        seen.add((number, covered))
                        yield covered, [one for one in self._meanings[number][1] if one != expression]


class Planner:
    """Reads questions with one vocabulary and one thesaurus; ``texts`` is how many texts the index has."""

    def __init__(self, vocabulary: Vocabulary, thesaurus: Thesaurus, texts: int) -> None:
        self.known = vocabulary
        self.thesaurus = thesaurus
        self.texts = max(texts, 1)
        self._made: dict[tuple[str, bool], Group] = {}

    def plan(self, question: str, *, typing: bool = False) -> Plan:
        """The plan for a question; ``typing``: the last word may be unfinished."""
        every = list(dict.fromkeys(tokens(question)))[: 2 * MOST_WORDS]
        words = self.thesaurus.telling(every)[:MOST_WORDS]
        mistyped: dict[str, tuple[str, ...]] = {}
        variants = [self._variant(words, 1.0, mistyped, typing=typing)]
        for changed, weight in self._others(words, every):
            if len(variants) == MOST_VARIANTS:
                break
            one = self._variant(changed, weight, {}, typing=False)
            if all(group.words for group in one.groups) and one.groups:
                variants.append(one)
        return Plan(tuple(variants), mistyped)

    def _variant(
        self, words: Sequence[str], weight: float, mistyped: dict[str, tuple[str, ...]], *, typing: bool
    ) -> Variant:
        groups = []
        if len(self._made) > _MOST_REMEMBERED:
            self._made.clear()
        for position, word in enumerate(words):
            unfinished = typing and position == len(words) - 1
            group = self._made.get((word, unfinished)) or self._group(word, unfinished, mistyped)
            if not mistyped.get(word):
                self._made[word, unfinished] = group
            groups.append(group)
        return Variant(tuple(groups), weight)

    def _others(self, words: Sequence[str], every: Sequence[str]) -> Iterator[tuple[list[str], float]]:
        """Other ways to say the same: words written together, sayings of the same meaning."""
        for length in (2, 3, 4):
            for at in range(len(every) - length + 1):
                joined = "".join(every[at : at + length])
                if len(joined) > 3 and self.known.knows(joined):
                    taken = set(every[at : at + length])
                    yield [joined, *(word for word in words if word not in taken)], TOGETHER
        for covered, expressions in self.thesaurus.sayings(words):
            rest = [word for word in words if word not in covered]
            for expression in expressions:
                if len(covered) > 1 or len(expression) > 1:
                    yield [*dict.fromkeys(self.thesaurus.telling(expression)), *rest], SAYING

    def _group(self, word: str, unfinished: bool, mistyped: dict[str, tuple[str, ...]]) -> Group:
        if word.isdigit():
            return Group(word, {word: EXACT}, weight=2.0)
        options: dict[str, float] = {}
        _add(options, self.known.forms(word), FORM)
        if word in self.known:
            options[word] = EXACT
        sure = set(options)
        for covered, expressions in self.thesaurus.sayings([word]):
            for expression in expressions if covered else ():
                if len(expression) == 1:
                    _add(options, self._same(expression[0]), SYNONYM)
                    _add(options, self.known.beginning(expression[0], 8), SYNONYM_LONGER)
        if unfinished and len(word) >= 2:
            _add(options, self.known.beginning(word), FORM)
        elif len(word) >= 4:
            _add(options, self.known.beginning(word), LONGER)
        if len(word) >= 4:
            _add(options, self.known.ending(word), INSIDE)
        parts: tuple[Group, ...] = ()
        if not sure or len(word) >= 8:
            parts = tuple(self._part(one) for one in self.known.parts(word))
            if not all(part.options for part in parts):
                parts = ()
        if not options and not parts:
            near = self.known.near(word)
            mistyped[word] = tuple(near)
            for one in near:
                close = MISTYPED if near[0] == one else MISTYPED_TWICE
                _add(options, {one}, close)
                _add(options, self.known.forms(one), close * FORM)
        return Group(word, options, parts, self._weight(sure or options, parts))

    def _same(self, word: str) -> set[str]:
        return {one for one in (word, *self.known.forms(word)) if one in self.known}

    def _part(self, word: str) -> Group:
        options: dict[str, float] = {}
        # "Fürerschein" is mistyped, not made of a form of "für" and "Schein".
        for one in self._same(word) - self.thesaurus.silent:
            options[one] = EXACT if one == word else FORM
        for _covered, expressions in self.thesaurus.sayings([word]):
            for expression in expressions:
                if len(expression) == 1:
                    _add(options, self._same(expression[0]), SYNONYM)
        return Group(word, options, weight=self._weight(options, ()))

    def _weight(self, options: Iterable[str], parts: Sequence[Group]) -> float:
        if not options and parts:
            return max(part.weight for part in parts)
        texts = min(self.known.count(options), self.texts)
        return 0.3 + math.log(1 + self.texts / (1 + texts)) / math.log(1 + self.texts)


def _add(options: dict[str, float], words: Iterable[str], sure: float) -> None:
    for word in list(words)[: 2 * MOST_OPTIONS]:
        if options.get(word, 0.0) < sure:
            options[word] = sure
