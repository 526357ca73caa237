"""The administrators' page about background work, and the page of one job for everybody who works here."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from smartbarleben.ui.workspace import only

from . import actions, board, policies, progress, queries
from .models import Job, OutgoingMail

_only_operators = only(policies.may_operate)


@_only_operators
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """What failed, what waits, what runs, what comes again and again."""
    now = timezone.now()
    dropped = queries.find(*_named(request.GET.get("verworfen", "")))
    context = {
        "failures": board.failures(),
        "dead_count": queries.dead_count(),
        "outbox": board.outbox(),
        "running": board.running(),
        "waiting": board.waiting(),
        "repeated": board.repeated(now),
        "away_since": board.away_since(now),
        "dropped": dropped if dropped and dropped.state == "dropped" else None,
        "dropped_name": request.GET.get("verworfen", ""),
    }
    return render(request, "jobs/staff/overview.html", context)


@_only_operators
@require_POST
def again(request: HttpRequest) -> HttpResponse:
    """Try one again (``what``: "mail-12"), or everything that can be ("all")."""
    if request.POST.get("what") == "all":
        count = sum(
            actions.retry(work=_found(letter.sort, letter.pk)) for letter in queries.dead() if letter.can_retry
        )
        words = ngettext(
            "%(count)d piece of work is tried again.", "%(count)d pieces of work are tried again.", count
        )
        messages.success(request, words % {"count": count})
    elif actions.retry(work=_found(*_named(request.POST.get("what", "")))):
        messages.success(request, _("This is tried again now."))
    else:
        messages.warning(request, _("This cannot be tried again: it is done already, or its words are deleted."))
    return redirect("jobs_overview")


@_only_operators
@require_POST
def drop(request: HttpRequest) -> HttpResponse:
    """Let one go (``what``: "job-7"); the page offers to take that back."""
    name = request.POST.get("what", "")
    if actions.drop(work=_found(*_named(name))):
        return redirect(f"{reverse('jobs_overview')}?verworfen={name}")
    messages.warning(request, _("This could not be dropped: it runs just now, or it is done already."))
    return redirect("jobs_overview")


def _named(name: str) -> tuple[str, int]:
    """ "mail-12" as ("mail", 12); what is no name names nothing."""
    sort, _hyphen, pk = name.partition("-")
    return (sort, int(pk)) if sort in {"mail", "job"} and pk.isdecimal() and len(pk) < 19 else ("job", 0)


def _found(sort: str, pk: int) -> Job | OutgoingMail:
    found = queries.find(sort, pk)
    if found is None:
        raise Http404
    return found


@require_safe
@never_cache
def one_job(request: HttpRequest, pk: int) -> HttpResponse:
    """How far a job is; without JavaScript the page asks anew every few seconds."""
    return render(request, "jobs/staff/job.html", {"job": _shown(pk), "pk": pk})


@require_safe
@never_cache
def state(request: HttpRequest, pk: int) -> HttpResponse:
    """The same for ui/progress.js."""
    return JsonResponse(_shown(pk).as_json())


def _shown(pk: int) -> progress.Shown:
    found = progress.shown(pk)
    if found is None:
        raise Http404
    return found
