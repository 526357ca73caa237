"""The pages of a resident's account: sign in with a code from a mail, see what is going on, and leave again."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from smartbarleben.ui.forms import ErrorEntry
from smartbarleben.ui.http import render

from . import residents
from .access import Answer
from .forms import CodeForm, DeleteAccountForm, ResidentForm, SignInForm
from .models import Resident, ResidentVisit
from .own_cookies import key_of, private, with_key
from .visitors import visitor

COOKIE = "konto"
DOOR = "konto-code"
_MINUTES = residents.CODE_VALID.seconds // 60
_look = require_http_methods(["GET", "HEAD", "POST"])


def visit_of(request: HttpRequest) -> ResidentVisit | None:
    """The resident's visit behind this request's cookie, or None. No query where there is no cookie.

    The cookie comes with pages below /formular/ only.
    """
    return residents.visit_of(key_of(request, COOKIE))


def _keep(response: HttpResponse, key: str, seconds: int) -> HttpResponse:
    # For all forms, not for this page alone. "Lax", so that a link in our mail finds somebody signed in.
    return with_key(response, COOKIE, key, seconds, page="people:account", up="konto/", samesite="Lax")


def _keep_door(response: HttpResponse, door: str, seconds: int) -> HttpResponse:
    return with_key(response, DOOR, door, seconds, page="people:account")


def _to(page: str) -> HttpResponse:
    return private(HttpResponseRedirect(reverse(page)))


@_look
def account(request: HttpRequest) -> HttpResponse:
    """The account of who is signed in; for everybody else the way in, the same for every address."""
    visit = visit_of(request)
    if visit is not None:
        return _page(request, visit)
    form, status, too_many = SignInForm(request.POST or None), 200, False
    if request.method == "POST":
        status = 422
        if form.is_valid():
            answer, door = residents.ask(
                mail=form.cleaned_data["mail"], visitor=visitor(request), door=key_of(request, DOOR)
            )
            if answer is not Answer.TOO_MANY:
                return _keep_door(_to("people:account_code"), door, residents.CODE_VALID.seconds)
            status, too_many = 429, True
    context = {"form": form, "too_many": too_many, "minutes": _MINUTES, "days": residents.STAY.days}
    return private(render(request, "people/account.jinja", context, status=status))


@_look
def code(request: HttpRequest) -> HttpResponse:
    """Type the code. Whatever is wrong with one, the answer is the same."""
    form, status = CodeForm(request.POST or None), 200
    errors: list[ErrorEntry] = []
    if request.method == "POST":
        status = 422
        if form.is_valid():
            key = residents.sign_in(
                door=key_of(request, DOOR),
                code=form.cleaned_data["code"],
                user_agent=request.headers.get("User-Agent", ""),
            )
            if key:
                response = _keep(_to("people:account"), key, int(residents.STAY.total_seconds()))
                return _keep_door(response, "", 0)
            form.add_error("code", _("This code does not work, or not any more. Is it from the newest mail?"))
        errors = form.error_entries()
    context = {"form": form, "errors": errors, "minutes": _MINUTES}
    return private(render(request, "people/account_code.jinja", context, status=status))


def _page(
    request: HttpRequest,
    visit: ResidentVisit,
    *,
    about: ResidentForm | None = None,
    sure: DeleteAccountForm | None = None,
    status: int = 200,
) -> HttpResponse:
    resident: Resident = visit.resident
    context: dict[str, Any] = {
        "resident": resident,
        "matters": residents.matters_of(resident.mail),
        "most": residents.MOST_MATTERS,
        "visits": residents.visits_of(resident),
        "here": visit.pk,
        "about": about or ResidentForm(initial={"name": resident.name, "language": resident.language}),
        "sure": sure or DeleteAccountForm(),
        "errors": [*(about.error_entries() if about else ()), *(sure.error_entries() if sure else ())],
        "changed": "neu" in request.GET,
    }
    return private(render(request, "people/account_open.jinja", context, status=status))


def _acting(request: HttpRequest) -> ResidentVisit | None:
    """Who sends a form of the account. Looking at its address (in another language, after a mistake) leads back."""
    return visit_of(request) if request.method == "POST" else None


@_look
def change(request: HttpRequest) -> HttpResponse:
    """Change name and language; the page goes on in that language."""
    visit = _acting(request)
    if visit is None:
        return _to("people:account")
    form = ResidentForm(request.POST)
    if not form.is_valid():
        return _page(request, visit, about=form, status=422)
    before = visit.resident.language
    residents.change(resident=visit.resident, **form.cleaned_data)
    language = visit.resident.language
    with translation.override(language if language != before else translation.get_language()):
        path = reverse("people:account")
    return private(HttpResponseRedirect(f"{path}?neu=1"))


@_look
def leave(request: HttpRequest) -> HttpResponse:
    """Sign out here, in one other browser (``visit``), or everywhere (``all``)."""
    visit = _acting(request)
    if visit is None:
        return _to("people:account")
    wanted = request.POST.get("visit", "")
    other = int(wanted) if wanted.isdecimal() and len(wanted) < 18 else visit.pk
    residents.sign_out(resident=visit.resident, visit=None if "all" in request.POST else other)
    if "all" not in request.POST and other != visit.pk:
        return _to("people:account")
    return _keep(_to("people:account"), "", 0)


@_look
def delete(request: HttpRequest) -> HttpResponse:
    """Delete the account at once."""
    visit = _acting(request)
    if visit is None:
        return _to("people:account")
    form = DeleteAccountForm(request.POST)
    if not form.is_valid():
        return _page(request, visit, sure=form, status=422)
    residents.delete(resident=visit.resident, why="asked")
    return _keep(private(render(request, "people/account_deleted.jinja", {})), "", 0)
