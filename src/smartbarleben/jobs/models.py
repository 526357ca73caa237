"""What the clock remembers, jobs, and mails on their way out."""

from datetime import timedelta
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class PeriodicRun(models.Model):
    """When a piece of periodic work last started, last ended well, and what went wrong since."""

    name = models.CharField(max_length=60, primary_key=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    problem = models.CharField(max_length=500, blank=True)

    def __str__(self) -> str:
        return self.name


class State(models.TextChoices):
    """waiting → running → done; running → waiting (another try) or dead;
    a person takes dead to waiting or dropped, waiting to dropped, and dropped back to waiting.

    `leases` and `actions` make these moves and no other.
    """

    WAITING = "waiting", _("waiting")
    RUNNING = "running", _("running")
    DONE = "done", _("done")
    DEAD = "dead", _("failed")
    DROPPED = "dropped", _("dropped")


OPEN = (State.WAITING, State.RUNNING)
ENDED = (State.DONE, State.DEAD, State.DROPPED)


def _rules(prefix: str) -> list[models.CheckConstraint]:
    """What the database holds of every row that workers lease."""
    return [
        models.CheckConstraint(condition=Q(state__in=State.values), name=f"{prefix}_state_known"),
        models.CheckConstraint(
            condition=(Q(state=State.RUNNING) & ~Q(lease="")) | (~Q(state=State.RUNNING) & Q(lease="")),
            name=f"{prefix}_running_has_lease",
        ),
        models.CheckConstraint(
            condition=Q(state__in=OPEN, finished_at=None) | Q(state__in=ENDED, finished_at__isnull=False),
            name=f"{prefix}_ended_has_time",
        ),
    ]


def _indexes(prefix: str) -> list[models.Index]:
    """For the worker, which asks every second, and for the staff's badge, which every page of the workspace shows."""
    return [
        models.Index(fields=["due_at", "id"], name=f"{prefix}_due", condition=Q(state__in=OPEN)),
        models.Index(fields=["finished_at"], name=f"{prefix}_dead", condition=Q(state=State.DEAD)),
    ]


class Leased(models.Model):
    """Work that exactly one worker at a time holds by a lease; see `leases`.

    ``due_at`` is when a worker may take it: its first or next try, or the end of the lease of a worker that vanished.
    ``lease`` is the holder's token: whoever lost it can no longer change the row. ``doubts`` counts how often the
    outcome stayed unknown.
    """

    state = models.CharField(_("state"), max_length=8, choices=State, default=State.WAITING)
    due_at = models.DateTimeField(_("next try"), default=timezone.now)
    lease = models.CharField(max_length=32, blank=True)
    attempts = models.PositiveSmallIntegerField(_("tries"), default=0)
    doubts = models.PositiveSmallIntegerField(_("unknown outcomes"), default=0)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    finished_at = models.DateTimeField(_("ended"), null=True)
    problem = models.CharField(_("problem"), max_length=500, blank=True)

    class Meta:
        abstract = True


class Job(Leased):
    """One call of a task, at least once. ``arguments`` name rows by their ids and hold nothing about a person."""

    task = models.CharField(_("task"), max_length=100)
    arguments = models.JSONField(_("arguments"), default=dict)
    key = models.CharField(_("key"), max_length=200, blank=True)
    steps_done = models.PositiveIntegerField(_("steps done"), default=0)
    steps_total = models.PositiveIntegerField(_("steps in all"), default=0)
    words = models.CharField(_("what it does just now"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        indexes = _indexes("jobs_job")
        constraints = [
            *_rules("jobs_job"),
            models.UniqueConstraint(fields=["task", "key"], condition=~Q(key=""), name="jobs_job_key_once"),
            models.CheckConstraint(condition=Q(steps_done__lte=F("steps_total")), name="jobs_job_steps"),
        ]

    def __str__(self) -> str:
        return f"{self.task} {self.pk}"


# How long a mail's words and address stay: after it was sent, and at the latest after it was written.
KEEP_SENT = timedelta(days=14)
KEEP_UNSENT = timedelta(days=30)
# A mail with a key in its words: emptied as soon as it is sent, and no longer of use after a day.
KEEP_SECRET = timedelta(days=1)


def _latest_wipe() -> Any:
    return timezone.now() + KEEP_UNSENT


class OutgoingMail(Leased):
    """One mail to one address, written in the transaction of what it tells, sent by the worker.

    Its Message-ID is fixed here, so that a second delivery after a crash carries the same one. At ``wipe_at`` the
    fields of ``PERSONAL`` are emptied; times, state, language, reason and a digest of what was sent stay.
    """

    # Field → what the data are there for; `wipe_at` is their deletion date.
    PERSONAL: ClassVar[dict[str, str]] = {
        "to": "delivers the mail",
        "subject": "is the mail",
        "text": "is the mail",
        "html": "is the mail",
        "reply_to": "leads an answer to the right place",
        "unsubscribe_url": "lets the person end a subscription",
        "in_reply_to": "shows the mail beside the one it answers",
        "references": "shows the mail beside the one it answers",
        "problem": "says what the mail server answered",
    }

    key = models.CharField(_("key"), max_length=200, unique=True)
    reason = models.CharField(_("reason"), max_length=60)
    language = models.CharField(_("language"), max_length=12, default="de")
    sender = models.CharField(_("from"), max_length=320)
    to = models.CharField(_("to"), max_length=320, blank=True)
    reply_to = models.CharField(_("answers to"), max_length=320, blank=True)
    subject = models.CharField(_("subject"), max_length=300, blank=True)
    text = models.TextField(_("text"), blank=True)
    html = models.TextField(_("HTML"), blank=True)
    unsubscribe_url = models.CharField(_("address to unsubscribe"), max_length=500, blank=True)
    message_id = models.CharField("Message-ID", max_length=255, unique=True)
    in_reply_to = models.CharField("In-Reply-To", max_length=255, blank=True)
    references = models.TextField("References", blank=True)
    automatic = models.BooleanField(_("written by the program"), default=True)
    secret = models.BooleanField(_("words deleted on sending"), default=False)
    attachment_count = models.PositiveSmallIntegerField(_("attachments"), default=0)
    digest = models.CharField(_("digest"), max_length=64)
    wipe_at = models.DateTimeField(_("words deleted from"), default=_latest_wipe)
    wiped_at = models.DateTimeField(_("words deleted"), null=True)

    class Meta:
        verbose_name = _("outgoing mail")
        verbose_name_plural = _("outgoing mails")
        indexes = [
            *_indexes("jobs_mail"),
            models.Index(fields=["wipe_at"], name="jobs_mail_wipe", condition=Q(wiped_at=None)),
        ]
        constraints = [
            *_rules("jobs_mail"),
            models.CheckConstraint(
                condition=Q(wiped_at=None) | Q(to="", subject="", text="", html=""), name="jobs_mail_wiped_is_empty"
            ),
            models.CheckConstraint(condition=Q(wiped_at=None) | Q(state__in=ENDED), name="jobs_mail_wiped_has_ended"),
        ]

    def __str__(self) -> str:
        return f"{self.reason} {self.pk}"


WIPED = dict.fromkeys(OutgoingMail.PERSONAL, "")


class MailAttachment(models.Model):
    """A file that goes out with a mail, written in the mail's transaction and deleted when the mail is wiped."""

    # Like `OutgoingMail.PERSONAL`; the deletion date is the mail's `wipe_at`.
    PERSONAL: ClassVar[dict[str, str]] = {"name": "names the file for the reader", "content": "is part of the mail"}

    mail = models.ForeignKey(
        OutgoingMail,
        verbose_name=OutgoingMail._meta.verbose_name,
        on_delete=models.CASCADE,
        related_name="attachments",
    )
    name = models.CharField(_("file name"), max_length=200)
    content_type = models.CharField(_("type"), max_length=127)
    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("attachment of a mail")
        verbose_name_plural = _("attachments of mails")

    def __str__(self) -> str:
        return f"{self.mail} {self.pk}"
