"""The rooms and their floors, read from the import contract in pyproject.toml, and the files of the checkout."""

import subprocess
import tomllib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from smartbarleben.config.paths import ROOT

PACKAGE = "smartbarleben"
SOURCE = ROOT / "src" / PACKAGE
# The roof composes the house from its rooms, so it is where the rooms' names may meet.
ROOF = frozenset({"config", "archive", "portal"})


@cache
def floors() -> dict[str, int]:
    """Each room's floor: 0 is the roof, larger is lower. Rooms in one line of the contract share a floor."""
    with open(ROOT / "pyproject.toml", "rb") as file:
        contracts = tomllib.load(file)["tool"]["importlinter"]["contracts"]
    layers = next(one["layers"] for one in contracts if one["type"] == "layers")
    return {
        room.strip().strip("()").removeprefix(f"{PACKAGE}."): floor
        for floor, layer in enumerate(layers)
        for room in layer.replace(":", "|").split("|")
    }


def may_lean(upper: str, lower: str) -> bool:
    """Whether a room may know another: itself, and what lies on a lower floor."""
    return upper == lower or floors()[upper] < floors()[lower]


def room_of_module(dotted: str) -> str | None:
    """The room of "smartbarleben.places.models", None for what isn't in a room."""
    parts = dotted.split(".")
    return parts[1] if parts[0] == PACKAGE and len(parts) > 1 and parts[1] in floors() else None


def room_of_file(path: Path) -> str:
    """The room in whose folder a file lies."""
    return path.relative_to(SOURCE).parts[0]


def rooms() -> list[str]:
    """All rooms that have a folder."""
    return sorted(path.name for path in SOURCE.iterdir() if (path / "__init__.py").is_file())


@cache
def checkout() -> tuple[Path, ...]:
    """Every file that is or could be committed."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split("\0")
    return tuple(path for name in sorted(set(listed)) if name and (path := ROOT / name).is_file())


def sources(*suffixes: str, under: Path = SOURCE) -> Iterator[Path]:
    """The committed files below a folder whose name ends in one of these."""
    return (path for path in checkout() if path.suffix in suffixes and under in path.parents)


def said(problems: list[str]) -> str:
    """The message of a failing test: one problem a line."""
    return "\n" + "\n".join(problems)
