"""Who fills the index: each room that publishes something registers a source; the index knows no room."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Entry:
    """One public thing in one language, as it should be found.

    `path` is its German address without language; the other texts are plain, not folded. `keywords` are what people
    call it, `body` is everything else. `sort_at` is when it ends (what has a date) or was published; `days` are the
    days on which it happens. `weight` (100: usual) is how likely people look for such a thing; what stands as long as
    it is true has at least 100. `ortschaft` is the key of the place's or item's Ortschaft, None for all.
    """

    key: str
    language: str
    kind: str
    title: str
    path: str
    sort_at: datetime
    summary: str = ""
    keywords: str = ""
    body: str = ""
    ortschaft: int | None = None
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    all_day: bool = False
    days: frozenset[date] = frozenset()
    weight: int = 100

    @property
    def is_dated(self) -> bool:
        """Whether it happens at a time."""
        return self.starts_at is not None


@dataclass(frozen=True, slots=True)
class KindLabel:
    """What a kind of result is called, one and many (lazy translations), and its icon (a name of `ui.icons`)."""

    one: Any
    many: Any
    icon: str


@dataclass(frozen=True, slots=True)
class Dress:
    """What a result shows beside its texts: "heute, 18 Uhr", "Mittellandhalle", states known to `ui.states`."""

    when: str = ""
    where: str = ""
    states: tuple[Any, ...] = ()


type Entries = Callable[[Sequence[str] | None], Iterable[Entry]]
type Dresser = Callable[[Sequence[str], str, datetime], Mapping[str, Dress]]


def undressed(keys: Sequence[str], language: str, now: datetime) -> Mapping[str, Dress]:
    """For a source whose results show nothing beside their texts."""
    return {}


@dataclass(frozen=True)
class Source:
    """A room's public things. ``entries(keys)`` gives those of the keys (None: all) in all their languages, and
    nothing for a key that is not public; ``kinds`` names its kinds; ``dress(keys, language, now)`` adds what
    results show.
    """

    name: str
    entries: Entries
    kinds: Callable[[], Mapping[str, KindLabel]]
    dress: Dresser = field(default=undressed)


_sources: dict[str, Source] = {}


def register(source: Source) -> None:
    """Add a source; the same name again replaces it. Rooms call this when ready."""
    _sources[source.name] = source


def source(name: str) -> Source | None:
    """The source of this name."""
    return _sources.get(name)


def sources() -> Iterator[Source]:
    """All sources."""
    return iter(_sources.values())


def kinds() -> dict[str, KindLabel]:
    """All kinds of results by key, in the order of the sources."""
    return {key: label for one in _sources.values() for key, label in one.kinds().items()}
