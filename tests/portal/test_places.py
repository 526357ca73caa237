"""Places: what is open, hours by purpose, access; and the pages of the Ortschaften."""

from datetime import date, datetime

import pytest
from tests.factories import at, make_item, make_ortschaft, make_place
from tests.portal.conftest import words

pytestmark = pytest.mark.django_db


@pytest.fixture
def tuesday(time_machine):
    time_machine.move_to(datetime.fromisoformat("2026-11-24T10:00:00+01:00"))


def test_places_stand_under_their_kinds_with_the_open_ones_first(village, read, tuesday) -> None:
    make_place("Bibliothek", kind="library", hours=[(1, "09:00", "12:00")])
    make_place("Jugendclub", kind="youth_club", hours=[(1, "14:00", "20:00")])
    make_place("Spielplatz", kind="playground")
    page = read("/en/orte/")
    assert [one.get_text(strip=True) for one in page.select(".open-list a")] == ["Bibliothek"]
    assert "opens today at 2 pm" in words(page)
    assert [one.get_text() for one in page.select(".section__head h2")] == [
        "Open now",
        "Library",
        "Youth club",
        "Playground",
    ]


def test_places_can_be_asked_for_by_ortschaft_and_kind(village, read) -> None:
    make_place("Spielplatz", kind="playground", ortschaft="ebendorf")
    make_place("Bibliothek", kind="library")
    page = read("/orte/", ortschaft="ebendorf", art="playground")
    assert [one.get_text() for one in page.select(".place-entry__name")] == ["Spielplatz"]
    assert "Nothing fits this choice." in words(read("/en/orte/", ortschaft="ebendorf", art="library"))
    assert "“palast”" in words(read("/en/orte/", status=404, art="palast"))


def test_hours_by_phone_are_never_mixed_with_visits(village, read, tuesday) -> None:
    make_place("Rathaus", slug="rathaus", hours=[(1, "09:00", "12:00")], phone_hours=[(1, "13:00", "18:00")])
    page = read("/en/orte/rathaus/")
    tables = {words(table, "caption"): words(table, "tbody") for table in page.select("table")}
    assert set(tables) == {"Opening hours", "By phone"}
    assert "9 am–12 pm" in tables["Opening hours"]
    assert "1–6 pm" in tables["By phone"]
    assert "open until 12 pm" in words(page, ".item__head")
    assert "As of: 2021" in words(page, ".item__text")


def test_a_holiday_closes_and_says_so(village, read, time_machine) -> None:
    time_machine.move_to(datetime.fromisoformat("2026-12-22T10:00:00+01:00"))
    make_place("Bibliothek", slug="b", hours=[(4, "09:00", "12:00")])
    page = read("/en/orte/b/")
    assert "Christmas Day" in words(page, "table")
    assert "Friday, 25 December: closed (Christmas Day)" in words(page, ".plain")


def test_special_days_are_announced(village, read, tuesday) -> None:
    make_place("Hub", slug="hub", hours=[(1, "09:00", "12:00")],
               closed_days=[(date(2026, 12, 1), date(2026, 12, 4), "Umbau")])  # fmt: skip
    (said,) = read("/en/orte/hub/").select(".plain li")
    assert said.get_text() == "1 to 4 December: closed (Umbau)"
    assert said.select_one("[lang=de]").get_text() == "Umbau"


def test_what_nobody_knows_is_said(village, read) -> None:
    make_place("Mühle", slug="muehle", phone="039203 1", precision="approximate", lon=11.6, lat=52.2)
    said = words(read("/en/orte/muehle/"))
    assert "We do not know when this place is open." in said
    assert "We do not know. Please ask before you come." in said
    assert "only roughly" in said


def test_what_happens_at_a_place_stands_there(village, read) -> None:
    hall = make_place("Bürgerhaus", slug="bh")
    make_item("event", title="Konzert", place=hall)
    make_item("office", title="Bürgerservice", place=hall)
    make_item("event", title="Woanders")
    said = words(read("/orte/bh/"))
    assert "Konzert" in said
    assert "Bürgerservice" in said
    assert "Woanders" not in said


def test_a_place_speaks_the_reader_s_language_or_says_that_it_cannot(village, read) -> None:
    texts = {"en": {"name": "Library", "summary": "Books.", "state": "machine"}}
    make_place("Bibliothek", slug="b", summary="Bücher.", texts=texts)
    page = read("/en/orte/b/")
    assert words(page, "h1") == "Library"
    assert "Nobody has checked it yet." in words(page, ".notice")
    polish = read("/pl/orte/b/")
    assert polish.select_one("h1")["lang"] == "de"
    assert polish.select(".notice")


def test_an_ortschaft_shows_its_own_and_what_concerns_everybody(village, read) -> None:
    make_place("Spielplatz Ebendorf", kind="playground", ortschaft="ebendorf")
    make_item("event", title="Fest in Ebendorf", ortschaft="ebendorf")
    make_item("event", title="Fest in Barleben", ortschaft="barleben")
    make_item("club", title="Feuerwehr Ebendorf", ortschaft="ebendorf")
    make_item("news", title="Für alle")
    make_item("news", title="Nur Barleben", ortschaft="barleben")
    make_item("measure", title="Neue Bank", status="planned", ortschaft="ebendorf")
    make_item("measure", title="Fertige Bank", status="done", ortschaft="ebendorf")
    make_item("closure", title="Straße zu", starts_at=at(-1), ends_at=at(2), ortschaft="ebendorf")
    said = words(read("/ortschaft/ebendorf/"))
    for own in (
        "Spielplatz Ebendorf",
        "Fest in Ebendorf",
        "Feuerwehr Ebendorf",
        "Für alle",
        "Neue Bank",
        "Straße zu",
    ):
        assert own in said
    for foreign in ("Fest in Barleben", "Nur Barleben", "Fertige Bank"):
        assert foreign not in said


def test_an_ortschaft_shows_its_tower_and_its_facts(village, read) -> None:
    make_ortschaft("Neudorf", tower="spire", population=2084, population_as_of="2020", area_km2=5.1,
                   texts={"en": {"summary": "A new village.", "body": "Small."}})  # fmt: skip
    page = read("/ortschaft/neudorf/")
    assert page.select_one("svg.skyline--tower .tower--neudorf.tower--here")
    facts = words(page, ".facts")
    assert "2.084" in facts
    assert "5,1 km²" in facts
    english = read("/en/ortschaft/neudorf/")
    assert "2,084" in words(english, ".facts")
    assert "A new village." in words(english, ".lead")
    assert read("/pl/ortschaft/neudorf/").select_one(".lead")["lang"] == "de"


def test_an_unknown_ortschaft_or_place_is_not_found(village, read) -> None:
    read("/ortschaft/atlantis/", status=404)
    read("/orte/atlantis/", status=404)
