"""Every read of jobs and mails that a page needs."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Case, Count, Max, Min, Q, When

from .models import OPEN, Job, OutgoingMail, PeriodicRun, State


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. ``total`` 0: it has not said yet."""

    state: State
    done: int
    total: int
    words: str
    task: str = ""
    tried: bool = False


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """Work that failed for good and waits for a person. ``sort`` and ``pk`` lead back to it by `find`.

    ``name`` is the task or the mail's reason, ``about`` the mail's subject or the job's key, ``to`` the mail's
    address or "". ``unclear``: it may have had its effect all the same. ``can_retry`` is false once a mail's words
    are deleted.
    """

    sort: str
    pk: int
    name: str
    about: str
    to: str
    problem: str
    since: datetime
    attempts: int
    unclear: bool
    can_retry: bool


@dataclass(frozen=True, slots=True)
class Outbox:
    """The outbox at a glance. ``trouble`` is what the mail server said to the mail that waits longest, or ""."""

    waiting: int
    oldest: datetime | None
    dead: int
    trouble: str


def progress(pk: int) -> Progress | None:
    """How far a job is; None when it is unknown or long done. One query."""
    job = Job.objects.filter(pk=pk).first()
    return job and progress_of(job)


def progress_of(job: Job) -> Progress:
    """How far this job is."""
    return Progress(State(job.state), job.steps_done, job.steps_total, job.words, job.task, job.attempts > 0)


def dead(limit: int = 200) -> list[DeadLetter]:
    """All dead letters, the newest first. Two queries."""
    letters = [
        DeadLetter("job", job.pk, job.task, job.key, "", job.problem, job.finished_at, job.attempts, False, True)
        for job in Job.objects.filter(state=State.DEAD).order_by("-finished_at")[:limit]
    ]
    letters += [
        DeadLetter(
            "mail",
            mail.pk,
            mail.reason,
            mail.subject,
            mail.to,
            mail.problem,
            mail.finished_at,
            mail.attempts,
            mail.doubts > 0,
            mail.wiped_at is None,
        )
        for mail in OutgoingMail.objects.filter(state=State.DEAD)
        .order_by("-finished_at")
        .defer("text", "html")[:limit]
    ]
    return sorted(letters, key=lambda letter: letter.since, reverse=True)[:limit]


def find(sort: str, pk: int) -> Job | OutgoingMail | None:
    """The job or mail behind a dead letter, for `actions.retry` and `actions.drop`."""
    if sort == "job":
        return Job.objects.filter(pk=pk).first()
    return OutgoingMail.objects.filter(pk=pk).first()


def outbox() -> Outbox:
    """The outbox at a glance. Two queries."""
    open_ = Q(state__in=[State.WAITING, State.RUNNING])
    numbers = OutgoingMail.objects.filter(open_ | Q(state=State.DEAD)).aggregate(
        waiting=Count("pk", filter=open_), oldest=Min("created_at", filter=open_), dead=Count("pk", filter=~open_)
    )
    first = OutgoingMail.objects.filter(open_).order_by("created_at").values_list("problem", flat=True).first()
    return Outbox(numbers["waiting"], numbers["oldest"], numbers["dead"], first or "")


def dead_count() -> int:
    """How much waits for a person, for the badge in the menu. Two queries."""
    return sum(model._default_manager.filter(state=State.DEAD).count() for model in (Job, OutgoingMail))


def dead_between(begin: datetime, end: datetime) -> tuple[list[Job], list[OutgoingMail]]:
    """What failed for good in [begin, end) and still waits for a person. Two queries."""
    when = Q(state=State.DEAD, finished_at__gte=begin, finished_at__lt=end)
    mails = OutgoingMail.objects.filter(when).only("problem", "reason")
    return list(Job.objects.filter(when).order_by("pk")), list(mails.order_by("pk"))


def tried_jobs(limit: int = 50) -> list[Job]:
    """Jobs that run, then those that wait for another try. One query."""
    tried = Job.objects.filter(state__in=OPEN, attempts__gt=0)
    return list(tried.order_by(Case(When(state=State.RUNNING, then=0), default=1), "due_at", "pk")[:limit])


def waiting_jobs() -> dict[str, int]:
    """How many jobs of each task wait for their first try. One query."""
    rows = Job.objects.filter(state=State.WAITING, attempts=0).values_list("task").annotate(Count("pk"))
    return dict(rows.order_by("task"))


def latest_jobs(tasks: Iterable[str]) -> dict[str, Job]:
    """The newest job of each task, by the task's name. One query."""
    newest = Job.objects.filter(task__in=list(tasks)).values("task").annotate(newest=Max("pk")).values("newest")
    return {job.task: job for job in Job.objects.filter(pk__in=newest)}


def runs() -> dict[str, PeriodicRun]:
    """What the clock remembers of each piece of periodic work, by name. One query."""
    return {run.name: run for run in PeriodicRun.objects.all()}


def failing() -> list[PeriodicRun]:
    """Periodic work whose last run failed. One query."""
    return list(PeriodicRun.objects.exclude(problem="").order_by("name"))
