"""Writers of one process take turns at a lock before they ask SQLite for its own.

A thread that finds SQLite's write lock taken sleeps for up to 100 ms and tries again, also when the lock was free
after one. Here it is woken at once. SQLite's lock still decides between processes, and so does its timeout.
"""

import os
import threading
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import OperationalError
from django.db.backends.sqlite3 import base

_turns: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
# The threads that held these locks do not exist in a forked process.
os.register_at_fork(after_in_child=_turns.clear)


class DatabaseWrapper(base.DatabaseWrapper):
    """A connection whose transactions wait for their turn in this process, at most for its ``timeout``."""

    _held: threading.Lock | None = None
    _patience = 5.0

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        self._patience = params.get("timeout", self._patience)
        return params

    @contextmanager
    def waiting_at_most(self, seconds: float) -> Iterator[None]:
        """Inside, a transaction that does not get its turn in ``seconds`` raises OperationalError."""
        self.ensure_connection()
        usual = self._patience
        self._wait(seconds)
        try:
            yield
        finally:
            self._wait(usual)

    def _wait(self, seconds: float) -> None:
        with self.cursor() as cursor:
            cursor.execute(f"PRAGMA busy_timeout = {round(seconds * 1000)}")
        self._patience = seconds

    def _start_transaction_under_autocommit(self) -> None:
        turn = _turns[os.path.realpath(self.settings_dict["NAME"])]
        if self._held is None:
            if not turn.acquire(timeout=self._patience):
                raise OperationalError("database is locked")
            self._held = turn
        try:
            super()._start_transaction_under_autocommit()
        except BaseException:
            self._leave()
            raise

    def _commit(self) -> None:
        super()._commit()
        self._leave()

    def _rollback(self) -> None:
        try:
            super()._rollback()
        finally:
            self._leave()

    def _close(self) -> None:
        try:
            super()._close()
        finally:
            self._leave()

    def _leave(self) -> None:
        if self._held is not None:
            held, self._held = self._held, None
            held.release()
