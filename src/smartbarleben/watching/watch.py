"""What one request costs while it runs: its statements are counted, and slow ones are written down.

The same eye is on each database connection of every process; outside of a request it only notes what is slow.
"""

import logging
import random
import re
import time
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from django.conf import settings
from django.http import HttpRequest

slow_queries = logging.getLogger("smartbarleben.slow.query")
# Statements that name hundreds of rows say no more than their first words.
_LONGEST_SQL = 1_000
# One that was cut ends with the statement.
_LITERAL = re.compile(r"'(?:[^']|'')*(?:'|\Z)")
_LIST = re.compile(r"%s(?:\s*,\s*%s)+")


class Watch:
    """One request under way: a name to find its lines by, and what it asked the database for so far."""

    __slots__ = ("began", "name", "request", "sql_seconds", "statements")

    def __init__(self, request: HttpRequest | None = None) -> None:
        self.request = request
        # It only ties lines together, so it need not be a secret.
        self.name = f"{random.getrandbits(48):012x}"
        self.began = time.perf_counter()
        self.statements = 0
        self.sql_seconds = 0.0


current: ContextVar[Watch | None] = ContextVar("watch", default=None)


def route_of(request: HttpRequest | None) -> str:
    """The name of a request's route: never its path, which may hold the secret of a case."""
    match = getattr(request, "resolver_match", None)
    if match is not None:
        return str(match.view_name)
    path = getattr(request, "path_info", "")
    return "static" if path.startswith(settings.STATIC_URL) else "unmatched"


def without_values(sql: str) -> str:
    """A statement without anything that was typed: literals and long lists of placeholders are taken out."""
    return _LIST.sub("%s, …", _LITERAL.sub("'…'", sql[: 4 * _LONGEST_SQL]))[:_LONGEST_SQL]


def note(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """An execute wrapper: count, time, and write down what took long."""
    began = time.perf_counter()
    try:
        return execute(sql, params, many, context)
    finally:
        seconds = time.perf_counter() - began
        watch = current.get()
        if watch is not None:
            watch.statements += 1
            watch.sql_seconds += seconds
        if seconds * 1000 >= settings.SLOW_QUERY_MS:
            slow_queries.warning(
                "slow query", extra={"seen": {"ms": round(seconds * 1000, 1), "query": without_values(sql)}}
            )


def attach(connection: Any, **_signal: Any) -> None:
    """Put the eye on a new connection; called for each once it is there."""
    if note not in connection.execute_wrappers:
        connection.execute_wrappers.append(note)
