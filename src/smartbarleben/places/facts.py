"""What every published fact carries: source, as-of date, owner, review date; and what a translation carries."""

from datetime import date

from django.conf import settings
from django.core.validators import RegexValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

# The settings name it, but belong to no room; Django itself knows the names of the other languages.
gettext_noop("Easy German")
LANGUAGE_CHOICES = [(code, name) for code, name in settings.LANGUAGES if code != settings.LANGUAGE_CODE]

# A fact is as exact as its source: a year, a month or a day.
partial_date = RegexValidator(r"^\d{4}(-\d{2}(-\d{2})?)?$", _("Write 2025, 2025-10 or 2025-10-31."))


class Sourced(models.Model):
    """Abstract: where a fact is from, of when it is, who keeps it true, and when to look again."""

    source_name = models.CharField(_("source"), max_length=200, blank=True)
    source_url = models.URLField(_("address of the source"), max_length=500, blank=True)
    as_of = models.CharField(
        _("as of"), max_length=10, blank=True, validators=[partial_date], help_text=_("2025, 2025-10 or 2025-10-31")
    )
    # An address, not an account: a club's chair keeps facts true without having a login.
    owner = models.EmailField(_("kept true by (mail)"), blank=True)
    review_by = models.DateField(_("check again by"), null=True, blank=True, db_index=True)
    review_every_days = models.PositiveSmallIntegerField(_("check every … days"), default=365)
    is_example = models.BooleanField(_("example data"), default=False)

    class Meta:
        abstract = True

    def is_stale(self, today: date) -> bool:
        """Whether the fact should be checked: its review date has passed."""
        return self.review_by is not None and self.review_by < today


class TranslationState(models.TextChoices):
    REVIEWED = "reviewed", _("checked by a person")
    MACHINE = "machine", _("machine draft, not checked")


class Translation(models.Model):
    """Abstract: one text in one further language, with the digest of the German text it was made from."""

    language = models.CharField(_("language"), max_length=12, choices=LANGUAGE_CHOICES)
    state = models.CharField(
        _("state"), max_length=10, choices=TranslationState.choices, default=TranslationState.REVIEWED
    )
    source_digest = models.CharField(max_length=16, blank=True, editable=False)

    class Meta:
        abstract = True
