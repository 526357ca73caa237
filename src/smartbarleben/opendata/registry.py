"""The data sets of the house: each room registers what it publishes, with the meaning of every field.

register("waste", lambda: [DataSet("abfalltermine", _("Waste collection"), _("…"), fields=(…), …)])
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.db.models import QuerySet

from .formats import Column, Type
from .licences import Licence
from .tables import Maker, Stored, Table

# The European data themes (data-theme) that a village has something for.
GOVERNMENT, TRANSPORT, ENVIRONMENT, CULTURE, REGIONS = "GOVE", "TRAN", "ENVI", "EDUC", "REGI"


@dataclass(frozen=True, slots=True)
class Field:
    """One column. `meaning` is a lazy text; `unit` a sign or a word that all languages share ("km²", "EUR cent");
    `source` the column of the database that it is read from, where that has another name.
    """

    name: str
    meaning: Any
    type: Type = "text"
    unit: str = ""
    source: str = ""

    @property
    def column(self) -> Column:
        """What the formats need of it."""
        return Column(self.name, self.type)


@dataclass(frozen=True, slots=True)
class State:
    """How many rows there are and when one last changed (None where nobody notes it)."""

    rows: int
    changed: datetime | date | None = None


@dataclass(frozen=True, slots=True)
class Credit:
    """Whose data these are: the words that must stand with them, an address, the licence if it is known."""

    words: str
    url: str = ""
    licence: Licence | None = None


@dataclass(frozen=True, slots=True)
class Also:
    """The same things in another form: a feed, a calendar, a page. `path` is a German address."""

    label: Any
    path: str
    media_type: str


@dataclass(frozen=True, slots=True)
class DataSet:
    """A table that everybody may take away. `key` is its German word in the address and never changes.

    `credits()` names others whose data these are; the terms of the municipality hold where it gives nothing.
    """

    key: str
    title: Any
    description: Any
    fields: Sequence[Field]
    table: Table
    state: Callable[[], State]
    identity: str = ""
    themes: Sequence[str] = (GOVERNMENT,)
    credits: Callable[[], Sequence[Credit]] = field(default=tuple)
    page: str = ""
    also: Sequence[Also] = ()
    # Where it stands in the list; the same number: by key.
    order: int = 50

    @property
    def columns(self) -> list[Column]:
        """What the formats need of the fields."""
        return [one.column for one in self.fields]

    @property
    def is_located(self) -> bool:
        """Whether its rows have a position, so that they can be a layer of a map."""
        return {"lon", "lat"} <= {one.name for one in self.fields}

    @property
    def formats(self) -> tuple[str, ...]:
        """The endings of its files."""
        return ("csv", "json", "geojson") if self.is_located else ("csv", "json")


def stored(
    rows: Callable[[], QuerySet[Any]],
    *,
    fields: Sequence[Field],
    maker: Maker = lambda: tuple,
    state: Callable[[], State] | None = None,
    **described: Any,
) -> DataSet:
    """A set of ``rows()`` as they lie in the database: each field is read from its own column.

    ``maker()`` gives what turns a row as it is read into the set's own values.
    """
    table = Stored(rows, [one.source or one.name for one in fields], maker)
    return DataSet(fields=fields, table=table, state=state or (lambda: State(rows().count())), **described)


type Source = Callable[[], Iterable[DataSet]]
_sources: dict[str, Source] = {}


def register(room: str, source: Source) -> None:
    """Ask ``source()`` for the sets of a room, once all rooms are ready; the same room again replaces it."""
    _sources[room] = source
    _sets.cache_clear()


@cache
def _sets() -> Mapping[str, DataSet]:
    found = sorted((one for source in _sources.values() for one in source()), key=lambda one: (one.order, one.key))
    for one in found:
        names = [entry.name for entry in one.fields]
        if len(set(names)) < len(names) or (one.identity and one.identity not in names):
            raise ValueError(f"The fields of {one.key!r} need different names, and its identity must be one of them.")
    return {one.key: one for one in found}


def data_sets() -> Iterator[DataSet]:
    """All sets in their order. Raises ValueError where a field of one stands twice."""
    return iter(_sets().values())


def data_set(key: str) -> DataSet | None:
    """The set with this key."""
    return _sets().get(key)
