"""Where an address of the village lies in the copy, and which addresses the copy does without. Pure.

A page is a folder with an index.html. A list that is narrowed down or turned over has a query, which no folder knows:
"/termine/?seite=2" lies in "termine/~seite-2/". No slug holds a tilde, so nothing else can lie there.
"""

import hashlib
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import parse_qsl, quote, unquote, urlencode

PAGE = "seite"
ABOUT, SEARCH = "/archiv/", "/suche/"
# Timetables go on for months; a week shows what they were like.
DAYS_OF_TIMETABLES = 7

LOGIN = "needs a login"
INTERFACE = "the interface for programs answers questions; the same data lie in offene-daten/ as files"
TYPING = "answers while somebody types"
MAILED = "the link in a mail to one person"
GALLERY = "building blocks for editors and developers"
MAP = "the moving map asks the program; its page shows the sketch and the list"
MINUTE = "departures of one minute"
LATER = f"timetables after the first {DAYS_OF_TIMETABLES} days"
PAPER = "sheets to print were not asked for, or Pango is missing"
CONTACT = "names who looks after the running program"
LANGUAGE = "not a language of this village"
SCRIPT = "a script that loads parts from a server"

_CLOSED: tuple[tuple[str, str], ...] = (
    ("/verwaltung/", LOGIN),
    ("/konto/", LOGIN),
    ("/api/", INTERFACE),
    ("/suche/vorschlaege.json", TYPING),
    ("/stimmt-noch/", MAILED),
    ("/bausteine/", GALLERY),
    ("/karte/marken/", MAP),
    ("/karte/namen.json", MAP),
    ("/kartendaten/", MAP),
    ("/.well-known/", CONTACT),
)
_DEPARTURES = re.compile(r"/haltestellen/[^/]+/abfahrten\.(?:txt|json)")
_DEPARTURE_DAY = re.compile(r"/haltestellen/[^/]+/(\d{4}-\d\d-\d\d)/")
_PAPER = re.compile(r"/[^/]+/[^/]+/aushang\.pdf")
_LIST = re.compile(r"/[^/.]+/")
_PLAIN = re.compile(r"[a-zA-Z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class Spot:
    """A place in the copy. `address` is what the village is asked for, `file` lies below the copy's folder, `kept` is
    the part of the query that the copy's own script reads.
    """

    address: str
    file: str
    kept: str = ""


@dataclass(frozen=True, slots=True)
class LeftOut:
    """An address that the copy does without, and why."""

    reason: str


@dataclass(frozen=True, slots=True)
class Rules:
    """What is copied: ``languages`` by code, German first; ``papers``: none, german or all; ``day`` of the copy."""

    languages: tuple[str, ...]
    day: date
    papers: str = "german"
    known_languages: frozenset[str] = frozenset()

    def split(self, path: str) -> tuple[str, str]:
        """The language that a path names and its German rest: ("en", "/termine/")."""
        first, _slash, rest = path[1:].partition("/")
        if first in self.known_languages and first != self.languages[0]:
            return first, f"/{rest}"
        return self.languages[0], path

    def prefix(self, language: str) -> str:
        """The beginning of the paths of a language."""
        return "" if language == self.languages[0] else f"/{language}"

    def spot(self, address: str, here: Mapping[str, str] | None = None) -> Spot | LeftOut:
        """Where an address ("/en/termine/?seite=2", without fragment) lies.

        ``here`` are the filters of the page that links to it: a second filter takes the place of the first, because
        all combinations would be more pages than anybody reads.
        """
        path, _mark, query = address.partition("?")
        path = posixpath.normpath(path) + ("/" if path.endswith("/") and path != "/" else "")
        language, german = self.split(path)
        if language not in self.languages:
            return LeftOut(LANGUAGE)
        if (reason := self._closed(german)) is not None:
            return LeftOut(reason)
        prefix = self.prefix(language)
        if german.startswith("/formular/"):
            word = german.removeprefix("/formular/").partition("/")[0]
            return spot_of(f"{prefix}/formular/{word}/" if word else f"{prefix}/formular/")
        values = dict(parse_qsl(query))
        if german == SEARCH or (german == "/zustaendig/" and "q" in values):
            found = spot_of(f"{prefix}{SEARCH}")
            return Spot(found.address, found.file, urlencode({"q": values["q"]}) if values.get("q") else "")
        if _PAPER.fullmatch(german) and self.papers == "german":
            return spot_of(german)
        if not _LIST.fullmatch(german):
            return spot_of(path)
        allowed = {PAGE} if german == "/karte/" else None
        return spot_of(path, one_filter(values, here or {}, allowed))

    def _closed(self, german: str) -> str | None:
        for start, reason in _CLOSED:
            if german.startswith(start):
                return reason
        if _DEPARTURES.fullmatch(german):
            return MINUTE
        if found := _DEPARTURE_DAY.fullmatch(german):
            last = self.day + timedelta(days=DAYS_OF_TIMETABLES - 1)
            return None if self.day.isoformat() <= found[1] <= last.isoformat() else LATER
        return PAPER if self.papers == "none" and _PAPER.fullmatch(german) else None


def one_filter(
    values: Mapping[str, str], here: Mapping[str, str], allowed: Iterable[str] | None = None
) -> dict[str, str]:
    """At most one filter and the number of the page; of several filters the one that ``here`` does not have."""
    kept = {name: value for name, value in values.items() if value and (allowed is None or name in allowed)}
    page = {PAGE: kept.pop(PAGE)} if kept.get(PAGE, "1") != "1" else {}
    kept.pop(PAGE, None)
    if len(kept) > 1:
        new = {name: value for name, value in kept.items() if here.get(name) != value}
        name, value = sorted((new or kept).items())[0]
        # Another filter begins at its first page.
        return {name: value}
    return kept | page


def spot_of(path: str, values: Mapping[str, str] | None = None) -> Spot:
    """Where a path lies, with these values of its query."""
    pairs = sorted((values or {}).items())
    address = f"{path}?{urlencode(pairs)}" if pairs else path
    names = unquote(path).lstrip("/")
    if path.endswith("/"):
        folder = "".join(f"~{_word(name)}-{_word(value)}" for name, value in pairs)
        names += f"{folder}/index.html" if folder else "index.html"
    return Spot(address, names)


def _word(text: str) -> str:
    """A part of a folder's name: the text itself, or a digest of what no folder could be called."""
    if _PLAIN.fullmatch(text):
        return text
    return "_" + hashlib.sha256(text.encode()).hexdigest()[:16]


def relative(file: str, page: str) -> str:
    """The way from a page's file to another file, as it stands in a link."""
    way = posixpath.relpath(file, posixpath.dirname(page) or ".")
    return quote(way, safe="/~")
