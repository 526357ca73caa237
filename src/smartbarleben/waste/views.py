"""The waste pages: choose a street, see its days, take them along."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.text import slugify as ascii_slug
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from smartbarleben.content.presentation import language_prefix
from smartbarleben.kernel.folding import fold
from smartbarleben.ui.context import FeedLink
from smartbarleben.ui.http import public_page, render

from . import calendar, queries

# "The evening before at six": the day begins at midnight.
EVENING_BEFORE_HOURS = 6


@public_page(changes="day")
def streets(request: HttpRequest) -> HttpResponse:
    """Choose a street, by its name or from the list."""
    typed = request.GET.get("strasse", "").strip()[:80]
    every = queries.streets()
    wanted = fold(typed)
    found = [entry for entry in every if wanted in fold(entry.name)] if wanted else every
    return render(request, "waste/streets.jinja", {"typed": typed, "streets": found, "known": bool(every)})


@public_page(changes="day")
def street(request: HttpRequest, slug: str) -> HttpResponse:
    """The coming days of a street."""
    found = queries.street_calendar(slug, timezone.localdate())
    if found is None:
        raise Http404
    calendar_link = FeedLink(
        _("All dates as a calendar"), reverse("waste:file", kwargs={"slug": slug}), "text/calendar"
    )
    context = {"street": found, "bin_name": queries.bin_name, "feeds": [calendar_link]}
    return render(request, "waste/street.jinja", context)


@public_page(changes="day")
def file(request: HttpRequest, slug: str, remind: bool) -> HttpResponse:
    """The street's days for a calendar, with or without a reminder on the evening before."""
    found = queries.street_calendar(slug, timezone.localdate(), limit=400)
    if found is None:
        raise Http404
    language = get_language() or settings.LANGUAGE_CODE
    content = calendar.write(
        [(queries.bin_name(one.bin), one) for one in found.pickups],
        name=_("Waste %(street)s") % {"street": found.name},
        url=f"{settings.BASE_URL}{language_prefix(language)}/abfall/{found.slug}/",
        stamp=timezone.now().replace(microsecond=0),
        remind_hours_before=EVENING_BEFORE_HOURS if remind else None,
    )
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="abfall-{ascii_slug(found.slug)}.ics"'
    return response
