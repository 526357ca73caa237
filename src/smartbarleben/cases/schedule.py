"""What this room does again and again."""

from datetime import timedelta

from smartbarleben.jobs import clock

from . import digest, fetching, removal, tallies


def register() -> None:
    """Register the work; called once when the app is ready."""
    clock.register("cases.close_quiet", timedelta(hours=6), removal.close_quiet)
    clock.register("cases.forget_tallies", timedelta(hours=1), tallies.forget)
    clock.register("cases.digest", timedelta(minutes=10), digest.run)
    fetching.register()
