"""A copy of everything public as files: asked for, written anew for its place, checked, and put there in one step."""

import csv
import hashlib
import io
import json
import os
import shutil
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from html import escape
from pathlib import Path
from urllib.parse import quote

from django.conf import settings
from django.urls import Resolver404, URLPattern, URLResolver, get_resolver, resolve, reverse
from django.urls.exceptions import NoReverseMatch
from django.urls.resolvers import LocalePrefixPattern
from django.utils import translation
from django.utils.translation import gettext as _

from smartbarleben.kernel.drafts import draft
from smartbarleben.opendata import sitemap
from smartbarleben.places.queries import generation, village
from smartbarleben.ui import dates
from smartbarleben.ui.paper import PangoMissing, weasyprint

from . import index, rewriting
from .addressing import ABOUT, SEARCH, Rules, relative, spot_of
from .crawling import FAILED, Copied, Found, Walk, is_own_script
from .staging import staged

TRIES = 3
LIST, SUMS, LEFT_OUT = "archiv/archiv.json", "SHA256SUMS", "archiv/ausgelassen.csv"
_JSON = ("application/json", "application/geo+json", "application/ld+json")
# Parts of the URL map that a copy never holds, so that it need not say that they are missing.
_NO_PAGES = ("formular/", "bausteine/", "stimmt-noch/", "suche/vorschlaege", "karte/marken", "karte/namen")


class CannotExport(Exception):
    """Nothing was written; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of a copy. `left_out` is {address: (reason, page that names it)}, `unseen` are views of the URL map
    of which the village has nothing.
    """

    folder: Path
    base: str
    files: int
    bytes: int
    seconds: float
    types: dict[str, int]
    left_out: dict[str, tuple[str, str]]
    unseen: list[str]
    papers: str

    @property
    def failed(self) -> list[str]:
        """Addresses at which the village itself has failed."""
        return sorted(address for address, (reason, _page) in self.left_out.items() if reason.startswith(FAILED))


def export(
    folder: Path,
    *,
    base: str = "",
    day: date | None = None,
    papers: str = "german",
    told: Callable[[str], None] = print,
) -> Report:
    """Write the copy into ``folder``, which must be empty or not be there. Raises CannotExport.

    ``base`` is where it will be published (default: the village's own address); ``day`` is what it calls today;
    ``papers`` are the sheets to print: none, german or all. The same content gives the same bytes.
    """
    began = time.monotonic()
    folder = folder.absolute()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotExport(f"{folder} is not empty. Name a folder that is not there yet.")
    base, day = (base or settings.BASE_URL).rstrip("/"), day or dates.today()
    if papers != "none":
        try:
            weasyprint()
        except PangoMissing:
            told("Pango is missing, so the sheets to print are left out.")
            papers = "none"
    folder.parent.mkdir(parents=True, exist_ok=True)
    with draft(folder.parent, f".{folder.name}-") as part:
        part.mkdir(mode=0o700)
        with staged(base, day):
            rules = Rules(_languages(), day, papers, frozenset(code for code, _name in settings.LANGUAGES))
            found = _copied(part, rules, base, told)
        _enclose(part, base, rules, found)
        _put(part, folder)
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return Report(
        folder=folder,
        base=base,
        files=len(sizes),
        bytes=sum(sizes),
        seconds=time.monotonic() - began,
        types=dict(Counter(one.type for one in found.files.values())),
        left_out=found.left_out,
        unseen=_unseen(found),
        papers=papers,
    )


def _languages() -> tuple[str, ...]:
    """The languages of the village, German first."""
    spoken = village().municipality.languages
    others = (code for code, _name in settings.LANGUAGES if code in spoken and code != settings.LANGUAGE_CODE)
    return (settings.LANGUAGE_CODE, *others)


def _copied(part: Path, rules: Rules, base: str, told: Callable[[str], None]) -> Found:
    """Walk through everything as of one generation: a village that changes meanwhile is walked through again."""
    for _turn in range(TRIES):
        before = generation()
        walk = Walk(rules, base, lambda file, body: _write(part / file, body))
        for address in _beginnings(rules):
            walk.see(address)
        walk.run(lambda count: told(f"  {count} addresses asked …"))
        _rewrite(part, walk)
        if generation() == before:
            return walk.found
        told("The village has changed meanwhile; once more from the beginning …")
        for path in part.iterdir():
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    raise CannotExport("The village changes all the time. Close it for the time of the copy, or come back at night.")


def _write(path: Path, body: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(body)


def _beginnings(rules: Rules) -> Iterator[str]:
    """What is asked for without a link to it: every address without parameters, everything that search engines are
    told of, the files of the copy's own search.
    """
    for language in rules.languages:
        prefix = rules.prefix(language)
        with translation.override(language):
            yield from sorted(_plain_addresses())
        for part in sitemap.parts():
            yield from (prefix + entry.path for entry in part.entries(0, part.count()))
        yield from (f"{prefix}{SEARCH}worte-{index.file_name(one)}.js" for one in index.first_letters(language))


def _plain_addresses() -> Iterator[str]:
    for name, pattern in _views():
        if not pattern.pattern.converters:
            try:
                yield reverse(name)
            except NoReverseMatch:
                continue


def _views() -> Iterator[tuple[str, URLPattern]]:
    """The views with a name that are not the town hall's or behind a login, by their names."""

    def inside(resolver: URLResolver, route: str, space: str) -> Iterator[tuple[str, str, URLPattern]]:
        for one in resolver.url_patterns:
            own = "" if isinstance(one.pattern, LocalePrefixPattern) else str(one.pattern).removeprefix("^")
            if isinstance(one, URLResolver):
                yield from inside(one, route + own, f"{space}{one.namespace}:" if one.namespace else space)
            elif one.name:
                yield f"{space}{one.name}", route + own, one

    for name, route, pattern in inside(get_resolver(), "", ""):
        if not route.startswith(("verwaltung/", "konto/", "dokumente/", "media/", "api/", "kartendaten/", ".well")):
            yield name, pattern


def _unseen(found: Found) -> list[str]:
    """Views of the house of which the copy holds nothing, forms and the like left out."""
    seen = set()
    for one in found.files.values():
        if not one.address.startswith((settings.STATIC_URL, settings.MEDIA_URL)):
            with suppress(Resolver404):
                seen.add(resolve(one.address.partition("?")[0]).view_name)
    return sorted({name for name, pattern in _views() if not str(pattern.pattern).startswith(_NO_PAGES)} - seen)


def _rewrite(part: Path, walk: Walk) -> None:
    """Second walk, over the files: now it is known what the copy has."""
    notes = {language: _form_note(language) for language in walk.rules.languages}
    scripts = {file for file, one in walk.found.files.items() if is_own_script(one.address, one.type)}
    for file, one in walk.found.files.items():
        path = part / file
        if file in scripts:
            path.write_text(rewriting.classic(path.read_text("utf-8")), "utf-8")
        elif one.type == "text/css":
            path.write_text(rewriting.style(path.read_text("utf-8"), _resolver(walk, file, one)), "utf-8")
        elif one.type == "text/html":
            path.write_text(_page(walk, file, one, path.read_text("utf-8"), notes), "utf-8")
        elif one.type in _JSON:
            text = rewriting.data(path.read_text("utf-8"), walk.base, _published_at(walk, one))
            path.write_text(text, "utf-8")


def _resolver(walk: Walk, file: str, one: Copied) -> rewriting.Resolve:
    def resolve_one(address: str) -> str | None:
        if not address or address.startswith("#"):
            return address
        inside = walk.inside(address, one.address)
        if inside is None:
            return address
        there = walk.target(inside, one.address)
        if there is None:
            return None
        _rest, mark, fragment = address.partition("#")
        kept = f"?{there.kept}" if there.kept else ""
        return f"{relative(there.file, file)}{kept}{mark}{fragment}"

    return resolve_one


def _published_at(walk: Walk, one: Copied) -> rewriting.Resolve:
    """Whole addresses, for files that are read far from the copy."""

    def resolve_one(address: str) -> str | None:
        inside = walk.inside(address, one.address)
        if inside is None:
            return address
        there = walk.target(inside, one.address)
        if there is None:
            return None
        if there.address == inside:
            return address
        return f"{walk.base}/{quote(there.file.removesuffix('index.html'), safe='/~')}"

    return resolve_one


def _page(walk: Walk, file: str, one: Copied, text: str, notes: dict[str, tuple[str, str]]) -> str:
    rules = walk.rules
    language, _german = rules.split(one.address.partition("?")[0])
    prefix = rules.prefix(language)
    words, more = notes[language]
    about = relative(spot_of(f"{prefix}{ABOUT}").file, file)
    return rewriting.page(
        text,
        _resolver(walk, file, one),
        search=relative(spot_of(f"{prefix}{SEARCH}").file, file),
        form_note=f'<p class="standing standing--here">{escape(words)} <a href="{about}">{escape(more)}</a></p>',
        scripts=lambda address: walk.target(walk.inside(address, one.address) or "", one.address) is not None,
    )


def _form_note(language: str) -> tuple[str, str]:
    """What stands in the place of a form, and the words of the link to more."""
    with translation.override(language):
        day = dates.plain_date(dates.today(), language)
        return (
            _("Forms do not work in this archive, a copy from %(day)s. Please turn to the town hall.") % {"day": day},
            _("About this archive"),
        )


def _enclose(part: Path, base: str, rules: Rules, found: Found) -> None:
    """Put in what tells about the copy itself: what it is, what it lacks, and a digest of every file."""
    rows = io.StringIO()
    table = csv.writer(rows, delimiter=";", lineterminator="\r\n")
    table.writerow(["address", "reason", "named by"])
    table.writerows([address, *why] for address, why in sorted(found.left_out.items()))
    _write(part / LEFT_OUT, rows.getvalue().encode())
    house = village().municipality
    about = {
        "municipality": f"{house.kind} {house.name}",
        "address": base,
        "day": rules.day.isoformat(),
        "languages": list(rules.languages),
        "sheets": rules.papers,
        "files": len(found.files),
        "left_out": dict(sorted(Counter(reason for reason, _page in found.left_out.values()).items())),
    }
    _write(part / LIST, f"{json.dumps(about, ensure_ascii=False, indent=1)}\n".encode())
    sums = [
        f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.relative_to(part).as_posix()}\n"
        for path in sorted(part.rglob("*"))
        if path.is_file()
    ]
    _write(part / SUMS, "".join(sums).encode())


def _put(part: Path, folder: Path) -> None:
    """One step: either the whole copy is there, or nothing. Raises CannotExport."""
    part.chmod(0o755)
    try:
        if folder.exists():
            folder.rmdir()
        os.rename(part, folder)
    except OSError as problem:
        raise CannotExport(f"{folder} cannot be written: {problem.strerror}.") from problem
