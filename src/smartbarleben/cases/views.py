"""The public forms of cases, the page that lists them, and the page that says how long answers take."""

import uuid
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from smartbarleben.people.resident_views import visit_of
from smartbarleben.places.queries import Village, as_of, village
from smartbarleben.ui.dates import today
from smartbarleben.ui.forms import ErrorEntry
from smartbarleben.ui.http import public_page, render

from . import access, actions, files, gate, public_queries
from .answer_times import SMALLEST_GROUP, answer_times
from .forms import CaseForm
from .models import Attachment, Case, Door
from .plain_words import own_path
from .public_queries import Offer
from .receiving import SWITCH, SeeOther, public_form, remember_sent, sent_before, switch_form
from .upload_words import refusal_text
from .uploads import Code, Limits, Refused

ACCEPTED_FILES = ".jpg,.jpeg,.png,.webp,.gif,.heic,.pdf,.txt,.docx,.odt,image/*,application/pdf"
# Whoever sends all of these again unchanged means the same matter.
_WORDS = ("text", "about", "where", "ortschaft", "name", "email", "phone")


@public_page(changes="day")
def start(request: HttpRequest) -> HttpResponse:
    """All forms with their promises, and the way back to a case."""
    return render(request, "cases/start.jinja", {"offers": public_queries.offers(today(), request)})


@public_page(changes="day")
def answers(request: HttpRequest) -> HttpResponse:
    """How long do we take?"""
    context = {"times": answer_times(today()), "smallest": SMALLEST_GROUP}
    return render(request, "cases/answers.jinja", context)


@dataclass
class Sheet:
    """A form on its way: what was typed, what was kept, what is wrong."""

    request: HttpRequest
    offer: Offer
    house: Village
    now: datetime
    name: uuid.UUID
    form: CaseForm | None = None
    status: int = 200
    state: str = ""
    spot: files.Spot | None = None
    kept: list[Attachment] = field(default_factory=list)
    file_problems: list[str] = field(default_factory=list)

    def blank(self, *, offered: bool = False) -> CaseForm:
        """The form with what was typed (or what the address says), and no word about mistakes."""
        typed = self.request.POST.dict() if self.request.method == "POST" else {}
        about = typed.get("about") or self.request.GET.get("ueber", "")
        initial = typed | {"submission": self.name, "about": own_path(about), "altcha": "", "homepage": ""}
        return self._make(initial=self._known() | initial, offered=offered)

    def _known(self) -> dict[str, str]:
        """What an account fills in for who is signed in; they can change it."""
        visit = visit_of(self.request)
        return {"name": visit.resident.name, "email": visit.resident.mail} if visit else {}

    def filled(self, *, offered: bool) -> CaseForm:
        """The form as it was sent."""
        return self._make(self.request.POST.dict() | {"submission": str(self.name)}, offered=offered)

    def _make(self, *args: Any, **kwargs: Any) -> CaseForm:
        return CaseForm(*args, kind=self.offer.kind, ortschaften=self.house.ortschaften, **kwargs)

    def page(self) -> HttpResponse:
        """The form's page in its present state."""
        form = self.form or self.blank()
        errors = [*form.error_entries(), *(ErrorEntry("", text, "id_files") for text in self.file_problems)]
        context = {
            "form": form,
            "offer": self.offer,
            "kept": self.kept,
            "errors": errors,
            "file_problems": self.file_problems,
            "spot": self.spot,
            "state": self.state,
            "about": form["about"].value() or "",
            "challenge": gate.challenge(self.name, self.now),
            "municipality": self.house.municipality,
            "limits": Limits(),
            "accepted": ACCEPTED_FILES,
            "switch_form": switch_form(self.request),
        }
        return render(self.request, "cases/form.jinja", context, status=self.status)


@public_form
def form(request: HttpRequest, form_word: str) -> HttpResponse:
    """One form on one page. Whatever goes wrong, everything typed and every file is still there."""
    now = timezone.now()
    offer = public_queries.offer(form_word, today(), request)
    if offer is None:
        raise Http404(_("There is no form at this address."))
    sheet = Sheet(request, offer, village(request), now, CaseForm.name_of(request.POST))
    if request.method != "POST":
        return sheet.page()
    sent = files.sent(sheet.name)
    if sent is not None:
        return to_receipt(sent)
    with as_of(sheet.house.generation):
        return _received(sheet)


def _received(sheet: Sheet) -> HttpResponse:
    request = sheet.request
    if (removed := request.POST.get("remove", "")).isdecimal():
        files.remove(sheet.name, int(removed))
        sheet.kept = files.waiting(sheet.name)
        return sheet.page()
    sheet.file_problems = keep_files(request, sheet.name, sheet.house, sheet.now)
    sheet.kept = files.waiting(sheet.name)
    sheet.spot = files.offered_spot(sheet.kept, sheet.house)
    asked = "spot" in request.POST or "spot_asked" in request.POST
    if SWITCH in request.POST:
        sheet.form = sheet.blank(offered=sheet.spot is not None and asked)
        sheet.status = 422 if sheet.file_problems else 200
        return sheet.page()
    sheet.form = sheet.filled(offered=sheet.spot is not None and asked)
    if not sheet.form.is_valid() or sheet.file_problems:
        if sheet.spot is not None and not asked:
            # The mistakes first, and the question about the place beside them.
            sheet.form = sheet.filled(offered=True)
            sheet.form.full_clean()
            sheet.form.errors.pop("spot", None)
        sheet.status = 422
        return sheet.page()
    if not request.from_here:  # type: ignore[attr-defined]
        return _not_now(sheet, "elsewhere", 422)
    if sheet.spot is not None and not asked:
        sheet.form, sheet.state = sheet.blank(offered=True), "spot"
        return sheet.page()
    typed = sheet.form.cleaned_data
    words = "\0".join([sheet.offer.kind.key, *(str(typed.get(name, "")) for name in _WORDS)])
    before = sent_before(request, words) if not sheet.kept else None
    if before is not None and (sent := files.sent(before)):
        return to_receipt(sent)
    with transaction.atomic():
        verdict = gate.judge(request, sheet.name, typed["altcha"], typed["homepage"], sheet.now)
        if verdict is not gate.Verdict.TOO_MANY:
            case = _handed_in(sheet, held=verdict is gate.Verdict.HELD)
            return remember_sent(to_receipt(case), sheet.name, words)
    return _not_now(sheet, "too_many", 429)


def _not_now(sheet: Sheet, state: str, status: int) -> HttpResponse:
    sheet.form, sheet.state, sheet.status = sheet.blank(offered=sheet.spot is not None), state, status
    return sheet.page()


def _handed_in(sheet: Sheet, *, held: bool) -> Case:
    form = sheet.form
    assert form is not None  # noqa: S101 (set by whoever checked it)
    typed = form.cleaned_data
    spot = sheet.spot if typed.get("spot") == "yes" else None
    slug = typed.get("ortschaft") or (spot.ortschaft if spot else "")
    return actions.receive(
        category=sheet.offer.category,
        text=typed["text"],
        door=Door.WEB,
        who=form.who,
        language=get_language() or "de",
        about=typed["about"],
        where=typed.get("where") or (spot.words if spot else ""),
        lon=spot.lon if spot else None,
        lat=spot.lat if spot else None,
        ortschaft=sheet.house.ortschaft(slug) if slug else None,
        held=held,
        submission=sheet.name,
        files=bool(sheet.kept),
        now=sheet.now,
    )


def keep_files(request: HttpRequest, name: uuid.UUID, house: Village, now: datetime) -> list[str]:
    """Keep the files of a request under a form's name; a sentence for each that we don't take."""
    uploads = request.FILES.getlist("files")
    guard = request.upload_guard  # type: ignore[attr-defined]
    limit = Limits()
    problems = [
        _("%(name)s: %(problem)s")
        % {
            "name": one[:60] or _("A file"),
            "problem": refusal_text(
                Refused(Code.TOO_LARGE, {"size": limit.file_bytes + 1, "limit": limit.file_bytes})
            ),
        }
        for one in guard.too_large
    ]
    if uploads and not gate.may_upload(request, sum(one.size or 0 for one in uploads), now):
        return [*problems, _("Many files came from your connection today. Please send your message without files.")]
    return problems + files.keep(name, uploads, house, now)


def to_receipt(case: Case) -> HttpResponse:
    """Look at the receipt, in the language of this page."""
    return SeeOther(reverse("cases:receipt", args=[case.number, access.token(case)]))
