"""What the doctor asks this room: are facts stale, and does the database guard the proofs."""

from collections.abc import Iterator

from django.db import connection
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from smartbarleben.keeping.checks import Finding, Level, register
from smartbarleben.ui.dates import today

from . import freshness, sealing


def _facts() -> Iterator[Finding]:
    stale = sum(rows(today(), ahead_days=0).count() for rows in (freshness.due_items, freshness.due_places))
    if stale:
        yield Finding(
            Level.WARN,
            ngettext_lazy(
                "%(count)d fact should have been checked by now.",
                "%(count)d facts should have been checked by now.",
                stale,
            ),
            _("Check them, and name who keeps them true: /verwaltung/aktualitaet/"),
            {"count": stale},
        )


def _proof() -> Iterator[Finding]:
    if missing := sealing.missing(connection):
        yield Finding(
            Level.BROKEN,
            _("The database has lost guards: %(names)s."),
            _("Let them be made again: ./village manage migrate"),
            {"names": ", ".join(missing)},
        )


def register_all() -> None:
    """Register them; called once when the app is ready."""
    register("content.facts", _facts, label=_("Facts are fresh"))
    register("content.proof", _proof, label=_("The proofs of notices are guarded"))
