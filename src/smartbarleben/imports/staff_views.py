"""The staff's pages of imports: sources, the dry run, what was done, and what needs a decision."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from smartbarleben.ui.workspace import only

from . import actions, carrying_out, planning, policies, queries, registry, tables, tasks
from .forms import SourceForm, UploadForm, from_source
from .models import Record, Run, RunState, Source
from .registry import FromTables, Target
from .trouble import FileError
from .words import act_title, said, summary

# A person waits for this many writes; more are done in the background.
AT_ONCE = 40


_for_importers = only(policies.may_import)


def _source(request: HttpRequest, pk: int) -> Source:
    found = get_object_or_404(Source.objects.select_related("ortschaft"), pk=pk)
    if not policies.may_change(request.user, found):
        raise PermissionDenied
    return found


def _run(request: HttpRequest, pk: int) -> Run:
    found = get_object_or_404(Run.objects.select_related("source"), pk=pk)
    if not policies.may_change(request.user, found.source):
        raise PermissionDenied
    return found


def _target(request: HttpRequest, key: str) -> Target:
    for target in policies.targets_for(request.user):
        if target.key == key:
            return target
    raise Http404


@_for_importers
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """All sources with their state in words."""
    rows = [
        {
            "source": source,
            "label": registry.target(source.target).label,
            "problem": said(source.trouble),
            "tone": "bad" if source.state in {"failed", "waiting"} or source.note_count else "",
        }
        for source in queries.sources(request.user)
    ]
    return render(request, "imports/staff/overview.html", {"rows": rows})


@_for_importers
@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """ "What do you want to take over?" """
    return render(request, "imports/staff/choose.html", {"targets": policies.targets_for(request.user)})


@_for_importers
@require_safe
def template(request: HttpRequest, target: str) -> HttpResponse:
    """An empty table with the right headings and one example."""
    chosen = _target(request, target)
    if not isinstance(chosen, FromTables):
        raise Http404
    response = HttpResponse(tables.template(chosen.columns), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="vorlage-{chosen.key}.csv"'
    return response


@_for_importers
def new(request: HttpRequest, target: str) -> HttpResponse:
    """Make a source and show what it would bring."""
    chosen = _target(request, target)
    initial = {"owner": getattr(request.user, "email", "")}
    if request.method != "POST":
        return _form(request, chosen, SourceForm(target=chosen, initial=initial))
    form = SourceForm(request.POST, request.FILES, target=chosen)
    if form.is_valid():
        try:
            source = actions.add_source(by=request.user, target=chosen.key, **form.settings())
        except ValidationError as problem:
            _take_over(form, problem)
        else:
            return _looked(request, source, form.cleaned_data.get("file"))
    return _form(request, chosen, form)


def _take_over(form: Any, problem: ValidationError) -> None:
    told = problem.message_dict if hasattr(problem, "error_dict") else {"": problem.messages}
    for name, said_ in told.items():
        form.add_error(name if name in form.fields else None, said_)


def _form(request: HttpRequest, target: Target, form: Any, source: Source | None = None) -> HttpResponse:
    context = {"target": target, "form": form, "source": source, "has_template": "table" in target.formats}
    return render(request, "imports/staff/form.html", context, status=422 if form.is_bound and form.errors else 200)


def _looked(request: HttpRequest, source: Source, file: Any) -> HttpResponse:
    """The dry run, then to its page."""
    content = file.read() if file else None
    run = actions.look(source=source, content=content, file_name=file.name if file else "")
    return redirect("imports_run", pk=run.pk)


@_for_importers
@require_safe
def one_source(request: HttpRequest, pk: int) -> HttpResponse:
    """One source: how it is, what waits for a decision, what vanished, what was done."""
    return _source_page(request, _source(request, pk))


def _source_page(request: HttpRequest, source: Source, upload: UploadForm | None = None) -> HttpResponse:
    target = registry.target(source.target)
    context = {
        "source": source,
        "target": target,
        "problem": said(source.trouble),
        "notes": queries.notes(source),
        "gone": queries.gone(source),
        "entry_count": source.records.filter(vanished_at=None).count(),
        "runs": [{"run": run, "summary": _run_words(run)} for run in queries.runs(source)],
        "upload": upload or UploadForm(target=target),
    }
    return render(request, "imports/staff/source.html", context, status=422 if upload else 200)


def _run_words(run: Run) -> str:
    if run.trouble:
        return said(run.trouble)
    return "" if run.state == RunState.NOTHING_NEW else summary(run.counts)


@_for_importers
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Change a source's settings."""
    source = _source(request, pk)
    target = registry.target(source.target)
    if request.method != "POST":
        return _form(request, target, SourceForm(target=target, source=source, initial=from_source(source)), source)
    form = SourceForm(request.POST, target=target, source=source)
    if form.is_valid():
        try:
            actions.change_source(source=source, by=request.user, **form.settings())
        except ValidationError as problem:
            _take_over(form, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect("imports_source", pk=source.pk)
    return _form(request, target, form, source)


@_for_importers
@require_POST
def look(request: HttpRequest, pk: int) -> HttpResponse:
    """Fetch the address again, or take an uploaded file: the dry run."""
    source = _source(request, pk)
    if "address" in request.POST and source.address:
        return _looked(request, source, None)
    form = UploadForm(request.POST, request.FILES, target=registry.target(source.target))
    if not form.is_valid():
        return _source_page(request, source, form)
    return _looked(request, source, form.cleaned_data["file"])


@_for_importers
@require_POST
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Let the clock leave a source alone, or ask it again."""
    source = _source(request, pk)
    on = "on" in request.POST
    actions.pause(source=source, by=request.user, on=on)
    messages.success(
        request, _("We no longer ask this source by ourselves.") if on else _("We ask this source again.")
    )
    return redirect("imports_source", pk=source.pk)


@_for_importers
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask, then forget the source; what came from it stays."""
    source = _source(request, pk)
    if request.method != "POST":
        return render(request, "imports/staff/remove.html", {"source": source})
    actions.remove_source(source=source, by=request.user)
    messages.success(request, _("“%(name)s” is removed. Its entries stay.") % {"name": source.name})
    return redirect("imports_overview")


@_for_importers
@require_safe
def one_run(request: HttpRequest, pk: int) -> HttpResponse:
    """The dry run with its button, or what was done."""
    run = _run(request, pk)
    target = registry.target(run.source.target)
    context: dict[str, Any] = {
        "run": run,
        "source": run.source,
        "target": target,
        "skipped": [said(row) for row in run.skipped],
        "skipped_more": max(run.skipped_count - len(run.skipped), 0),
        "problem": said(run.trouble),
        "summary": _run_words(run),
    }
    if run.state == RunState.PLANNED:
        try:
            return _plan_page(request, context, carrying_out.entries_of(run).entries)
        except FileError as problem:
            # The settings are others than when the file was looked at.
            context["problem"] = said(problem.trouble)
    if run.state == RunState.DONE:
        context["done"] = [
            (act_title(act, run.counts[act]), rows, run.counts[act] - len(rows))
            for act in planning.Act
            if (rows := [row for row in run.details if row["act"] == act])
        ]
    return render(request, "imports/staff/run.html", context)


def _plan_page(request: HttpRequest, context: dict[str, Any], entries: list[planning.Entry]) -> HttpResponse:
    groups = [(group, act_title(group.act, group.count)) for group in queries.groups(entries, context["target"])]
    context |= {
        "groups": groups,
        "digest": planning.digest(entries),
        "writes": any(one.writes for one in entries),
        "alarming": planning.is_alarming(entries),
    }
    return render(request, "imports/staff/plan.html", context)


@_for_importers
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Carry out exactly the plan that was shown; where something has changed since, show the new plan instead."""
    run = _run(request, pk)
    newer = actions.look_again(run=run)
    if newer is not None:
        messages.warning(request, _("The source has changed in the meantime. This is what it would bring now."))
        return redirect("imports_run", pk=newer.pk)
    try:
        run = carrying_out.begin(run=run, shown=request.POST.get("plan", ""), by=request.user)
    except carrying_out.Crossed:
        messages.warning(request, _("Something has changed here in the meantime. Please look at the plan once more."))
        return redirect("imports_run", pk=run.pk)
    except FileError:
        return redirect("imports_run", pk=run.pk)
    if carrying_out.writes_of(run) > AT_ONCE:
        tasks.finish(run.pk)
    else:
        carrying_out.carry_out(run=run)
    return redirect("imports_run", pk=run.pk)


@_for_importers
@require_POST
def drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a plan go."""
    run = _run(request, pk)
    if actions.drop(run=run):
        messages.success(request, _("Nothing was taken over."))
    return redirect("imports_source", pk=run.source_id)


@_for_importers
@require_POST
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Settle one note: take the source's value, or keep ours."""
    record = get_object_or_404(Record.objects.select_related("source"), pk=pk)
    if not policies.may_change(request.user, record.source):
        raise PermissionDenied
    take_theirs = "take" in request.POST
    field = request.POST.get("take" if take_theirs else "keep", "")
    try:
        done = actions.decide(record=record, field=field, take=take_theirs, by=request.user)
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
        return redirect("imports_source", pk=record.source_id)
    if not done:
        messages.warning(request, _("Somebody has decided that already."))
    elif take_theirs:
        messages.success(request, _("The source's words stand here now."))
    else:
        messages.success(request, _("Ours stays."))
    return redirect("imports_source", pk=record.source_id)
