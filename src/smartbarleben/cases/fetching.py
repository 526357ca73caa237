"""Every two minutes: look into the town hall's mailbox and take in what lies there.

One job at a time. Where the mailbox cannot be used, the job is tried again for a quarter of an hour; then it is a
failure that staff see, with what is wrong, and an hour later the next one begins. It goes away by itself when the
mailbox works again.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy, ngettext

from smartbarleben.jobs import actions as jobs
from smartbarleben.jobs import clock, work
from smartbarleben.jobs.models import OPEN, Job, State
from smartbarleben.jobs.retrying import Policy

from . import arrivals, letters, mailbox
from .mailbox import Mailbox, MailboxTrouble, Waiting
from .models import ReceivedMail

log = logging.getLogger(__name__)

TASK = "cases.fetch_mail"
EVERY = timedelta(minutes=2)
AFTER_FAILURE = timedelta(hours=1)
AT_ONCE = 50
_PATIENT = Policy(tries=6, first=timedelta(minutes=1), longest=timedelta(minutes=5))


@work.task(TASK, label=gettext_lazy("Fetch the mails of the town hall"), policy=_PATIENT)
def fetch_mail() -> None:
    """Take in what lies in the mailbox."""
    if settings.INBOX_URL:
        with mailbox.imap(settings.INBOX_URL) as box:
            fetch(box)
    for job in Job.objects.filter(task=TASK, state=State.DEAD):
        jobs.drop(work=job)


def ask(now: datetime) -> None:
    """Let the mails be fetched, unless that is being done or has just failed for good."""
    if not settings.INBOX_URL:
        return
    ours = Job.objects.filter(task=TASK)
    if ours.filter(state__in=OPEN).exists():
        return
    if ours.filter(state=State.DEAD, finished_at__gt=now - AFTER_FAILURE).exists():
        return
    for job in ours.filter(state=State.DEAD):
        jobs.drop(work=job)
    # Seven hundred rows a day would say nothing.
    ours.filter(state=State.DONE, finished_at__lte=now - AFTER_FAILURE).delete()
    work.enqueue(fetch_mail)


def register() -> None:
    """Register the work; called once when the app is ready."""
    clock.register(TASK, EVERY, ask, gettext_lazy("Fetch the mails of the town hall"))


def fetch(box: Mailbox, now: datetime | None = None) -> list[arrivals.Arrival]:
    """Take in up to `AT_ONCE` mails, the oldest first. A mail that breaks something does not keep the others waiting.

    Raises MailboxTrouble at the end when there was such a mail.
    """
    now = now or timezone.now()
    taken: list[arrivals.Arrival] = []
    failed: list[str] = []
    waiting = box.waiting((_began(box.name, now) - timedelta(days=1)).date(), AT_ONCE)
    for number, mail in enumerate(waiting):
        try:
            if not arrivals.is_known(mail.key) and (arrival := _take_in(box, mail, now)):
                taken.append(arrival)
        except MailboxTrouble:
            raise
        except Exception as problem:
            # No message and no traceback in the log: either may quote what a person wrote.
            log.warning("a mail could not be taken in: %s", type(problem).__name__)
            failed.append(type(problem).__name__)
            continue
        box.put_aside(mail)
        work.report(number + 1, len(waiting))
    if failed:
        raise MailboxTrouble(
            ngettext(
                "%(count)d mail could not be taken in. It stays in the mailbox; read it there. (%(kinds)s)",
                "%(count)d mails could not be taken in. They stay in the mailbox; read them there. (%(kinds)s)",
                len(failed),
            )
            % {"count": len(failed), "kinds": ", ".join(sorted(set(failed)))}
        )
    return taken


def _take_in(box: Mailbox, mail: Waiting, now: datetime) -> arrivals.Arrival | None:
    fetched = box.fetch(mail)
    if fetched is None:
        return None
    letter = letters.read(fetched.raw, ours=arrivals.our_addresses(), cut=fetched.cut)
    return arrivals.take_in(letter, letters.digest_of(fetched.raw), key=mail.key, now=now)


def _began(name: str, now: datetime) -> datetime:
    """When this mailbox was looked into for the first time: what is older was answered without us."""
    key = arrivals.short_key(f"began:{name}")
    return ReceivedMail.objects.get_or_create(pk=key, defaults={"outcome": "began", "at": now})[0].at
