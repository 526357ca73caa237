"""The outermost part of every request: it answers the probes, counts, and writes the request's line."""

import logging
import time
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from . import probes
from .counting import here
from .lines import REQUESTS, write_request
from .watch import Watch, current, route_of

log = logging.getLogger(REQUESTS)
slow_requests = logging.getLogger("smartbarleben.slow.request")
_METHODS = frozenset({"GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE"})
_AREAS = (("/verwaltung/", "staff"), ("/konto/", "staff"), ("/api/", "api"), (settings.STATIC_URL, "static"))


def area_of(path: str) -> str:
    """Which part of the house a path belongs to: "staff", "api", "static", "forms" or "public"."""
    for start, area in _AREAS:
        if path.startswith(start):
            return area
    return "forms" if "/formular/" in path[:20] else "public"


class Watching:
    """Middleware; the first of all, so that what others refuse is seen, too."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if (probe := probes.PROBES.get(request.path_info)) is not None:
            return probe(request)
        watch = Watch(request)
        token = current.set(watch)
        status = 500
        try:
            response = self.get_response(request)
            status = response.status_code
            if status >= 500:
                # Whoever reports the error can name the line.
                response.headers["X-Request-ID"] = watch.name
            return response
        finally:
            _write(request, watch, status)
            current.reset(token)


def _write(request: HttpRequest, watch: Watch, status: int) -> None:
    seconds = time.perf_counter() - watch.began
    route, area = route_of(request), area_of(request.path_info)
    ms = seconds * 1000
    is_slow = ms >= settings.SLOW_REQUEST_MS
    here.add(route, area, status, seconds, statements=watch.statements, sql_seconds=watch.sql_seconds, slow=is_slow)
    # Files of pages are many and tell nothing.
    if not is_slow and (not log.isEnabledFor(logging.INFO) or (area == "static" and status < 400)):
        return
    seen = {
        "route": route,
        "method": request.method if request.method in _METHODS else "other",
        "status": status,
        "ms": round(ms, 1),
        "sql": watch.statements,
        "sql_ms": round(watch.sql_seconds * 1000, 1),
    }
    if is_slow:
        slow_requests.warning("slow request", extra={"seen": seen})
    else:
        write_request(log, seen, watch.name)
