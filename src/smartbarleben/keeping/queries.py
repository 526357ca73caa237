"""What a page or the doctor reads of backups and drills."""

from django.db.models import QuerySet
from django.utils import timezone

from . import rotation
from .models import KeepingRun


def _ended(kind: str) -> QuerySet[KeepingRun]:
    """Runs of a kind that ended, the last first; without those that a wrong clock dated into the future."""
    until = timezone.now() + rotation.SKEW
    found = KeepingRun.objects.filter(kind=kind, ended_at__isnull=False, started_at__lte=until)
    return found.order_by("-started_at", "-pk")


def latest(kind: str) -> KeepingRun | None:
    """The last run of a kind that ended, well or not. One query."""
    return _ended(kind).first()


def latest_good(kind: str) -> KeepingRun | None:
    """The last run of a kind that ended well. One query."""
    return _ended(kind).filter(problem="").first()


def runs(limit: int = 30) -> list[KeepingRun]:
    """Backups and drills, the newest first. One query."""
    return list(KeepingRun.objects.order_by("-started_at", "-pk")[:limit])
