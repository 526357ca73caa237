"""What entries become: clubs, places, waste dates; each once, with its source, and marked when it vanishes."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from tests.factories import at, make_item
from tests.imports.making import calendar, event, table, workbook
from tests.imports.test_importing import day, source, take
from tests.imports.test_importing import village as village

from smartbarleben.content.kinds import Club, Event
from smartbarleben.imports import actions
from smartbarleben.places.models import Municipality, Place
from smartbarleben.ui.dates import today
from smartbarleben.waste.actions import set_pickups, set_tour
from smartbarleben.waste.calendar import Pickup
from smartbarleben.waste.models import Collection, Tour
from smartbarleben.waste.queries import street_calendar

CLUB = {"Name": "Sportverein", "Ortschaft": "Ebendorf", "E-Mail": "sv@example.org", "Telefon": "039203 1"}


def test_clubs_of_a_table_and_of_excel_are_the_same_clubs(village: Municipality) -> None:
    make_item("club", title="Angelverein", phone="")
    row = source("clubs")
    run = take(row, table([CLUB, {"Name": "ANGELVEREIN", "Telefon": "039203 2"}]), "vereine.csv")
    assert run.counts == {"new": 1, "found": 1, "kept": 1}
    assert Club.objects.get(title="Angelverein").phone == "039203 2"
    club = Club.objects.get(title="Sportverein")
    assert (club.email, club.ortschaft.slug, club.source_name) == ("sv@example.org", "ebendorf", row.name)
    again = take(row, workbook([list(CLUB), list(CLUB.values()), ["Angelverein", "", "", "039203 2"]]), "v.xlsx")
    assert set(again.counts) <= {"unchanged", "changed", "kept"}
    assert Club.objects.count() == 2


def test_a_row_with_a_mistake_keeps_every_club_of_the_table(village: Municipality) -> None:
    row = source("clubs")
    take(row, table([CLUB, {"Name": "Chor"}]))
    run = take(row, table([{**CLUB, "E-Mail": "kaputt"}, {"Name": "Chor"}]))
    assert run.counts == {"unchanged": 1, "rest": 1}
    assert Club.objects.get(title="Sportverein").live


PLACE = {"Name": "Spielplatz Süd", "Art": "Spielplatz", "Ortschaft": "Barleben", "Breite": "52,2", "Länge": "11,61"}


def test_places_get_an_address_and_a_position_and_vanish_visibly(village: Municipality) -> None:
    row = source("places")
    take(row, table([PLACE, {"Name": "Bank am See", "Ortschaft": "Barleben"}]))
    place = Place.objects.get(slug="spielplatz-sued")
    assert (place.kind, place.lon, place.precision, place.source_name) == ("playground", 11.61, "exact", row.name)
    bench = Place.objects.get(name="Bank am See")
    assert (bench.precision, bench.lon) == ("approximate", bench.ortschaft.lon)
    assert take(row, table([PLACE, {"Name": "Bank am See", "Ortschaft": "Barleben"}])).counts == {"unchanged": 2}
    place.phone = "039203 9"
    place.save()
    take(row, table([{**PLACE, "Breite": "52,21"}, {"Name": "Bank am See", "Ortschaft": "Barleben"}]))
    place.refresh_from_db()
    assert (place.lat, place.phone, place.cell is not None) == (52.21, "039203 9", True)
    take(row, table([PLACE]))
    bench.refresh_from_db()
    assert bench.is_stale(today())


@pytest.fixture
def tour(village: Municipality) -> Tour:
    return set_tour(key="tour-1", streets=["Breiteweg"])


def test_waste_dates_come_from_a_calendar_and_moved_days_are_no_longer_shown(tour: Tour) -> None:
    row = source("waste", option="tour-1")
    dates = [event("1", "Restmüll 120 l", f"VALUE=DATE:{day(3)}"), event("2", "Gelbe Tonne", f"VALUE=DATE:{day(4)}")]
    run = take(row, calendar(*dates, event("3", "Tag der offenen Tür", f"VALUE=DATE:{day(5)}")))
    assert (run.counts, run.skipped_count) == ({"new": 2}, 1)
    assert take(row, calendar(*dates)).counts == {"unchanged": 2}
    moved = [event("1", "Restmüll 120 l", f"VALUE=DATE:{day(6)}"), dates[1]]
    assert take(row, calendar(*moved)).counts == {"new": 1, "unchanged": 1, "vanished": 1}
    shown = street_calendar("breiteweg", today())
    assert shown is not None
    assert [(one.bin, (one.day - today()).days) for one in shown.pickups] == [("plastic", 4), ("residual", 6)]
    assert shown.source_name == row.name
    assert Collection.objects.get(day=today() + timedelta(days=3)).withdrawn_at is not None
    take(row, calendar(*dates))
    assert Collection.objects.get(day=today() + timedelta(days=3)).withdrawn_at is None


def test_a_withdrawn_day_is_not_in_the_open_data_either(tour: Tour, client: Client) -> None:
    row = source("waste", option="tour-1")
    days = {number: f"VALUE=DATE:{day(number)}" for number in (3, 6)}
    take(row, calendar(event("1", "Restmüll", days[3])))
    take(row, calendar(event("1", "Restmüll", days[6])))
    answer: Any = client.get("/offene-daten/abfalltermine/daten.csv")
    told = b"".join(answer.streaming_content).decode()
    assert [(today() + timedelta(days=number)).isoformat() in told for number in (3, 6)] == [False, True]
    entered = [Pickup("residual", today() + timedelta(days=3))]
    set_pickups(tour=tour, pickups=entered, first=today(), last=today() + timedelta(days=9))
    assert Collection.objects.get().withdrawn_at is None, "whoever enters the day anew means it"


def test_a_calendar_of_no_tour_and_a_row_of_no_tour_say_what_is_missing(tour: Tour) -> None:
    row = source("waste")
    run = actions.look(
        source=row, content=calendar(event("1", "Restmüll", f"VALUE=DATE:{day(3)}")), file_name="abfall.ics"
    )
    assert (run.state, run.trouble["file"]) == ("failed", "abfall.ics")
    assert "settings of the source" in run.trouble["mend"]
    later = (today() + timedelta(days=9)).isoformat()
    run = take(row, table([{"Abfallart": "Bio", "Datum": later}]), "abfall.csv")
    assert run.counts == {}
    [line] = run.skipped
    assert (line["file"], line["line"]) == ("abfall.csv", 2)
    assert "Tour" in line["mend"]


def test_an_evening_that_goes_on_past_midnight_ends_on_the_next_day(village: Municipality) -> None:
    rows = [
        {"Titel": "Tanz", "Datum": f"{today() + timedelta(days=3):%d.%m.%Y}", "Uhrzeit": "20:00", "Ende Uhrzeit": end}
        for end in ("1:30", "25:30", "19:00")
    ]
    run = take(source(), table([{**row, "Titel": f"Tanz {number}"} for number, row in enumerate(rows)]), "t.csv")
    assert run.counts == {"new": 2}
    assert [one.ends_at for one in Event.objects.order_by("title")] == [at(4, 1, 30), at(4, 19)]
    [line] = run.skipped
    assert (line["file"], line["line"], line["column"]) == ("t.csv", 3, "Ende Uhrzeit")
    assert line["values"]["clock"] == "1:30"


def test_a_table_of_waste_dates_names_its_tour(tour: Tour) -> None:
    row = source("waste")
    later = (today() + timedelta(days=9)).isoformat()
    run = take(
        row,
        table(
            [
                {"Abfallart": "Bio", "Datum": later, "Tour": "tour-1"},
                {"Abfallart": "Bio", "Datum": later, "Tour": "x"},
            ]
        ),
    )
    assert (run.counts, run.skipped_count) == ({"new": 1}, 1)
    assert Collection.objects.get(bin="organic").day == date.fromisoformat(later)
