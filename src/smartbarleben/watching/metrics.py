"""All metrics of this process and of the house. What stands in the database is the same from every server."""

import threading
from collections.abc import Iterator
from contextlib import suppress

from django.db import Error

from . import figures
from .counting import here
from .prometheus import Family, single

_P = "smartbarleben_"


def families() -> Iterator[Family]:
    """Counts of this process, then those of the house, as far as they are known just now. Six queries."""
    yield from _counted()
    yield from _process()
    # A disk that is away is one number less, and no answer at all would look like a dead server.
    with suppress(OSError):
        yield single(f"{_P}disk_free_bytes", "Free room on the disk of the data folder.", figures.free_bytes())
    known, is_up = _house()
    yield single(f"{_P}database_up", "1 where the database answered all of this, else 0.", float(is_up))
    yield from known


def _house() -> tuple[list[Family], bool]:
    """What the database tells, and whether it told all. One that is away is not asked again and again."""
    known: list[Family] = []
    is_up = True
    for part in (_work, _cases, _size, _moments):
        try:
            known += part()
        except Error:
            is_up = False
            if not figures.database_answers():
                break
        except OSError:
            is_up = False
    return known, is_up


def _cases() -> Iterator[Family]:
    total, late = figures.cases()
    yield Family(f"{_P}cases", "gauge", "Cases by state.", [({"state": "open"}, total), ({"state": "overdue"}, late)])


def _size() -> Iterator[Family]:
    yield single(f"{_P}database_bytes", "Size of the database on the disk.", figures.database_bytes())


def _moments() -> Iterator[Family]:
    if moment := figures.background_seen():
        about = "When the background process last began periodic work."
        yield single(f"{_P}background_seen_timestamp_seconds", about, moment.timestamp())
    if moment := figures.last_backup():
        yield single(f"{_P}last_backup_timestamp_seconds", "When the last backup was made.", moment.timestamp())


def _counted() -> Iterator[Family]:
    seen = here.look()
    requests = [
        ({"route": route, "status": status}, count) for (route, status), count in sorted(seen.requests.items())
    ]
    yield Family(f"{_P}requests_total", "counter", "Answered requests by route and class of status.", list(requests))
    times = [({"area": area}, histogram) for area, histogram in sorted(seen.times.items())]
    yield Family(f"{_P}request_duration_seconds", "histogram", "How long answers took to make.", list(times))
    yield single(f"{_P}slow_requests_total", "Requests above the threshold of the slow log.", seen.slow, "counter")
    yield single(f"{_P}sql_statements_total", "Statements that requests ran.", seen.statements, "counter")
    yield single(f"{_P}sql_seconds_total", "Time in the database.", seen.sql_seconds, "counter")


def _process() -> Iterator[Family]:
    now = figures.process()
    yield single("process_resident_memory_bytes", "Resident memory.", now.memory_bytes)
    yield single("process_cpu_seconds_total", "Processor time.", now.cpu_seconds, "counter")
    yield single("process_start_time_seconds", "When the process started.", now.started_at)
    yield single(f"{_P}threads", "Threads of Python.", threading.active_count())


def _work() -> Iterator[Family]:
    queues = {"jobs": figures.jobs(), "mails": figures.mails()}
    words = {"jobs": "Jobs by state.", "mails": "Mails by state."}
    for name, queue in queues.items():
        samples = [({"state": "waiting"}, queue.waiting), ({"state": "dead"}, queue.dead)]
        yield Family(f"{_P}{name}", "gauge", words[name], list(samples))
    oldest = [
        ({"queue": name}, queue.oldest.timestamp()) for name, queue in queues.items() if queue.oldest is not None
    ]
    yield Family(
        f"{_P}oldest_waiting_timestamp_seconds", "gauge", "When the oldest that waits was written.", list(oldest)
    )
