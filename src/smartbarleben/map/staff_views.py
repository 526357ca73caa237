"""The administrators' page /verwaltung/karte/: which map there is, and another one in its place."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from smartbarleben.jobs import progress
from smartbarleben.ui.workspace import only

from . import actions, policies
from .extract import MapError
from .forms import MapForm
from .models import VillageMap

_only_makers = only(policies.may_make_maps)


@_only_makers
@never_cache
def desk(request: HttpRequest) -> HttpResponse:
    """The map that is shown, the last file, and the form for another one."""
    form = MapForm()
    if request.method == "POST":
        form = MapForm(request.POST, request.FILES)
        if form.is_valid():
            upload = form.cleaned_data["file"]
            try:
                actions.accept_file(
                    file_name=upload.name, chunks=upload.chunks(), attribution=form.cleaned_data["attribution"]
                )
            except MapError as problem:
                form.add_error("file", problem.said(_))
            else:
                return redirect("map_desk")
    last = VillageMap.objects.first()
    shown = VillageMap.objects.exclude(made_at=None).order_by("-made_at", "-pk").first()
    waiting = last if last and last.made_at is None and not last.trouble else None
    job = progress.shown(waiting.job) if waiting and waiting.job else None
    context = {
        "form": form,
        "shown": shown,
        "failed": last if last and last.trouble else None,
        "job": job,
        "state_url": reverse("jobs_state", args=[waiting.job]) if waiting and job else "",
        "megabytes": shown.size / 1e6 if shown else 0,
    }
    return render(request, "map/staff/desk.html", context, status=422 if form.errors else 200)


@_only_makers
@never_cache
def remove(request: HttpRequest) -> HttpResponse:
    """Ask, then take the map away; the sketch comes back."""
    if request.method != "POST":
        return render(request, "map/staff/remove.html")
    actions.remove_map()
    messages.success(request, _("The map is taken away. The sketch is shown."))
    return redirect("map_desk")
