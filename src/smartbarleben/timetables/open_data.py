"""Stops and lines as data sets, with the words that their publishers ask for, and the stops as pages."""

from collections.abc import Iterable
from datetime import datetime

from django.conf import settings
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from smartbarleben.opendata import registry as sets
from smartbarleben.opendata import sitemap
from smartbarleben.opendata.fields import POSITION, URL
from smartbarleben.opendata.formats import Row
from smartbarleben.opendata.licences import licence_in
from smartbarleben.opendata.registry import Credit, DataSet, Field, State
from smartbarleben.opendata.tables import Made

from .models import Call, Feed, Halt

_CREDIT = Field("attribution", _("whose timetable it is: show these words with the data"), "list")


def register() -> None:
    """Register the sets and the pages; called once when the app is ready."""
    sets.register("timetables", _sets)
    sitemap.register(
        sitemap.listed(
            "stops",
            lambda: (sitemap.Entry(f"/haltestellen/{slug}/") for slug in _served().values_list("slug", flat=True)),
        )
    )


def _served() -> QuerySet[Halt]:
    return Halt.objects.filter(stops__calls__isnull=False).distinct().order_by("slug")


def _feeds() -> list[Feed]:
    return list(Feed.objects.filter(stops__halt__isnull=False).distinct())


def credits() -> list[Credit]:
    """Whose timetables these are, with the licence that their words name: one query."""
    return [Credit(feed.attribution, feed.publisher_url, licence_in(feed.attribution)) for feed in _feeds()]


def _sets() -> Iterable[DataSet]:
    yield DataSet(
        key="haltestellen",
        title=_("Stops"),
        description=_("The stops of the Ortschaften with the lines that leave there."),
        fields=(
            Field("slug", _("short name, as in the address of the stop's page and of its departures")),
            Field("name", _("name")),
            Field("ortschaft", _("short name of the Ortschaft")),
            Field("lines", _("lines that leave there"), "list"),
            *POSITION,
            _CREDIT,
            URL,
        ),
        table=Made(stop_rows),
        state=lambda: State(_served().count(), _changed()),
        identity="slug",
        themes=(sets.TRANSPORT,),
        credits=credits,
        page="/haltestellen/",
        order=40,
    )
    yield DataSet(
        key="linien",
        title=_("Lines"),
        description=_("The lines that leave from the stops of the Ortschaften."),
        fields=(
            Field("line", _("name of the line")),
            Field("long_name", _("its long name")),
            Field("agency", _("who runs it")),
            Field("route_type", _("kind of vehicle (GTFS route_type)"), "integer"),
            Field("stops", _("short names of the stops of the Ortschaften"), "list"),
            _CREDIT,
        ),
        table=Made(line_rows),
        state=lambda: State(len(line_rows()), _changed()),
        themes=(sets.TRANSPORT,),
        credits=credits,
        page="/haltestellen/",
        order=41,
    )


def _changed() -> datetime | None:
    return Feed.objects.order_by("-imported_at").values_list("imported_at", flat=True).first()


def stop_rows() -> list[Row]:
    """The served stops by name: three queries."""
    lines: dict[int, set[str]] = {}
    feeds: dict[int, set[int]] = {}
    calls = Call.objects.filter(stop__halt__isnull=False)
    for halt, line, feed in calls.values_list(
        "stop__halt", "pattern__line__short_name", "pattern__feed_id"
    ).distinct():
        lines.setdefault(halt, set()).add(line)
        feeds.setdefault(halt, set()).add(feed)
    words = {feed.pk: feed.attribution for feed in _feeds()}
    rows = Halt.objects.filter(pk__in=lines).order_by("name", "slug")
    return [
        (
            slug,
            name,
            ortschaft,
            sorted(lines[pk], key=lambda one: (len(one), one)),
            lon,
            lat,
            [words[feed] for feed in sorted(feeds[pk]) if words.get(feed)],
            f"{settings.BASE_URL}/haltestellen/{slug}/",
        )
        for pk, slug, name, ortschaft, lon, lat in rows.values_list(
            "pk", "slug", "name", "ortschaft__slug", "lon", "lat"
        )
    ]


def line_rows() -> list[Row]:
    """The lines by name, a line of two timetables once: two queries."""
    words = {feed.pk: feed.attribution for feed in _feeds()}
    stops: dict[tuple[str, str, str, int], set[str]] = {}
    named: dict[tuple[str, str, str, int], set[str]] = {}
    calls = Call.objects.filter(stop__halt__isnull=False)
    for name, long_name, agency, mode, feed, halt in calls.values_list(
        "pattern__line__short_name",
        "pattern__line__long_name",
        "pattern__line__agency",
        "pattern__line__mode",
        "pattern__feed_id",
        "stop__halt__slug",
    ).distinct():
        key = (name, long_name, agency, mode)
        stops.setdefault(key, set()).add(halt)
        if words.get(feed):
            named.setdefault(key, set()).add(words[feed])
    ordered = sorted(stops, key=lambda key: (len(key[0]), key))
    return [(*key, sorted(stops[key]), sorted(named.get(key, ()))) for key in ordered]
