"""What is remembered of scheduled backups and of the drills that bring one back on trial."""

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class KeepingRun(models.Model):
    """One scheduled backup, or one drill. ``problem`` is "" when it went well; ``ended_at`` is empty while it runs.

    ``loaded``: the drill really brought the database back (on PostgreSQL that takes the right to make one).
    """

    class Kind(models.TextChoices):
        BACKUP = "backup", _("backup")
        DRILL = "drill", _("trial of a backup")

    kind = models.CharField(max_length=6, choices=Kind)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    archive = models.CharField(max_length=100, blank=True)
    size = models.PositiveBigIntegerField(default=0)
    files = models.PositiveIntegerField(default=0)
    rows = models.PositiveBigIntegerField(default=0)
    encrypted = models.BooleanField(default=False)
    loaded = models.BooleanField(default=False)
    problem = models.CharField(max_length=500, blank=True)

    class Meta:
        verbose_name = _("backup or trial")
        verbose_name_plural = _("backups and trials")
        indexes = [models.Index(fields=["kind", "-started_at"], name="keeping_run_latest")]
        constraints = [models.CheckConstraint(condition=Q(kind__in=["backup", "drill"]), name="keeping_run_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.started_at:%Y-%m-%d %H:%M}"
