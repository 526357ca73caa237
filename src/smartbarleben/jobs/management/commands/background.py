"""`./village` starts this beside the web server: the queue's worker and the clock in one process, to save memory."""

import os
import random
import signal
import threading
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker

from smartbarleben.jobs import clock

CLOCK_SECONDS = 10.0
WORKER_SECONDS = 1.0


class Command(BaseCommand):
    help = "Run background work: the queue's worker and the clock."

    def handle(self, *args: Any, **options: Any) -> None:
        stop = threading.Event()

        def tick() -> None:
            while not stop.is_set():
                close_old_connections()
                clock.run_due(timezone.now())
                stop.wait(CLOCK_SECONDS)

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
        ticking = threading.Thread(target=tick, name="clock", daemon=True)
        ticking.start()
        try:
            worker.run()
        finally:
            stop.set()
            ticking.join(timeout=5)
