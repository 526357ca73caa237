"""Every read of the record and of the protocols that a page needs."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.apps import apps
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from smartbarleben.jobs.models import Job, State
from smartbarleben.ui.dates import VILLAGE_TIME

from . import audit, schedule
from .models import AuditEntry, Pseudonym, RetentionRun

ROWS = 50
# Stands for the program itself where a person is chosen.
PROGRAM = "-"


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the record as it is shown: ``who`` is a name as long as the pseudonym can be resolved."""

    at: datetime
    what: str
    who: str
    subject: str
    facts: str
    erased: bool


@dataclass(frozen=True, slots=True)
class Filter:
    """What the auditor looks for; empty values look for everything. ``until`` is included."""

    verb: str = ""
    actor: str = ""
    since: date | None = None
    until: date | None = None


def record(wanted: Filter, page: Any) -> tuple[Page[AuditEntry], list[Entry]]:
    """A page of the record, the newest first, as rows and as shown. Three queries."""
    rows = Paginator(_wanted(wanted), ROWS).get_page(page)
    names = _names({row.actor for row in rows.object_list})
    return rows, [_entry(row, names) for row in rows.object_list]


def _wanted(wanted: Filter) -> QuerySet[AuditEntry]:
    rows = AuditEntry.objects.order_by("-pk")
    if wanted.verb:
        rows = rows.filter(verb=wanted.verb)
    if wanted.actor:
        rows = rows.filter(actor="" if wanted.actor == PROGRAM else wanted.actor)
    if wanted.since:
        rows = rows.filter(at__gte=_midnight(wanted.since))
    if wanted.until:
        rows = rows.filter(at__lt=_midnight(wanted.until + timedelta(days=1)))
    return rows


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VILLAGE_TIME)


def _names(tokens: set[str]) -> dict[str, str]:
    known = Pseudonym.objects.filter(token__in=tokens).select_related("user")
    return {one.token: str(one.user) for one in known}


def _entry(row: AuditEntry, names: dict[str, str]) -> Entry:
    facts = ", ".join(f"{name}: {value}" for name, value in (row.facts or {}).items())
    who = names.get(row.actor, row.actor) if row.actor else _("the program")
    return Entry(row.at, audit.label(row.verb), who, _subject(row), facts, row.facts is None)


def _subject(row: AuditEntry) -> str:
    if not row.subject_type:
        return ""
    try:
        name = str(apps.get_model(row.subject_type)._meta.verbose_name)
    except LookupError:
        name = row.subject_type
    return f"{name} {row.subject_id}"


def verbs() -> list[tuple[str, str]]:
    """All verbs of the record with their words. One query."""
    there = AuditEntry.objects.order_by("verb").values_list("verb", flat=True).distinct()
    return sorted(((verb, audit.label(verb)) for verb in there), key=lambda pair: pair[1].casefold())


def actors() -> list[tuple[str, str]]:
    """Everybody whose pseudonym can be resolved. One query."""
    known = Pseudonym.objects.select_related("user")
    return sorted(((one.token, str(one.user)) for one in known), key=lambda pair: pair[1].casefold())


@dataclass(frozen=True, slots=True)
class LastCheck:
    """When the program last looked at the whole record, and what it found ("" when it was whole)."""

    at: datetime | None
    problem: str


def last_check() -> LastCheck:
    """See `schedule.check_record`. One query."""
    job = Job.objects.filter(task=schedule.CHECK, state__in=[State.DONE, State.DEAD]).order_by("-finished_at").first()
    return LastCheck(job and job.finished_at, job.problem if job else "")


def retention_runs(limit: int = 60) -> list[RetentionRun]:
    """The protocols of the last runs of deletion, the newest first. One query."""
    return list(RetentionRun.objects.order_by("-pk")[:limit])
