"""The page behind the link of our mails: is this still correct? Opening it changes nothing, its buttons do."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from smartbarleben.places.models import Place
from smartbarleben.ui.dates import plain_date
from smartbarleben.ui.http import render

from . import freshness
from .models import Item
from .presentation import item_view

MAX_TEXT = 2000


# No cookie and no CSRF token: the signed link itself is the key, and nobody else can send it along.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def still_true(request: HttpRequest, token: str) -> HttpResponse:
    """Show the fact; POST confirms it (`answer=yes`) or tells the editors what has changed (`answer=no`, `text`)."""
    try:
        thing = freshness.thing_of(token)
    except freshness.LinkOver:
        return _private(render(request, "content/still_true_over.jinja", {"is_old": True}, status=410))
    except freshness.LinkUnknown:
        return _private(render(request, "content/still_true_over.jinja", {"is_old": False}, status=404))
    text, error = "", ""
    if request.method == "POST":
        text = request.POST.get("text", "").strip()
        if request.POST.get("answer") == "yes":
            freshness.confirm(thing)
            return _private(HttpResponseRedirect("?danke=stimmt"))
        if text and len(text) <= MAX_TEXT:
            freshness.report(thing, text)
            return _private(HttpResponseRedirect("?danke=notiert"))
        error = (
            _("Please shorten the text to %(number)d letters.") % {"number": MAX_TEXT}
            if text
            else _("What has changed? A sentence is enough.")
        )
    context = {
        "name": freshness.name_of(thing),
        "page_url": freshness.public_path(thing),
        "rows": _rows(thing),
        "body_html": item_view(thing, "de", timezone.now()).body_html if isinstance(thing, Item) else "",
        "asks_again": plain_date(thing.review_by) if thing.review_by else "",
        "thanks": request.GET.get("danke", "") if not error else "",
        "text": text,
        "error": error,
    }
    return _private(render(request, "content/still_true.jinja", context, status=422 if error else 200))


def _rows(thing: freshness.Thing) -> list[dict[str, Any]]:
    if isinstance(thing, Place):
        hours = [f"{row.get_weekday_display()} {row.opens:%H:%M}–{row.closes:%H:%M}" for row in thing.hours.all()]
        rows = [
            (_("What"), thing.summary),
            (_("Where"), ", ".join(filter(None, [thing.street, thing.postal_code]))),
            (_("Opening hours"), "\n".join(hours)),
            (_("Phone"), thing.phone),
            (_("Mail"), thing.email),
            (_("Website"), thing.website),
            (_("Getting in and around"), thing.accessibility),
        ]
    else:
        view = item_view(thing, "de", timezone.now())
        rows = [
            (_("What"), view.summary),
            (_("When"), view.card.when),
            (_("Where"), view.card.where),
            *((str(fact.label), str(fact.value)) for fact in view.facts),
        ]
    return [
        {"label": label, "value": value.split("\n") if "\n" in value else value} for label, value in rows if value
    ]


def _private(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "no-store"
    response["X-Robots-Tag"] = "noindex"
    # The address is a key: it must not travel on as a referrer.
    response["Referrer-Policy"] = "no-referrer"
    return response
