"""What we hold about you: for residents without an account, by a link in a mail. Nothing here is ever cached."""

import json
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_POST

from smartbarleben.ui.dates import plain_date
from smartbarleben.ui.http import render

from . import access, erasure
from .forms import AskForm, DeleteForm
from .models import ResidentVisit
from .own_cookies import key_of, private, with_key
from .resident_views import visit_of
from .visitors import visitor

COOKIE = "own-data"
_MINUTES = access.VALID.seconds // 60
_look = require_http_methods(["GET", "HEAD", "POST"])


@_look
def ask(request: HttpRequest) -> HttpResponse:
    """Ask for the link. The answer is the same for every address."""
    visit = visit_of(request) if request.method != "POST" else None
    form, status, too_many = AskForm(request.POST or None, initial=_known(visit)), 200, False
    if request.method == "POST":
        if form.is_valid():
            answer = access.ask(mail=form.cleaned_data["mail"], visitor=visitor(request))
            if answer is not access.Answer.TOO_MANY:
                return private(HttpResponseRedirect(reverse("people:sent")))
            status, too_many = 429, True
        else:
            status = 422
    context = {"form": form, "too_many": too_many, "minutes": _MINUTES}
    return private(render(request, "people/ask.jinja", context, status=status))


def _known(visit: ResidentVisit | None) -> dict[str, str]:
    return {"mail": visit.resident.mail} if visit else {}


@require_http_methods(["GET", "HEAD"])
def sent(request: HttpRequest) -> HttpResponse:
    """What happens next."""
    return private(render(request, "people/sent.jinja", {"minutes": _MINUTES}))


@_look
def open_link(request: HttpRequest, secret: str) -> HttpResponse:
    """The page behind the link: looking changes nothing, its button uses the link."""
    if request.method == "POST" and (door := access.use(secret)):
        response = private(HttpResponseRedirect(reverse("people:held")))
        return _with_cookies(response, door, access.VALID.seconds)
    if not access.is_good(secret):
        return _over(request)
    return private(render(request, "people/open.jinja", {"minutes": _MINUTES}))


def _with_cookies(response: HttpResponse, door: str, seconds: int) -> HttpResponse:
    return with_key(response, COOKIE, door, seconds, page="people:ask")


def _over(request: HttpRequest) -> HttpResponse:
    return private(render(request, "people/over.jinja", {"minutes": _MINUTES}, status=410))


def _mail(request: HttpRequest) -> str:
    return access.whose(key_of(request, COOKIE))


@require_http_methods(["GET", "HEAD"])
def held(request: HttpRequest) -> HttpResponse:
    """Everything that we hold."""
    mail = _mail(request)
    if not mail:
        return _over(request)
    return private(render(request, "people/held.jinja", _context(mail, DeleteForm())))


def _context(mail: str, form: DeleteForm) -> dict[str, Any]:
    language = get_language() or settings.LANGUAGE_CODE
    things = [thing for found in erasure.find(mail).values() for thing in found]
    rows = [
        {
            "title": f"{thing.what}, {plain_date(thing.at, language)}" if thing.at else thing.what,
            "facts": [{"label": label, "value": _lines(value)} for label, value in thing.data.items() if value],
            "until": thing.until,
            "kept_because": thing.kept_because,
        }
        for thing in things
    ]
    return {"mail": mail, "rows": rows, "form": form, "can_delete": any(not row["kept_because"] for row in rows)}


def _lines(value: str) -> str | list[str]:
    lines = [line for line in value.splitlines() if line.strip()]
    return lines if len(lines) > 1 else value


@require_http_methods(["GET", "HEAD"])
def download(request: HttpRequest) -> HttpResponse:
    """Everything as one JSON file."""
    mail = _mail(request)
    if not mail:
        return _over(request)
    content = json.dumps(erasure.export(mail), ensure_ascii=False, indent=2)
    response = HttpResponse(content, content_type="application/json; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="meine-daten.json"'
    return private(response)


@_look
def delete(request: HttpRequest) -> HttpResponse:
    """Delete everything that does not have to stay. Who only looks (in another language) is led to the list."""
    if request.method != "POST":
        return private(HttpResponseRedirect(reverse("people:held")))
    mail = _mail(request)
    if not mail:
        return _over(request)
    form = DeleteForm(request.POST)
    if not form.is_valid():
        return private(render(request, "people/held.jinja", _context(mail, form), status=422))
    erasure.erase(mail)
    kept = [thing for found in erasure.find(mail).values() for thing in found]
    rows = [{"title": thing.what, "kept_because": thing.kept_because} for thing in kept]
    return _with_cookies(private(render(request, "people/deleted.jinja", {"rows": rows})), "", 0)


@require_POST
def leave(request: HttpRequest) -> HttpResponse:
    """Nobody who sits down at this browser next sees anything."""
    access.close(key_of(request, COOKIE))
    return _with_cookies(private(HttpResponseRedirect(reverse("people:ask"))), "", 0)
