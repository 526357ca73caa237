"""What a process writes before it is whole, under a name by which a killed process's can be told from a living one's.

SIGKILL and power cuts leave drafts behind, and a draft of a backup holds everything about everybody. So the name says
whose it is, and whoever comes next to the same place clears away what nobody holds any more.
"""

import os
import platform
import re
import shutil
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

# Whether a process of another machine lives nobody here can say; nothing of ours takes so long.
FOREIGN_SECONDS = 24 * 3600.0
_MARK = re.compile(r"(?:.*[.-])?draft\.(?P<machine>\w+)\.(?P<process>\d+)(?:\.\d+)?")
_held: set[Path] = set()
_lock = threading.Lock()


@contextmanager
def draft(folder: Path, before: str, after: str = "") -> Iterator[Path]:
    """A path in ``folder`` where nothing is yet: ``before``, a mark of this process, ``after``.

    What lies there after the block is gone; whoever wants to keep it gives it another name first. What killed
    processes left under such names goes before. Raises OSError where the folder cannot be looked at.
    """
    tidy(folder, before, after)
    with _lock:
        mark, number = f"draft.{_machine()}.{os.getpid()}", 0
        while (path := folder / f"{before}{mark}{f'.{number}' if number else ''}{after}") in _held:
            number += 1
        _held.add(path)
    try:
        yield path
    finally:
        _remove(path)
        with _lock:
            _held.discard(path)


def tidy(folder: Path, before: str, after: str = "", *, now: float | None = None) -> int:
    """Remove what processes left that live no more; ``now`` in seconds since 1970. Returns how many there were.

    ``before`` may be the beginning of many names. Only names with a mark are touched; what another machine marked
    goes when it is a day old.
    """
    gone = 0
    for path in list(folder.iterdir()):
        if path.name.startswith(before) and path.name.endswith(after):
            inside = path.name[len(before) : len(path.name) - len(after)]
            if (found := _MARK.fullmatch(inside)) and _is_left(path, found, time.time() if now is None else now):
                _remove(path)
                gone += 1
    return gone


def _is_left(path: Path, found: re.Match[str], now: float) -> bool:
    if found["machine"] != _machine():
        with suppress(OSError):
            return path.lstat().st_mtime < now - FOREIGN_SECONDS
        return False
    with _lock:
        if path in _held:
            return False
    # In a container the next process has the number of the one that was killed.
    return int(found["process"]) == os.getpid() or not _lives(int(found["process"]))


def _machine() -> str:
    return re.sub(r"\W", "", platform.node(), flags=re.ASCII)[:40] or "machine"


def _lives(process: int) -> bool:
    """Whether a process with this number runs; where nobody can say, it does."""
    if os.name == "nt":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink(missing_ok=True)
