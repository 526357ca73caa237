"""What a page or the doctor reads of backups and drills."""

from .models import KeepingRun


def latest(kind: str) -> KeepingRun | None:
    """The last run of a kind that ended, well or not. One query."""
    return KeepingRun.objects.filter(kind=kind, ended_at__isnull=False).order_by("-started_at", "-pk").first()


def latest_good(kind: str) -> KeepingRun | None:
    """The last run of a kind that ended well. One query."""
    return (
        KeepingRun.objects.filter(kind=kind, ended_at__isnull=False, problem="")
        .order_by("-started_at", "-pk")
        .first()
    )


def runs(limit: int = 30) -> list[KeepingRun]:
    """Backups and drills, the newest first. One query."""
    return list(KeepingRun.objects.order_by("-started_at", "-pk")[:limit])
