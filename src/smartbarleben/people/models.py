"""Accounts, and the record of who did what under a name that can be taken away."""

import secrets

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class User(AbstractUser):
    """A person who works in the house. Residents need no account."""

    email = models.EmailField(_("mail"), blank=True)

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
