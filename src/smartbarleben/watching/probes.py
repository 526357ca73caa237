"""For programs: `/healthz` says whether this server may be asked, `/metrics` what it counted.

Both are answered before anything else looks at the request: no language, no cookie, no host name that must be known,
so that a probe may ask by address.
"""

import ipaddress
import json
import secrets
from collections.abc import Callable
from functools import cache

from django.conf import settings
from django.db import Error, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed

from . import figures, metrics, prometheus

# Below that nothing is saved soon.
NO_ROOM_BYTES = 200_000_000
# What stands in the answer for people: the gravest first.
_WRONG = {
    "database": "The database does not answer. On the machine: ./village doctor",
    "migrations": "The database lacks changes of this version. Start ./village anew.",
    "disk": "The disk of the data folder is full or away. On the machine: ./village doctor",
}
_FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-IP", "Forwarded", "Via")
_OWN_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


def healthz(request: HttpRequest) -> HttpResponse:
    """200 if the database answers, has this program's tables and there is room on the disk; 503 and which is not."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    parts = {"database": figures.database_answers(), "migrations": False, "disk": False}
    parts["migrations"] = parts["database"] and _tables_fit()
    try:
        parts["disk"] = figures.free_bytes() >= NO_ROOM_BYTES
    except OSError:
        parts["disk"] = False
    wrong = next((_WRONG[name] for name, is_well in parts.items() if not is_well), "")
    said = {"status": "unavailable" if wrong else "ok", **parts, **({"problem": wrong} if wrong else {})}
    answer = HttpResponse(json.dumps(said) + "\n", content_type="application/json", status=503 if wrong else 200)
    return _uncached(answer)


def _tables_fit() -> bool:
    """Whether all migrations ran when this process looked first; what was missing then is looked for again."""
    try:
        return _fitted()
    except (_Missing, Error):
        return False


class _Missing(Exception):
    """Not remembered, unlike an answer."""


@cache
def _fitted() -> bool:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _Missing
    return True


def show_metrics(request: HttpRequest) -> HttpResponse:
    """The counts for Prometheus, for callers on this machine and for those with the token."""
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD"])
    if not may_read(request):
        words = "For callers on this machine, or with the token of SMARTBARLEBEN_METRICS_TOKEN.\n"
        answer = HttpResponse(words, content_type="text/plain; charset=utf-8", status=403)
        return _uncached(answer)
    text = prometheus.write(metrics.families())
    return _uncached(HttpResponse(text, content_type=prometheus.CONTENT_TYPE))


def may_read(request: HttpRequest) -> bool:
    """Whether this is a direct call from this machine, or brings the token.

    Where a proxy of the operator's own is declared, a call of its looks like one from this machine if it is not set
    up well, so the token is needed there.
    """
    token = settings.METRICS_TOKEN
    given = request.headers.get("Authorization", "")
    if token and secrets.compare_digest(given.encode(), f"Bearer {token}".encode()):
        return True
    if settings.BEHIND_PROXY or any(name in request.headers for name in _FORWARDED):
        return False
    host = request.META.get("HTTP_HOST", "")
    if (host if host.endswith("]") else host.rsplit(":", 1)[0]) not in _OWN_NAMES:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False


def _uncached(answer: HttpResponse) -> HttpResponse:
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Content-Type-Options"] = "nosniff"
    return answer


PROBES: dict[str, Callable[[HttpRequest], HttpResponse]] = {"/healthz": healthz, "/metrics": show_metrics}
