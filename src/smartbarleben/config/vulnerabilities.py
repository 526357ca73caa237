"""./village audit: does anybody know a security hole in one of the packages that the locks name?

Asks the OSV database, which collects the reports of PyPI, npm and others. It hears names and versions of packages and
nothing else. The answer is for today: run it again each week, and before every update.
"""

import argparse
import http.client
import json
import re
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

from . import environment, paths, say

DATABASE = "https://api.osv.dev"
TIMEOUT_SECONDS = 20
CLEAN, FOUND, NOT_ASKED = 0, 1, 3
_AT_ONCE = 500
_MOST_BYTES = 20_000_000
_PINNED = re.compile(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)

type Ask = Callable[[str, Any], Any]


class NotAsked(Exception):
    """The database could not be asked; the message says why."""


@dataclass(frozen=True, slots=True)
class Pinned:
    """A package in exactly one version, as a lock names it. ``for_tests``: no part of a running village."""

    ecosystem: str
    name: str
    version: str
    for_tests: bool = False


@dataclass(frozen=True, slots=True)
class Hole:
    """A known hole in a package: its names in the databases, what it is, and the versions in which it is mended."""

    package: Pinned
    names: tuple[str, ...]
    summary: str
    mended_in: tuple[str, ...]


def pinned(root: Path = paths.ROOT) -> list[Pinned]:
    """Every package of every lock, each once; what only tests need stands last."""
    found: dict[tuple[str, str, str], Pinned] = {}
    for lock in (environment.RUNTIME, environment.MAP, environment.NODE, environment.TEST):
        for name, version in _PINNED.findall((root / lock).read_text(encoding="utf-8")):
            one = Pinned("PyPI", name.lower().replace("_", "-"), version, for_tests=lock == environment.TEST)
            found.setdefault((one.ecosystem, one.name, one.version), one)
    packages: dict[str, dict[str, Any]] = json.loads((root / "package-lock.json").read_text("utf-8"))["packages"]
    for place, entry in packages.items():
        if place:
            name = place.rpartition("node_modules/")[2]
            one = Pinned("npm", name, str(entry["version"]), for_tests=bool(entry.get("dev")))
            found.setdefault((one.ecosystem, one.name, one.version), one)
    return sorted(found.values(), key=lambda one: one.for_tests)


def asking(database: str) -> Ask:
    """A function that asks the database at this address: ``ask(path, body or None)`` gives what its JSON says."""
    if urlsplit(database).scheme not in ("http", "https"):
        raise NotAsked(f"{database} is no web address.")

    def ask(path: str, body: Any) -> Any:
        data = None if body is None else json.dumps(body).encode()
        headers = {"Content-Type": "application/json", "User-Agent": "SmartBarleben audit"}
        request = urllib.request.Request(database.rstrip("/") + path, data=data, headers=headers)  # noqa: S310 (above)
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_SECONDS) as answer:  # noqa: S310 (the same)
                return json.loads(answer.read(_MOST_BYTES))
        except urllib.error.HTTPError as problem:
            problem.close()
            raise NotAsked(f"{database} answers with the error {problem.code}.") from None
        except (OSError, http.client.HTTPException) as problem:
            raise NotAsked(f"{database} cannot be reached: {getattr(problem, 'reason', problem)}.") from None
        except ValueError:
            raise NotAsked(f"{database} answers with something that is no JSON.") from None

    return ask


def holes(packages: Iterable[Pinned], ask: Ask) -> Iterator[Hole]:
    """The known holes in these packages. Raises NotAsked when the database does not answer as it should."""
    everything = list(packages)
    for start in range(0, len(everything), _AT_ONCE):
        part = everything[start : start + _AT_ONCE]
        for package, names in zip(part, _names(part, ask), strict=True):
            for name in sorted(names):
                yield _hole(package, name, ask(f"/v1/vulns/{quote(name, safe='')}", None))


def _names(part: list[Pinned], ask: Ask) -> list[set[str]]:
    """The names of the holes of each package. An answer in several pages is asked for to its end."""
    found: list[set[str]] = [set() for _one in part]
    waiting: dict[int, str] = dict.fromkeys(range(len(part)), "")
    while waiting:
        places = list(waiting)
        queries = [_query(part[place], waiting[place]) for place in places]
        answer = ask("/v1/querybatch", {"queries": queries})
        results = answer.get("results") if isinstance(answer, dict) else None
        if not isinstance(results, list) or len(results) != len(places):
            raise NotAsked("The database answers fewer questions than it was asked.")
        waiting = {}
        for place, result in zip(places, results, strict=True):
            told = result or {}
            found[place] |= {str(one["id"]) for one in told.get("vulns") or ()}
            if page := told.get("next_page_token"):
                waiting[place] = str(page)
    return found


def _query(one: Pinned, page: str) -> dict[str, Any]:
    query: dict[str, Any] = {"package": {"name": one.name, "ecosystem": one.ecosystem}, "version": one.version}
    return query | ({"page_token": page} if page else {})


def _hole(package: Pinned, name: str, told: Any) -> Hole:
    told = told if isinstance(told, dict) else {}
    mended = {
        str(event["fixed"])
        for affected in told.get("affected") or ()
        if str(affected.get("package", {}).get("name", "")).lower().replace("_", "-") == package.name
        for span in affected.get("ranges") or ()
        if span.get("type") != "GIT"
        for event in span.get("events") or ()
        if "fixed" in event
    }
    text = str(told.get("summary") or told.get("details") or "").strip().split("\n")[0][:200]
    return Hole(package, (name, *map(str, told.get("aliases") or ())), text, tuple(sorted(mended)))


def main(arguments: list[str], ask: Ask | None = None) -> int:
    """Print what is known. 0: nothing; 1: something; 3: nobody could be asked, so nothing is known either way."""
    parser = argparse.ArgumentParser(prog="./village audit", description=__doc__)
    parser.add_argument("--database", default=DATABASE, help=f"another OSV database (default {DATABASE})")
    parser.add_argument("--json", action="store_true", help="print what was found for programs")
    options = parser.parse_args(arguments)
    packages = pinned()
    try:
        found = list(holes(packages, ask or asking(options.database)))
    except NotAsked as problem:
        say.problem(f"Nobody could be asked about security holes. {problem}")
        say.problem("This says nothing about the packages. Run it again where there is a network.")
        return NOT_ASKED
    if options.json:
        rows = [
            {"package": one.package.name, "version": one.package.version, "ecosystem": one.package.ecosystem,
             "for_tests": one.package.for_tests, "names": one.names, "summary": one.summary,
             "mended_in": one.mended_in}
            for one in found
        ]  # fmt: skip
        say.line(json.dumps(rows, indent=2))
        return FOUND if found else CLEAN
    for one in found:
        mark = " (tests only)" if one.package.for_tests else ""
        say.line(f"{one.package.name} {one.package.version}{mark}: {', '.join(one.names)}")
        say.line(f"    {one.summary or 'no description'}")
        say.line(f"    mended in {', '.join(one.mended_in)}" if one.mended_in else "    no mended version is known")
    say.line(
        f"{len(packages)} packages asked about, "
        + (f"{len(found)} known holes." if found else "no known hole. This is the answer of today.")
    )
    return FOUND if found else CLEAN


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
