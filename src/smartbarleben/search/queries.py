"""Every read of the search: what is found, what is suggested, what was asked."""

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path

import yaml
from django.db import connection
from django.db.models import Q, Sum

from smartbarleben.ui.dates import local

from . import registry, tables
from .documents import DATED
from .models import Document, Question, Word
from .ordering import before, since
from .planning import Group, Plan, Planner, Thesaurus, Variant
from .ranking import Candidate, score
from .registry import Dress, KindLabel
from .snippets import Piece, around, marked
from .tables import Request
from .vocabulary import Known, Vocabulary
from .words import plain

PAGE_SIZE = 10
LAST_PAGE = 20
# Of these many the best are chosen; see `ordering` for which ones come.
_IN_TITLE, _ANYWHERE, _SINGLE = 150, 250, 80
# With fewer hits for all words, texts with some of them are looked for as well.
_ENOUGH = 8
# What has less than this share of the best one's points is noise.
_NOISE = 0.12
COMING, WEEK, MONTH, OVER = "kommt", "woche", "monat", "vorbei"
WORDS_KEPT = timedelta(hours=1)
_FOLDER = Path(__file__).parent


@dataclass(frozen=True, slots=True)
class Filters:
    """What narrows a search: kinds, the key of an Ortschaft, a language, one of COMING, WEEK, MONTH, OVER."""

    kinds: tuple[str, ...] = ()
    ortschaft: int | None = None
    language: str = ""
    when: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """One result in the reader's language, or in German where there is no text in it."""

    source: str
    key: str
    kind: str
    label: KindLabel | None
    language: str
    title: tuple[Piece, ...]
    text: tuple[Piece, ...]
    path: str
    ortschaft: int | None
    starts_at: datetime | None
    ends_at: datetime | None
    all_day: bool
    dress: Dress
    points: float

    @property
    def name(self) -> str:
        """The title without marks."""
        return "".join(piece.text for piece in self.title)


@dataclass(frozen=True, slots=True)
class Found:
    """One page of results. `meant`: the question with its mistyped words mended, "" where nothing was mended.

    `total` counts things, not languages; `is_more` says that there are more than were looked at; `kinds` are theirs.
    """

    hits: tuple[Hit, ...]
    total: int
    page: int
    has_next: bool
    meant: str = ""
    is_more: bool = False
    kinds: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def thesaurus() -> Thesaurus:
    """The silent words and the sayings, read once."""
    stopwords, synonyms = (
        yaml.safe_load((_FOLDER / f"{name}.yaml").read_text(encoding="utf-8")) for name in ("stopwords", "synonyms")
    )
    return Thesaurus(stopwords, synonyms)


@dataclass(frozen=True, slots=True)
class _Read:
    """The words as a process read them: the keys of the first and last, and when it read all of them."""

    first: int
    last: int
    planner: Planner
    at: float


class _Memory:
    """What a process knows of the index's words: once an hour all of them, in between what came new.

    One small query each time.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, _Read] = {}

    def planner(self) -> Planner:
        database = str(connection.settings_dict["NAME"])
        with connection.cursor() as cursor:
            cursor.execute("SELECT (SELECT min(id) FROM search_word), (SELECT max(id) FROM search_word)")
            first, last = (number or 0 for number in cursor.fetchone())
        with self._lock:
            then = self._known.get(database)
            if then and time.monotonic() - then.at > WORDS_KEPT.total_seconds():
                # Words that went are still known until now, and how often each stands somewhere is of then.
                then = None
            if then and (first, last) == (then.first, then.last):
                return then.planner
            if then and (first > then.last or last < then.last):
                # New keys only: the whole index was made anew.
                then = None
            vocabulary = then.planner.known if then else Vocabulary()
            rows = Word.objects.filter(pk__gt=then.last if then else 0)
            vocabulary.add(Known(*row) for row in rows.values_list("word", "language", "stem", "count").iterator())
            planner = Planner(vocabulary, thesaurus(), Document.objects.count())
            self._known[database] = _Read(first, last, planner, then.at if then else time.monotonic())
            return planner

    def forget(self) -> None:
        with self._lock:
            self._known.clear()


_memory = _Memory()
forget = _memory.forget


def find(
    words: str,
    language: str,
    *,
    now: datetime,
    filters: Filters | None = None,
    page: int = 1,
    size: int = PAGE_SIZE,
    typing: bool = False,
    dressed: bool = True,
) -> Found:
    """The public things that answer ``words`` for a reader of ``language``, best first.

    Five queries, three more where words are mistyped or few texts have all of them, and those of the sources
    that dress their results.

    ``typing``: the last word may be unfinished; ``dressed`` False leaves out when and where. Nothing typed raises.
    """
    planner = _memory.planner()
    plan = planner.plan(words[:300], typing=typing)
    meant = _mended(words, plan)
    narrow = filters or Filters()
    ranked, is_more = _ranked(plan, planner, language, narrow, now)
    page = max(1, min(page, LAST_PAGE))
    first = (page - 1) * size
    shown = ranked[first : first + size]
    hits = _hits(shown, plan, language, narrow.language, now, dressed=dressed)
    has_next = len(ranked) > first + size and page < LAST_PAGE
    kinds = tuple(dict.fromkeys(row.kind for _points, row in ranked))
    return Found(tuple(hits), len(ranked), page, has_next, meant, is_more, kinds)


def _mended(words: str, plan: Plan) -> str:
    if not any(plan.mistyped.values()):
        return ""
    wanted = {typed: near[0] for typed, near in plan.mistyped.items() if near}
    spelled = dict(Word.objects.filter(word__in=wanted.values()).order_by("count").values_list("word", "spelled"))
    return " ".join(
        spelled.get(wanted[plain(word)], wanted[plain(word)]) if plain(word) in wanted else word
        for word in words.split()
    )


def _ranked(
    plan: Plan, planner: Planner, language: str, narrow: Filters, now: datetime
) -> tuple[list[tuple[float, Candidate]], bool]:
    facets, bounds = _conditions(narrow, now)

    def request(groups: Sequence[Group], limit: int, only_title: bool) -> Request:
        expected = float(planner.texts)
        for group in groups:
            expected *= min(1.0, planner.known.count(group.words) / planner.texts)
        wanted = tuple(group.words for group in groups)
        return Request(wanted, limit, only_title, facets, bounds, expected)

    whole = [one for one in plan.variants if one.groups and all(group.words for group in one.groups)]
    requests = [
        request(one.groups, limit, only_title)
        for one in whole
        for limit, only_title in ((_IN_TITLE, True), (_ANYWHERE, False))
    ]
    rows = _candidates(tables.candidates(requests))
    is_more = len(rows) >= _ANYWHERE
    if len({(row.source, row.key) for row in rows}) < _ENOUGH:
        # A word that was the whole of a reading has been looked for.
        alone = [one.groups[0] for one in whole if len(one.groups) == 1]
        requests = [
            request([group], limit, only_title)
            for group in _telling(plan.variants)
            if group not in alone
            for limit, only_title in ((_SINGLE, True), (_SINGLE, False))
        ]
        known = {row.pk for row in rows}
        rows += _candidates(pk for pk in tables.candidates(requests) if pk not in known)
    best: dict[tuple[str, str], tuple[float, Candidate]] = {}
    for row in rows:
        points = score(row, plan, language, now)
        at = (row.source, row.key)
        if points and (at not in best or points > best[at][0]):
            best[at] = (points, row)
    ranked = sorted(best.values(), key=lambda one: (-one[0], -one[1].pk))
    least = ranked[0][0] * _NOISE if ranked else 0.0
    return [one for one in ranked if one[0] >= least], is_more


def _telling(variants: Iterable[Variant], most: int = 8) -> list[Group]:
    """The groups of all variants, the most telling first, each once."""
    groups = {group.typed: group for variant in variants for group in variant.groups if group.words}
    return sorted(groups.values(), key=lambda group: -group.weight)[:most]


def _conditions(narrow: Filters, now: datetime) -> tuple[tuple[list[str], ...], tuple[int, int] | None]:
    facets, bounds = [], None
    if narrow.kinds:
        facets.append([f"K{_letters(kind)}" for kind in narrow.kinds])
    if narrow.ortschaft is not None:
        facets.append([f"O{narrow.ortschaft}"])
    if narrow.language:
        facets.append([f"L{_letters(narrow.language)}"])
    if narrow.when:
        facets.append([DATED])
    if narrow.when in (WEEK, MONTH):
        first = local(now).date()
        count = 7 if narrow.when == WEEK else 31
        facets[-1] = [f"D{first + timedelta(days=number):%Y%m%d}" for number in range(count)]
    if narrow.when == COMING:
        bounds = since(now)
    elif narrow.when == OVER:
        bounds = before(now)
    return tuple(facets), bounds


def _letters(value: str) -> str:
    """No other sign reaches the database's query language."""
    return "".join(sign for sign in value if sign.isalnum())


def _candidates(pks: Iterable[int]) -> list[Candidate]:
    wanted = list(pks)
    rows = Document.objects.filter(pk__in=wanted).values_list(
        "pk", "source", "key", "kind", "language", "words_title", "words_keywords", "words_summary", "words_body",
        "weight", "starts_at", "sort_at",
    )  # fmt: skip
    return [Candidate(*row[:10], row[10] is not None, row[11]) for row in rows] if wanted else []


def _hits(
    ranked: Sequence[tuple[float, Candidate]],
    plan: Plan,
    language: str,
    wanted_language: str,
    now: datetime,
    *,
    dressed: bool,
) -> list[Hit]:
    if not ranked:
        return []
    by_source: dict[str, list[str]] = {}
    for _points, one in ranked:
        by_source.setdefault(one.source, []).append(one.key)
    where = Q()
    for name, keys in by_source.items():
        where |= Q(source=name, key__in=keys)
    rows = {
        (row.source, row.key, row.language): row
        for row in Document.objects.filter(where).defer(
            "words_title", "words_keywords", "words_summary", "words_body", "facets"
        )
    }
    labels = registry.kinds()
    dresses = {}
    for name, keys in by_source.items():
        source = registry.source(name)
        dresses[name] = source.dress(keys, language, now) if source and dressed else {}
    hits = []
    for points, one in ranked:
        order = [wanted_language, language, "de", one.language]
        row = next((rows[one.source, one.key, code] for code in order if (one.source, one.key, code) in rows), None)
        if row is None:
            continue
        words = plan.words
        text = marked(row.summary, words)
        if not any(piece.hit for piece in (*text, *marked(row.title, words))):
            text = around(row.body, words) or text
        hits.append(
            Hit(
                source=row.source,
                key=row.key,
                kind=row.kind,
                label=labels.get(row.kind),
                language=row.language,
                title=marked(row.title, words),
                text=text,
                path=row.path,
                ortschaft=row.ortschaft,
                starts_at=row.starts_at,
                ends_at=row.ends_at,
                all_day=row.all_day,
                dress=dresses.get(row.source, {}).get(row.key, Dress()),
                points=points,
            )
        )
    return hits


def related(words: str, limit: int = 6) -> list[str]:
    """Words of the index, as written, that begin like the typed ones or look like them: for who found nothing."""
    known = _memory.planner().known
    near: dict[str, None] = {}
    for word in plain(words).split()[:4]:
        for start in (word, word[:5], word[:4]):
            if len(start) >= 4:
                near |= dict.fromkeys(known.beginning(start, 3))
        near |= dict.fromkeys(known.near(word))
    chosen = list(near)[:limit]
    spelled = dict(Word.objects.filter(word__in=chosen).order_by("count").values_list("word", "spelled"))
    return [spelled[word] for word in chosen if word in spelled]


@dataclass(frozen=True, slots=True)
class Asked:
    """What was searched for in a span of days, and how often; `found`: whether there was anything the last time."""

    words: str
    language: str
    count: int
    found: bool


def asked(since_day: date, *, found: bool | None = None, limit: int = 100) -> list[Asked]:
    """The most frequent searches since a day: one query."""
    rows = Question.objects.filter(day__gte=since_day)
    if found is not None:
        rows = rows.filter(found=found)
    counted = rows.values("words", "language", "found").annotate(times=Sum("count")).order_by("-times", "words")
    return [Asked(row["words"], row["language"], row["times"], row["found"]) for row in counted[:limit]]
