"""Lines of the log: one JSON object each, or plain text for a terminal. No path, no address, no name, no values."""

import json
import logging
import re
import sys
import threading
import time
from functools import lru_cache
from typing import Any

from .logfiles import OneWriter
from .scrubbing import named, scrubbed, traced
from .watch import current, route_of

# Loggers whose messages are written by this program, with ids at most.
_OWN = "smartbarleben"
_WARNED = re.compile(r".*?:\d+: \w+")
# Who writes the lines of requests, the only ones that are many.
REQUESTS = "smartbarleben.request"
_encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=str).encode
_quoted = lru_cache(maxsize=1_000)(_encode)
# No line says these, and asking for them costs each record more than writing it.
logging.logThreads = logging.logProcesses = logging.logMultiprocessing = False
logging.logAsyncioTasks = False  # type: ignore[attr-defined]
_uncaught = logging.getLogger("smartbarleben.uncaught")


def fields(record: logging.LogRecord) -> dict[str, Any]:
    """What a line says of a record. ``seen`` of a record is taken as it is: only this room makes it."""
    line: dict[str, Any] = {
        "time": _moment(record.created),
        "level": record.levelname,
        "logger": record.name,
        "message": _message(record),
    }
    watch = current.get()
    seen = getattr(record, "seen", None)
    if watch is not None:
        line["request"] = watch.name
        if seen is None or "route" not in seen:
            line["route"] = route_of(watch.request)
    if seen is not None:
        line |= seen
    if record.exc_info and record.exc_info[1] is not None:
        line["problem"] = named(record.exc_info[1])
        line["trace"] = traced(record.exc_info[1])
    return line


def _moment(seconds: float) -> str:
    whole = int(seconds)
    return f"{_second(whole)}.{int((seconds - whole) * 1000):03d}Z"


@lru_cache(maxsize=2)
def _second(whole: int) -> str:
    return time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(whole))


def write_request(log: logging.Logger, seen: dict[str, Any], name: str) -> None:
    """Hand the line of a request to all who want it; files get it ready made.

    What logging does on the way for each record (where it was called, which process, whose turn) takes longer than
    all else that is noted of a request, and no line of a request says it.
    """
    created, text, record = time.time(), "", None
    logger: logging.Logger | None = log
    while logger is not None:
        for handler in logger.handlers:
            if handler.level > logging.INFO:
                continue
            if type(handler) is OneWriter and type(handler.formatter) is JsonLines and not handler.filters:
                text = text or _request_line(created, seen, name)
                handler.put(text)
            else:
                if record is None:
                    record = logging.LogRecord(log.name, logging.INFO, "", 0, "request", None, None)
                    record.seen = seen
                handler.handle(record)
        logger = logger.parent if logger.propagate else None


def _request_line(created: float, seen: dict[str, Any], name: str, level: str = "INFO") -> str:
    """What `fields` says of a request, put together by hand: every page writes one."""
    return (
        f'{{"time":"{_moment(created)}","level":"{level}","logger":"{REQUESTS}",'
        f'"message":"request","request":"{name}","route":{_quoted(seen["route"])},"method":"{seen["method"]}",'
        f'"status":{seen["status"]},"ms":{seen["ms"]},"sql":{seen["sql"]},"sql_ms":{seen["sql_ms"]}}}'
    )


def _message(record: logging.LogRecord) -> str:
    if getattr(record, "request", None) is not None and hasattr(record, "status_code"):
        # Django's own lines of requests name the path; for forms that were refused, the reason comes first.
        reason = ""
        if record.name == "django.security.csrf" and isinstance(record.args, tuple) and record.args:
            reason = str(record.args[0])
        return f"answered {record.status_code}{f': {scrubbed(reason)}' if reason else ''}"
    if record.name.partition(".")[0] == _OWN:
        try:
            return scrubbed(record.getMessage())
        except (TypeError, ValueError, KeyError):
            # logging itself would print such a line with all its values.
            return scrubbed(str(record.msg))
    if record.name == "py.warnings":
        # Where and of which kind; its words may quote anything.
        found = _WARNED.match(record.getMessage())
        return found[0] if found else "warning"
    # What others would fill in may be anything.
    return scrubbed(str(record.msg).replace("%s", "…").replace("%r", "…"))


class JsonLines(logging.Formatter):
    """For files, journals and containers."""

    def format(self, record: logging.LogRecord) -> str:
        """One line."""
        if record.name == REQUESTS and (watch := current.get()) is not None:
            return _request_line(record.created, record.seen, watch.name, record.levelname)  # type: ignore[attr-defined]
        return _encode(fields(record))


class PlainLines(logging.Formatter):
    """The same for people at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        """One line, and below it the way to a problem."""
        line = fields(record)
        trace = line.pop("trace", [])
        head = " ".join(str(line.pop(name)) for name in ("time", "level", "logger", "message"))
        rest = " ".join(f"{name}={value}" for name, value in line.items())
        return "\n    ".join([f"{head} {rest}".rstrip(), *trace])


def catch_what_nobody_caught() -> None:
    """What ends a process or a thread, and warnings, become lines like all others: Python prints them with values."""
    logging.captureWarnings(True)

    def ended(kind: type[BaseException], problem: BaseException | None, *, where: str) -> None:
        if problem is not None and not issubclass(kind, KeyboardInterrupt | SystemExit):
            _uncaught.error("%s ended", where, exc_info=problem)

    sys.excepthook = lambda kind, problem, _trace: ended(kind, problem, where="the process")
    threading.excepthook = lambda seen: ended(seen.exc_type, seen.exc_value, where="a thread")
    sys.unraisablehook = lambda seen: ended(seen.exc_type, seen.exc_value, where="a finalizer")
