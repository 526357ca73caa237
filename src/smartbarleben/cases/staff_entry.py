"""What somebody said at the phone or at the counter becomes a case in ten seconds, with a slip to take home."""

import uuid

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _

from smartbarleben.places.queries import mail_house
from smartbarleben.ui.dates import day

from . import access, actions, staff_words
from .actions import Who
from .models import Case, Door
from .staff_case import find
from .staff_forms import NewCaseForm
from .staff_views import for_workers

# The answer is a second act of the same press; its number must not be the case's own.
_ANSWER = uuid.UUID("3a6a1f0e-6f4e-4b7e-9d59-0d7b1a4c52c8")


@for_workers
def new(request: HttpRequest) -> HttpResponse:
    """The short form, and what comes of it: the slip."""
    if request.method != "POST":
        return render(request, "cases/staff/new.html", {"form": NewCaseForm()})
    form = NewCaseForm(request.POST)
    if not form.is_valid():
        return render(request, "cases/staff/new.html", {"form": form}, status=422)
    case = _received(request, form)
    said = _("Answered and closed.") if form.cleaned_data["answer"] else _("Written down.")
    messages.success(request, said)
    return redirect("cases_slip", number=case.number)


def _received(request: HttpRequest, form: NewCaseForm) -> Case:
    data, by = form.cleaned_data, request.user
    submission = data["submission"] or uuid.uuid4()
    case = actions.receive(
        category=data["kind"],
        text=data["text"],
        door=Door(data["door"]),
        who=Who(name=data["name"], email=data["email"], phone=data["phone"]),
        language=data["language"] or settings.LANGUAGE_CODE,
        where=data["where"],
        ortschaft=data["ortschaft"],
        submission=submission,
        by=by,
    )
    if data["mine"] and case.owner_id is None:
        actions.assign(case=case, by=by, owner=by)
    if data["answer"]:
        answered = uuid.uuid5(_ANSWER, str(submission))
        actions.answer(case=case, text=data["answer"], by=by, close=True, submission=answered)
    return case


@for_workers
def slip(request: HttpRequest, number: str) -> HttpResponse:
    """Number and code on paper, for people without mail, in their language."""
    case = find(request, number)
    kind = staff_words.kind_title(case.category_id)
    with translation.override(case.language):
        paper = {
            "title": _("Your matter has the number"),
            "code": _("Your code"),
            "due": _("You hear from us by %(day)s.") % {"day": day(case.due_on, case.language)}
            if case.due_on and not case.answered_at
            else "",
            "way": _("This is how you see where it stands: open %(address)s and enter number and code. Or call us.")
            % {"address": settings.BASE_URL.removeprefix("https://").removeprefix("http://")},
            "keep": _("Keep this slip: the code is only for you."),
            "language": "de" if case.language.startswith("de") else case.language,
            "direction": "rtl" if translation.get_language_bidi() else "ltr",
        }
    context = {
        "case": case,
        "kind": kind,
        "code": access.code(case),
        "paper": paper,
        "house": mail_house().village.name,
    }
    return render(request, "cases/staff/slip.html", context)
