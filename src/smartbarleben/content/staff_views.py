"""Pages of our own in the staff's workspace: quick entry, what became of it, and the boards."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access

from smartbarleben.ui.dates import today

from . import freshness, policies, quick, registry
from .actions import create_once, publish_latest, take_back
from .models import Item
from .presentation import item_card, item_path
from .queries import languages, translation_counts, translation_gaps
from .registry import Kind

REPORT_ROWS = 100


@require_admin_access
def not_here(request: HttpRequest) -> HttpResponse:
    """For what Wagtail could do and this house does not."""
    raise Http404(_("This part of the workspace is switched off."))


def quick_kinds(person: Any) -> tuple[list[Kind], list[Kind]]:
    """The kinds that the person may make: those of every day first, then the others."""
    mine = [kind for kind in registry.kinds() if policies.may_on_kind(person, "add", kind)]
    daily = [kind for key in quick.FIRST for kind in mine if kind.key == key]
    return daily, [kind for kind in mine if kind not in daily]


def choose(request: HttpRequest) -> HttpResponse:
    """ "What do you want to publish?" """
    daily, others = quick_kinds(request.user)
    return render(request, "content/staff/choose.html", {"daily": daily, "others": others})


def write(request: HttpRequest, kind: str) -> HttpResponse:
    """The short form of a kind; publishes it or keeps it as a draft."""
    chosen = _kind(kind)
    if not policies.may_on_kind(request.user, "add", chosen):
        raise PermissionDenied
    may_publish = policies.may_on_kind(request.user, "publish", chosen)
    now = timezone.now()
    if request.method != "POST":
        return _form(request, chosen, quick.QuickForm(chosen, now), may_publish)
    if "take" in request.POST:
        data = quick.corrected(request.POST, request.POST["take"])
        return _form(request, chosen, quick.QuickForm(chosen, now, data), may_publish)
    form = quick.QuickForm(chosen, now, request.POST)
    if form.is_valid():
        try:
            publish = may_publish and "draft" not in request.POST
            item = create_once(chosen.model, by=request.user, publish=publish, **form.values())
        except ValidationError as problem:
            form.take_over(problem)
        else:
            return redirect("content_quick_done", pk=item.pk)
    return _form(request, chosen, form, may_publish)


def _form(request: HttpRequest, kind: Kind, form: quick.QuickForm, may_publish: bool) -> HttpResponse:
    errors = form.summary() if form.is_bound else []
    context = {"kind": kind, "form": form, "errors": errors, "may_publish": may_publish}
    return render(request, "content/staff/write.html", context, status=422 if errors else 200)


def _kind(key: str) -> Kind:
    try:
        return registry.kind(key)
    except KeyError as missing:
        raise Http404 from missing


def done(request: HttpRequest, pk: int) -> HttpResponse:
    """Where the item now stands, and the way back."""
    item = _editable(request, pk)
    kind = registry.kind(item.kind)
    context = {
        "item": item,
        "kind": kind,
        "card": item_card(item, "de", timezone.now()),
        "places": standing(item) if item.live else [],
        "edit_url": edit_url(item),
        "may_publish": policies.may_publish(request.user, item),
    }
    return render(request, "content/staff/done.html", context)


def standing(item: Item) -> list[tuple[str, str]]:
    """Where a published item can be seen: (words, address)."""
    kind = registry.kind(item.kind)
    page = item_path(kind, item.slug, "de")
    rows = [
        (_("Its own page"), page),
        (_("Home"), "/"),
        (_("The list “%(kind)s”") % {"kind": kind.plural}, f"/{kind.path}/"),
    ]
    if item.ortschaft:
        name, slug = item.ortschaft.name, item.ortschaft.slug
        rows.append((_("The page of %(ortschaft)s") % {"ortschaft": name}, f"/ortschaft/{slug}/"))
    return [
        *rows,
        (_("The feed for subscribers"), reverse("content:feed")),
        (_("The slide for screens"), reverse("content:slide", args=[kind, item.slug])),
        (_("The A4 notice to print (PDF)"), reverse("content:notice", args=[kind, item.slug])),
    ]


def edit_url(item: Item) -> str:
    """The page of the full form."""
    return reverse(registry.kind(item.kind).model.snippet_viewset.get_url_name("edit"), args=[item.pk])  # type: ignore[attr-defined]


@require_POST
def undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a published item back; it stays as a draft."""
    return _change(request, pk, take_back)


@require_POST
def redo(request: HttpRequest, pk: int) -> HttpResponse:
    """Publish the newest draft."""
    return _change(request, pk, publish_latest)


def _change(request: HttpRequest, pk: int, action: Callable[..., Item]) -> HttpResponse:
    item = _editable(request, pk)
    if not policies.may_publish(request.user, item):
        raise PermissionDenied
    action(item=item, by=request.user)
    return redirect("content_quick_done", pk=item.pk)


def _editable(request: HttpRequest, pk: int) -> Item:
    item = get_object_or_404(Item.objects.select_related("ortschaft"), pk=pk)
    if not policies.may_edit(request.user, item):
        raise PermissionDenied
    return item.as_specific()


def thing_edit_url(thing: freshness.Thing) -> str:
    """The workspace's page of an item or a place."""
    if isinstance(thing, Item):
        return edit_url(thing)
    return reverse(thing.snippet_viewset.get_url_name("edit"), args=[thing.pk])  # type: ignore[attr-defined]


def freshness_board(request: HttpRequest) -> HttpResponse:
    """What is stale, since when, and who keeps it true. POST confirms one fact (`thing`: its token)."""
    if request.method == "POST":
        try:
            thing = freshness.thing_of(request.POST.get("thing", ""))
        except (freshness.LinkOver, freshness.LinkUnknown) as problem:
            raise Http404 from problem
        if not _may_confirm(request.user, thing):
            raise PermissionDenied
        freshness.confirm(thing)
        messages.success(request, _("“%(name)s” counts as correct as of today.") % {"name": freshness.name_of(thing)})
        return redirect("content_freshness")
    rows = [
        {
            "stale": row,
            "url": thing_edit_url(row.thing),
            "token": freshness.token(row.thing) if _may_confirm(request.user, row.thing) else "",
        }
        for row in freshness.board(today())
    ]
    return render(request, "content/staff/freshness.html", {"rows": rows, "ahead": freshness.AHEAD_DAYS})


def _may_confirm(person: Any, thing: freshness.Thing) -> bool:
    if isinstance(thing, Item):
        return policies.may_edit(person, thing)
    return policies.may_edit_place(person, thing)


def translation_report(request: HttpRequest) -> HttpResponse:
    """What is missing, a machine's draft or out of date, language by language."""
    codes = languages()
    wanted = request.GET.get("sprache", "")
    chosen = wanted if wanted in codes else (codes[0] if codes else "")
    names = dict(settings.LANGUAGES)
    context = {
        "languages": [
            {"code": code, "name": names[code], "counts": translation_counts(code), "current": code == chosen}
            for code in codes
        ],
        "chosen": names.get(chosen, ""),
        "groups": [
            {**group, "rows": [{"item": item, "url": edit_url(item)} for item in group["items"]]}
            for group in _groups(chosen)
        ],
        "limit": REPORT_ROWS,
    }
    return render(request, "content/staff/translations.html", context)


def _groups(language: str) -> list[dict[str, Any]]:
    review, machine, missing = translation_gaps(language)
    return [
        {"title": _("The German has changed since"), "items": review[:REPORT_ROWS]},
        {"title": _("Machine drafts that nobody has checked"), "items": machine[:REPORT_ROWS]},
        {"title": _("Not translated"), "items": missing[:REPORT_ROWS]},
    ]
