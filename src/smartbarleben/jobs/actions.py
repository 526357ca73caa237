"""Every write to jobs and mails besides the workers' own. Making them: `work.enqueue` and `mail.send`."""

from datetime import datetime, timedelta

from django.db.models import Q
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from .models import ENDED, OPEN, Job, OutgoingMail, State

# How long what is done stays readable.
KEEP_JOBS = timedelta(days=30)
KEEP_TASKS = timedelta(days=7)
WIPED = dict.fromkeys(OutgoingMail.PERSONAL, "")


def retry(*, work: Job | OutgoingMail) -> bool:
    """Dead → waiting, with all its tries again. False when it is not dead any more, or a mail's words are deleted."""
    rows = type(work)._default_manager.filter(pk=work.pk, state=State.DEAD)
    if isinstance(work, OutgoingMail):
        rows = rows.filter(wiped_at=None)
    return bool(rows.update(state=State.WAITING, due_at=timezone.now(), attempts=0, doubts=0, finished_at=None))


def drop(*, work: Job | OutgoingMail) -> bool:
    """Dead or waiting → dropped: it is not to be done any more. False when it is in neither state."""
    rows = type(work)._default_manager.filter(pk=work.pk, state__in=[State.DEAD, State.WAITING])
    return bool(rows.update(state=State.DROPPED, finished_at=timezone.now()))


def wipe(*, now: datetime) -> int:
    """Delete words and addresses of the mails whose date has come; returns how many mails that were.

    A mail that still waits on that day is not sent any more: its data were to be kept no longer. It is a dead letter.
    """
    due = OutgoingMail.objects.filter(wipe_at__lte=now, wiped_at=None)
    unsent = {"state": State.DEAD, "lease": "", "finished_at": now}
    count = due.filter(state__in=OPEN).update(**WIPED | unsent, wiped_at=now)
    return count + due.filter(state__in=ENDED).update(**WIPED, wiped_at=now)


def forget(*, to: str) -> int:
    """Delete at once the words of all mails that go to an address or whose answers do; returns how many.

    Unsent ones are dropped.
    """
    mails = OutgoingMail.objects.filter(Q(to__iexact=to) | Q(reply_to__icontains=to), wiped_at=None)
    now = timezone.now()
    unsent = {"state": State.DROPPED, "lease": "", "finished_at": now}
    count = mails.filter(~Q(state=State.DONE)).update(**WIPED | unsent, wiped_at=now)
    return count + mails.update(**WIPED, wiped_at=now)


def prune(*, now: datetime) -> int:
    """Delete what is done: jobs and dropped jobs after `KEEP_JOBS`, results of Django's tasks after `KEEP_TASKS`."""
    jobs = Job.objects.filter(state__in=[State.DONE, State.DROPPED], finished_at__lte=now - KEEP_JOBS)
    tasks = DBTaskResult.objects.finished().filter(finished_at__lte=now - KEEP_TASKS)
    return sum(rows.delete()[0] for rows in (jobs, tasks))
