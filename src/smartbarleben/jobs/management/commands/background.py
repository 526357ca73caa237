"""`./village` starts this beside the web server: jobs, mails, Django's tasks and the clock in one process.

One process to save memory, a thread for each: a slow mail server holds up no job, and a long job holds up no mail.
"""

import logging
import os
import random
import signal
import threading
import time
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections, connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker

from smartbarleben.jobs import clock, leases, mail, work

CLOCK_SECONDS = 10.0
WORKER_SECONDS = 1.0
# The supervisor waits ten seconds before it kills.
ENDING_SECONDS = 8.0

log = logging.getLogger(__name__)


def tick(stop: threading.Event) -> None:
    """Ask the clock what is due until ``stop``."""
    while not stop.is_set():
        try:
            close_old_connections()
            clock.run_due(timezone.now())
        except Exception:
            log.exception("the clock could not go on")
        stop.wait(CLOCK_SECONDS)
    connections.close_all()


class Command(BaseCommand):
    help = "Run background work: jobs, mails, Django's tasks and the clock."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()
        worker = Worker(
            queue_names=["*"],
            interval=WORKER_SECONDS,
            batch=False,
            backend_name="default",
            startup_delay=False,
            max_tasks=None,
            worker_id=f"{os.getpid()}-{random.randrange(10**6):06}",  # noqa: S311 (a name, not a secret)
            excluded_queue_names=[],
        )

        def end(signum: int, frame: Any) -> None:
            stop.set()
            worker.shutdown(signum, frame)

        signal.signal(signal.SIGTERM, end)
        signal.signal(signal.SIGINT, end)
        threads = [
            threading.Thread(target=tick, args=(stop,), name="clock", daemon=True),
            threading.Thread(
                target=leases.keep_running, args=(work.Jobs(), stop, WORKER_SECONDS), name="jobs", daemon=True
            ),
            threading.Thread(
                target=leases.keep_running, args=(mail.Outbox(), stop, WORKER_SECONDS), name="mail", daemon=True
            ),
        ]
        for thread in threads:
            thread.start()
        try:
            worker.run()
        finally:
            stop.set()
            until = time.monotonic() + ENDING_SECONDS
            for thread in threads:
                thread.join(timeout=max(0.0, until - time.monotonic()))
