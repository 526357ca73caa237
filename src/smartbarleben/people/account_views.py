"""Pages of one's own account that allauth does not have."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import pause, visits
from .models import User


@login_required
def signed_in(request: HttpRequest) -> HttpResponse:
    """Where am I signed in? POST ends one (`visit`), or all others."""
    user, here = cast(User, request.user), request.session.session_key or ""
    if request.method != "POST":
        rows = [{"visit": visit, "is_here": visit.session_key == here} for visit in visits.of(user)]
        context = {"rows": rows, "others": sum(not row["is_here"] for row in rows)}
        return render(request, "people/signed_in.html", context)
    wanted = request.POST.get("visit", "")
    ended = int(visits.end(user, int(wanted[:18]))) if wanted.isdecimal() else visits.end_others(user, here)
    words = ngettext("Signed out in %(count)d browser.", "Signed out in %(count)d browsers.", ended)
    messages.success(request, words % {"count": ended} if ended else _("Nobody was signed in there any more."))
    return redirect("people_visits")


@login_required
def unfinished(request: HttpRequest) -> HttpResponse:
    """What somebody had typed when their session was over. POST throws it away; its own form sends it on."""
    kept = pause.unfinished(request)
    if request.method == "POST":
        pause.forget(request)
        messages.info(request, _("It is thrown away."))
        return redirect("/verwaltung/")
    if kept is None:
        return redirect("/verwaltung/")
    return render(request, "people/unfinished.html", {"kept": kept, "mark": pause.SENT_ON})


def still_here(request: HttpRequest) -> JsonResponse:
    """How many seconds of the session are left, for the script that warns; with ``typing`` it begins anew."""
    if not request.user.is_authenticated:
        return JsonResponse({"left": 0})
    if "typing" in request.GET:
        visits.seen(request)
    return JsonResponse({"left": pause.left(request)})
