"""The public page that proves when a notice was shown, with its gaps."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from smartbarleben.ui import dates
from smartbarleben.ui.http import public_page, render

from . import queries, registry
from .display import Display, Span

SHOWN_LOOKS = 400


@public_page(changes="minute")
def proof_page(request: HttpRequest, slug: str) -> HttpResponse:
    """When the notice was on display, every single look, and the chain's present end."""
    language, now = get_language() or "de", timezone.now()
    view = queries.item_by_slug(registry.kind("notice"), slug, language, now)
    if view is None:
        raise Http404(_("There is nothing at this address."))
    proof = queries.proof_of(view.pk, now)
    context = {
        "view": view,
        "proof": proof,
        "spans": [_row(span, language) for span in proof.spans],
        "looks": proof.looks[:SHOWN_LOOKS],
        "kinds": {
            "started": _("display began"),
            "shown": _("it was there"),
            "missing": _("it was not there"),
            "ended": _("display ended"),
        },
    }
    return render(request, "content/proof.jinja", context)


def _row(span: Span, language: str) -> dict[str, Any]:
    same_day = dates.local(span.start).date() == dates.local(span.end).date()
    start = f"{dates.day(span.start, language)}, {dates.clock(span.start, language)}"
    end = (
        dates.clock(span.end, language)
        if same_day
        else f"{dates.day(span.end, language)}, {dates.clock(span.end, language)}"
    )
    return {
        "when": start if span.start == span.end else _("%(start)s to %(end)s") % {"start": start, "end": end},
        "datetime": dates.iso(span.start),
        "state": {Display.SHOWN: "done", Display.MISSING: "rejected", Display.UNKNOWN: "planned"}[span.display],
        "title": {
            Display.SHOWN: _("The notice was shown"),
            Display.MISSING: _("The page did not show it"),
            Display.UNKNOWN: _("Nobody looked"),
        }[span.display],
        "looks": span.looks,
    }
