"""What other rooms know about a place, as links on its page: they register, the page asks without knowing them."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True, slots=True)
class Lead:
    """One link. `label` is in the reader's language, `icon` a name of `ui.icons`."""

    label: str
    url: str
    icon: str


type Source = Callable[[HttpRequest, int], Iterable[Lead]]
_sources: dict[str, Source] = {}


def register(room: str, source: Source) -> None:
    """Ask `source(request, key of the place)` for links; the same room again replaces it."""
    _sources[room] = source


def leads(request: HttpRequest, place: int) -> list[Lead]:
    """The links of all rooms to what they know about a place."""
    return [lead for source in _sources.values() for lead in source(request, place)]
