"""Backups by themselves, and once a week the proof that the newest one can be brought back."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartbarleben.jobs import clock, work
from smartbarleben.jobs.models import OPEN, Job, State
from smartbarleben.jobs.retrying import Policy
from smartbarleben.people import audit
from smartbarleben.people.models import User

from . import actions
from .drill import try_out
from .models import KeepingRun

DRILL_EVERY = timedelta(days=7)
_PATIENT = Policy(tries=4, first=timedelta(minutes=5), longest=timedelta(hours=1))


def _is_mine_to_do(task: str) -> bool:
    """Whether no other process does the same just now: of several jobs that run, the oldest goes on."""
    running = Job.objects.filter(task=task, state=State.RUNNING, due_at__gt=timezone.now()).order_by("pk")
    first, own = running.first(), work.current()
    return first is None or own is None or first.pk == own.pk


@work.task("keeping.backup", label=_("Save the village"), policy=_PATIENT)
def save() -> None:
    """Make an archive and let old ones go. Raises KeepingTrouble, which staff are shown."""
    if settings.BACKUP_DIR and _is_mine_to_do("keeping.backup"):
        actions.scheduled_backup(now=timezone.now())


@work.task("keeping.drill", label=_("Try whether the newest backup can be brought back"), policy=_PATIENT)
def drill() -> None:
    """Bring the newest archive back on trial. Raises KeepingTrouble, which staff are shown."""
    if settings.BACKUP_DIR and _is_mine_to_do("keeping.drill"):
        try_out(now=timezone.now())


@transaction.atomic
def ask_for(kind: KeepingRun.Kind, *, by: User) -> Job:
    """Somebody wants a backup or a trial now; the job that is under way already counts as theirs."""
    task = save if kind == KeepingRun.Kind.BACKUP else drill
    job = Job.objects.filter(task=task.name, state__in=OPEN).order_by("pk").first() or work.enqueue(task)
    audit.record("keeping.asked_for", actor=by, kind=str(kind))
    return job


def _copy_erasures(now: datetime) -> None:
    """A deletion reaches the backups within the hour: `./village restore` finds the list beside the archive."""
    if settings.BACKUP_DIR:
        actions.copy_erasures()


def register() -> None:
    """Register the work; called once when the app is ready."""
    if not settings.BACKUP_DIR:
        return
    clock.repeat(save, timedelta(hours=settings.BACKUP_HOURS))
    clock.repeat(drill, DRILL_EVERY)
    clock.register(
        "keeping.erasures", timedelta(hours=1), _copy_erasures, _("Copy the list of deletions to the backups")
    )
