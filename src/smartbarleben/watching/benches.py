"""What `./village bench watching` prints: what counting, timing and the line of the log cost a list page.

The same request goes through the house with and without this room, turn by turn in one thread, and processor time is
taken, not the clock on the wall: so a busy machine disturbs both alike. Medians of pairs.
"""

import logging
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from statistics import median

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.http import HttpResponseBase
from django.test import RequestFactory, override_settings

from . import lines, logfiles, middleware, watch

# It only prints; the pages are the portal's.
BY_NAME_ONLY = True
PAGE = "/neues/"
PAIRS, WARMING = 400, 20


def cases() -> list[tuple[str, str]]:
    """No pages of its own."""
    return []


def report(*, full: bool) -> Iterator[str]:
    """Lines: a page rendered anew, and one that the browser has already (304)."""
    if not full:
        return
    with override_settings(UI_SHELF=False, ALLOWED_HOSTS=["testserver"]), _written():
        bare, house = _house(watched=False), _house(watched=True)
        for name, is_known in (("a list page", False), ("its 304", True)):
            without, more = _paired(bare, house, is_known=is_known)
            yield (
                f"{name:12} {without / 1e6:6.2f} ms of processor time; watching it {more / 1e3:4.0f} µs more,"
                f" {more / without:.1%}, medians of {PAIRS} pairs"
            )


def _house(*, watched: bool) -> WSGIHandler:
    """The whole house as it answers requests, with or without the middleware of this room."""
    path = f"{middleware.Watching.__module__}.{middleware.Watching.__qualname__}"
    with override_settings(MIDDLEWARE=[one for one in settings.MIDDLEWARE if watched or one != path]):
        return WSGIHandler()


@contextmanager
def _written() -> Iterator[None]:
    """Lines of requests go into a file, as in a process that serves."""
    log = logging.getLogger("smartbarleben.request")
    before = log.level
    with tempfile.TemporaryDirectory(prefix="village-bench-") as folder:
        handler = logfiles.OneWriter(str(Path(folder) / "logs"), "web", settings.LOG_MEGABYTES * 1_000_000)
        handler.setFormatter(lines.JsonLines())
        log.addHandler(handler)
        log.setLevel(logging.INFO)
        try:
            yield
        finally:
            log.setLevel(before)
            log.removeHandler(handler)
            handler.close()


def _paired(bare: WSGIHandler, house: WSGIHandler, *, is_known: bool) -> tuple[float, float]:
    """Nanoseconds of processor time of a request without this room, and how many more it takes with it.

    ``is_known``: the browser has the page; when the minute changes it is another one, and that pair does not count.
    """
    chance = Random(147)  # noqa: S311 (whose turn it is)
    without: list[int] = []
    more: list[int] = []
    tag = ""
    while len(without) < WARMING + PAIRS:
        taken, all_known = {}, True
        for watched in chance.sample([False, True], 2):
            taken[watched], answer = _one(house if watched else bare, tag, watched=watched)
            all_known = all_known and answer.status_code == 304
            if is_known:
                tag = answer.headers["ETag"]
        if all_known is is_known:
            without.append(taken[False])
            more.append(taken[True] - taken[False])
    return median(without[WARMING:]), median(more[WARMING:])


def _one(handler: WSGIHandler, tag: str, *, watched: bool) -> tuple[int, HttpResponseBase]:
    connection.ensure_connection()
    if not watched and watch.note in connection.execute_wrappers:
        connection.execute_wrappers.remove(watch.note)
    if watched:
        watch.attach(connection)
    request = RequestFactory().get(PAGE, headers={"If-None-Match": tag} if tag else {})
    began = time.thread_time_ns()
    answer = handler.get_response(request)
    answer.close()
    return time.thread_time_ns() - began, answer
