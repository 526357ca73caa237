"""The pages for those who check: the record of what was done, and the protocols of deletion."""

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import audit, personal, queries, retention
from .queries import Filter


def _must_see(request: HttpRequest, permission: str) -> None:
    if not request.user.has_perm(permission):
        raise PermissionDenied


def record(request: HttpRequest) -> HttpResponse:
    """The record, filtered; POST checks the whole chain now."""
    _must_see(request, "people.view_auditentry")
    if request.method == "POST":
        _check(request)
        return redirect("people_record")
    values = {name: request.GET.get(name, "") for name in ("was", "wer", "von", "bis")}
    problems = [name for name in ("von", "bis") if values[name] and _day(values[name]) is None]
    wanted = Filter(values["was"], values["wer"], _day(values["von"]), _day(values["bis"]))
    page, entries = queries.record(wanted, request.GET.get("seite"))
    links, head = audit.head()
    context: dict[str, Any] = {
        "values": values,
        "problems": problems,
        "entries": entries,
        "page": page,
        "query": urlencode({name: value for name, value in values.items() if value}),
        "verbs": queries.verbs(),
        "actors": queries.actors(),
        "program": queries.PROGRAM,
        "links": links,
        "head": head,
        "check": queries.last_check(),
    }
    return render(request, "people/staff/record.html", context, status=422 if problems else 200)


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _check(request: HttpRequest) -> None:
    audit.seal()
    verdict = audit.verify(request.POST.get("hash", "").strip().lower())
    if verdict.ok:
        messages.success(
            request,
            ngettext("The record is whole: one entry.", "The record is whole: %(count)d entries.", verdict.links)
            % {"count": verdict.links},
        )
    elif verdict.problem == "head":
        messages.error(request, _("This check number is not in the record. It is not the one it was taken from."))
    else:
        words = _("The record is broken at entry %(number)d. Somebody changed the database by hand.")
        messages.error(request, words % {"number": verdict.broken_at})


def deletions(request: HttpRequest) -> HttpResponse:
    """What was deleted when, by which rule, and what should have been and was not."""
    _must_see(request, "people.view_retentionrun")
    runs = [
        {
            "run": run,
            "counts": [(retention.label(name), count) for name, count in run.counts.items() if count],
            "problems": [(retention.label(name), problem) for name, problem in run.problems.items()],
        }
        for run in queries.retention_runs()
    ]
    context = {
        "runs": runs,
        "rules": sorted(retention.label(rule.name) for rule in retention.rules()),
        "overdue": personal.overdue(timezone.now()),
    }
    return render(request, "people/staff/deletions.html", context)
