"""The pages of one case for its person: the receipt, how it stands, writing again, its files, the slip on paper."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.module_loading import import_string
from django.utils.translation import gettext as _

from smartbarleben.places.queries import village
from smartbarleben.ui import paper
from smartbarleben.ui.codes import qr_svg
from smartbarleben.ui.forms import ErrorEntry
from smartbarleben.ui.http import render

from . import access, actions, files, gate, promise, public_queries
from .forms import CodeForm, MessageForm
from .models import Case, Entry
from .public_queries import day_of
from .receiving import SWITCH, SeeOther, private, public_form, secret_form, switch_form
from .uploads import Limits
from .views import ACCEPTED_FILES, keep_files


def _opened(number: str, secret: str) -> Case:
    """The case behind a secret link, or Http404, the same for a wrong number and a wrong secret."""
    case = public_queries.find(number)
    if case is None or not access.opens_link(case, secret):
        raise Http404(_("There is nothing at this address."))
    return case


def _path(page: str, case: Case, **more: Any) -> str:
    """An address of the case in the language of this page."""
    return reverse(f"cases:{page}", kwargs={"number": case.number, "secret": access.token(case), **more})


@public_form
def find(request: HttpRequest) -> HttpResponse:
    """For people without the link: number and code from the slip lead to the case."""
    now, status, state = timezone.now(), 200, ""
    form = CodeForm(request.POST) if request.method == "POST" else CodeForm()
    if SWITCH in request.POST:
        form = CodeForm(initial=request.POST.dict())
    if form.is_bound:
        status = 422
        if form.is_valid():
            number = form.cleaned_data["number"]
            if not gate.may_guess(request, number, now):
                state, status = "too_many", 429
            else:
                case = public_queries.find(number)
                if case is not None and access.opens(case, form.cleaned_data["code"]):
                    gate.guessed_right(request, number, now)
                    return SeeOther(_path("follow", case))
                state = "wrong"
    errors = form.error_entries() if form.is_bound else []
    if state == "wrong":
        errors = [ErrorEntry("", _("Number and code do not fit together. Compare both with your slip."), "id_number")]
    context = {
        "form": form,
        "errors": errors,
        "state": state,
        "municipality": village(request).municipality,
        "switch_form": switch_form(request),
    }
    return render(request, "cases/find.jinja", context, status=status)


@secret_form
def receipt(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """Thank you: the number, the promised day, and the ways back."""
    case = _opened(number, secret)
    return render(request, "cases/receipt.jinja", _receipt_context(case))


def _receipt_context(case: Case) -> dict[str, Any]:
    link = settings.BASE_URL + _path("follow", case)
    return {
        "case": case,
        "code": access.code(case),
        "link": link,
        "held": case.due_on is None,
        "due_on": case.due_on or promise.due(case.category, day_of(case.received_at)),
        "email": case.contact.email if hasattr(case, "contact") else "",
        "follow_url": _path("follow", case),
        "find_url": settings.BASE_URL + reverse("cases:find"),
        "pdf_url": _path("slip_pdf", case),
        "qr": qr_svg(link),
        "canonical_url": "",
    }


@secret_form
def follow(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """How a case stands; POST writes to it."""
    now = timezone.now()
    case = _opened(number, secret)
    name = MessageForm.name_of(request.POST)
    if request.method != "POST":
        return _follow_page(request, case, now, form=MessageForm(initial={"submission": name}))
    typed = request.POST.dict() | {"submission": str(name)}
    if (removed := request.POST.get("remove", "")).isdecimal():
        files.remove(name, int(removed))
        return _follow_page(request, case, now, form=MessageForm(initial=typed))
    known = Entry.objects.filter(submission=name, case=case).first()
    if known is not None:
        return _written(case, known)
    if SWITCH in request.POST:
        problems = keep_files(request, name, village(request), now)
        return _follow_page(request, case, now, form=MessageForm(initial=typed), file_problems=problems)
    if not gate.may_write(request, case.number, now):
        return _follow_page(request, case, now, form=MessageForm(initial=typed), state="too_many", status=429)
    form = MessageForm(typed)
    problems = keep_files(request, name, village(request), now)
    if not form.is_valid() or problems:
        return _follow_page(request, case, now, form=form, file_problems=problems, status=422)
    return _written(case, actions.person_wrote(case=case, text=form.cleaned_data["text"], submission=name, now=now))


def _written(case: Case, entry: Entry) -> HttpResponse:
    return SeeOther(f"{_path('follow', case)}?neu={entry.pk}#e{entry.pk}")


def _follow_page(
    request: HttpRequest,
    case: Case,
    now: datetime,
    *,
    form: MessageForm,
    file_problems: list[str] | None = None,
    state: str = "",
    status: int = 200,
) -> HttpResponse:
    submission = form["submission"].value()
    problems = [ErrorEntry("", text, "id_files") for text in file_problems or ()]
    followed = public_queries.follow(case, now)
    new = request.GET.get("neu", "")
    context = {
        "case": case,
        "followed": followed,
        "form": form,
        "kept": files.waiting(submission) if request.method == "POST" else [],
        "errors": [*(form.error_entries() if form.is_bound else ()), *problems],
        "file_problems": file_problems or [],
        "state": state,
        "thanks": int(new) if new.isdecimal() and len(new) < 12 else 0,
        "today": timezone.localtime(now),
        "municipality": village(request).municipality,
        "limits": Limits(),
        "accepted": ACCEPTED_FILES,
        "switch_form": switch_form(request),
        "receipt_url": _path("receipt", case),
        "file_url": lambda one: _path("file", case, pk=one.pk, name=one.name),
        "canonical_url": "",
    }
    return render(request, "cases/follow.jinja", context, status=status)


@secret_form
def file(request: HttpRequest, number: str, secret: str, pk: int, name: str) -> HttpResponse:
    """A file of the case. It is only ever saved, never shown inside our origin, except for our own JPEGs."""
    case = _opened(number, secret)
    row = public_queries.attachment_for(case, pk)
    if row is None or row.name != name:
        raise Http404(_("There is nothing at this address."))
    response = FileResponse(
        row.file.open("rb"),
        as_attachment=row.content_type != "image/jpeg",
        filename=row.name,
        content_type=row.content_type,
    )
    response["X-Content-Type-Options"] = "nosniff"
    return response


@secret_form
def slip_pdf(request: HttpRequest, number: str, secret: str) -> HttpResponse:
    """The slip with number and code on A5, for people without mail."""
    case = _opened(number, secret)
    context = import_string(settings.UI_PAGE_CONTEXT)(request) | _receipt_context(case)
    html = render_to_string("cases/slip.jinja", context, request, using="jinja2")
    try:
        drawn = paper.pdf(html)
    except (paper.PangoMissing, paper.TooBusy) as problem:
        missing = isinstance(problem, paper.PangoMissing)
        page = render(request, "cases/slip_missing.jinja", _receipt_context(case) | {"missing": missing}, status=503)
        if not missing:
            page["Retry-After"] = "3"
        return private(page, secret=True)
    headers = {"Content-Disposition": f'inline; filename="{case.number}.pdf"'}
    return HttpResponse(drawn, content_type="application/pdf", headers=headers)
