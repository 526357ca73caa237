"""Log files of the data folder: each has one writer, a bounded length and a day; all together are bounded, too.

A file is named by what its process is for, by its first moment and by the process: `web-20261123T190501-4711.jsonl`.
So no two processes ever write into the same one, nothing is renamed, and several servers may share a folder.
"""

import contextlib
import logging
import os
import time
from datetime import UTC, datetime
from pathlib import Path

# A file holds one day at most, so whatever is in one that nobody wrote into for thirteen days is within two weeks.
KEEP_SECONDS = 13 * 24 * 3600
ENDING = ".jsonl"
_FILES_AT_MOST = 300
# After a line that could not be written nobody tries for so long: each try would begin another empty file, and so
# many of them would push out the lines of the days before, which say why the disk is full.
REST_SECONDS = 30.0


def prune(folder: Path, limit_bytes: int, now: float) -> int:
    """Delete what is older than two weeks, then the oldest until all keep ``limit_bytes``; returns how many files."""
    found = []
    for path in folder.glob(f"*{ENDING}"):
        with contextlib.suppress(OSError):
            state = path.stat()
            found.append((state.st_mtime, state.st_size, path))
    found.sort(reverse=True)
    room, gone = limit_bytes, 0
    for position, (written, size, path) in enumerate(found):
        room -= size
        if written < now - KEEP_SECONDS or position >= _FILES_AT_MOST or (room < 0 and position > 0):
            with contextlib.suppress(OSError):
                path.unlink()
                gone += 1
    return gone


class OneWriter(logging.Handler):
    """Writes lines into this process's own file, and begins another when it is full or a day is over.

    ``limit_bytes`` bounds the whole folder; a file is a twentieth of that. A folder that cannot be written to
    costs the lines and nothing else.
    """

    def __init__(self, folder: str, role: str, limit_bytes: int) -> None:
        super().__init__()
        self.folder, self.role, self.limit_bytes = Path(folder), role, limit_bytes
        self._file: int | None = None
        self._size = 0
        self._ends = 0.0
        self._process = 0
        self._path: Path | None = None
        self._rests_until = 0.0

    def emit(self, record: logging.LogRecord) -> None:
        """Write one line."""
        self._put(self.format(record))

    def put(self, text: str) -> None:
        """Write one line that is ready."""
        if self.lock is not None:
            with self.lock:
                self._put(text)

    def _put(self, text: str) -> None:
        if self._rests_until and self._rests_until > time.monotonic():
            return
        line = (text + "\n").encode("utf-8", "replace")
        try:
            now = time.time()
            if self._file is None or now >= self._ends or self._size > self.limit_bytes // 20 or self._is_forked():
                self._begin(now)
            if self._file is not None:
                self._size += os.write(self._file, line)
        except OSError:
            # The same line goes to standard error where it matters; a full disk must not stop a page.
            self._rests_until = time.monotonic() + REST_SECONDS
            self._let_go()
            if self._path is not None and not self._size:
                with contextlib.suppress(OSError):
                    self._path.unlink()

    def _is_forked(self) -> bool:
        return self._process != os.getpid()

    def _begin(self, now: float) -> None:
        if not self._is_forked():
            self._let_go()
        self._process = os.getpid()
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        moment = datetime.fromtimestamp(now, UTC)
        name = f"{self.role}-{moment:%Y%m%dT%H%M%S}-{self._process}"
        self._ends = now - now % 86_400 + 86_400
        for number in range(100):
            path = self.folder / (f"{name}{f'-{number}' if number else ''}{ENDING}")
            with contextlib.suppress(FileExistsError):
                self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_APPEND, 0o600)
                self._size, self._path = 0, path
                break
        prune(self.folder, self.limit_bytes, now)

    def close(self) -> None:
        """The process ends."""
        self._let_go()
        super().close()

    def _let_go(self) -> None:
        if self._file is not None:
            with contextlib.suppress(OSError):
                os.close(self._file)
            self._file = None
