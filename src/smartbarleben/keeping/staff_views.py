"""The administrators' page /verwaltung/sicherungen/: which backups there are, and what the last trial said."""

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from smartbarleben.jobs.policies import may_operate
from smartbarleben.ui.workspace import only

from . import queries, schedule, shelf
from .explaining import in_plain_words
from .models import KeepingRun
from .trouble import KeepingTrouble


@only(may_operate)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def backups(request: HttpRequest) -> HttpResponse:
    """The folder, the last backup, the last trial, what happened lately. A POST asks for a backup or a trial now."""
    if request.method == "POST":
        if settings.BACKUP_DIR and (kind := request.POST.get("what")) in KeepingRun.Kind.values:
            return redirect("jobs_job", pk=schedule.ask_for(KeepingRun.Kind(kind), by=request.user).pk)  # type: ignore[arg-type]
        messages.warning(request, _("Nothing was begun."))
        return redirect("keeping_backups")
    now = timezone.now()
    context = {"folder": settings.BACKUP_DIR, "encrypts": bool(settings.BACKUP_KEY)}
    if settings.BACKUP_DIR:
        try:
            found = shelf.archives(now)
        except (KeepingTrouble, OSError) as problem:
            found, context["trouble"] = [], in_plain_words(problem)
        context |= {
            "archives": [(one, size(one.size)) for one in found],
            "newest": f"{settings.BACKUP_DIR}/{found[0].name}" if found else "",
            "total": size(sum(one.size for one in found)),
        }
    runs = queries.runs()
    context["runs"] = [(run, said(run)) for run in runs]
    context["drill"] = next(
        ((run, said(run)) for run in runs if run.kind == KeepingRun.Kind.DRILL and run.ended_at), None
    )
    return render(request, "keeping/staff/backups.html", context)


def said(run: KeepingRun) -> str:
    """What came of a run, in one sentence."""
    if run.problem:
        return in_plain_words(run.problem)
    if run.ended_at is None:
        return _("Under way, or broken off.")
    count = {"count": number_format(run.files, 0, force_grouping=True)}
    files = ngettext("%(count)s file", "%(count)s files", run.files) % count
    if run.kind == KeepingRun.Kind.BACKUP:
        return _("Saved: %(files)s, %(size)s.") % {"files": files, "size": size(run.size)}
    if not run.loaded:
        return _("%(files)s came back as they were. The database was read and not loaded.") % {"files": files}
    rows = number_format(run.rows, 0, force_grouping=True)
    return _("%(files)s and %(rows)s rows of the database came back as they were.") % {"files": files, "rows": rows}


def size(count: int) -> str:
    """Bytes for people."""
    return f"{number_format(count / 1e9, 1)} GB" if count >= 1e9 else f"{number_format(count / 1e6, 1)} MB"
