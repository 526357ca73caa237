"""Filters of lists: plain links that keep their state in the address. Pure; unknown words are named."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from django.utils.translation import gettext as _

PAGE = "seite"
# Nobody turns so many pages, and Python refuses to read a number of thousands of digits.
_DIGITS = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """One value of a filter, as it stands in the address and as people read it; `lang`: the label's language if it
    isn't the page's.
    """

    value: str
    label: str
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Filter:
    """One thing by which a list can be narrowed down. Without it the list shows what `everything` says."""

    name: str
    label: str
    choices: tuple[Choice, ...]
    everything: str

    def label_of(self, value: str) -> str | None:
        """What a value is called, None for one that this filter doesn't know."""
        return next((choice.label for choice in self.choices if choice.value == value), None)


@dataclass(frozen=True, slots=True)
class Chosen:
    """What an address asks for: known values by filter, the page from 1, and sentences about what isn't known."""

    values: Mapping[str, str]
    page: int = 1
    problems: tuple[str, ...] = ()

    def get(self, name: str) -> str:
        """The chosen value of a filter, "" for none."""
        return self.values.get(name, "")


@dataclass(frozen=True, slots=True)
class Option:
    """One link of a filter."""

    label: str
    url: str
    current: bool
    lang: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """One filter as its links."""

    label: str
    options: list[Option] = field(default_factory=list)


def read(query: Mapping[str, str], filters: Iterable[Filter]) -> Chosen:
    """What ``query`` asks for. Names that no filter has are ignored, values that a filter lacks are problems."""
    values, problems = {}, []
    for one in filters:
        value = query.get(one.name, "")
        if not value:
            continue
        if one.label_of(value) is None:
            problems.append(
                _("We do not know “%(value)s” under “%(filter)s”.") % {"value": value[:60], "filter": one.label}
            )
        else:
            values[one.name] = value
    page = query.get(PAGE, "1")
    if not (page.isascii() and page.isdigit() and len(page) <= _DIGITS and int(page) >= 1):
        problems.append(_("“%(value)s” is not the number of a page.") % {"value": page[:60]})
        page = "1"
    return Chosen(values, int(page), tuple(problems))


def link(path: str, values: Mapping[str, str], page: int = 1) -> str:
    """The address of a list with these values; the same state always has the same address."""
    pairs = [(name, values[name]) for name in sorted(values) if values[name]]
    if page > 1:
        pairs.append((PAGE, str(page)))
    return f"{path}?{urlencode(pairs)}" if pairs else path


def groups(path: str, filters: Sequence[Filter], chosen: Chosen) -> list[Group]:
    """The filters as links; choosing one keeps the others and goes back to the first page."""
    found = []
    for one in filters:
        here = chosen.get(one.name)
        rest = {name: value for name, value in chosen.values.items() if name != one.name}
        options = [Option(one.everything, link(path, rest), not here)]
        options += [
            Option(choice.label, link(path, rest | {one.name: choice.value}), choice.value == here, choice.lang)
            for choice in one.choices
        ]
        found.append(Group(one.label, options))
    return found
