"""Stops, lines and departures in the public API."""

from collections.abc import Mapping
from typing import Annotated, Any

from django.conf import settings
from django.http import Http404, HttpRequest
from django.utils import timezone
from ninja import Field, Query, Router, Schema

from smartbarleben.opendata.api import Language, checked_language, published

from . import open_data, queries
from .queries import Row
from .views import NO_STOP

router = Router(tags=["timetables"])


class StopOut(Schema):
    """A stop that is served."""

    slug: str = Field(examples=["musterdorf-markt"])
    name: str
    ortschaft: str
    lines: list[str] = Field(description="Lines that leave there.")
    position: list[float] = Field(description="Longitude, latitude (WGS 84).")
    attribution: list[str] = Field(description="Whose timetable it is: show these words with the data.")
    url: str


class StopList(Schema):
    """The served stops, by name."""

    stops: list[StopOut]


class LineOut(Schema):
    """A line that leaves from one of the stops."""

    line: str = Field(examples=["613"])
    long_name: str | None
    agency: str
    route_type: int = Field(description="Kind of vehicle: GTFS route_type.")
    stops: list[str] = Field(description="Short names of the stops.")
    attribution: list[str]


class LineList(Schema):
    """The lines, by name."""

    lines: list[LineOut]


class DepartureOut(Schema):
    """Something leaves."""

    at: str = Field(description="By the timetable, in village time.", examples=["2026-11-24T07:25+01:00"])
    service_day: str = Field(description="The day that the timetable counts it to.", examples=["2026-11-24"])
    line: str = Field(examples=["613"])
    route_type: int
    mode: str = Field(description="What drives there, in words.")
    direction: str
    platform: str | None
    on_request: bool = Field(description="One has to ask for it before.")
    approximate: bool = Field(description="The timetable names a span, not a time.")
    last_of_the_day: bool


class BoardOut(Schema):
    """What leaves next from a stop."""

    slug: str
    name: str
    ortschaft: str
    position: list[float] = Field(description="Longitude, latitude (WGS 84).")
    valid_until: str | None = Field(description="The last day for which the timetable is complete.")
    attribution: list[str] = Field(description="Whose timetable it is: show these words with the data.")
    departures: list[DepartureOut]
    url: str


@published(router, "/stops/", StopList)
def list_stops(request: HttpRequest, language: Language = settings.LANGUAGE_CODE) -> Any:
    """The served stops of the Ortschaften."""
    checked_language(language)
    names = ("slug", "name", "ortschaft", "lines", "lon", "lat", "attribution", "url")
    rows = [dict(zip(names, row, strict=True)) for row in open_data.stop_rows()]
    return {"stops": [row | {"position": [row.pop("lon"), row.pop("lat")]} for row in rows]}


@published(router, "/lines/", LineList)
def list_lines(request: HttpRequest, language: Language = settings.LANGUAGE_CODE) -> Any:
    """The lines that leave from these stops."""
    checked_language(language)
    names = ("line", "long_name", "agency", "route_type", "stops", "attribution")
    rows = [dict(zip(names, row, strict=True)) for row in open_data.line_rows()]
    return {"lines": [row | {"long_name": row["long_name"] or None} for row in rows]}


def _some_stop() -> Mapping[str, Any] | None:
    rows = open_data.stop_rows()
    return {"slug": rows[0][0]} if rows else None


@published(router, "/stops/{slug}/departures", BoardOut, sample=_some_stop)
def departures(
    request: HttpRequest,
    slug: str,
    limit: Annotated[int, Query(ge=1, le=200)] = 40,
    language: Language = settings.LANGUAGE_CODE,
) -> Any:
    """What leaves next from a stop, by the timetable, up to a week ahead."""
    checked_language(language)
    board = queries.board(request, slug)
    if board is None:
        raise Http404(NO_STOP)
    last = board.full_until
    return {
        "slug": board.slug,
        "name": board.name,
        "ortschaft": board.ortschaft_slug,
        "position": [board.lon, board.lat],
        "valid_until": last.isoformat() if last else None,
        "attribution": [feed.attribution for feed in board.feeds],
        "departures": [_plain(row) for row in queries.coming(board, timezone.now(), limit)],
        "url": f"{settings.BASE_URL}/haltestellen/{board.slug}/",
    }


def _plain(row: Row) -> dict[str, Any]:
    ride = row.ride
    return {
        "at": row.at.isoformat(timespec="minutes"),
        "service_day": row.service_day.isoformat(),
        "line": ride.line,
        "route_type": ride.mode,
        "mode": queries.mode_name(ride.mode),
        "direction": ride.direction,
        "platform": ride.platform or None,
        "on_request": ride.on_request,
        "approximate": ride.approximate,
        "last_of_the_day": row.last,
    }
