"""Every write to jobs and mails besides the workers' own. Making them: `work.enqueue` and `mail.send`."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from email.utils import parseaddr

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from .models import ENDED, OPEN, WIPED, Job, MailAttachment, OutgoingMail, State

# How long what is done stays readable.
KEEP_JOBS = timedelta(days=30)
# Without a key nothing is remembered by them, and some are written every other minute.
KEEP_KEYLESS = timedelta(days=2)
KEEP_TASKS = timedelta(days=7)


def retry(*, work: Job | OutgoingMail) -> bool:
    """Dead or dropped → waiting, with all its tries again. False in other states, or when its words are deleted."""
    rows = type(work)._default_manager.filter(pk=work.pk, state__in=[State.DEAD, State.DROPPED])
    if isinstance(work, OutgoingMail):
        rows = rows.filter(wiped_at=None)
    return bool(rows.update(state=State.WAITING, due_at=timezone.now(), attempts=0, doubts=0, finished_at=None))


def drop(*, work: Job | OutgoingMail) -> bool:
    """Dead or waiting → dropped: it is not to be done any more. False when it is in neither state."""
    rows = type(work)._default_manager.filter(pk=work.pk, state__in=[State.DEAD, State.WAITING])
    return bool(rows.update(state=State.DROPPED, finished_at=timezone.now()))


@transaction.atomic
def wipe(*, now: datetime) -> int:
    """Delete words, addresses and attachments of the mails whose date has come; returns how many mails that were.

    A mail that still waits on that day is not sent any more: its data were to be kept no longer. It is a dead letter.
    """
    return _empty(OutgoingMail.objects.filter(wipe_at__lte=now, wiped_at=None), OPEN, State.DEAD, now)


def mails_of(address: str) -> QuerySet[OutgoingMail]:
    """Mails with words that go to an address or whose answers do."""
    near = OutgoingMail.objects.filter(Q(to__iexact=address) | Q(reply_to__icontains=address), wiped_at=None)
    wanted = address.casefold()
    # "an@example.org" is also the end of "jan@example.org".
    exact = [
        pk
        for pk, to, reply_to in near.values_list("pk", "to", "reply_to")
        if wanted in {to.casefold(), parseaddr(reply_to)[1].casefold()}
    ]
    return OutgoingMail.objects.filter(pk__in=exact, wiped_at=None)


@transaction.atomic
def forget(*, to: str) -> int:
    """Delete at once words and attachments of all mails that go to an address or whose answers do; returns how many.

    Unsent ones are dropped.
    """
    return _empty(mails_of(to), (*OPEN, State.DEAD), State.DROPPED, timezone.now())


@transaction.atomic
def forget_these(*, mails: QuerySet[OutgoingMail]) -> int:
    """The same for mails that somebody else chose, whoever they go to. Returns how many had words."""
    return _empty(mails.filter(wiped_at=None), (*OPEN, State.DEAD), State.DROPPED, timezone.now())


def _empty(mails: QuerySet[OutgoingMail], unsent: Iterable[State], becomes: State, now: datetime) -> int:
    MailAttachment.objects.filter(mail__in=mails).delete()
    ended = {"state": becomes, "lease": "", "finished_at": now}
    count = mails.filter(state__in=unsent).update(**WIPED | ended, wiped_at=now)
    return count + mails.filter(state__in=ENDED, wiped_at=None).update(**WIPED, wiped_at=now)


def prune(*, now: datetime) -> int:
    """Delete what is done: done and dropped jobs after `KEEP_JOBS`, done ones without a key after `KEEP_KEYLESS`,
    results of Django's tasks after `KEEP_TASKS`. Returns how much that was.
    """
    old = Q(state__in=[State.DONE, State.DROPPED], finished_at__lte=now - KEEP_JOBS)
    jobs = Job.objects.filter(old | Q(state=State.DONE, key="", finished_at__lte=now - KEEP_KEYLESS))
    tasks = DBTaskResult.objects.finished().filter(finished_at__lte=now - KEEP_TASKS)
    return sum(rows.delete()[0] for rows in (jobs, tasks))
