"""The words of the index, and which of them a typed word may mean. Pure.

All cleverness about words lies here and not in the index: the index holds plain folded words, and a typed word is
translated into the words that really stand in it. So better rules need no new index.
"""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from .words import distance, languages_of, stems

MOST_OPTIONS = 24
# A compound's parts have at least so many letters: "ei" and "in" stand in every second word.
_SHORTEST_PART = 4
_LINKS = ("", "s", "n", "en", "er", "es", "e")


@dataclass(frozen=True, slots=True)
class Known:
    """One word of the index: in how many texts of a language it stands, and its stem in that language."""

    word: str
    language: str
    stem: str
    count: int


class Vocabulary:
    """Words by stem, by beginning, by end, by likeness; for several threads. Words may be added, never taken away."""

    def __init__(self, known: Iterable[Known] = ()) -> None:
        # Who adds words and who first files all of them by their letters must not meet.
        self._filing = threading.Lock()
        self.counts: dict[str, int] = {}
        self._by_stem: dict[tuple[str, str], set[str]] = {}
        self._sorted: list[str] = []
        self._backwards: list[str] = []
        self._grams: dict[str, list[str]] | None = None
        self.add(known)

    def add(self, known: Iterable[Known]) -> None:
        """Take further words in."""
        with self._filing:
            fresh = []
            for one in known:
                if one.word not in self.counts:
                    fresh.append(one.word)
                self.counts[one.word] = self.counts.get(one.word, 0) + one.count
                self._by_stem.setdefault((_base(one.language), one.stem), set()).add(one.word)
            if fresh:
                self._sorted = sorted(self.counts)
                self._backwards = sorted(word[::-1] for word in self.counts)
                if self._grams is not None:
                    _file(self._grams, fresh)

    def __contains__(self, word: str) -> bool:
        return word in self.counts

    def __len__(self) -> int:
        return len(self.counts)

    def count(self, words: Iterable[str]) -> int:
        """In how many texts the words stand, added up."""
        return sum(self.counts.get(word, 0) for word in words)

    def forms(self, word: str) -> set[str]:
        """Other forms of a word: those with its stem in a language that it may be of."""
        found: set[str] = set()
        for language, stemmed in stems(word):
            found |= self._by_stem.get((language, stemmed), set())
        return found - {word}

    def knows(self, word: str) -> bool:
        """Whether the word or another form of it stands in the index."""
        return word in self.counts or bool(self.forms(word))

    def beginning(self, start: str, limit: int = MOST_OPTIONS) -> list[str]:
        """Longer words that begin so, the most frequent first."""
        return self._most(self._run(self._sorted, start), start, limit)

    def ending(self, end: str, limit: int = MOST_OPTIONS) -> list[str]:
        """Longer words that end so, the most frequent first."""
        return self._most((word[::-1] for word in self._run(self._backwards, end[::-1])), end, limit)

    def _run(self, words: list[str], start: str) -> Iterator[str]:
        for position in range(bisect_left(words, start), len(words)):
            if not words[position].startswith(start):
                return
            yield words[position]

    def _most(self, words: Iterable[str], without: str, limit: int) -> list[str]:
        return sorted((one for one in words if one != without), key=lambda one: (-self.counts[one], one))[:limit]

    def parts(self, word: str) -> tuple[str, ...]:
        """The known words that a compound is made of: "muellabfuhr" is ("muell", "abfuhr"); () for none.

        Of several ways the one with the fewest parts, then the one whose parts are used most.
        """
        if len(word) < 2 * _SHORTEST_PART or languages_of(word)[0] != "de":
            return ()
        best: tuple[tuple[int, int], tuple[str, ...]] | None = None
        for cut in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
            tail = word[cut:]
            if not self.knows(tail):
                continue
            head = self._head(word[:cut])
            if head is None:
                continue
            order = (len(head), -min(self._weight(one) for one in (*head, tail)))
            if best is None or order < best[0]:
                best = (order, (*head, tail))
        return best[1] if best else ()

    def _weight(self, word: str) -> int:
        return self.count({word, *self.forms(word)})

    def _head(self, word: str) -> tuple[str, ...] | None:
        for link in _LINKS:
            if link and not word.endswith(link):
                continue
            bare = word.removesuffix(link) if link else word
            if len(bare) >= _SHORTEST_PART and self.knows(bare):
                return (bare,)
        inner = self.parts(word)
        return inner or None

    def near(self, word: str, limit: int = 3) -> list[str]:
        """Words that somebody may have meant who mistyped, the likeliest first.

        One mistake in words of four to seven letters, two in longer ones; none in shorter ones.
        """
        if len(word) < 4 or word.isdigit():
            return []
        most = 1 if len(word) < 8 else 2
        with self._filing:
            if self._grams is None:
                self._grams = _file({}, self.counts)
        shared = Counter(one for gram in _grams_of(word) for one in self._grams.get(gram, ()))
        # A mistake spoils two pairs of letters.
        least = max(1, len(word) - 1 - 2 * most - most)
        found = []
        for one, pairs in shared.most_common(400):
            if pairs < least:
                break
            if not one.isdigit() and (away := distance(word, one, most)) <= most:
                found.append((away, one[0] != word[0], -self.counts[one], one))
        return [one for *_order, one in sorted(found)[:limit]]


def _base(language: str) -> str:
    return "de" if language == "de-simple" else language


def _file(grams: dict[str, list[str]], words: Iterable[str]) -> dict[str, list[str]]:
    for word in words:
        for gram in _grams_of(word):
            grams.setdefault(gram, []).append(word)
    return grams


def _grams_of(word: str) -> set[str]:
    return {word[at : at + 2] for at in range(len(word) - 1)}
