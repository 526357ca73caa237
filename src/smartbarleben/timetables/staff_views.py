"""The staff's page of timetables: how long they hold, and a new file in two steps."""

from datetime import date, timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from smartbarleben.jobs import progress
from smartbarleben.jobs.models import State
from smartbarleben.ui.dates import today
from smartbarleben.ui.workspace import only

from . import actions, policies, uploading, words
from .models import Feed, Upload, UploadState
from .queries import WARN_DAYS
from .reading import MAX_ZIP_BYTES


class UploadForm(forms.Form):
    """A GTFS file and how its source wants to be named."""

    file = forms.FileField(
        label=gettext_lazy("Timetable (GTFS zip file)"),
        allow_empty_file=True,
        widget=forms.FileInput(attrs={"accept": ".zip,application/zip"}),
        help_text=gettext_lazy("as its publisher offers it for download; do not unpack it"),
    )
    attribution = forms.CharField(
        label=gettext_lazy("How the source is named"),
        max_length=500,
        required=False,
        help_text=gettext_lazy("in the words of its licence; empty: its own name"),
    )

    def clean_file(self) -> Any:
        """Too large is said before anything is read."""
        file = self.cleaned_data["file"]
        if file is not None and file.size > MAX_ZIP_BYTES:
            raise ValidationError(
                _("The file is too large. Ask the publisher for the timetable of your region only.")
            )
        return file


_for_importers = only(policies.may_import)


@_for_importers
def overview(request: HttpRequest) -> HttpResponse:
    """The timetables with the day on which they end, and the form for a new one."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        row = uploading.receive(file=file, file_name=file.name, attribution=form.cleaned_data["attribution"])
        return redirect("timetables_upload", pk=row.pk)
    now = today()
    feeds = [
        {"feed": feed, "over": feed.full_until < now, "soon": feed.full_until <= now + timedelta(days=WARN_DAYS)}
        for feed in Feed.objects.order_by("key")
    ]
    context = {"feeds": feeds, "form": form, "uploads": Upload.objects.all()[:5]}
    return render(request, "timetables/staff/overview.html", context, status=422 if form.errors else 200)


@_for_importers
@require_safe
def one_upload(request: HttpRequest, pk: int) -> HttpResponse:
    """What a file holds and what was left out of it, with the button that takes it over."""
    row = get_object_or_404(Upload, pk=pk)
    days = {
        name: date.fromisoformat(row.report[name])
        for name in ("first_day", "last_day", "full_until")
        if name in row.report
    }
    waits = row.state in {UploadState.CHECKING, UploadState.TAKING}
    job = uploading.job_of(row) if waits else None
    work = progress.shown(job) if job else None
    context = {
        "upload": row,
        "days": days,
        "waits": waits,
        "stuck": work.words if work and work.state == State.DEAD else "",
        "problem": words.said(row.report.get("problem", "")),
        "mend": words.said(row.report.get("mend", "")),
        "skipped": [{**one, "reason": words.said(one["reason"])} for one in row.report.get("skipped", [])],
    }
    return render(request, "timetables/staff/upload.html", context)


@_for_importers
@require_POST
def take(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a file over that was read."""
    row = get_object_or_404(Upload, pk=pk)
    if not uploading.approve(upload=row):
        messages.warning(request, _("This file is on its way already, or cannot be taken over."))
    return redirect("timetables_upload", pk=pk)


@_for_importers
@require_POST
def discard(request: HttpRequest, pk: int) -> HttpResponse:
    """Forget a file."""
    row = get_object_or_404(Upload, pk=pk)
    if not uploading.discard(upload=row):
        messages.warning(request, _("This file is taken over already, or just now."))
        return redirect("timetables_upload", pk=pk)
    messages.success(request, _("Nothing was taken over."))
    return redirect("timetables_overview")


@_for_importers
def remove(request: HttpRequest, key: str) -> HttpResponse:
    """Ask, then take a timetable away."""
    feed = get_object_or_404(Feed, key=key)
    if request.method != "POST":
        return render(request, "timetables/staff/remove.html", {"feed": feed})
    actions.remove_feed(key=key)
    messages.success(request, _("The timetable is taken away. The addresses of its stops stay."))
    return redirect("timetables_overview")
