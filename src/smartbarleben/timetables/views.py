"""The pages of stops: which there are, what leaves next, and a whole day; also as text and JSON."""

from datetime import date, timedelta
from itertools import groupby

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from smartbarleben.places.sketches import around
from smartbarleben.ui import dates
from smartbarleben.ui.http import public_page, render

from . import queries
from .queries import Board, Row

SHOWN = 16
IN_FILES = 40
NO_STOP = gettext_lazy("There is no stop at this address.")


def _board(request: HttpRequest, slug: str) -> Board:
    found = queries.board(request, slug)
    if found is None:
        raise Http404(NO_STOP)
    return found


@public_page(changes="day")
def stops(request: HttpRequest) -> HttpResponse:
    """The stops of the Ortschaften."""
    groups, feeds = queries.overview(request)
    context = {"groups": groups, "timetables": feeds, "validity": validity_of(feeds, dates.today())}
    return render(request, "timetables/stops.jinja", context)


def validity_of(feeds: tuple[queries.FeedInfo, ...], today: date) -> dict[str, object]:
    """How long the timetables hold: the state `none`, `over`, `thin`, `soon` or `fine`, and the day it is about."""
    if not feeds:
        return {"state": "none", "day": None}
    full, last = min(feed.full_until for feed in feeds), max(feed.last_day for feed in feeds)
    if last < today:
        return {"state": "over", "day": last}
    if full < today:
        return {"state": "thin", "day": full}
    return {"state": "soon" if full - today <= timedelta(days=queries.WARN_DAYS) else "fine", "day": full}


@public_page(changes="minute")
def stop(request: HttpRequest, slug: str) -> HttpResponse:
    """What leaves next."""
    board, today = _board(request, slug), dates.today()
    rows = queries.coming(board, timezone.now(), SHOWN)
    context = {
        "stop": board,
        "days": [(day, list(part)) for day, part in groupby(rows, key=lambda row: row.at.date())],
        "validity": validity_of(board.feeds, today),
        "today_date": today,
        "mode_name": queries.mode_name,
        "sketch": around(request, board.name, board.lon, board.lat),
    }
    return render(request, "timetables/stop.jinja", context)


@public_page(changes="day")
def day(request: HttpRequest, slug: str, day: str) -> HttpResponse:
    """Every departure of a day; only of days that a timetable knows."""
    board = _board(request, slug)
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        raise Http404(_("There is no such day.")) from None
    first = min((feed.first_day for feed in board.feeds), default=None)
    last = board.last_day
    if first is None or last is None or not first <= wanted <= last:
        raise Http404(_("No timetable of ours knows this day."))
    context = {
        "stop": board,
        "day": wanted,
        "rows": queries.whole_day(board, wanted),
        "before": wanted - timedelta(days=1) if wanted > first else None,
        "after": wanted + timedelta(days=1) if wanted < last else None,
        "validity": validity_of(board.feeds, wanted),
        "mode_name": queries.mode_name,
    }
    return render(request, "timetables/day.jinja", context)


@public_page(changes="minute")
def as_text(request: HttpRequest, slug: str) -> HttpResponse:
    """The next departures in plain words, one in a line: for reading aloud, terminals and small displays."""
    board = _board(request, slug)
    language = get_language() or settings.LANGUAGE_CODE
    lines = [board.name, ""]
    for row in queries.coming(board, timezone.now(), IN_FILES):
        mode = queries.mode_name(row.ride.mode)
        lines.append(
            f"{dates.day_short(row.at, language)} {row.at:%H:%M}  {mode} {row.ride.line}  {row.ride.direction}"
        )
    if len(lines) == 2:
        lines.append(_("Nothing leaves here in the next seven days."))
    lines += ["", *(feed.attribution for feed in board.feeds)]
    return HttpResponse("\n".join(lines) + "\n", content_type="text/plain; charset=utf-8")


@public_page(changes="minute")
def as_json(request: HttpRequest, slug: str) -> HttpResponse:
    """The next departures for programs."""
    board = _board(request, slug)
    last = board.full_until
    return JsonResponse(
        {
            "stop": {"slug": board.slug, "name": board.name, "ortschaft": board.ortschaft_slug},
            "position": {"lon": board.lon, "lat": board.lat},
            "valid_until": last.isoformat() if last else None,
            "attribution": [feed.attribution for feed in board.feeds],
            "departures": [_plain(row) for row in queries.coming(board, timezone.now(), IN_FILES)],
        },
        json_dumps_params={"ensure_ascii": False},
    )


def _plain(row: Row) -> dict[str, object]:
    return {
        "at": row.at.isoformat(timespec="minutes"),
        "service_day": row.service_day.isoformat(),
        "line": row.ride.line,
        "route_type": row.ride.mode,
        "direction": row.ride.direction,
        "platform": row.ride.platform,
        "on_request": row.ride.on_request,
        "approximate": row.ride.approximate,
        "last_of_the_day": row.last,
    }
