"""Accounts, and the record of who did what under a name that can be taken away."""

import secrets

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class User(AbstractUser):
    """A person who works in the house. Residents need no account.

    ``left_at`` is when the deletion first saw the account switched off; see `retention`.
    """

    email = models.EmailField(_("mail"), blank=True)
    left_at = models.DateTimeField(_("switched off"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")

    def __str__(self) -> str:
        return self.get_full_name() or self.username


def new_token() -> str:
    """A name that says nothing about anybody."""
    return secrets.token_hex(8)


class Pseudonym(models.Model):
    """The only link between a person and the name they have in the record. Deleting the row severs it for good."""

    user = models.OneToOneField(User, on_delete=models.CASCADE, related_name="pseudonym")
    token = models.CharField(max_length=16, unique=True, default=new_token)

    def __str__(self) -> str:
        return self.token


class AuditEntry(models.Model):
    """One thing that was done. Rows are only ever added; ``facts`` and ``salt`` may be erased together.

    ``actor`` is a pseudonym ("" for the program itself), ``subject_type`` a model ("cases.case").
    """

    at = models.DateTimeField(_("when"), default=timezone.now)
    verb = models.CharField(_("what"), max_length=60)
    actor = models.CharField(_("who"), max_length=16, blank=True)
    subject_type = models.CharField(max_length=100, blank=True)
    subject_id = models.CharField(max_length=40, blank=True)
    digest = models.CharField(max_length=64)
    salt = models.BinaryField(null=True)
    facts = models.JSONField(null=True)

    class Meta:
        verbose_name = _("entry of the record")
        verbose_name_plural = _("record of what was done")
        indexes = [
            models.Index(fields=["subject_type", "subject_id"], name="people_audit_subject"),
            models.Index(fields=["actor"], name="people_audit_actor"),
            models.Index(fields=["at"], name="people_audit_at"),
        ]

    def __str__(self) -> str:
        return f"{self.pk} {self.verb}"


class AuditLink(models.Model):
    """An entry's place in the hash chain. Rows are only ever added."""

    sequence = models.PositiveBigIntegerField(primary_key=True)
    entry = models.OneToOneField(AuditEntry, on_delete=models.PROTECT, related_name="link")
    previous = models.CharField(max_length=64)
    hash = models.CharField(max_length=64, unique=True)

    def __str__(self) -> str:
        return str(self.sequence)


class RetentionRun(models.Model):
    """The protocol of one run of deletion: how many rows each rule reached. It names nobody."""

    started_at = models.DateTimeField(_("started"))
    finished_at = models.DateTimeField(_("ended"), null=True)
    counts = models.JSONField(_("deleted"), default=dict)
    problems = models.JSONField(_("problems"), default=dict)

    class Meta:
        verbose_name = _("run of deletion")
        verbose_name_plural = _("runs of deletion")

    def __str__(self) -> str:
        return f"{self.started_at:%Y-%m-%d %H:%M}"


class Erasure(models.Model):
    """That somebody's data were deleted, so that a restored backup can delete them again.

    ``person`` is a keyed digest of the mail address; without the installation's key nobody can try addresses on it.
    ``only``: the name of the one source that was emptied ("residents": the account), "" for all.
    """

    token = models.CharField(max_length=16, unique=True, default=new_token)
    person = models.CharField(max_length=64)
    only = models.CharField(max_length=20, blank=True)
    at = models.DateTimeField(default=timezone.now)

    def __str__(self) -> str:
        return self.token


class ConsentText(models.Model):
    """The words that people agreed to, each wording once. Rows are only ever added."""

    digest = models.CharField(max_length=16, primary_key=True)
    text = models.TextField(_("text"))
    at = models.DateTimeField(_("first used"), default=timezone.now)

    def __str__(self) -> str:
        return self.digest


class Consent(models.Model):
    """Somebody said yes or no to something. Rows are only ever added; the mail address may be erased.

    ``person`` is a keyed digest of the mail address, so that a later no is found although the address is gone.
    ``evidence`` says how we know: ids and short words.
    """

    person = models.CharField(max_length=64)
    mail = models.EmailField(_("mail"), null=True)  # noqa: DJ001 (erased is something else than empty)
    topic = models.SlugField(_("topic"), max_length=60)
    text = models.ForeignKey(ConsentText, on_delete=models.PROTECT)
    given = models.BooleanField(pgettext_lazy("consent", "agreed"))
    at = models.DateTimeField(_("when"), default=timezone.now)
    evidence = models.CharField(_("evidence"), max_length=100)

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        indexes = [models.Index(fields=["person", "topic", "id"], name="people_consent_person")]

    def __str__(self) -> str:
        return f"{self.topic} {self.pk}"


class AccessLink(models.Model):
    """A link by which somebody without an account sees what we hold about them.

    ``digest`` is that of the link's secret, ``door`` that of the browser's cookie after the link was used.
    ``person`` and ``visitor`` are keyed digests of the mail and the network address, to count how often one asks.
    """

    digest = models.CharField(max_length=64, unique=True)
    mail = models.EmailField(_("mail"))
    person = models.CharField(max_length=64)
    visitor = models.CharField(max_length=64)
    language = models.CharField(max_length=12, default="de")
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    door = models.CharField(max_length=64, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["person", "created_at"], name="people_access_person"),
            models.Index(fields=["visitor", "created_at"], name="people_access_visitor"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class SignedIn(models.Model):
    """A browser in which somebody is signed in. ``device`` is in words ("Firefox, Windows"); no network address."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="signed_in")
    session_key = models.CharField(max_length=40, unique=True)
    device = models.CharField(_("device"), max_length=60, blank=True)
    since = models.DateTimeField(_("since"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)

    class Meta:
        verbose_name = _("signed-in browser")
        verbose_name_plural = _("signed-in browsers")

    def __str__(self) -> str:
        return str(self.pk)


class Counter(models.Model):
    """What somebody tried lately; see `counters`. ``key`` is a keyed digest, ``value`` JSON: times, or a mark."""

    key = models.CharField(max_length=64, primary_key=True)
    value = models.TextField()
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return self.key[:8]


class Resident(models.Model):
    """A resident's account: a convenience, never needed. It opens nothing of the town hall's; see `residents`.

    ``delete_on`` moves on with each visit; ``warned_on`` is the day of the mail that says it will come.
    """

    mail = models.EmailField(_("mail"), unique=True)
    name = models.CharField(_("name"), max_length=120, blank=True)
    language = models.CharField(_("language"), max_length=12, default="de")
    created_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)
    delete_on = models.DateField(_("deleted on"), db_index=True)
    warned_on = models.DateField(null=True)

    class Meta:
        verbose_name = _("resident's account")
        verbose_name_plural = _("residents' accounts")

    def __str__(self) -> str:
        return str(self.pk)


class SignInCode(models.Model):
    """A code that was mailed to sign a resident in.

    ``door`` is the digest of the cookie in the browser that asked: the code works nowhere else. ``digest`` is keyed,
    and "" where no mail was sent. ``person`` and ``visitor`` as in `AccessLink`; ``tries`` counts wrong codes.
    """

    door = models.CharField(max_length=64, db_index=True)
    digest = models.CharField(max_length=64, blank=True)
    mail = models.EmailField(_("mail"))
    person = models.CharField(max_length=64)
    visitor = models.CharField(max_length=64)
    created_at = models.DateTimeField(default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)
    used_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        indexes = [
            models.Index(fields=["person", "created_at"], name="people_code_person"),
            models.Index(fields=["visitor", "created_at"], name="people_code_visitor"),
        ]

    def __str__(self) -> str:
        return str(self.pk)


class ResidentVisit(models.Model):
    """A browser in which a resident is signed in. ``key`` is the digest of its cookie; no network address."""

    resident = models.ForeignKey(Resident, on_delete=models.CASCADE, related_name="visits")
    key = models.CharField(max_length=64, unique=True)
    device = models.CharField(_("device"), max_length=60, blank=True)
    since = models.DateTimeField(_("since"), default=timezone.now)
    seen_at = models.DateTimeField(_("last seen"), default=timezone.now)
    expires_at = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return str(self.pk)
