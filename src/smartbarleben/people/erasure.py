"""What we hold about a person by their mail address: showing all of it, deleting it, and deleting it again.

Each room registers a source:

    erasure.register_source("cases", find=find_cases, erase=erase_cases, mails=mails_in_cases)

``find(mail)`` lists what the room holds, in words for the person; ``erase(mail)`` deletes it and returns how many
things that were; what has to stay (a case that is still open) is found with a reason (`Found.kept_because`). Both
compare addresses as `fingerprint.normal` writes them. ``mails()`` lists all addresses that the room knows; a restored
backup needs it, because the list of deletions holds no address.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from smartbarleben.jobs import work

from . import audit, erasures
from .fingerprint import normal
from .models import User
from .scrubbing import scrub_soon
from .whereabouts import where_is

__all__ = ["Found", "Source", "erase", "export", "find", "register_source", "replay", "sources", "where_is"]


@dataclass(frozen=True, slots=True)
class Found:
    """One thing that we hold: what it is in a person's words, since when, until when or by which rule, and its data.

    ``data``: label → text, as it is shown and exported. ``kept_because``: why `erase` leaves it, or "".
    """

    what: str
    at: datetime | None = None
    until: str = ""
    data: dict[str, str] = field(default_factory=dict)
    kept_because: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A room's side of it; see the module."""

    name: str
    find: Callable[[str], list[Found]]
    erase: Callable[[str], int]
    mails: Callable[[], Iterable[str]]


_sources: dict[str, Source] = {}


def register_source(
    name: str,
    find: Callable[[str], list[Found]],
    erase: Callable[[str], int],
    mails: Callable[[], Iterable[str]] = tuple,
) -> None:
    """Add a source; the same name again replaces it. Rooms call this when ready."""
    _sources[name] = Source(name, find, erase, mails)


def sources() -> Iterator[Source]:
    """All sources."""
    return iter(_sources.values())


def find(mail: str) -> dict[str, list[Found]]:
    """What each source holds about a person; sources that hold nothing are left out."""
    found = {source.name: source.find(normal(mail)) for source in sources()}
    return {name: things for name, things in found.items() if things}


def export(mail: str) -> dict[str, Any]:
    """Everything as one JSON document for the person."""
    return {
        "mail": normal(mail),
        "made_at": timezone.now().isoformat(timespec="seconds"),
        "held": {name: [_plain(thing) for thing in things] for name, things in find(mail).items()},
    }


def _plain(thing: Found) -> dict[str, Any]:
    values = {key: value for key, value in asdict(thing).items() if value not in ("", None, {})}
    if thing.at is not None:
        values["at"] = thing.at.isoformat(timespec="seconds")
    return values


def erase(mail: str, *, actor: User | None = None) -> int:
    """Delete everything that does not have to stay, in one transaction; returns how many things that were.

    Afterwards the list of deletions knows that it happened, and the record counts it; neither knows of whom.
    """
    with transaction.atomic():
        count = _erase_all(mail)
        erasures.note(mail)
        audit.record("people.erased", actor=actor, count=count)
        work.enqueue(scrub_soon)
    return count


def _erase_all(mail: str, only: str = "") -> int:
    return sum(source.erase(normal(mail)) for source in sources() if only in {"", source.name})


def replay() -> int:
    """After a backup was brought back: delete again what had been deleted since; returns how many deletions.

    Which ones: those in the list beside the database (`erasures.path`) that the database does not know.
    """
    pending = erasures.unknown()
    mails = {normal(mail) for source in sources() for mail in source.mails()} if pending else set()
    persons = erasures.by_fingerprint(mails)
    for line in pending:
        with transaction.atomic():
            for mail in persons.get(line.person, []):
                _erase_all(mail, line.only)
            erasures.take_over(line)
            audit.record("people.erased_again")
    if pending:
        work.enqueue(scrub_soon)
    return len(pending)
