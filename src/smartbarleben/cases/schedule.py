"""What this room does again and again."""

from datetime import timedelta

from smartbarleben.jobs import clock

from . import retention, tallies


def register() -> None:
    """Register the work; called once when the app is ready."""
    clock.register("cases.close_quiet", timedelta(hours=6), retention.close_quiet)
    clock.register("cases.sweep_files", timedelta(hours=6), retention.sweep_files)
    clock.register("cases.erase", timedelta(days=1), retention.erase_due)
    clock.register("cases.forget_mails", timedelta(days=1), retention.forget_mails)
    clock.register("cases.forget_tallies", timedelta(hours=1), tallies.forget)
