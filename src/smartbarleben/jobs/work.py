"""Durable jobs: written in the caller's transaction, run at least once, tried again, visible when they fail for good.

    @work.task("cases.remind")
    def remind(case: int) -> None: ...

    work.enqueue(remind, key=f"case-{case.pk}-{day}", case=case.pk)

A job may run a second time when its worker is killed in the middle, so a task asks the database what is still to do.
With ``atomic=True`` the task and its being done are one transaction, and its writes happen exactly once.
"""

import re
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise

from . import leases
from .models import Job
from .retrying import Policy

_ID = re.compile(r"[A-Za-z0-9_.:+-]{0,100}")
_KEY = re.compile(r"[\x21-\x3f\x41-\x7e]{1,200}")
# A text, or one that is translated when it is shown.
type Words = str | Promise
_current: ContextVar[Job | None] = ContextVar("job", default=None)


@dataclass(frozen=True, slots=True)
class Task:
    """A function that jobs call, under a name that stays the same over versions."""

    name: str
    run: Callable[..., object]
    policy: Policy
    atomic: bool
    label: Words = ""

    def __call__(self, **arguments: Any) -> object:
        return self.run(**arguments)


_tasks: dict[str, Task] = {}


def label_of(name: str) -> str:
    """What a task does, in words for staff; its name where it has none or is unknown."""
    known = _tasks.get(name)
    return str(known.label or name) if known else name


def task(
    name: str, *, label: Words = "", policy: Policy | None = None, atomic: bool = False
) -> Callable[[Callable[..., object]], Task]:
    """Decorator: make a function with keyword arguments a task. Its module must be imported when the app is ready.

    ``label`` says to staff what it does: "Ask whether facts are still correct".

    ``atomic`` fits tasks that only write to the database; `report` is then seen only at the end. Raises ValueError
    for a name that is taken.
    """

    def make(run: Callable[..., object]) -> Task:
        if name in _tasks:
            raise ValueError(f"Two tasks are called {name}.")
        _tasks[name] = made = Task(name, run, policy or Policy(), atomic, label)
        return made

    return make


def enqueue(task: Task, /, *, key: str = "", after: datetime | None = None, **arguments: Any) -> Job:
    """Write a job in the caller's transaction and return it.

    ``key``: the same task with the same key is written once, also when two processes race; the job that is already
    there is returned, whatever became of it (done jobs are forgotten after `actions.KEEP_JOBS`). ``after``: not
    earlier. ``arguments`` are ids: numbers, booleans, None, short words without spaces and "@", and lists of them.
    Data about a person stay in the rows that the ids name, where deletion finds them. Raises ValueError for others.
    """
    for name, value in arguments.items():
        if not is_id(value):
            raise ValueError(f"{task.name}: {name} is not an id. Jobs take ids; let the task read the rest.")
    if not key:
        return Job.objects.create(task=task.name, arguments=arguments, due_at=after or timezone.now())
    check_key(key)
    job, _created = Job.objects.get_or_create(
        task=task.name, key=key, defaults={"arguments": arguments, "due_at": after or timezone.now()}
    )
    return job


def check_key(key: str) -> None:
    """Raise ValueError for a key with spaces, "@" or letters beyond ASCII: keys outlive data about a person."""
    if not _KEY.fullmatch(key):
        raise ValueError("A key is made of ids: at most 200 signs, no spaces, no @.")


def is_id(value: object) -> bool:
    """Whether this holds no data about a person: a number, None, a word without spaces and "@", or a list of them."""
    if isinstance(value, (list, tuple)):
        return all(map(is_id, value))
    return value is None or isinstance(value, int) or (isinstance(value, str) and bool(_ID.fullmatch(value)))


def report(done: int, total: int, words: str = "") -> None:
    """Say how far the running job is: ``done`` of ``total`` steps, in words that a page shows beside the bar.

    Outside a job nothing happens, so that tasks can be called by hand. Raises `leases.Lost` when the job has been
    given to another worker; a task lets it pass and so stops.
    """
    job = _current.get()
    if job is not None:
        leases.change(job, steps_done=min(done, total), steps_total=total, words=words[:200])


def current() -> Job | None:
    """The job that this thread is running; None outside of one."""
    return _current.get()


class Jobs:
    """The queue of jobs, for `leases.run_due` and `leases.keep_running`."""

    model = Job

    def policy(self, row: Job) -> Policy:
        """The task's own; a task that this version of the program doesn't know is tried like any other."""
        known = _tasks.get(row.task)
        return known.policy if known else Policy()

    def atomic(self, row: Job) -> bool:
        """As the task was declared."""
        known = _tasks.get(row.task)
        return known is not None and known.atomic

    def do(self, row: Job, now: datetime) -> dict[str, Any]:
        """Call the task. Raises LookupError for an unknown one."""
        known = _tasks.get(row.task)
        if known is None:
            raise LookupError(f"no task is called {row.task}")
        token = _current.set(row)
        try:
            known.run(**row.arguments)
        finally:
            _current.reset(token)
        return {}

    def refused(self, row: Job, words: str) -> None:
        """Staff see it among the failed jobs; nobody else waits for it."""

    def rest(self) -> None:
        """Jobs hold nothing between two runs."""


def run_due(now: datetime | None = None) -> int:
    """Run all jobs that are due (for tests and commands); returns how many tries that were."""
    return leases.run_due(Jobs(), now)
