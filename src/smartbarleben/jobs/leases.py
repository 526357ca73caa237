"""How a worker takes work, keeps it while it lives, and puts it down: one state machine for jobs and mails.

Every move is one conditional UPDATE that names the lease, so a worker that was thought dead and comes back changes
nothing. A worker that is killed leaves its row `running`; when the lease ends, the next worker takes the row up.
"""

import contextlib
import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db import InterfaceError, OperationalError, close_old_connections, connection, connections, transaction
from django.utils import timezone

from .models import OPEN, Leased, State
from .retrying import InTheDark, Policy

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=2)
BEAT_SECONDS = 20.0
# Pauses between tries to write down that work is done, in seconds.
WRITE_PAUSES = (0.5, 2.0, 8.0, 30.0)


class Lost(RuntimeError):
    """The lease ended and somebody else has the row; what this worker says about it no longer counts."""


class Queue(Protocol):
    """What the loop needs to know about one kind of work."""

    model: type[Leased]

    def policy(self, row: Any) -> Policy:
        """How often and how patiently this row is tried."""

    def atomic(self, row: Any) -> bool:
        """Whether the work and "done" are one transaction, so that its writes happen exactly once."""

    def do(self, row: Any, now: datetime) -> dict[str, Any]:
        """Do the work; returns further fields to set when it is done. Raises what the policy judges."""

    def refused(self, row: Any, words: str) -> None:
        """It surely failed and is tried no more; what is written here and the end are one."""

    def rest(self) -> None:
        """Nothing is due: let go of connections and the like."""


def claim(model: type[Leased], now: datetime) -> Any:
    """Lease the row that is due longest, or return None. Must not be called inside a transaction."""
    due = model._default_manager.filter(state__in=OPEN, due_at__lte=now)
    # A look costs nothing; a transaction on SQLite takes the one writer's place.
    if not due.exists():
        return None
    with transaction.atomic(durable=True):
        row = due.select_for_update(skip_locked=True).order_by("due_at", "pk").first()
        if row is None:
            return None
        if row.state == State.RUNNING:
            row.doubts += 1
            row.problem = "The worker vanished in the middle."
        row.state, row.lease, row.due_at = State.RUNNING, secrets.token_hex(16), now + LEASE
        row.attempts += 1
        row.save(update_fields=["state", "lease", "due_at", "attempts", "doubts", "problem"])
    return row


def change(row: Leased, **values: Any) -> None:
    """Change a row that this worker holds. Raises Lost."""
    held = type(row)._default_manager.filter(pk=row.pk, state=State.RUNNING, lease=row.lease)
    if not held.update(**values):
        raise Lost(f"{row} belongs to another worker")


def finish(row: Leased, now: datetime, **values: Any) -> None:
    """Running → done. Raises Lost."""
    change(row, **{"state": State.DONE, "lease": "", "finished_at": now, "problem": ""} | values)


def put_back(row: Leased, due_at: datetime, problem: str) -> None:
    """Running → waiting for another try. Raises Lost."""
    change(row, state=State.WAITING, lease="", due_at=due_at, doubts=row.doubts, problem=problem[:500])


def bury(row: Leased, now: datetime, problem: str) -> None:
    """Running → dead: a person has to look. Raises Lost."""
    change(row, state=State.DEAD, lease="", finished_at=now, doubts=row.doubts, problem=problem[:500])


@contextlib.contextmanager
def beating(row: Leased) -> Iterator[None]:
    """Renew the lease from a thread of its own as long as the block runs."""
    ended = threading.Event()

    def beat() -> None:
        try:
            while not ended.wait(BEAT_SECONDS):
                with contextlib.suppress(OperationalError, InterfaceError):
                    close_old_connections()
                    change(row, due_at=timezone.now() + LEASE)
        except Lost as lost:
            log.warning("%s", lost)
        finally:
            connections.close_all()

    thread = threading.Thread(target=beat, name="lease", daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()


def run_next(queue: Queue, now: datetime | None = None) -> bool:
    """Take one due row and do its work; False when nothing is due. ``now`` stands for the clock in tests."""
    row = claim(queue.model, now or timezone.now())
    if row is None:
        return False
    policy = queue.policy(row)
    if row.doubts >= policy.doubts or row.attempts > policy.tries:
        bury(row, now or timezone.now(), row.problem)
        return True
    with contextlib.suppress(Lost):
        try:
            with beating(row):
                _work(queue, row, now)
        except Lost as lost:
            log.warning("%s", lost)
        # A task that calls sys.exit must not end the worker.
        except (Exception, SystemExit) as problem:
            _settle(queue, policy, row, problem, now or timezone.now())
    return True


def _work(queue: Queue, row: Leased, now: datetime | None) -> None:
    if queue.atomic(row):
        with transaction.atomic(durable=True):
            finish(row, now or timezone.now(), **queue.do(row, now or timezone.now()))
    else:
        values = queue.do(row, now or timezone.now())
        _surely(lambda: finish(row, now or timezone.now(), **values))


def _surely(write: Callable[[], None]) -> None:
    """Write what has already happened outside, through a database that is busy or restarts.

    Where that fails for good, the lease ends and the row counts as one in doubt; it does not count as failed.
    """
    for pause in WRITE_PAUSES:
        try:
            return write()
        except (OperationalError, InterfaceError):
            connection.close_if_unusable_or_obsolete()
            time.sleep(pause)
    try:
        return write()
    except (OperationalError, InterfaceError) as problem:
        raise Lost("what was done could not be written down") from problem


def _settle(queue: Queue, policy: Policy, row: Leased, problem: BaseException, now: datetime) -> None:
    row.doubts += isinstance(problem, InTheDark)
    pause = policy.verdict(problem, attempt=row.attempts, doubts=row.doubts)
    # No message and no traceback in the log: either may quote what a person wrote. Staff see the problem at the row.
    log.warning("%s, try %d: %s%s", row, row.attempts, type(problem).__name__, "" if pause else "; given up")
    if pause is not None:
        put_back(row, now + pause, in_words(problem))
        return
    with transaction.atomic():
        # What may have succeeded is for staff to look at; nobody else is told that it failed.
        if not isinstance(problem, InTheDark):
            _tell(queue, row, str(problem) or type(problem).__name__)
        bury(row, now, in_words(problem))


def _tell(queue: Queue, row: Leased, words: str) -> None:
    """Before the row is changed: who hears of it locks rows of its own first, as it does everywhere else."""
    try:
        with transaction.atomic():
            queue.refused(row, words)
    except Exception as problem:
        # Whoever cannot hear it must not bring the work back to life.
        log.error("%s: nobody could be told that it was refused: %s", row, type(problem).__name__)


def in_words(problem: BaseException) -> str:
    """The problem for staff: kind, message, and where in the program it arose."""
    trace, where = problem.__traceback__, ""
    while trace is not None:
        where, trace = f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}", trace.tb_next
    short = "/".join(where.rsplit("/", 2)[-2:])
    return f"{type(problem).__name__}: {problem}"[: 490 - len(short)] + (f" ({short})" if short else "")


def run_due(queue: Queue, now: datetime | None = None) -> int:
    """Do everything that is due and return how much that was."""
    count = 0
    while run_next(queue, now):
        count += 1
    queue.rest()
    return count


def keep_running(queue: Queue, stop: threading.Event, seconds: float) -> None:
    """Do what is due until ``stop``, looking every so many ``seconds`` while there is nothing."""
    while not stop.is_set():
        try:
            close_old_connections()
            busy = run_next(queue)
        except Exception:
            log.exception("the worker for %s could not go on", queue.model.__name__)
            busy = False
        if not busy:
            queue.rest()
            stop.wait(seconds)
    queue.rest()
    connections.close_all()
