"""What search engines are told: every public page with its languages, in files of bounded size.

Rooms register the parts; https://www.sitemaps.org/protocol.html allows 50,000 addresses a file.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from xml.sax.saxutils import escape, quoteattr

from .formats import plain

NAMESPACE = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
# With six languages each page is up to six addresses, each of which names all six.
PAGES_OF_A_FILE = 2000


@dataclass(frozen=True, slots=True)
class Entry:
    """A page: its address without host and language ("/termine/hofmarkt/"), the languages in which it has texts of
    its own (empty: all of the village), and when it last changed.
    """

    path: str
    languages: frozenset[str] = frozenset()
    changed: datetime | date | None = None


@dataclass(frozen=True, slots=True)
class Part:
    """Pages of one sort. `entries(first, size)` reads some of them with a bounded number of queries."""

    key: str
    count: Callable[[], int]
    entries: Callable[[int, int], Sequence[Entry]]


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """Add a part; the same key again replaces it."""
    _parts[part.key] = part


def parts() -> Iterator[Part]:
    """All parts in the order of registration."""
    return iter(_parts.values())


def part(key: str) -> Part | None:
    """The part with this key."""
    return _parts.get(key)


def listed(key: str, entries: Callable[[], Iterable[Entry]]) -> Part:
    """A part of few pages that are read at once."""
    return Part(key, lambda: len(list(entries())), lambda first, size: list(entries())[first : first + size])


def files(part: Part) -> int:
    """How many files a part needs."""
    return -(-part.count() // PAGES_OF_A_FILE)


def index_xml(addresses: Iterable[str]) -> str:
    """The index of the files."""
    rows = "".join(f"<sitemap><loc>{escape(address)}</loc></sitemap>\n" for address in addresses)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<sitemapindex xmlns="{NAMESPACE}">\n{rows}</sitemapindex>\n'


def urls_xml(entries: Iterable[Entry], site: str, prefixes: Mapping[str, str]) -> str:
    """One file. ``site`` is "https://…", ``prefixes`` the beginning of the path by language, "" for German's."""
    rows = []
    for entry in entries:
        spoken = [code for code in prefixes if not entry.languages or code in entry.languages]
        addresses = {code: f"{site}{prefixes[code]}{entry.path}" for code in spoken}
        alternates = "".join(
            f'<xhtml:link rel="alternate" hreflang={quoteattr(code)} href={quoteattr(address)}/>'
            for code, address in addresses.items()
        )
        changed = f"<lastmod>{plain(entry.changed)}</lastmod>" if entry.changed else ""
        rows += [f"<url><loc>{escape(address)}</loc>{changed}{alternates}</url>\n" for address in addresses.values()]
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="{NAMESPACE}" xmlns:xhtml="{XHTML}">\n'
        f"{''.join(rows)}</urlset>\n"
    )
