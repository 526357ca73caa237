"""Pages of one's own account that allauth does not have."""

from typing import cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from . import visits
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
