"""Every read of jobs and mails that a page needs."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q

from .models import Job, OutgoingMail, PeriodicRun, State


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is. ``total`` 0: it has not said yet."""

    state: State
    done: int
    total: int
    words: str


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
    job = Job.objects.filter(pk=pk).only("state", "steps_done", "steps_total", "words").first()
    return job and Progress(State(job.state), job.steps_done, job.steps_total, job.words)


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


def failing() -> list[PeriodicRun]:
    """Periodic work whose last run failed. One query."""
    return list(PeriodicRun.objects.exclude(problem="").order_by("name"))
