"""What this room does each day: as jobs, so that what fails is tried again and then shown to staff."""

from datetime import timedelta

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartbarleben.jobs import clock, trust, work
from smartbarleben.jobs.retrying import Policy

from . import audit, retention

CHECK = "people.record"


class Broken(RuntimeError):
    """The record of what was done is not whole."""


@work.task("people.retention", label=_("Delete what nobody needs any more"))
def delete_due() -> None:
    """Everything whose day has come. Raises `trust.Doubtful` where nobody knows which day it is."""
    now = timezone.now()
    # The clock may have leapt after it wrote this job.
    trust.require_believable(now)
    retention.run_due(now)


@work.task(CHECK, label=_("Look whether the record of what was done is whole"), policy=Policy(hopeless=(Broken,)))
def check_record() -> None:
    """Chain what a crash left open, and check the whole record. Raises `Broken`, which staff are shown."""
    audit.seal()
    verdict = audit.verify()
    if not verdict.ok:
        raise Broken(f"the record of what was done: {verdict.problem} at entry {verdict.broken_at}")


def register() -> None:
    """Register the work; called once when the app is ready."""
    clock.repeat(delete_due, timedelta(days=1), deletes=True)
    clock.repeat(check_record, timedelta(days=1))
