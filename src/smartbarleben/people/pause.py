"""Who does nothing for a while must sign in again; what they had typed waits until they are back.

A session that is over is not deleted: its owner signs in again and goes on with it, and until then it opens nothing.
So a form that is sent too late still belongs to somebody. What stood in it is kept in the session, and the page
/konto/weiter/ sends it on after the next login, when the person says so.

Typing counts as doing something (static/people/pause.js says so every few minutes); what the workspace's pages ask
for by themselves does not.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.csrf import csrf_failure

from . import visits

_KEPT = "people.unfinished"
SENT_ON = "people_unfinished"
MOST_SIGNS = 500_000
KEEP_HOURS = 12
_OWN = ("csrfmiddlewaretoken", SENT_ON)
# What pages ask for by themselves, again and again.
_BY_THEMSELVES = ("/verwaltung/editing-sessions/", "/konto/dabei/")
_KEPT_FOR = "/verwaltung/"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A form that came too late: where it was going, and its fields. ``lost`` is how many files it had."""

    path: str
    fields: list[tuple[str, str]]
    lost: int

    @property
    def written(self) -> list[str]:
        """What looks as if a person had written it, for them to recognise."""
        return [value for _name, value in self.fields if len(value) >= 20 and " " in value.strip()][:20]


def is_by_itself(request: HttpRequest) -> bool:
    """Whether a page asks, and not the person in front of it."""
    return request.path_info.startswith(_BY_THEMSELVES)


def left(request: HttpRequest) -> int:
    """Seconds until this session is over; 0 when it is."""
    since = visits.last_seen(request.session)
    if since is None:
        return int(settings.STAFF_PAUSE.total_seconds())
    return max(0, int((since + settings.STAFF_PAUSE - timezone.now()).total_seconds()))


def stop(request: HttpRequest) -> HttpResponse | None:
    """The answer to somebody whose session is over; None where the page itself knows what to do with strangers."""
    owner = cast(int, request.user.pk)
    request.user = AnonymousUser()
    if not request.path_info.startswith(_KEPT_FOR):
        # Pages for signing in are among them.
        return None
    if not _is_page(request):
        return HttpResponse(status=403)
    if request.method != "POST":
        _say(request, kept=False)
        return redirect_to_login(request.get_full_path(), settings.LOGIN_URL)
    kept = _keep(request, owner)
    _say(request, kept=kept)
    return redirect_to_login(reverse(SENT_ON) if kept else "/verwaltung/", settings.LOGIN_URL)


def _is_page(request: HttpRequest) -> bool:
    """Whether a browser shows the answer as a page, as far as it says so."""
    if request.headers.get("X-Requested-With") == "XMLHttpRequest" or "HX-Request" in request.headers:
        return False
    return request.headers.get("Sec-Fetch-Mode", "navigate") == "navigate"


def _say(request: HttpRequest, *, kept: bool) -> None:
    minutes = int(settings.STAFF_PAUSE.total_seconds()) // 60
    said = ngettext(
        "You were signed out because nothing had happened for %(count)d minute.",
        "You were signed out because nothing had happened for %(count)d minutes.",
        minutes,
    ) % {"count": minutes}
    if kept:
        said += " " + _("What you typed is kept: sign in, and you go on where you were.")
    messages.info(request, said)


def _keep(request: HttpRequest, owner: int) -> bool:
    """Keep a form in the session; False for what is no form of the workspace, or too long."""
    fields = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in _OWN and "password" not in name
        for value in map(str, values)
    ]
    signs = sum(len(name) + len(value) for name, value in fields)
    if not (request.path_info.startswith(_KEPT_FOR) and fields and signs <= MOST_SIGNS):
        return False
    request.session[_KEPT] = {
        "owner": owner,
        "at": timezone.now().timestamp(),
        "path": request.get_full_path(),
        "fields": fields,
        "lost": sum(len(files) for _name, files in request.FILES.lists()),
    }
    return True


def unfinished(request: HttpRequest) -> Unfinished | None:
    """What this person had typed; what somebody else had typed is forgotten, and so is what is too old."""
    kept: dict[str, Any] | None = request.session.get(_KEPT)
    if kept is None:
        return None
    hours = (timezone.now() - datetime.fromtimestamp(kept["at"], tz=timezone.get_default_timezone())).total_seconds()
    if kept["owner"] != request.user.pk or hours > KEEP_HOURS * 3600:
        forget(request)
        return None
    return Unfinished(kept["path"], [(name, value) for name, value in kept["fields"]], kept["lost"])


def forget(request: HttpRequest) -> None:
    """It was sent on, or is not wanted any more."""
    request.session.pop(_KEPT, None)


def stale(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Django's answer to a form whose token is wrong; but a form of our own from before the last login is kept.

    Signing in gives the browser another token, so what was typed in another tab would be lost. That the form is ours
    is said by the browser itself; and nothing is sent on without a click on a page that shows what it is.
    """
    is_ours = request.headers.get("Sec-Fetch-Site") == "same-origin" and _is_page(request)
    if (
        is_ours
        and request.method == "POST"
        and request.path_info.startswith(_KEPT_FOR)
        and request.user.is_authenticated
        and left(request)
        and _keep(request, cast(int, request.user.pk))
    ):
        return HttpResponse(status=303, headers={"Location": reverse(SENT_ON)})
    return csrf_failure(request, reason)
