"""The inbox in the workspace: the day's work first, views of it, many cases at once, who has how much, one's desk."""

import csv
import io
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext
from django.views.decorators.http import require_POST

from smartbarleben.opendata.formats import cell
from smartbarleben.people import audit
from smartbarleben.places.queries import village
from smartbarleben.ui.dates import iso, today

from . import actions, filters, policies, promise, queries, staff_words
from .actions import NotPossible
from .filters import Filter
from .models import Case, Category, DeskSetting, Door
from .staff_forms import AbsenceForm, SettingsForm, kinds, recipient, recipients
from .words import STATUS_WORDS

PERMISSION = "cases.change_case"
MOST_AT_ONCE = 200
_MOST_ROWS = 20_000


def for_workers(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lets in who works on cases; everybody else hears that they may not."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        response = view(request, *args, **kwargs)
        response.setdefault("Cache-Control", "no-store")
        return response

    return guarded


def settings_of(person: Any) -> DeskSetting:
    """How the person likes to work. One query."""
    return DeskSetting.objects.filter(user=person).first() or DeskSetting(user=person)


@for_workers
def inbox(request: HttpRequest) -> HttpResponse:
    """The inbox, as its address says."""
    view = filters.read(request.GET)
    offices = queries.own_offices(request.user)
    policies.remember(request.user, [one.pk for one in offices if one.mine])
    at = queries.desk(request.user, today())
    rows = policies.workable(request.user)
    workers = list(queries.workers().select_related("desk"))
    saved = queries.saved_views(request.user)
    groups = [(view.changed(gruppe=name), label) for name, label in _groups()]
    whose = [(view.changed(wer=name), label) for name, label in _whose(at)]
    stored = [filters.from_query(one.query) for one in saved]
    number = _whole(request.GET.get("seite"))
    numbers: dict[Filter, int] = {}
    if view.suche:
        page = queries.search(rows, view, at, number)
    else:
        # How much has ended is nobody's work, and dear to count.
        todo = [one for one, _label in (*groups, *whose) if one.gruppe in filters.LIVE or view.gruppe == one.gruppe]
        numbers = queries.counts(rows, at, [view, *todo, *stored])
        page = queries.page(rows, view, at, numbers[view], number)
    context = {
        "view": view,
        "page": page,
        "rows": _lines(request, page, view, at),
        "groups": _links(groups, numbers, view),
        "whose": _links(whose, numbers, view),
        "saved": [
            {
                "view": one,
                "url": _address(stand),
                "count": numbers.get(stand),
                "current": stand == view,
                "own": one.user_id,
            }
            for one, stand in zip(saved, stored, strict=True)
        ],
        "earlier": _address(view, seite=page.number - 1) if page.number > 1 else "",
        "later": _address(view, seite=page.number + 1) if page.number < page.pages else "",
        "recipients": recipients(workers, offices),
        "kinds": kinds(),
        "doors": Door.choices,
        "ortschaften": village(request).ortschaften,
        "languages": settings.LANGUAGES,
        "dues": [
            (filters.OVERDUE, _("overdue")),
            (filters.TODAY, _("due today")),
            (filters.WEEK, _("due until Sunday")),
        ],
        "is_saved": any(stand == view for stand in stored),
        "most": queries.MOST_HITS,
        "desk": _habits(request.user, workers),
    }
    return render(request, "cases/staff/inbox.html", context)


def _groups() -> list[tuple[str, str]]:
    return [
        (filters.OPEN, pgettext("inbox", "To do")),
        (filters.HELD, pgettext("inbox", "To check")),
        (filters.WAITING, pgettext("inbox", "Waiting for the person")),
        (filters.ENDED, pgettext("inbox", "Ended")),
        (filters.ALL, pgettext("inbox", "All")),
    ]


def _whose(at: filters.Desk) -> list[tuple[str, str]]:
    found = [("", pgettext("inbox", "Everybody's")), (filters.MINE, pgettext("inbox", "Mine"))]
    if at.offices:
        found.append((filters.OFFICES, pgettext("inbox", "My offices'")))
    if at.stands_in_for:
        found.append((filters.STANDING_IN, pgettext("inbox", "Of those I stand in for")))
    return [*found, (filters.NOBODYS, pgettext("inbox", "Nobody's"))]


def _links(views: list[tuple[Filter, str]], numbers: dict[Filter, int], now: Filter) -> list[dict[str, Any]]:
    return [
        {"label": label, "url": _address(view), "count": numbers.get(view), "current": view == now}
        for view, label in views
    ]


def _address(view: Filter, **more: Any) -> str:
    query = "&".join(filter(None, [view.query, urlencode(more)]))
    return reverse("cases_inbox") + (f"?{query}" if query else "")


def _whole(typed: Any) -> int:
    return int(typed) if str(typed).isascii() and str(typed).isdigit() and len(str(typed)) < 6 else 1


def _lines(request: HttpRequest, page: queries.Page, view: Filter, at: filters.Desk) -> str:
    """The rows under their headings; only the open inbox has several. By Jinja2, which is several times faster."""
    holidays = promise.holidays(at.today, request) if page.cases else {}
    statuses = {status: str(words) for status, words in STATUS_WORDS.items()}
    doors, languages = dict(Door.choices), dict(settings.LANGUAGES)
    titles = {key: staff_words.kind_title(key) for key in {case.category_id for case in page.cases}}
    sections: list[dict[str, Any]] = []
    for case in page.cases:
        tone = staff_words.section(case, at.today)
        key = tone if view.gruppe == filters.OPEN else ""
        if not sections or sections[-1]["key"] != key:
            sections.append({"key": key, "title": str(staff_words.SECTIONS.get(key, "")), "rows": []})
        sections[-1]["rows"].append(
            {
                "case": case,
                "url": case_address(case, view.query),
                "sign": staff_words.SIGNS[case.status],
                "status": statuses[case.status],
                "kind": titles[case.category_id],
                "door": doors[case.door],
                "contact": getattr(case, "contact", None),
                "due": staff_words.due_words(case, at.today, holidays),
                "tone": tone,
                "language": "" if case.language.startswith("de") else languages.get(case.language, ""),
            }
        )
    return mark_safe(render_to_string("cases/staff/rows.jinja", {"sections": sections}, using="jinja2"))  # noqa: S308


def _habits(person: Any, workers: list[Any]) -> DeskSetting:
    """How the person likes to work, as it came along with all who work on cases."""
    own = next((one for one in workers if one.pk == person.pk), None)
    return getattr(own, "desk", None) or DeskSetting(user=person)


def case_address(case: Case, query: str = "") -> str:
    """The page of a case; ``query`` is the view of the inbox that the way back leads to."""
    page = reverse("cases_case", args=[case.number])
    return f"{page}?{urlencode({'liste': query})}" if query else page


@for_workers
@require_POST
def many(request: HttpRequest) -> HttpResponse:
    """One verb for many cases. What cannot be done is named, the rest is done."""
    back = _address(filters.from_query(request.POST.get("liste", "")))
    chosen = [int(one) for one in request.POST.getlist("vorgang") if one.isascii() and one.isdigit()][:MOST_AT_ONCE]
    try:
        verb = _verb(request)
    except ValidationError as problem:
        messages.warning(request, " ".join(problem.messages))
        return redirect(back)
    if not chosen:
        messages.warning(request, _("Choose cases first: tick the boxes beside them."))
        return redirect(back)
    found = queries.named(chosen, policies.workable(request.user))
    done, failed = 0, []
    for number in chosen:
        case = found.get(number)
        if case is None:
            failed.append(_("One case is not there any more, or is not yours."))
            continue
        try:
            verb(case)
            done += 1
        except NotPossible as problem:
            failed.append(f"{case.number}: {problem}")
    if done:
        said = ngettext("Done for %(count)d case.", "Done for %(count)d cases.", done) % {"count": done}
        messages.success(request, said)
    if failed:
        messages.warning(request, " ".join([_("Not done:"), *failed]))
    return redirect(back)


def _verb(request: HttpRequest) -> Callable[[Case], Any]:
    by = request.user
    match request.POST.get("tun", ""):
        case "nehmen":
            return lambda case: actions.assign(case=case, by=by, owner=by)
        case "geben":
            to = recipient(request.POST.get("an", ""))
            return lambda case: actions.assign(case=case, by=by, **to)
        case "art":
            category = Category.objects.filter(pk=request.POST.get("art", "")).first()
            if category is None:
                raise ValidationError(_("Choose a kind."))
            return lambda case: actions.sort_anew(case=case, category=category, by=by)
        case "schliessen":
            return lambda case: actions.close(case=case, by=by)
        case "ablehnen":
            return lambda case: actions.refuse(case=case, by=by)
        case "annehmen":
            return lambda case: actions.accept(case=case, by=by)
    raise ValidationError(_("Choose what to do with them."))


@for_workers
@require_POST
def keep_view(request: HttpRequest) -> HttpResponse:
    """Keep the filter under a name, for oneself or for everybody."""
    view = filters.from_query(request.POST.get("liste", ""))
    name, shared = request.POST.get("name", ""), bool(request.POST.get("alle"))
    try:
        kept = actions.keep_view(name=name, query=view.query, by=request.user, shared=shared)
        messages.success(request, _("The view “%(name)s” stands above the inbox now.") % {"name": kept.name})
    except NotPossible as problem:
        messages.warning(request, str(problem))
    return redirect(_address(view))


@for_workers
@require_POST
def drop_view(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a view away: one's own, or a shared one."""
    view = actions.drop_view(pk=pk, by=request.user)
    if view is None:
        raise Http404
    messages.success(request, _("The view “%(name)s” is gone. The cases are not.") % {"name": view.name})
    return redirect("cases_inbox")


@for_workers
def export(request: HttpRequest) -> HttpResponse:
    """The filtered list as a table; who asked stands in it only where that is asked for."""
    view = filters.read(request.GET)
    at = queries.desk(request.user, today())
    with_contact = request.GET.get("kontakt") == "1"
    rows = policies.workable(request.user).filter(filters.where(view, at)).order_by(*filters.order(view))
    text = io.StringIO()
    table = csv.writer(text, delimiter=";", quoting=csv.QUOTE_ALL)
    heads = [
        _("Number"), pgettext("case", "Status"), _("Kind"), _("Title"), _("Came by"), _("Language"), _("Ortschaft"),
        _("Received"), _("Promised day"), _("Answered"), _("Office"), _("In whose hands"),
    ]  # fmt: skip
    table.writerow(heads + ([_("Name"), _("Mail"), _("Phone")] if with_contact else []))
    count = 0
    for case in rows.select_related("ortschaft", "office", "owner", "contact")[:_MOST_ROWS].iterator(500):
        contact = getattr(case, "contact", None) if with_contact else None
        cells = [
            case.number, case.get_status_display(), staff_words.kind_title(case.category_id), case.title,
            case.get_door_display(), case.language, case.ortschaft or "", iso(case.received_at), case.due_on or "",
            iso(case.answered_at) if case.answered_at else "", case.office or "", case.owner or "",
        ]  # fmt: skip
        if with_contact:
            cells += [getattr(contact, name, "") for name in ("name", "email", "phone")]
        table.writerow([cell(str(value), "text") for value in cells])
        count += 1
    audit.record("cases.export", actor=request.user, rows=count, contacts=with_contact)
    # The mark at the beginning tells spreadsheets that the letters are UTF-8.
    return HttpResponse(
        "\ufeff" + text.getvalue(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="vorgaenge-{at.today.isoformat()}.csv"'},
    )


@for_workers
def who(request: HttpRequest) -> HttpResponse:
    """Who has how much, and who is away."""
    people, trays, nobody = queries.loads(today())
    return render(request, "cases/staff/who.html", {"people": people, "trays": trays, "nobody": nobody})


@for_workers
def desk(request: HttpRequest) -> HttpResponse:
    """One's own desk: the morning's mail, the shortcuts, days away."""
    mine = settings_of(request.user)
    form, absence = SettingsForm(instance=mine), AbsenceForm(person=request.user)
    if request.method == "POST":
        what = request.POST.get("tun")
        if what == "entfernen":
            actions.come_back(pk=_whole(request.POST.get("abwesenheit")), by=request.user)
            return redirect("cases_desk")
        if what == "abwesend":
            absence = AbsenceForm(request.POST, person=request.user)
            if absence.is_valid():
                actions.go_away(by=request.user, **absence.cleaned_data)
                messages.success(request, _("Noted. Your cases are looked after on these days."))
                return redirect("cases_desk")
        else:
            form = SettingsForm(request.POST, instance=mine)
            if form.is_valid():
                actions.set_habits(by=request.user, **form.cleaned_data)
                messages.success(request, _("Kept."))
                return redirect("cases_desk")
    context = {"form": form, "absence": absence, "absences": queries.absences(request.user, today())}
    return render(request, "cases/staff/desk.html", context, status=422 if absence.errors or form.errors else 200)
