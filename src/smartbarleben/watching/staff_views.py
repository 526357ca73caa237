"""The administrators' page /verwaltung/zustand/: is the house well, and what is to be done where it is not."""

from collections.abc import Callable
from datetime import UTC, datetime
from math import inf

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from smartbarleben.jobs import trust
from smartbarleben.keeping import actions
from smartbarleben.keeping.checks import Level

from . import checks, figures, policies
from .counting import Histogram, here


@never_cache
def health(request: HttpRequest) -> HttpResponse:
    """The findings, those that need somebody first; then figures. A POST looks anew."""
    if not policies.may_look(request.user):
        raise PermissionDenied
    if request.method == "POST":
        if "clock" in request.POST:
            _trust_clock(request)
        checks.look(anew=True)
        return redirect("watching_health")
    if request.method not in {"GET", "HEAD"}:
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    look = checks.look()
    context = {
        "look": look,
        "leap": trust.leap(timezone.now()),
        "needs_technician": any(row.is_for_technicians for row in look.rows),
        "broken": look.of(Level.BROKEN),
        "warnings": look.of(Level.WARN),
        "well": look.of(Level.OK),
        "groups": [(_("The pages"), _pages()), (_("Work"), _work()), (_("The machine"), _machine())],
    }
    return render(request, "watching/staff/health.html", context)


def _trust_clock(request: HttpRequest) -> None:
    """Somebody says that the day they were shown is today; if the clock has gone on to another, they look again."""
    now = timezone.now()
    if request.POST["clock"] == timezone.localdate(now).isoformat():
        actions.trust_clock(now=now, by=request.user)  # type: ignore[arg-type]


def _pages() -> list[tuple[str, str]]:
    seen = here.look()
    answered = sum(seen.requests.values())
    failed = sum(count for (_route, kind), count in seen.requests.items() if kind == "5xx")
    times = sum((one for area, one in seen.times.items() if area != "static"), Histogram())
    rows = [(_("Answers since the start"), number_format(answered, force_grouping=True))]
    rows.append((_("of these, errors of the house"), number_format(failed, force_grouping=True)))
    if (half := times.share_within(0.5)) is not None and (most := times.share_within(0.95)) is not None:
        rows.append((_("Half of the answers were ready"), _within(half)))
        rows.append((_("95 of 100 answers were ready"), _within(most)))
    rows.append((_("Started"), _moment(datetime.fromtimestamp(figures.STARTED_AT, UTC))))
    return rows


def _within(seconds: float) -> str:
    if seconds == inf:
        return _("after more than 10 seconds")
    if seconds < 1:
        return _("within %(ms)d thousandths of a second") % {"ms": round(seconds * 1000)}
    return _("within %(seconds)s seconds") % {"seconds": number_format(seconds, 1)}


def _work() -> list[tuple[str, str]]:
    total, late = figures.cases()
    jobs, mails = figures.jobs(), figures.mails()
    seen, backup = figures.background_seen(), figures.last_backup()
    return [
        (_("Open cases"), number_format(total, force_grouping=True)),
        (_("of these, overdue"), number_format(late, force_grouping=True)),
        (_("Mails that wait"), number_format(mails.waiting, force_grouping=True)),
        (_("Jobs that wait"), number_format(jobs.waiting, force_grouping=True)),
        (_("Background process last seen"), _moment(seen) if seen else _("not yet")),
        (_("Last backup"), _moment(backup) if backup else _("unknown to the house")),
    ]


def _machine() -> list[tuple[str, str]]:
    process = figures.process()
    return [
        (_("Free room on the disk"), _size_of(figures.free_bytes)),
        (_("Size of the database"), _size_of(figures.database_bytes)),
        (_("Memory of this web server"), _size(process.memory_bytes) if process.memory_bytes else _("unknown")),
    ]


def _size_of(look: Callable[[], int]) -> str:
    """What a look at the disk says; a disk that is away must not take the page along that says so."""
    try:
        return _size(look())
    except OSError:
        return _("unknown")


def _size(count: int) -> str:
    return f"{number_format(count / 1e9, 1)} GB" if count >= 1e9 else f"{number_format(count / 1e6, 1)} MB"


def _moment(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%d.%m.%Y, %H:%M}"
