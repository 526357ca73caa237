"""A copy as a stranger would check it: every link and asset of every file leads to a file of the copy."""

import json
import posixpath
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import html
from tests.blueprint import copy_to

from smartbarleben.config import paths

BASE = "https://archiv.example.org/dorf"
_CSS = re.compile(r"""url\(\s*["']?([^"')]+)""")


def run(data: Path, *words: str) -> str:
    """A management command on a data folder; what it prints."""
    environment = paths.python_environment(data)
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=paths.ROOT, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def barleben(data: Path, languages: list[str] | None = None) -> Path:
    """A data folder with Barleben, a timetable, and a case that nobody may read."""
    paths.make_data_folder(data)
    copy_to(data / "village.sqlite3")
    run(data, "smartbarleben", "load_village", str(paths.ROOT / "data" / "barleben"))
    run(data, "tests.browser.samples")
    if languages is not None:
        words = f"from smartbarleben.places.models import *; Municipality.objects.update(languages={languages!r})"
        run(data, "smartbarleben", "shell", "-c", words)
    return data


def named(root: Path, file: Path) -> Iterator[str]:
    """The addresses that a file of the copy names."""
    if file.suffix == ".html":
        for element, attribute, address, _position in _page(file).iterlinks():
            if attribute in {"href", "src", "action", "data-address", "poster"}:
                yield address.strip()
            assert element.tag != "base"
        for several in _page(file).xpath("//@srcset"):
            yield from (one.split()[0] for one in several.split(","))
        yield from _page(file).xpath("//@data-address")
        yield from _page(file).xpath("//meta[starts-with(@property, 'og:') and contains(@content, '://')]/@content")
        for told in _page(file).xpath("//script[@type='application/ld+json']/text()"):
            yield from _own(told)
    elif file.suffix == ".css":
        yield from _CSS.findall(file.read_text("utf-8"))
    elif file.name == "dinge.js":
        rows = json.loads(file.read_text("utf-8").removeprefix("villageSearch.things(").strip().removesuffix(");"))
        yield from (row[1] for row in rows["rows"])
    elif file.suffix in {".xml", ".atom", ".jsonld", ".ttl", ".json", ".geojson", ".csv", ".txt"}:
        yield from _own(file.read_text("utf-8"))
    elif file.suffix == ".ics":
        # Long lines go on after a blank.
        yield from _own(re.sub(r"\r?\n ", "", file.read_text("utf-8")))


def _own(text: str) -> Iterator[str]:
    """The addresses of the copy itself that a text names in whole."""
    return (one.rstrip(".") for one in re.findall(re.escape(BASE) + r"[^\s\"'<>;,\\]*", text))


@cache
def _page(file: Path) -> html.HtmlElement:
    return html.document_fromstring(file.read_text("utf-8"))


@cache
def _names(file: Path) -> frozenset[str]:
    return frozenset(_page(file).xpath("//@id"))


def problem(root: Path, file: Path, address: str) -> str | None:
    """What is wrong with an address on a page, None if it leads somewhere in the copy or to somebody else."""
    if address.startswith(BASE):
        inside = urlsplit(address[len(BASE) :] or "/")
        target = root / unquote(inside.path).lstrip("/")
        target = target / "index.html" if inside.path.endswith("/") or not inside.path else target
        # Parts of a description are named by a fragment; they are no places on a page.
        return None if target.is_file() else "nothing in the copy"
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None if parts.scheme in {"http", "https", "mailto", "tel", "data"} else f"scheme {parts.scheme}"
    if address.startswith("/"):
        return "begins at the root of the server"
    way = posixpath.normpath(posixpath.join(file.parent.relative_to(root).as_posix(), unquote(parts.path)))
    target = root / way if parts.path else file
    if way.startswith(".."):
        return "leads out of the copy"
    if not target.is_file():
        return "nothing there"
    if parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in _names(target):
        return f"no place #{parts.fragment}"
    return None


def broken(root: Path) -> list[str]:
    """Every address of every file that leads nowhere."""
    found = []
    for file in sorted(root.rglob("*")):
        if file.is_file():
            for address in dict.fromkeys(named(root, file)):
                if (what := problem(root, file, address)) is not None:
                    found.append(f"{file.relative_to(root)}: {address}: {what}")
    return found
