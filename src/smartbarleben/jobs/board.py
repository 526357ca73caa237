"""What the page for administrators shows of background work: rows of words, made from `queries`."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from . import clock, progress, queries, work
from .explaining import in_plain_words
from .models import Job, State

# So much over its time something is late: the background process is away or very busy.
PATIENCE = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Failure:
    """A dead letter in words; ``technical`` is what the worker wrote down."""

    letter: queries.DeadLetter
    title: str
    reason: str | Promise
    technical: str


@dataclass(frozen=True, slots=True)
class Repeated:
    """A piece of periodic work: when it last began, and what is wrong with it ("" if nothing is)."""

    label: str
    every: str
    began: datetime | None
    problem: str | Promise
    technical: str
    late: bool


@dataclass(frozen=True, slots=True)
class Running:
    """A job that is not done yet; ``again_at``: it failed and is tried again then."""

    pk: int
    shown: progress.Shown
    again_at: datetime | None
    reason: str | Promise


@dataclass(frozen=True, slots=True)
class Outbox:
    """The outbox at a glance, with the mail server's trouble in words; ``folder``: mails become files there."""

    glance: queries.Outbox
    reason: str | Promise
    folder: str


def failures(limit: int = 100) -> list[Failure]:
    """What failed for good, the newest first. Two queries."""
    return [
        Failure(
            letter,
            title=letter.about if letter.sort == "mail" and letter.about else work.label_of(letter.name),
            reason=in_plain_words(letter.sort, letter.problem),
            technical=letter.problem,
        )
        for letter in queries.dead(limit)
    ]


def outbox() -> Outbox:
    """How many mails wait, since when, and why. Two queries."""
    glance = queries.outbox()
    options = settings.MAILERS["default"].get("OPTIONS", {})
    return Outbox(
        glance, in_plain_words("mail", glance.trouble) if glance.trouble else "", options.get("file_path", "")
    )


def running(limit: int = 50) -> list[Running]:
    """Jobs that are under way, and those that failed and are tried again. One query."""
    return [_running(job) for job in queries.tried_jobs(limit)]


def waiting() -> list[tuple[str, int]]:
    """What waits for its first try, in words with how often. One query."""
    return sorted((work.label_of(task), count) for task, count in queries.waiting_jobs().items())


def _running(job: Job) -> Running:
    again = job.state == State.WAITING and job.attempts > 0
    return Running(
        job.pk,
        progress.of(queries.progress_of(job)),
        job.due_at if again else None,
        in_plain_words("job", job.problem) if again else "",
    )


def repeated(now: datetime) -> list[Repeated]:
    """All periodic work: what fails first, then what is late, then by its words. Two queries."""
    runs = queries.runs()
    jobs = queries.latest_jobs(piece.name for piece in clock.registered() if piece.only_writes)
    rows = []
    for piece in clock.registered():
        run, job = runs.get(piece.name), jobs.get(piece.name)
        technical = run.problem if run else ""
        if not technical and job and (job.state == State.DEAD or (job.state == State.WAITING and job.attempts)):
            technical = job.problem
        began = run.started_at if run else None
        rows.append(
            Repeated(
                label=str(piece.label or piece.name),
                every=_every(piece.every),
                began=began,
                problem=in_plain_words("job", technical) if technical else "",
                technical=technical,
                late=began is not None and began < now - piece.every - PATIENCE,
            )
        )
    return sorted(rows, key=lambda row: (not row.problem, not row.late, row.label))


def away_since(now: datetime) -> datetime | None:
    """When the clock last worked, if that is longer ago than it ever rests; None while it works. One query.

    A clock that never worked counts as away since ``now``.
    """
    rest = min((piece.every for piece in clock.registered()), default=timedelta())
    latest = max((run.started_at for run in queries.runs().values() if run.started_at), default=None)
    if latest is not None and latest >= now - rest - PATIENCE:
        return None
    return latest or now


def _every(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    named = {1: _("every minute"), 60: _("every hour"), 24 * 60: _("every day")}
    if minutes in named:
        return named[minutes]
    if minutes % 60 == 0:
        return _("every %(count)d hours") % {"count": minutes // 60}
    return _("every %(count)d minutes") % {"count": minutes}
