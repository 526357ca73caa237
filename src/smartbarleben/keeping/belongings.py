"""Which files of a data folder belong to the village, and which are only of this machine and this moment."""

import fnmatch
import os
from collections.abc import Iterator
from pathlib import Path

from .trouble import KeepingTrouble

BACKUPS = "backups"
# The database goes by a copy of its own; locks and notes on the last opening belong to this machine. Only names at
# the top of the folder: below it somebody's document may be called anything.
_LEFT = (
    "village.sqlite3*",
    "test-*.sqlite3*",
    "*.lock",
    "*.new",
    "*.sqlite3-wal",
    "*.sqlite3-shm",
    "opened.json",
    "update.json",
    # Two weeks are their whole life (docs/watching.md), also in a backup.
    "logs",
    ".*",
    BACKUPS,
    "maps/making-*",
)
# What may lie on another disk, and is a link to it then.
_MAY_LIE_ELSEWHERE = ("media", "uploads", "maps", "mail", "tls")
# Whoever holds these can sign in the village's name.
KEYS = ("secret.key", "tls/*.key", "first-login.json")


def is_key(name: str) -> bool:
    """Whether a file ("tls/ca.key") lets its holder act for the village, beside knowing what is in it."""
    return any(fnmatch.fnmatchcase(name, pattern) for pattern in KEYS)


def files(data: Path) -> Iterator[tuple[str, Path]]:
    """The files of a data folder as (name with slashes, path), in order.

    Links to folders and files are followed, because media may lie on another disk; none is visited twice. Raises
    KeepingTrouble where a folder of the village is a link that leads nowhere.
    """
    yield from _below(data, "", set())


def may_hold_backups(folder: Path, data: Path) -> bool:
    """Whether archives may lie in a folder: in the data folder each would hold all before it."""
    folder, data = folder.resolve(), data.resolve()
    return not folder.is_relative_to(data) or folder.is_relative_to(data / BACKUPS)


def _below(folder: Path, prefix: str, seen: set[str]) -> Iterator[tuple[str, Path]]:
    real = os.path.realpath(folder)
    if real in seen:
        return
    seen.add(real)
    for path in sorted(folder.iterdir()):
        name = prefix + path.name
        if any(fnmatch.fnmatchcase(name, one) for one in _LEFT if one.count("/") == name.count("/")):
            continue
        if path.is_dir():
            yield from _below(path, f"{name}/", seen)
        elif path.is_file():
            yield name, path
        elif name in _MAY_LIE_ELSEWHERE and path.is_symlink():
            # Without it the archive would look whole, and in some weeks there would be none with these files.
            raise KeepingTrouble(f"{path} leads to {os.readlink(path)}, which is not there. Connect its disk.")
