"""What the search does each day: its index is put in order, and old counts of searches go."""

from datetime import timedelta

from django.db import connection
from django.utils.translation import gettext_lazy as _

from smartbarleben.jobs import clock, work

from . import actions, tables


@work.task("search.tidy", label=_("Put the search in order"))
def tidy() -> None:
    """Join the pieces of the index; make it anew where it no longer fits what is published."""
    if tables.broken(connection):
        actions.rebuild()
    tables.tidy(connection)


def register() -> None:
    """Register the work; called once when the app is ready."""
    clock.repeat(tidy, timedelta(days=1))
