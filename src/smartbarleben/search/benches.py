"""What `./village bench search` measures: the pages, how good the answers are, and how long they take."""

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import quantiles

import yaml
from django.db import connection
from django.utils import timezone

from . import actions, queries, relevance
from .queries import Filters

QUESTIONS = Path(__file__).resolve().parents[3] / "tests" / "search" / "questions.yaml"
# A report is also wanted from PostgreSQL.
ON_BOTH_DATABASES = True
# The hard ones: words that stand in every text, in every eighth, in a quarter of the titles; with filters; mistyped.
_HARD: tuple[tuple[str, Filters], ...] = (
    ("Satz", Filters()),
    ("etwas erklärt", Filters()),
    ("Sommerfest", Filters()),
    ("Sommerfest Breiteweg", Filters()),
    ("Konzert in der Bibliothek", Filters()),
    ("Gemeinderat Turnier Lesung", Filters()),
    ("Bauarbeiten Schulstraße was Sie wissen sollten", Filters()),
    ("Sommerfest", Filters(kinds=("closure",))),
    ("Satz", Filters(language="ar")),
    ("Konzert", Filters(when=queries.WEEK)),
    ("Konzert", Filters(when=queries.COMING)),
    ("Ausstellung", Filters(when=queries.OVER)),
    ("Ausstelung Biblotek", Filters()),
    ("Sommerfestkonzert", Filters()),
    ("Turnier 54321", Filters()),
)
_ROUNDS = 6


def fill() -> None:
    """Put what was added in bulk into the index."""
    actions.rebuild()


def cases() -> list[tuple[str, str]]:
    """A frequent word as a page and as suggestions; with a filter, because such searches are not counted."""
    return [
        ("results", "/suche/?art=event&q=Sommerfest"),
        ("suggestions", "/suche/vorschlaege.json?q=Sommerf"),
    ]


def report(*, full: bool) -> Iterator[str]:
    """Lines: how good the answers are (in the village as it is shipped), or how long they take (``full``)."""
    questions = yaml.safe_load(QUESTIONS.read_text(encoding="utf-8")) if QUESTIONS.exists() else []
    if not full:
        yield from relevance.lines(relevance.ask(questions, timezone.now()))
        return
    queries.find("Bibliothek", "de", now=timezone.now())
    asked = [(one["q"], one["lang"], Filters()) for one in questions]
    hard = [(words, "de", narrow) for words, narrow in _HARD]
    for name, some in (("questions", asked), ("hard words", hard)):
        yield _line(f"{connection.vendor} {name}", [_ms(*one) for _round in range(_ROUNDS) for one in some])
    for words, narrow in _HARD:
        name = f"  {words} {' '.join(narrow.kinds)}{narrow.language}{narrow.when}"
        yield _line(name, [_ms(words, "de", narrow) for _round in range(_ROUNDS)])


def _ms(words: str, language: str, narrow: Filters) -> float:
    started = time.perf_counter()
    queries.find(words, language, now=timezone.now(), filters=narrow)
    return (time.perf_counter() - started) * 1000


def _line(name: str, taken: list[float]) -> str:
    cuts = quantiles(taken, n=20, method="inclusive")
    return f"{name:55} p50 {cuts[9]:6.1f} ms   p95 {cuts[18]:6.1f} ms   of {len(taken)}"
