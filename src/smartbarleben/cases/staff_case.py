"""The page of one case in the workspace: what they want, the clock, what happened, and one calm place for what to do.

One address: GET shows it, POST does one verb (`tun`) and comes back. Nothing that was typed is ever lost: what cannot
be done is said beside it, and where somebody was quicker the new lines are shown first.
"""

import io
import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.csp import CSP
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from PIL import Image

from smartbarleben.ui.dates import day, plain_date, today

from . import (
    access,
    actions,
    files,
    filters,
    handover,
    notices,
    numbers,
    policies,
    promise,
    queries,
    staff_acts,
    staff_files,
    staff_words,
)
from .actions import Crossed, NotPossible
from .models import Attachment, Case, Contact, ReplyTemplate
from .staff_acts import ACTS, Press
from .staff_forms import AnswerForm
from .staff_views import case_address, for_workers, settings_of
from .templating import fill

PICTURES = {"image/jpeg", "image/png", "image/webp", "image/gif"}
_SMALL = (480, 480)
# What is at hand without opening anything; everything else waits behind a line.
_AT_HAND = {"answer", "accept", "take", "take_back", "unmerge", "reopen"}


def find(request: HttpRequest, number: str) -> Case:
    """A case that the person may work on; 404 for all others, as if they were not there."""
    try:
        written = numbers.read(number)
    except numbers.NumberError as wrong:
        raise Http404 from wrong
    rows = policies.workable(request.user).select_related(
        "category", "office", "owner", "outside", "ortschaft", "contact", "merged_into", "split_from"
    )
    return get_object_or_404(rows, number=written)


@for_workers
def case(request: HttpRequest, number: str) -> HttpResponse:
    """The page, and every verb on it."""
    found = find(request, number)
    if request.method != "POST":
        if found.unread:
            actions.seen_by_staff(case=found)
        return _page(request, found)
    what = request.POST.get("tun", "")
    if what == "answer_close":
        return _do(request, found, "answer", close=True)
    if what == "vorlage":
        return _filled(request, found)
    if request.POST.get("weg"):
        return _without_file(request, found)
    if what == "zip":
        return _zip(request, found)
    if what in {"freigeben", "sperren"}:
        return _release(request, found, released=what == "freigeben")
    if what not in ACTS:
        raise Http404
    return _do(request, found, what)


def _press(request: HttpRequest, found: Case, *, close: bool) -> Press:
    seen = request.POST.get("gesehen", "")
    return Press(found, request.user, _number(seen), staff_files.name_of(request), close)


def _do(request: HttpRequest, found: Case, what: str, *, close: bool = False) -> HttpResponse:
    act = ACTS[what]
    form = act.form(request.POST, prefix=what, case=found, person=request.user) if act.form else None
    press = _press(request, found, close=close)
    refused = staff_files.keep(request, what, press.submission) if act.files else []
    if (form is not None and not form.is_valid()) or refused:
        return _page(request, found, bound={what: form}, refused=refused, status=422)
    try:
        said = staff_acts.perform(act, press, form)
    except Crossed as crossed:
        lines = [staff_words.line(entry) for entry in crossed.lines]
        return _page(request, find(request, number=found.number), bound={what: form}, crossed=lines, status=409)
    except NotPossible as problem:
        return _page(request, found, bound={what: form}, problem=str(problem), status=409)
    messages.success(request, said)
    still_there = policies.workable(request.user).filter(pk=found.pk).exists()
    if not still_there:
        # Given away: the page is no longer this person's.
        return redirect("cases_inbox")
    return redirect(case_address(found, _list(request)))


def _list(request: HttpRequest) -> str:
    """The view of the inbox that the person came from."""
    given = request.POST.get("liste", request.GET.get("liste", ""))
    return filters.from_query(given).query


def _filled(request: HttpRequest, found: Case) -> HttpResponse:
    """The answer with a reply template in it; what was typed stays above."""
    chosen = request.POST.get("vorlage", "")
    template = ReplyTemplate.objects.filter(pk=int(chosen) if chosen.isascii() and chosen.isdigit() else 0).first()
    typed = request.POST.get("answer-text", "").strip()
    refused = staff_files.keep(request, "answer", staff_files.name_of(request))
    open_places: list[str] = []
    if template is not None:
        words, open_places = fill(template.text, values_for(found, request.user))
        typed = f"{typed}\n\n{words}" if typed else words
    form = AnswerForm(prefix="answer", case=found, person=request.user, initial={"text": typed})
    return _page(request, found, bound={"answer": form}, refused=refused, unfilled=open_places, chosen=chosen)


def _without_file(request: HttpRequest, found: Case) -> HttpResponse:
    """The form with one file less (`weg=answer-12`), and everything else as it was."""
    key, _dash, number = request.POST["weg"].partition("-")
    act = ACTS.get(key)
    if act is None or act.form is None or not act.files:
        raise Http404
    name = staff_files.name_of(request)
    files.remove(name, _number(number))
    refused = staff_files.keep(request, key, name)
    typed = {"text": request.POST.get(f"{key}-text", "")}
    form = act.form(prefix=key, case=found, person=request.user, initial=typed)
    return _page(request, found, bound={key: form}, refused=refused)


def values_for(found: Case, person: Any) -> dict[str, str]:
    """What the placeholders of a reply template stand for, in the person's language."""
    contact = getattr(found, "contact", None)
    return {
        "name": contact.name if contact else "",
        "number": found.number,
        "title": found.title,
        "due": day(found.due_on, found.language) if found.due_on else "",
        "received": plain_date(found.received_at, found.language),
        "link": access.url(found),
        "code": access.code(found),
        "office": found.office.name if found.office else "",
        "me": person.get_full_name(),
    }


def _release(request: HttpRequest, found: Case, *, released: bool) -> HttpResponse:
    attachment = get_object_or_404(Attachment, case=found, pk=_number(request.POST.get("datei", "")))
    said = staff_acts.release(attachment=attachment, by=request.user, released=released)
    messages.success(request, said)
    return redirect(case_address(found, _list(request)))


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 16 else 0


def _zip(request: HttpRequest, found: Case) -> HttpResponse:
    packed = handover.as_zip(case=found, by=request.user)
    headers = {"Content-Disposition": content_disposition_header(True, handover.zip_name(found)) or "attachment"}
    return HttpResponse(packed, content_type="application/zip", headers=headers)


def _page(request: HttpRequest, found: Case, *, status: int = 200, **more: Any) -> HttpResponse:
    bound: dict[str, Any] = more.pop("bound", {})
    refused = more.get("refused", [])
    attached = {
        key: staff_files.shown(request, key, again=key in bound, refused=refused if key in bound else [])
        for key, act in ACTS.items()
        if act.files
    }
    entries = queries.timeline(found)
    can = staff_acts.possible(found, request.user)
    rows = policies.workable(request.user)
    back = _list(request)
    contact = getattr(found, "contact", None)
    context = {
        "case": found,
        "contact": contact,
        "sign": staff_words.SIGNS[found.status],
        "kind": staff_words.kind_title(found.category_id),
        "due": staff_words.due_words(found, today(), promise.holidays(today())),
        "tone": staff_words.section(found, today()),
        "clock": staff_words.clock_lines(found, entries),
        "lines": [staff_words.line(entry) for entry in entries],
        "seen": max((entry.pk for entry in entries), default=0),
        "submission": uuid.uuid4(),
        "about_url": settings.BASE_URL + found.about if found.about else "",
        "person_url": access.path(found),
        "can": can,
        "answer": _form("answer", found, request, bound) if "answer" in can or "answer" in bound else None,
        "attached": attached["answer"],
        "acts": [
            {
                "act": ACTS[key],
                "form": _form(key, found, request, bound),
                "open": key in bound,
                "attached": attached.get(key),
            }
            for key in [*can, *(key for key in bound if key not in can)]
            if key not in _AT_HAND
        ],
        "templates": queries.templates(found) if "answer" in can else [],
        "similar": queries.similar(found, rows) if "merge" in can else [],
        "family": _family(found, rows),
        "goes_to": _goes_to(found, contact),
        "writes_in": "" if found.language.startswith("de") else dict(settings.LANGUAGES).get(found.language, ""),
        "list": back,
        "refused": refused,
        "refused_at": next((key for key in bound if key in attached), ""),
        "pictures": PICTURES,
        "desk": settings_of(request.user),
        **more,
    }
    return render(request, "cases/staff/case.html", context, status=status)


def _form(key: str, found: Case, request: HttpRequest, bound: dict[str, Any]) -> Any:
    form = ACTS[key].form
    if bound.get(key) is not None:
        return bound[key]
    return form(prefix=key, case=found, person=request.user) if form else None


def _goes_to(found: Case, contact: Contact | None) -> str:
    """How the answer reaches whom, before it is sent."""
    people = notices.hearers(found)
    if people:
        words = ngettext("%(count)d person gets a mail.", "%(count)d people get a mail.", people) % {"count": people}
    else:
        words = _("Nobody gets a mail: no address is known.")
    if contact is not None and contact.mail_fails:
        return f"{words} {_('But our last mail came back: better call.')}"
    if contact is None or not contact.email:
        return f"{words} {_('They find it on our website with number and code.')}"
    return words


def _family(found: Case, rows: Any) -> list[tuple[str, Case]]:
    """Cases that belong to this one, as far as the person may see them. One query."""
    own = {found.merged_into_id: _("Lives on in"), found.split_from_id: _("Split from")}
    own.pop(None, None)
    near = rows.filter(pk__in=own) | rows.filter(merged_into=found) | rows.filter(split_from=found)
    return [
        (own.get(one.pk) or (_("Merged into this one") if one.merged_into_id == found.pk else _("Split off")), one)
        for one in near.order_by("received_at")[:40]
    ]


@for_workers
def attachment(request: HttpRequest, number: str, pk: int) -> HttpResponse:
    """A file of a case. Pictures are shown (`klein=1`: small); everything else is saved, never opened here."""
    found = find(request, number)
    one = get_object_or_404(Attachment, case=found, pk=pk)
    is_picture = one.content_type in PICTURES
    try:
        with one.file.open("rb") as stored:
            content = stored.read()
    except FileNotFoundError as gone:
        raise Http404(_("This file is not there any more.")) from gone
    if is_picture and request.GET.get("klein"):
        response = HttpResponse(_small(content), content_type="image/jpeg")
    else:
        response = HttpResponse(content, content_type=one.content_type)
    disposition = content_disposition_header(not is_picture, one.name)
    response["Content-Disposition"] = disposition or "attachment"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, max-age=3600"
    response._csp_config = {"default-src": [CSP.NONE], "sandbox": [""]}  # type: ignore[attr-defined]
    return response


def _small(content: bytes) -> bytes:
    with Image.open(io.BytesIO(content)) as picture:
        picture.draft("RGB", _SMALL)
        small = picture.convert("RGB")
    small.thumbnail(_SMALL)
    target = io.BytesIO()
    small.save(target, "JPEG", quality=80)
    return target.getvalue()
