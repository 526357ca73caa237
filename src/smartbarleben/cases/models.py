"""What the inbox holds: cases, what happened to them, what was attached, and who answers for what."""

import secrets
from typing import Any, ClassVar

from django.conf import settings
from django.core.files.storage import FileSystemStorage, storages
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from smartbarleben.places.located import Located, position_is_whole
from smartbarleben.places.models import Ortschaft

from . import registry
from .desk import Absence, DeskSetting, DigestDay, ReplyTemplate, SavedView
from .searching import folded_contact, folded_line
from .status import FINAL, Status
from .tallies import Tally
from .words import STATUS_WORDS

__all__ = [
    "STATUS_CHOICES",
    "Absence",
    "Attachment",
    "Case",
    "Category",
    "Contact",
    "DeskSetting",
    "DigestDay",
    "Door",
    "Ended",
    "Entry",
    "Office",
    "ReceivedMail",
    "ReplyTemplate",
    "SavedView",
    "Sort",
    "Tally",
    "is_member",
    "private_files",
]

STATUS_CHOICES = [(status.value, STATUS_WORDS[status]) for status in Status]


def private_files() -> FileSystemStorage:
    """Where attachments lie: outside the media folder, so that no address leads to them but ours."""
    return storages["private"]  # type: ignore[return-value]


def _salt() -> str:
    return secrets.token_hex(16)


class Office(models.Model):
    """A group of people of the town hall, or an outside body that some matters are passed on to."""

    name = models.CharField(_("name"), max_length=120, unique=True)
    outside = models.BooleanField(_("outside body"), default=False, help_text=_("for example the county"))
    email = models.EmailField(_("mail"), blank=True)
    members = models.ManyToManyField(
        settings.AUTH_USER_MODEL, verbose_name=_("people"), blank=True, related_name="offices"
    )

    class Meta:
        verbose_name = pgettext_lazy("of the town hall", "office")
        verbose_name_plural = pgettext_lazy("of the town hall", "offices")
        ordering = ["outside", "name"]

    def __str__(self) -> str:
        return self.name


class Category(models.Model):
    """How this municipality handles one kind of case; the kinds themselves are registered by rooms (`registry`)."""

    key = models.CharField(max_length=40, primary_key=True, editable=False)
    office = models.ForeignKey(
        Office, verbose_name=_("who answers"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    answer_days = models.PositiveSmallIntegerField(_("answered within … working days"), null=True, blank=True)
    answer_months = models.PositiveSmallIntegerField(_("answered within … months"), null=True, blank=True)
    quiet_days = models.PositiveSmallIntegerField(_("closed when quiet for … days"), default=14)
    keep_days = models.PositiveSmallIntegerField(_("deleted … days after closing"), default=180)
    active = models.BooleanField(_("in use"), default=True)

    class Meta:
        verbose_name = _("kind of case")
        verbose_name_plural = _("kinds of cases")
        ordering = ["key"]
        constraints = [
            models.CheckConstraint(
                condition=Q(answer_days=None, answer_months__gte=1) | Q(answer_days__gte=1, answer_months=None),
                name="cases_category_one_period",
            ),
        ]

    def __str__(self) -> str:
        kind = registry.find(self.key)
        return str(kind.title) if kind else self.key


class Door(models.TextChoices):
    """How it came to us."""

    WEB = "web", _("web form")
    MAIL = "mail", pgettext_lazy("channel", "mail")
    PHONE = "phone", pgettext_lazy("channel", "phone")
    VISIT = "visit", pgettext_lazy("channel", "visit")
    PAPER = "paper", pgettext_lazy("channel", "paper")


class Case(Located):
    """One matter that the town hall owes an answer. Its status moves only as `status.MOVES` says.

    ``due_on`` is the promised day, ``promised_on`` the first promise; both are empty while the case is held, and
    ``paused_on`` is the day since which the clock stands still. ``delete_on`` is the day of its deletion, known once
    it has ended. ``salt`` makes its secret link and code; a new salt makes the old ones worthless.
    """

    number = models.CharField(_("number"), max_length=6, unique=True)
    salt = models.CharField(max_length=32, default=_salt)
    status = models.CharField(_("status"), max_length=12, choices=STATUS_CHOICES, default=Status.NEW)
    category = models.ForeignKey(Category, verbose_name=_("kind"), on_delete=models.PROTECT, related_name="cases")
    title = models.CharField(_("in a few words"), max_length=160)
    language = models.CharField(_("language"), max_length=12, default="de")
    door = models.CharField(_("came by"), max_length=8, choices=Door)
    about = models.CharField(_("about this page"), max_length=300, blank=True)
    where = models.CharField(_("place in words"), max_length=200, blank=True)
    ortschaft = models.ForeignKey(
        Ortschaft, verbose_name=_("Ortschaft"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    office = models.ForeignKey(
        Office, verbose_name=_("who answers"), null=True, blank=True, on_delete=models.PROTECT, related_name="cases"
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("in whose hands"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="cases",
    )
    outside = models.ForeignKey(
        Office, verbose_name=_("passed on to"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    submission = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    received_at = models.DateTimeField(_("received"), default=timezone.now)
    changed_at = models.DateTimeField(_("last change"), default=timezone.now)
    promised_on = models.DateField(_("first promise"), null=True, blank=True)
    due_on = models.DateField(_("answer by"), null=True, blank=True)
    paused_on = models.DateField(null=True, blank=True)
    answered_at = models.DateTimeField(_("answered"), null=True, blank=True)
    ended_at = models.DateTimeField(_("ended"), null=True, blank=True)
    delete_on = models.DateField(_("deleted on"), null=True, blank=True)
    # The person wrote and nobody has looked at it since.
    unread = models.BooleanField(_("unread"), default=True)
    merged_into = models.ForeignKey(
        "self", verbose_name=_("merged into"), null=True, blank=True, on_delete=models.PROTECT, related_name="merged"
    )
    split_from = models.ForeignKey(
        "self", verbose_name=_("split from"), null=True, blank=True, on_delete=models.SET_NULL, related_name="parts"
    )
    is_example = models.BooleanField(_("example data"), default=False)

    class Meta:
        verbose_name = pgettext_lazy("inbox", "case")
        verbose_name_plural = pgettext_lazy("inbox", "cases")
        indexes = [
            models.Index(fields=["status", "due_on"], name="cases_case_status_due"),
            models.Index(fields=["owner", "status"], name="cases_case_owner"),
            models.Index(fields=["office", "status"], name="cases_case_office"),
            models.Index(fields=["-received_at"], name="cases_case_received"),
            models.Index(fields=["delete_on"], name="cases_case_delete", condition=Q(delete_on__isnull=False)),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=[one.value for one in Status]), name="cases_status_known"),
            position_is_whole("cases_case_position"),
            models.CheckConstraint(
                condition=Q(status=Status.MERGED, merged_into__isnull=False)
                | (~Q(status=Status.MERGED) & Q(merged_into=None)),
                name="cases_merged_has_target",
            ),
            models.CheckConstraint(condition=~Q(merged_into=F("id")), name="cases_not_merged_into_itself"),
            models.CheckConstraint(
                condition=Q(status=Status.ASKED_BACK, paused_on__isnull=False)
                | (~Q(status=Status.ASKED_BACK) & Q(paused_on=None)),
                name="cases_paused_while_asked_back",
            ),
            models.CheckConstraint(
                condition=Q(status__in=sorted(FINAL), delete_on__isnull=False, ended_at__isnull=False)
                | (~Q(status__in=sorted(FINAL)) & Q(delete_on=None, ended_at=None)),
                name="cases_ended_has_dates",
            ),
            models.CheckConstraint(
                condition=Q(status__in=[Status.HELD, Status.REFUSED]) | Q(due_on__isnull=False),
                name="cases_promise_unless_held",
            ),
            models.CheckConstraint(
                condition=~Q(status=Status.PASSED_ON) | Q(outside__isnull=False), name="cases_passed_on_to_somebody"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class Contact(models.Model):
    """Who asked, as far as they said so. Deleting the row leaves the case without a person."""

    case = models.OneToOneField(Case, on_delete=models.CASCADE, related_name="contact")
    name = models.CharField(_("name"), max_length=120, blank=True)
    email = models.EmailField(_("mail"), blank=True, db_index=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    address = models.CharField(_("address"), max_length=200, blank=True)
    # Our mails to this address come back: somebody has to call or write.
    mail_fails = models.BooleanField(_("mail fails"), default=False)
    # What the inbox's search finds the person by; gone with the row.
    folded = models.TextField(editable=False, blank=True, default="")

    class Meta:
        verbose_name = _("contact")
        verbose_name_plural = _("contacts")

    def __str__(self) -> str:
        return self.name or self.email or self.phone

    def save(self, **kwargs: Any) -> None:
        self.folded = folded_contact(self)
        super().save(**kwargs)


class Sort(models.TextChoices):
    """What a line of the timeline tells."""

    RECEIVED = "received", _("received")
    MESSAGE = "message", _("message from the person")
    ANSWER = "answer", pgettext_lazy("timeline", "answer")
    QUESTION = "question", _("question to the person")
    NOTE = "note", _("note")
    ACCEPTED = "accepted", _("let through")
    ASSIGNED = "assigned", _("given to somebody")
    CATEGORY = "category", _("sorted anew")
    PASSED_ON = "passed_on", _("passed on")
    TAKEN_BACK = "taken_back", _("taken back from outside")
    EXTENDED = "extended", _("period extended")
    MERGED = "merged", _("merged")
    UNMERGED = "unmerged", _("merge taken back")
    SPLIT = "split", _("split")
    CLOSED = "closed", pgettext_lazy("timeline", "closed")
    REOPENED = "reopened", _("opened again")
    REFUSED = "refused", _("refused")
    MAIL_FAILED = "mail_failed", _("mail came back")
    AUTO_REPLY = "auto_reply", _("automatic reply")
    HANDED_OVER = "handed_over", _("handed over to another system")


class Entry(models.Model):
    """One line of a case's timeline. ``shown`` lines are for the person too, the others for staff only.

    ``facts`` hold what the words of the line are made from, in any language: names of offices and days.
    """

    case = models.ForeignKey(Case, on_delete=models.CASCADE, related_name="entries")
    sort = models.CharField(_("what"), max_length=12, choices=Sort)
    shown = models.BooleanField(_("the person sees it"), default=False)
    text = models.TextField(_("text"), blank=True)
    facts = models.JSONField(default=dict, blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("by"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
    )
    at = models.DateTimeField(_("when"), default=timezone.now)
    # Once for a form that arrives twice, and for a mail that is fetched twice.
    submission = models.UUIDField(null=True, blank=True, unique=True, editable=False)
    message_id = models.CharField("Message-ID", max_length=255, blank=True)
    # What the inbox's search finds the case by: the text, and the title of the case on its first line.
    folded = models.TextField(editable=False, blank=True, default="")

    class Meta:
        verbose_name = _("line of the timeline")
        verbose_name_plural = _("lines of the timeline")
        ordering = ["at", "id"]
        indexes = [models.Index(fields=["case", "at", "id"], name="cases_entry_case")]
        constraints = [
            models.UniqueConstraint(fields=["message_id"], condition=~Q(message_id=""), name="cases_entry_mail_once"),
            models.CheckConstraint(condition=Q(sort__in=Sort.values), name="cases_entry_sort_known"),
        ]

    def __str__(self) -> str:
        return f"{self.get_sort_display()} {self.at:%Y-%m-%d}"

    def save(self, **kwargs: Any) -> None:
        self.folded = folded_line(self)
        super().save(**kwargs)


class Attachment(models.Model):
    """A file that came with a case or goes with an answer; pictures are stored cleaned of what a camera writes.

    A file sent before its form was complete waits without a case, under the form's ``submission``, for a day.
    Nobody outside the town hall sees a resident's picture before it is ``released``.
    """

    WAITS_HOURS: ClassVar[int] = 24

    case = models.ForeignKey(Case, null=True, on_delete=models.CASCADE, related_name="attachments")
    entry = models.ForeignKey(Entry, null=True, on_delete=models.CASCADE, related_name="attachments")
    submission = models.UUIDField(null=True, editable=False, db_index=True)
    name = models.CharField(_("file name"), max_length=120)
    content_type = models.CharField(_("sort of file"), max_length=100)
    size = models.PositiveIntegerField(_("size in bytes"))
    digest = models.CharField(max_length=64)
    width = models.PositiveIntegerField(null=True)
    height = models.PositiveIntegerField(null=True)
    file = models.FileField(storage=private_files, max_length=200)
    # Offered from the picture to the person in the form, and forgotten once the form is sent.
    offered_lon = models.FloatField(null=True)
    offered_lat = models.FloatField(null=True)
    released_at = models.DateTimeField(_("released"), null=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        constraints = [
            models.CheckConstraint(
                condition=Q(case__isnull=False) | Q(submission__isnull=False, released_at=None),
                name="cases_attachment_belongs",
            ),
            models.CheckConstraint(
                condition=Q(case=None) | Q(offered_lon=None, offered_lat=None), name="cases_attachment_no_position"
            ),
            # Also once it is claimed: a second press may come through just after the first has been sent.
            models.UniqueConstraint(fields=["submission", "digest"], name="cases_attachment_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Ended(models.Model):
    """What stays of a case after its deletion: numbers for the yearly report, nothing about a person."""

    category = models.CharField(max_length=40)
    month = models.DateField()
    door = models.CharField(max_length=8, choices=Door)
    status = models.CharField(max_length=12, choices=STATUS_CHOICES)
    working_days = models.PositiveSmallIntegerField(null=True)
    kept = models.BooleanField(null=True)

    class Meta:
        indexes = [models.Index(fields=["category", "month"], name="cases_ended_month")]

    def __str__(self) -> str:
        return f"{self.category} {self.month:%Y-%m}"


class ReceivedMail(models.Model):
    """A mail that was fetched, so that it is taken in once. It holds no words: these stand in the case."""

    key = models.CharField(max_length=80, primary_key=True)
    outcome = models.CharField(max_length=12)
    case = models.ForeignKey(Case, null=True, on_delete=models.SET_NULL, related_name="+")
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.outcome


def is_member(user: Any, office: Office) -> bool:
    """Whether a person belongs to an office. One query."""
    return office.members.filter(pk=user.pk).exists()
