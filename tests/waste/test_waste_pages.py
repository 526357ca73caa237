"""The waste pages, from the street to the reminder."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.utils import timezone
from icalendar import Calendar
from tests.factories import make_village

from smartbarleben.waste import actions, queries
from smartbarleben.waste.calendar import Pickup
from smartbarleben.waste.models import Collection, Tour


@pytest.fixture
def breiteweg(db: None) -> Tour:
    make_village()
    today = timezone.localdate()
    tour = actions.set_tour(key="mitte", streets=["Breiteweg", "Thieplatz"], is_example=True, source_name="Probe")
    days = [
        Pickup("residual", today - timedelta(days=7)),
        Pickup("residual", today),
        Pickup("paper", today + timedelta(days=3)),
    ]
    actions.set_pickups(tour=tour, pickups=days, first=today - timedelta(days=30), last=today + timedelta(days=365))
    return tour


def test_a_street_is_found_however_it_is_typed(breiteweg: Tour, client: Client) -> None:
    page = client.get("/abfall/", {"strasse": "BREITE"}).content.decode()
    assert "/abfall/breiteweg/" in page
    assert "/abfall/thieplatz/" not in page


def test_an_unknown_street_keeps_what_was_typed_and_offers_the_list(breiteweg: Tour, client: Client) -> None:
    page = client.get("/abfall/", {"strasse": "Xanadu"}).content.decode()
    assert 'value="Xanadu"' in page
    assert 'href="/abfall/"' in page


def test_past_days_are_gone_and_example_data_says_so(breiteweg: Tour, client: Client) -> None:
    found = queries.street_calendar("breiteweg", timezone.localdate())
    assert found is not None
    assert [one.bin for one in found.pickups] == ["residual", "paper"]
    assert found.is_example
    assert client.get("/abfall/breiteweg/").status_code == 200


@pytest.mark.parametrize("language", ["", "/de-simple", "/en", "/uk", "/ar", "/pl"])
def test_pages_stay_within_six_queries(
    breiteweg: Tour, client: Client, language: str, django_assert_max_num_queries: object
) -> None:
    for path in ("/abfall/", "/abfall/breiteweg/", "/abfall/breiteweg/erinnerung.ics"):
        with django_assert_max_num_queries(6):  # type: ignore[operator]
            assert client.get(language + path).status_code == 200


def test_the_reminder_file_rings_on_the_evening_before(breiteweg: Tour, client: Client) -> None:
    calendar = Calendar.from_ical(client.get("/abfall/breiteweg/erinnerung.ics").content)
    assert [alarm["TRIGGER"].dt for alarm in calendar.walk("VALARM")] == [timedelta(hours=-6)] * 2
    plain = Calendar.from_ical(client.get("/abfall/breiteweg/abfall.ics").content)
    assert plain.walk("VALARM") == []


def test_an_unknown_street_has_no_page(breiteweg: Tour, client: Client) -> None:
    assert client.get("/abfall/nirgendwo/").status_code == 404


def test_the_companys_file_is_taken_over_twice_without_doubles(breiteweg: Tour, tmp_path: Path) -> None:
    day = timezone.localdate() + timedelta(days=10)
    file = tmp_path / "abfall.ics"
    file.write_text(
        "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\nSUMMARY:Biotonne\r\n"
        f"DTSTART;VALUE=DATE:{day:%Y%m%d}\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
    call_command("import_waste", str(file), "--tour", "mitte", "--street", "Breiteweg", "--dry-run", verbosity=0)
    assert not Collection.objects.filter(bin="organic").exists()
    for _again in range(2):
        call_command("import_waste", str(file), "--tour", "mitte", "--street", "Breiteweg", verbosity=0)
    coming = Collection.objects.filter(tour=breiteweg, day__gte=timezone.localdate())
    assert list(coming.values_list("bin", "day")) == [("organic", day)]
    assert not Tour.objects.get().is_example


def test_a_broken_file_names_itself(db: None, tmp_path: Path) -> None:
    file = tmp_path / "broken.ics"
    file.write_text("BEGIN:VCALENDAR")
    with pytest.raises(CommandError, match=r"broken\.ics"):
        call_command("import_waste", str(file), "--tour", "a", "--street", "B", verbosity=0)
