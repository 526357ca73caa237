"""What this room does again and again."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from smartbarleben.jobs import clock

from . import digest, fetching, removal, tallies


def register() -> None:
    """Register the work; called once when the app is ready."""
    # What is closed is deleted some time later.
    clock.register(
        "cases.close_quiet",
        timedelta(hours=6),
        removal.close_quiet,
        _("Close what was answered and stayed quiet"),
        deletes=True,
    )
    clock.register("cases.forget_tallies", timedelta(hours=1), tallies.forget, _("Forget who sent how many forms"))
    clock.register("cases.digest", timedelta(minutes=10), digest.run, _("Write the morning's mails about cases"))
    fetching.register()
