"""What this room's table holds about people: nothing."""

from smartbarleben.people.personal import harmless

from .models import KeepingRun


def declare_all() -> None:
    """Declare everything; called once when the app is ready."""
    harmless(KeepingRun, "archive", "problem", because="about files of backups, in words of the program")
