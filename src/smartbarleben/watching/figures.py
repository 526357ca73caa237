"""What the probes and the staff's page count: work, mails, cases, room on the disk, this process. Bounded queries."""

import os
import shutil
import time
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import Error, connection
from django.db.models import Count, Max, Min, Q

from smartbarleben.cases.filters import LIVE_STATUSES
from smartbarleben.cases.models import Case
from smartbarleben.cases.status import CLOCK_RUNS
from smartbarleben.jobs.models import OPEN, Job, Leased, OutgoingMail, PeriodicRun, State
from smartbarleben.keeping.models import KeepingRun
from smartbarleben.keeping.queries import latest_good
from smartbarleben.ui.dates import today

STARTED_AT = time.time()


@dataclass(frozen=True, slots=True)
class Queue:
    """Work that waits: how much, since when the oldest, and how much failed for good."""

    waiting: int
    oldest: datetime | None
    dead: int


@dataclass(frozen=True, slots=True)
class Process:
    """This process: resident memory in bytes (0 where unknown), processor time in seconds, when it started."""

    memory_bytes: int
    cpu_seconds: float
    started_at: float


def database_answers() -> bool:
    """Whether a table can be read, and the file of an SQLite database is where it should be. One query."""
    try:
        with connection.cursor() as cursor:
            # A look into a table: SQLite would answer SELECT 1 without opening its file.
            cursor.execute("SELECT 1 FROM django_migrations LIMIT 1")
            is_there = cursor.fetchone() is not None
    except (Error, OSError):
        return False
    # A file that somebody took away goes on answering whoever had it open, and keeps nothing that is written.
    return is_there and (connection.vendor != "sqlite" or Path(connection.settings_dict["NAME"]).exists())


def queue(model: type[Leased]) -> Queue:
    """Jobs or mails that wait. One query."""
    is_open = Q(state__in=OPEN)
    found = model._default_manager.filter(is_open | Q(state=State.DEAD)).aggregate(
        waiting=Count("pk", filter=is_open),
        oldest=Min("created_at", filter=is_open),
        dead=Count("pk", filter=~is_open),
    )
    return Queue(found["waiting"], found["oldest"], found["dead"])


def jobs() -> Queue:
    """Jobs that wait. One query."""
    return queue(Job)


def mails() -> Queue:
    """Mails that wait. One query."""
    return queue(OutgoingMail)


def cases() -> tuple[int, int]:
    """How many cases are open, and how many of them are overdue. One query."""
    overdue = Q(status__in=sorted(CLOCK_RUNS), due_on__lt=today())
    found = Case.objects.filter(status__in=LIVE_STATUSES).aggregate(all=Count("pk"), late=Count("pk", filter=overdue))
    return found["all"], found["late"]


def background_seen() -> datetime | None:
    """When the background process last began a piece of work that is due again and again. One query."""
    return PeriodicRun.objects.aggregate(latest=Max("started_at"))["latest"]  # type: ignore[no-any-return]


def last_backup() -> datetime | None:
    """When the last backup that ended well was begun. One query."""
    run = latest_good(KeepingRun.Kind.BACKUP)
    return run.started_at if run else None


def database_bytes() -> int:
    """How large the database is on the disk. One query at most. Raises OSError where its file is gone."""
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        size = Path(name).stat().st_size
        # The journal comes and goes.
        with suppress(FileNotFoundError):
            size += Path(f"{name}-wal").stat().st_size
        return size
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_database_size(current_database())")
        return int(cursor.fetchone()[0])


def free_bytes() -> int:
    """What is free on the disk of the data folder."""
    return shutil.disk_usage(settings.DATA_DIR).free


def process() -> Process:
    """This process now."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
        memory = pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, AttributeError):
        memory = 0
    return Process(memory, time.process_time(), STARTED_AT)
