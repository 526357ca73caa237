"""The pages of stops: what leaves next, warnings, files, languages, and how much a page asks the database."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from django.test import Client
from tests.factories import make_place, make_village
from tests.timetables.making import TABLES, feed, write

from smartbarleben.places.models import Ortschaft
from smartbarleben.timetables import actions, views
from smartbarleben.ui import dates

LANGUAGES = ["", "/de-simple", "/en", "/uk", "/ar", "/pl"]


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[datetime], None]:
    """Sets the clock of the pages."""

    def set_clock(now: datetime) -> None:
        monkeypatch.setattr(views.timezone, "now", lambda: now)
        monkeypatch.setattr(dates, "today", lambda: now.astimezone(dates.VILLAGE_TIME).date())

    return set_clock


@pytest.fixture
def timetable(db: None, tmp_path: Path, at: Callable[[datetime], None]) -> None:
    make_village(lon=11.6, lat=52.2)
    Ortschaft.objects.filter(slug="ebendorf").update(lon=11.5712, lat=52.1832)
    path = write(tmp_path, feed())
    actions.import_feed(path=path, today=date(2026, 6, 9), attribution="Quelle: Probe, CC BY 4.0")
    # Friday, 12 June 2026, seven in the morning.
    at(datetime(2026, 6, 12, 5, 0, tzinfo=UTC))


def departures(client: Client, slug: str) -> list[tuple[str, str, str]]:
    found = client.get(f"/haltestellen/{slug}/abfahrten.json").json()["departures"]
    return [(one["at"], one["line"], one["direction"]) for one in found]


def test_the_next_departures_of_both_platforms_over_midnight(timetable: None, client: Client) -> None:
    assert departures(client, "barleben-mitte")[:5] == [
        ("2026-06-12T07:25+02:00", "613", "Magdeburg ZOB"),
        ("2026-06-12T16:25+02:00", "613", "Magdeburg ZOB"),
        ("2026-06-13T01:10+02:00", "613", "Ebendorf"),
        ("2026-06-13T07:25+02:00", "613", "Magdeburg ZOB"),
        ("2026-06-13T16:25+02:00", "613", "Magdeburg ZOB"),
    ]


def test_where_nobody_may_get_on_nothing_leaves(timetable: None, client: Client) -> None:
    """The school bus only lets people off in Barleben; the night bus ends in Ebendorf."""
    assert "610" not in {line for _at, line, _to in departures(client, "barleben-mitte")}
    assert {(line, to) for _at, line, to in departures(client, "ebendorf")} == {
        ("613", "Magdeburg ZOB"),
        ("610", "Magdeburg, ZOB"),
    }


def test_a_page_says_when_which_line_and_where_to(timetable: None, client: Client) -> None:
    page = client.get("/en/haltestellen/barleben-mitte/").content.decode()
    assert "Next departures today" in page
    assert "07:25" in page
    assert "Magdeburg ZOB" in page
    assert "Saturday, 13 June" in page
    assert "platform B" in page
    assert "Quelle: Probe, CC BY 4.0" in page
    assert "The timetable is complete until" in page
    assert page.count("<h1") == 1
    assert "<script>" not in page


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (datetime(2026, 12, 16, 9, tzinfo=UTC), "The timetable is complete until 31 December 2026"),
        (datetime(2026, 12, 17, 9, tzinfo=UTC), "This timetable ends on 31 December 2026"),
        (datetime(2026, 12, 31, 9, tzinfo=UTC), "This timetable ends on 31 December 2026"),
        (datetime(2027, 1, 1, 9, tzinfo=UTC), "This timetable has ended"),
    ],
)
def test_pages_warn_before_a_timetable_ends(
    timetable: None, client: Client, at: Callable[[datetime], None], now: datetime, words: str
) -> None:
    at(now)
    for path in ("/en/haltestellen/", "/en/haltestellen/barleben-mitte/"):
        assert words in client.get(path).content.decode()


def test_a_timetable_that_only_trickles_on_says_so(
    timetable: None, client: Client, at: Callable[[datetime], None], tmp_path: Path
) -> None:
    calendar = TABLES["calendar.txt"].replace(
        "week,1,1,1,1,1,0,0,20260601,20261231", "week,1,1,1,1,1,0,0,20260601,20260705"
    )
    calendar = calendar.replace("school,1,1,1,1,1,0,0,20260601,20261231", "school,1,1,1,1,1,0,0,20260601,20260705")
    actions.import_feed(path=write(tmp_path, feed(calendar=calendar)), today=date(2026, 6, 9))
    at(datetime(2026, 7, 6, 9, tzinfo=UTC))
    page = client.get("/en/haltestellen/barleben-mitte/").content.decode()
    assert "Some trips may be missing" in page
    assert "complete until 3 July 2026 only" in page


def test_without_a_timetable_the_page_says_what_comes(db: None, client: Client) -> None:
    make_village()
    page = client.get("/en/haltestellen/").content.decode()
    assert "There is no timetable yet" in page


def test_a_stop_without_timetable_keeps_a_page_that_helps(timetable: None, client: Client) -> None:
    actions.remove_feed(key="probe")
    page = client.get("/en/haltestellen/barleben-mitte/").content.decode()
    assert "No timetable serves this stop at present" in page
    assert client.get("/haltestellen/barleben-mitte/2026-06-12/").status_code == 404
    assert departures(client, "barleben-mitte") == []


def test_a_week_without_trips_says_so(
    timetable: None, client: Client, at: Callable[[datetime], None], tmp_path: Path
) -> None:
    at(datetime(2026, 5, 20, 9, tzinfo=UTC))
    assert "Nothing leaves here in the next seven days" in client.get("/en/haltestellen/ebendorf/").content.decode()
    assert "Nothing leaves here" in client.get("/en/haltestellen/ebendorf/abfahrten.txt").content.decode()


def test_the_list_has_the_stops_of_each_ortschaft_with_their_lines(timetable: None, client: Client) -> None:
    page = client.get("/en/haltestellen/").content.decode()
    assert page.index("/haltestellen/barleben-mitte/") < page.index("/en/haltestellen/ebendorf/")
    assert "Meitzendorf</bdi></h2>" not in page
    assert "613" in page


def test_a_whole_day_and_its_neighbours(timetable: None, client: Client) -> None:
    page = client.get("/en/haltestellen/barleben-mitte/2026-06-12/").content.decode()
    assert [page.index(time) for time in ("07:25", "16:25", "01:10")] == sorted(
        page.index(time) for time in ("07:25", "16:25", "01:10")
    )
    assert "/en/haltestellen/barleben-mitte/2026-06-13/" in page
    sunday = client.get("/en/haltestellen/barleben-mitte/2026-06-14/").content.decode()
    assert "Nothing leaves here on this day" in sunday


@pytest.mark.parametrize("day", ["2026-05-31", "2027-01-01", "2026-02-30", "heute", "20260612x"])
def test_days_that_no_timetable_knows_have_no_page(timetable: None, client: Client, day: str) -> None:
    assert client.get(f"/haltestellen/barleben-mitte/{day}/").status_code == 404


@pytest.mark.parametrize("end", ["", "2026-06-12/", "abfahrten.txt", "abfahrten.json"])
def test_an_unknown_stop_has_no_page(timetable: None, client: Client, end: str) -> None:
    assert client.get(f"/haltestellen/nirgends/{end}").status_code == 404


def test_text_for_reading_aloud(timetable: None, client: Client) -> None:
    answer = client.get("/en/haltestellen/barleben-mitte/abfahrten.txt")
    assert answer["Content-Type"] == "text/plain; charset=utf-8"
    assert "Fri, 12 June 07:25  Bus 613  Magdeburg ZOB" in answer.content.decode()


def test_on_request_and_trams_are_named(timetable: None, client: Client, tmp_path: Path) -> None:
    times = TABLES["stop_times.txt"].replace("t1,a1,0,0", "t1,a1,0,2")
    routes = TABLES["routes.txt"].replace("r613,1,613,3", "r613,1,6,0")
    actions.import_feed(path=write(tmp_path, feed(stop_times=times, routes=routes)), today=date(2026, 6, 9))
    page = client.get("/en/haltestellen/barleben-mitte/").content.decode()
    assert "only if you call before" in page
    assert "Tram" in page


@pytest.mark.parametrize("language", LANGUAGES)
def test_pages_in_every_language_stay_within_a_few_queries(
    timetable: None, client: Client, language: str, django_assert_max_num_queries: Callable[[int], object]
) -> None:
    for path in ("/haltestellen/", "/haltestellen/barleben-mitte/", "/haltestellen/ebendorf/2026-06-12/"):
        with django_assert_max_num_queries(9):  # type: ignore[attr-defined]
            assert client.get(language + path).status_code == 200
        with django_assert_max_num_queries(1):  # type: ignore[attr-defined]
            assert client.get(language + path).status_code == 200


def test_the_place_at_a_stop_leads_to_its_departures(timetable: None, client: Client) -> None:
    stop = make_place("Barleben Mitte", kind="stop", lon=11.6187, lat=52.2033)
    hall = make_place("Rathaus", lon=11.6, lat=52.3)
    actions.refresh_halts()
    assert 'href="/en/haltestellen/barleben-mitte/"' in client.get(f"/en/orte/{stop.slug}/").content.decode()
    assert "haltestellen/barleben-mitte" not in client.get(f"/en/orte/{hall.slug}/").content.decode()
    assert f"/en/orte/{stop.slug}/" in client.get("/en/haltestellen/barleben-mitte/").content.decode()


def test_pages_set_no_cookie_and_are_known_again(timetable: None, client: Client) -> None:
    answer = client.get("/haltestellen/barleben-mitte/")
    assert not answer.cookies
    again = client.get("/haltestellen/barleben-mitte/", headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304
