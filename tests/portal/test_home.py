"""The front page: today."""

from datetime import datetime

import pytest
from tests.factories import at, make_item, make_place
from tests.portal.conftest import words

from smartbarleben.places.models import Ortschaft

pytestmark = pytest.mark.django_db


def headings(page) -> list[str]:
    return [one.get_text(strip=True) for one in page.select("h3")]


def test_today_comes_first_and_tomorrow_waits(village, read) -> None:
    make_item("event", title="Heute abend", starts_at=at(0, 23), ends_at=at(0, 23, 59))
    make_item("event", title="Morgen", starts_at=at(1, 10), ends_at=at(1, 12))
    page = read("/en/")
    assert "Heute abend" in headings(page)
    assert "Morgen" not in headings(page)
    assert "On today" in words(page)


def test_a_day_without_dates_shows_the_next_ones_and_says_so(village, read) -> None:
    make_item("event", title="Übermorgen", starts_at=at(2, 10), ends_at=at(2, 12))
    page = read("/en/")
    assert "Übermorgen" in headings(page)
    assert "Nothing is in our calendar for today." in words(page)


def test_what_runs_since_days_is_on_today(village, read) -> None:
    make_item("event", title="Ausstellung", starts_at=at(-3, 10), ends_at=at(3, 18))
    assert "On today" in words(read("/en/"))


def test_closures_of_now_and_the_next_two_weeks_stand_in_the_band(village, read) -> None:
    make_item("closure", title="Jetzt zu", starts_at=at(-1), ends_at=at(2))
    make_item("closure", title="Bald zu", starts_at=at(10), ends_at=at(12))
    make_item("closure", title="Viel später", starts_at=at(30), ends_at=at(31))
    make_item("closure", title="War zu", starts_at=at(-9), ends_at=at(-8))
    make_item("closure", title="Abgesagt", starts_at=at(-1), ends_at=at(2), is_cancelled=True)
    band = words(read("/"), ".band")
    assert "Jetzt zu" in band
    assert "Bald zu" in band
    for gone in ("Viel später", "War zu", "Abgesagt"):
        assert gone not in band


def test_a_notice_that_ends_soon_concerns_people(village, read) -> None:
    make_item("notice", title="Endet bald", starts_at=at(-20), ends_at=at(3))
    make_item("notice", title="Endet spät", starts_at=at(-1), ends_at=at(30))
    band = words(read("/"), ".band")
    assert "Endet bald" in band
    assert "Endet spät" not in band


def test_the_town_hall_is_reachable_as_its_hours_say_and_not_more(village, read, time_machine) -> None:
    make_place("Rathaus", kind="town_hall", phone_hours=[(1, "09:00", "12:00"), (1, "13:00", "18:00")])
    time_machine.move_to(datetime.fromisoformat("2026-11-24T14:00:00+01:00"))
    assert "Rathaus by phone until 6 pm" in words(read("/en/"), ".today")
    time_machine.move_to(datetime.fromisoformat("2026-11-24T12:30:00+01:00"))
    assert "Rathaus by phone today from 1 pm" in words(read("/en/"), ".today")


def test_a_holiday_has_its_name_in_the_sky(village, read, time_machine) -> None:
    time_machine.move_to(datetime.fromisoformat("2026-10-31T10:00:00+01:00"))
    assert "Reformationstag" in words(read("/"), ".today")
    assert "Reformation Day" in words(read("/en/"), ".today")


def test_open_places_stand_before_closed_ones(village, read, time_machine) -> None:
    time_machine.move_to(datetime.fromisoformat("2026-11-24T10:00:00+01:00"))
    make_place("Abends", hours=[(1, "18:00", "20:00")])
    make_place("Vormittags", hours=[(1, "09:00", "12:00")])
    make_place("Ohne Zeiten")
    listed = [one.get_text(strip=True) for one in read("/").select(".open-list a")]
    assert listed == ["Vormittags", "Abends"]


def test_what_is_being_decided_says_how_to_take_part(village, read) -> None:
    make_item("decision", title="Tempo 30", take_part="Kommen Sie am Dienstag.", outcome="open")
    make_item("decision", title="Schon entschieden", outcome="accepted")
    page = words(read("/"))
    assert "Tempo 30" in page
    assert "Kommen Sie am Dienstag." in page
    assert "Schon entschieden" not in page


def test_an_answered_wish_shows_the_answer_an_open_one_waits(village, read) -> None:
    make_item("wish", title="Mehr Bänke", answer="Zwei stehen schon.", answered_on=at(-2).date())
    make_item("wish", title="Ein Schwimmbad")
    page = words(read("/"))
    assert "Zwei stehen schon." in page
    assert "Ein Schwimmbad" not in page


def test_a_draft_is_nowhere(village, read) -> None:
    for kind in ("news", "event", "closure", "decision"):
        make_item(kind, title="Noch geheim", starts_at=at(0, 23), ends_at=at(1), publish=False)
    assert "Noch geheim" not in read("/").get_text()


def test_example_data_is_named_on_the_page_that_shows_it(village, read) -> None:
    assert "sample data" not in read("/en/").get_text()
    make_item("news", title="Erfunden", is_example=True)
    page = read("/en/")
    assert "sample data" in words(page)
    assert "invented" in words(page, "footer")


def test_the_ortschaften_are_one_step_away(village, read) -> None:
    ways = [one["href"] for one in read("/pl/").select("main a[href]")]
    assert "/pl/ortschaft/meitzendorf/" in ways


def test_the_towers_stand_in_the_head_from_west_to_east(village, read) -> None:
    from_east = (("barleben", "gable", 11.62), ("ebendorf", "spire", 11.571), ("meitzendorf", "hood", 11.567))
    for slug, tower, lon in from_east:
        Ortschaft.objects.filter(slug=slug).update(tower=tower, lon=lon)
    drawn = [one["class"][1] for one in read("/").select(".skyline .tower")]
    assert drawn == ["tower--meitzendorf", "tower--ebendorf", "tower--barleben"]
