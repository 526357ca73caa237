"""./village doctor: looks at the house and says what is wrong and how to mend it.

It changes nothing, and it also answers where the program itself cannot start.
"""

import argparse
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from . import paths, say

if TYPE_CHECKING:
    from smartbarleben.keeping.checks import Finding

BROKEN = 1


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options of the command."""
    parser = argparse.ArgumentParser(
        prog="./village doctor",
        description="Look at the whole house. Exit code 0: it works; 1: something is broken.",
    )
    parser.add_argument("--json", action="store_true", help="print a list of objects: id, level, text, mend")
    parser.add_argument("--only", action="append", default=[], metavar="ID", help="this check only; may be repeated")
    parser.add_argument("--language", default="en", help="in this language, for example de")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Do what the module says; the answer is the exit code."""
    say.ready_console()
    options = parse(arguments)
    data = paths.data_folder(None)
    shown = []
    for finding in _findings(data, options):
        shown.append(finding)
        if not options.json:
            _show(finding)
    levels = [one["level"] for one in shown]
    if options.json:
        say.line(json.dumps(shown, ensure_ascii=False, indent=1))
    else:
        counted = ", ".join(f"{levels.count(level)} {level}" for level in ("broken", "warn", "ok"))
        say.line(f"\n{counted}")
    return BROKEN if "broken" in levels else 0


def _show(finding: dict[str, str]) -> None:
    say.line(f"{finding['level']:<7} {finding['text']}")
    if finding["mend"]:
        say.line(f"        → {finding['mend']}")


def _findings(data: Path, options: argparse.Namespace) -> Iterator[dict[str, str]]:
    """What is found, one after the other, as JSON holds it."""
    if not (data / "secret.key").is_file():
        yield _plain(
            "config.folder",
            f"There is no village in {data}.",
            "Name its folder: --data DIR.",
        )
        return
    try:
        import django

        django.setup()
    except Exception as problem:
        yield _plain(
            "config.start",
            f"The program cannot start: {problem}",
            "Mend the setting that is named, or bring the packages back: delete .venv and start ./village.",
        )
        return
    from django.utils import translation

    from smartbarleben.keeping import checks

    with translation.override(options.language):
        blind: list[Finding] = []
        known = {check.name for check in checks.registered()}
        for name in set(options.only) - known:
            yield _plain("config.unknown", f"There is no check {name}.", f"There are: {', '.join(sorted(known))}")
        for _check, found, _seconds in checks.look_at_all(options.only):
            blind += [one for one in found if one.blind]
            yield from (one.as_json() for one in found if not one.blind)
        # One broken database is one line, not one for each look that needs it.
        if blind:
            yield checks.not_seen(blind).as_json()


def _plain(name: str, text: str, mend: str) -> dict[str, str]:
    return {"id": name, "level": "broken", "text": text, "mend": mend}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
