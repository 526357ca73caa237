"""What the people at the desk keep for their work: words to use again, views of the inbox, absences, habits."""

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from .templating import check


class ReplyTemplate(models.Model):
    """Words that staff use again and again; see `templating` for the placeholders."""

    title = models.CharField(_("name"), max_length=100)
    text = models.TextField(_("text"))
    language = models.CharField(_("language"), max_length=12, choices=settings.LANGUAGES, default="de")
    category = models.ForeignKey(
        "cases.Category",
        verbose_name=_("only for"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="templates",
    )

    class Meta:
        verbose_name = _("reply template")
        verbose_name_plural = _("reply templates")
        ordering = ["title"]
        constraints = [models.UniqueConstraint(fields=["title", "language"], name="cases_template_once")]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        check(self.text)


class SavedView(models.Model):
    """A filter of the inbox under a name, for one person or for everybody."""

    name = models.CharField(_("name"), max_length=60)
    query = models.CharField(max_length=400, blank=True)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.CASCADE, related_name="case_views"
    )
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ["position", "name"]
        constraints = [
            models.UniqueConstraint(fields=["user", "name"], name="cases_view_once"),
            # To a database no two empty values are the same.
            models.UniqueConstraint(fields=["name"], condition=models.Q(user=None), name="cases_shared_view_once"),
        ]

    def __str__(self) -> str:
        return self.name


class Absence(models.Model):
    """Somebody is away, and somebody else looks after their cases."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("who"), on_delete=models.CASCADE, related_name="absences"
    )
    first = models.DateField(_("first day"))
    last = models.DateField(_("last day"))
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("looked after by"), on_delete=models.CASCADE, related_name="+"
    )

    class Meta:
        verbose_name = _("absence")
        verbose_name_plural = _("absences")
        ordering = ["-first"]
        constraints = [
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="cases_absence_order"),
            models.CheckConstraint(condition=~Q(substitute=F("user")), name="cases_absence_somebody_else"),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.first} – {self.last}"


class DeskSetting(models.Model):
    """How somebody likes to work; who has no row has the defaults."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="desk")
    digest = models.BooleanField(_("a mail each working morning with what is due"), default=True)
    shortcuts = models.BooleanField(_("single letters as shortcuts in the inbox"), default=True)

    def __str__(self) -> str:
        return str(self.user)


class DigestDay(models.Model):
    """A morning whose digest mails are written, so that nobody gets them twice."""

    day = models.DateField(primary_key=True)

    def __str__(self) -> str:
        return self.day.isoformat()
