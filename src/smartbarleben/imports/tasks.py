"""Background work on sources. Each asks the database what is still to do, so that doing it twice is doing it once."""

from django.conf import settings
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext_lazy

from smartbarleben.jobs import mail, work
from smartbarleben.jobs.retrying import Policy

from . import actions, carrying_out, planning
from .models import Run, RunState, Source, SourceState, Trigger
from .words import said


@work.task("imports.fetch", label=gettext_lazy("Fetch the calendars and lists of others"), policy=Policy(tries=3))
def fetch(source: int) -> None:
    """Look at one source; carry out what is new, unless so much would vanish that a person should look first."""
    now = timezone.now()
    row = Source.objects.filter(pk=source, paused_at=None).exclude(address="").first()
    if row is None:
        return
    if row.next_run_at is not None and row.next_run_at > now:
        return
    run = actions.look(source=row, trigger=Trigger.CLOCK, now=now)
    if run.state == RunState.FAILED:
        tell_owner(Source.objects.get(pk=row.pk))
    if run.state != RunState.PLANNED:
        return
    if planning.is_alarming(carrying_out.entries_of(run).entries):
        actions.wait_for_a_look(source=row)
        return
    carrying_out.carry_out(run=carrying_out.begin(run=run, shown=run.plan_digest))


@work.task("imports.carry_out", label=gettext_lazy("Take over a calendar or a list"))
def carry_out(run: int) -> None:
    """Carry out a plan that has begun, from where it stands."""
    row = Run.objects.select_related("source").filter(pk=run).first()
    if row is not None:
        carrying_out.carry_out(run=row)


def finish(run: int) -> None:
    """Let a run that has begun be carried out in the background, by one job however often this is called."""
    work.enqueue(carry_out, key=f"run-{run}", run=run)


def write_due(now: object) -> int:
    """Write a job for each source whose time has come, and one for each import that has begun: whoever carries it out
    may have been switched off in the middle. Returns how many sources are due.
    """
    moment = timezone.now()
    for pk in Run.objects.filter(state=RunState.RUNNING).values_list("pk", flat=True):
        finish(pk)
    due = Source.objects.filter(Q(next_run_at__lte=moment), paused_at=None).exclude(address="")
    for source in due:
        stamp = f"{source.next_run_at:%Y%m%dT%H%M%S%f}"
        work.enqueue(fetch, key=f"{source.pk}-{stamp}", source=source.pk)
    return len(due)


def tell_owner(source: Source) -> None:
    """Tell whoever keeps the source that it fails: one mail from the first failure until it works again."""
    if not source.owner or source.state != SourceState.FAILED or source.failing_since is None:
        return
    with translation.override("de"):
        context = {
            "name": source.name,
            "problem": said(source.trouble),
            "url": settings.BASE_URL + reverse("imports_source", args=[source.pk]),
        }
    letter = mail.render("imports/mail/failed.jinja", context)
    key = f"imports.failed-{source.pk}-{source.failing_since:%Y%m%dT%H%M%S%f}"
    mail.send(**letter.words(), to=source.owner, reason="imports.failed", key=key)
