"""./village licences: every package that a village runs with, its licence, and whether it goes with EUPL-1.2."""

import argparse
import json
import re
import sys
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from . import environment, paths, say
from .licensing import Package, chosen, named

# What packages do not say in a way that programs read; looked up in their own licence files.
_LOOKED_UP = {
    # Its file LICENSE: BSD 2-Clause; parts from others under Apache 2.0 and MPL 2.0 (a list of public suffixes).
    ("Python", "fido2"): "BSD-2-Clause AND Apache-2.0 AND MPL-2.0",
    # The LGPL is one of three among which it leaves the choice.
    ("Python", "pyphen"): "GPL-2.0-or-later OR LGPL-2.1-or-later OR MPL-1.1",
}
_PINNED = re.compile(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;\\]+)", re.MULTILINE)
_TEST_LOCKS = {environment.TEST}


def python_packages() -> Iterator[Package]:
    """What the locks name, with the licence that the installed package tells.

    What is not installed here (packages of other systems, tools that nobody has needed yet) is passed over.
    """
    seen: set[str] = set()
    for lock in (environment.RUNTIME, environment.MAP, environment.NODE, environment.TEST):
        for name, version in _PINNED.findall((paths.ROOT / lock).read_text(encoding="utf-8")):
            if name in seen:
                continue
            seen.add(name)
            try:
                said = metadata(name)
            except PackageNotFoundError:
                continue
            classifiers = said.get_all("Classifier") or []
            licences = [one.rpartition("::")[2] for one in classifiers if one.startswith("License ::")]
            licence = _LOOKED_UP.get(("Python", name.lower())) or named(said.get("License-Expression") or "")
            licence = licence or named(said.get("License") or "") or chosen(licences)
            yield Package("Python", name, version, licence, for_tests=lock in _TEST_LOCKS)


def npm_packages(lock: Path = paths.ROOT / "package-lock.json") -> Iterator[Package]:
    """What the front end's lock names, with the licence that stands in it."""
    packages: dict[str, dict[str, Any]] = json.loads(lock.read_text(encoding="utf-8"))["packages"]
    for place, entry in packages.items():
        if place:
            name = place.rpartition("node_modules/")[2]
            licence = _LOOKED_UP.get(("npm", name)) or named(str(entry.get("license", "")))
            yield Package("npm", name, str(entry.get("version", "")), licence, for_tests=bool(entry.get("dev")))


def every_package() -> list[Package]:
    """All packages of all locks that are installed here, by origin and name."""
    found = [*python_packages(), *npm_packages()]
    return sorted(found, key=lambda one: (one.origin, one.name.lower()))


def main(arguments: list[str]) -> int:
    """Print the list; 1 when something is unknown or does not go with EUPL-1.2."""
    parser = argparse.ArgumentParser(prog="./village licences", description=__doc__)
    parser.add_argument("--json", action="store_true", help="print the list for programs")
    options = parser.parse_args(arguments)
    found = every_package()
    if options.json:
        rows = [
            {"origin": one.origin, "name": one.name, "version": one.version, "licence": one.licence or None,
             "for_tests": one.for_tests, "problem": one.problem or None}
            for one in found
        ]  # fmt: skip
        say.line(json.dumps(rows, indent=2))
    else:
        width = max(len(f"{one.name} {one.version}") for one in found)
        for one in found:
            mark = " (tests only)" if one.for_tests else ""
            say.line(f"{one.origin:<6}  {f'{one.name} {one.version}':<{width}}  {one.licence or 'UNKNOWN'}{mark}")
        running = sum(not one.for_tests for one in found)
        say.line(f"\n{len(found)} packages, {running} of them part of a running village. SmartBarleben: EUPL-1.2.")
    wrong = [one for one in found if one.problem]
    for one in wrong:
        say.problem(f"{one.name} {one.version}: {one.problem}.")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
