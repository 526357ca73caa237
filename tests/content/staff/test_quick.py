"""The short forms: few words on a phone, nothing lost on a mistake, one press to publish and one to take back."""

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group, Permission
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.content.staff.pages import fields, send
from tests.factories import at

from smartbarleben.content import registry
from smartbarleben.content.kinds import Closure, Event, Notice
from smartbarleben.content.models import Item
from smartbarleben.content.quick import QuickForm, likely_end
from smartbarleben.people.models import User
from smartbarleben.places.models import Ortschaft
from smartbarleben.ui.dates import VILLAGE_TIME, local, today

PAGE = "/verwaltung/schnell/{}/"
KINDS = [kind.key for kind in registry.kinds()]


def day(days: int) -> str:
    return (today() + timedelta(days=days)).isoformat()


def closure(**changes: Any) -> dict[str, Any]:
    return {"title": "Breiteweg gesperrt", "ends_at_day": day(5), "publish": "", **changes}


def test_the_first_page_names_what_is_published_every_day(desk: Client) -> None:
    page = desk.get("/verwaltung/").content.decode()
    places = [page.index(f"/verwaltung/schnell/{kind}/") for kind in ("closure", "news", "event", "notice")]
    assert places == sorted(places)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_short_form(desk: Client, kind: str) -> None:
    answer = send(desk, PAGE.format(kind), {"title": "Etwas Neues", "publish": "", "ends_at_day": day(3)})
    if answer.status_code == 422:
        # Only what the house cannot know may be missing: who is responsible.
        assert kind == "service"
        extra = {"title": "Etwas Neues", "publish": "", "responsible_name": "Landkreis"}
        answer = send(desk, PAGE.format(kind), extra)
    assert answer.status_code == 302
    item = Item.objects.get()
    assert (item.kind, item.live, item.title) == (kind, True, "Etwas Neues")


def test_a_closure_stands_with_title_place_and_days(desk: Client) -> None:
    ebendorf = Ortschaft.objects.get(slug="ebendorf")
    answer = send(desk, PAGE.format("closure"), closure(ortschaft=str(ebendorf.pk), location="an der Schule"))
    done = desk.get(answer["Location"]).content.decode()
    item = Closure.objects.get()
    assert (item.ortschaft, item.location, item.live) == (ebendorf, "an der Schule", True)
    assert item.first_published_at
    assert local(item.ends_at).isoformat()[:16] == f"{day(5)}T23:59"
    for address in ("/sperrungen/breiteweg-gesperrt/", "/ortschaft/ebendorf/", "/feed.atom", "aushang.pdf", "folie/"):
        assert address in done


def test_the_start_is_the_next_full_hour_of_today(desk: Client) -> None:
    form = QuickForm(registry.kind("closure"), datetime(2031, 5, 6, 9, 20, tzinfo=VILLAGE_TIME))
    assert form.initial["starts_at"] == (date(2031, 5, 6), time(10))
    late = QuickForm(registry.kind("closure"), datetime(2031, 5, 6, 23, 20, tzinfo=VILLAGE_TIME))
    assert late.initial["starts_at"][0] == date(2031, 5, 7)


def test_without_times_whole_days_are_meant(desk: Client) -> None:
    # Late in the evening the form offers the next day.
    send(desk, PAGE.format("closure"), closure(starts_at_day=day(0), starts_at_clock=""))
    item = Closure.objects.get()
    assert item.all_day
    assert local(item.starts_at).isoformat()[:16] == f"{day(0)}T00:00"


def test_an_end_given_as_a_time_is_on_the_same_day(desk: Client) -> None:
    values = {
        "title": "Lesung",
        "starts_at_day": day(9),
        "starts_at_clock": "19:00",
        "ends_at_day": "",
        "ends_at_clock": "21:30",
        "publish": "",
    }
    send(desk, PAGE.format("event"), values)
    event = Event.objects.get()
    assert (event.starts_at, event.ends_at) == (at(9, 19), at(9, 21, 30))
    assert not event.all_day


def test_a_wrong_order_is_said_with_a_suggestion_and_nothing_is_lost(desk: Client) -> None:
    wrong = closure(starts_at_day=day(10), ends_at_day=day(3), location="Höhe 12", detour="über die Lindenallee")
    answer = send(desk, PAGE.format("closure"), wrong)
    assert answer.status_code == 422
    assert not Closure.objects.exists()
    page = answer.content.decode()
    kept = fields(page)
    assert kept["title"] == ["Breiteweg gesperrt"]
    assert kept["location"] == ["Höhe 12"]
    assert kept["detour"][0].strip() == "über die Lindenallee"
    assert kept["ends_at_day"] == [day(3)]
    assert 'role="alert"' in page
    assert 'href="#id_ends_at_0"' in page
    meant = likely_end(today() + timedelta(days=10), today() + timedelta(days=3))
    assert f'value="ends_at_day={meant.isoformat()}"' in page
    taken = desk.post(PAGE.format("closure"), {**wrong, "take": f"ends_at_day={meant.isoformat()}"})
    assert fields(taken.content.decode())["ends_at_day"] == [meant.isoformat()]
    assert not Closure.objects.exists()


def test_what_is_over_is_asked_about(desk: Client) -> None:
    last_year = today().replace(day=1) - timedelta(days=300)
    wrong = closure(starts_at_day=(last_year - timedelta(days=1)).isoformat(), ends_at_day=last_year.isoformat())
    answer = send(desk, PAGE.format("closure"), wrong)
    assert answer.status_code == 422
    assert answer.context["form"].suggestion.value > today().isoformat()


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 900))
def test_a_suggested_end_never_lies_before_the_beginning(first: date, back: int) -> None:
    meant = likely_end(first, first - timedelta(days=back))
    assert first <= meant <= first + timedelta(days=366)


@pytest.mark.parametrize("kind", ["closure", "event", "milestone"])
@pytest.mark.parametrize("wrong", ["0001-01-01", "0026-12-01", "9999-12-31"])
def test_a_mistyped_year_is_said_at_the_field_and_reaches_no_calendar(desk: Client, kind: str, wrong: str) -> None:
    for values in ({"starts_at_day": wrong, "ends_at_day": wrong}, {"starts_at_day": wrong, "ends_at_day": day(5)}):
        answer = send(desk, PAGE.format(kind), {"title": "Hofmarkt", "publish": "", **values})
        assert answer.status_code == 422
        assert "24.12.2026" in answer.content.decode()
    assert not Item.objects.exists()


def test_a_missing_title_is_said_at_the_field(desk: Client) -> None:
    answer = send(desk, PAGE.format("closure"), closure(title=""))
    page = answer.content.decode()
    assert answer.status_code == 422
    assert 'href="#id_title"' in page
    assert 'id="id_title_error"' in page
    assert 'aria-invalid="true"' in page


def test_text_becomes_paragraphs_and_never_markup(desk: Client) -> None:
    text = "Erster Absatz.\n\nZweiter <script>alert(1)</script>\n\n- Punkt"
    send(desk, PAGE.format("notice"), {"title": "Wahl", "body": text, "publish": ""})
    body = Notice.objects.get().body
    assert body.startswith("<p>Erster Absatz.</p>")
    assert "<li>Punkt</li>" in body
    assert "<script" not in body


@pytest.mark.parametrize("kind", ["closure", "news", "club"])
def test_a_form_that_arrives_twice_makes_one_item(desk: Client, kind: str) -> None:
    sent = {"title": "Breiteweg gesperrt", "ends_at_day": day(5), "starts_at_clock": "07:30", "publish": ""}
    draft = {name: value for name, value in sent.items() if name != "publish"} | {"draft": ""}
    kept = send(desk, PAGE.format(kind), draft)
    assert not Item.objects.get().live
    first, again = (send(desk, PAGE.format(kind), sent) for _press in range(2))
    assert kept["Location"] == first["Location"] == again["Location"]
    assert Item.objects.get().live
    send(desk, PAGE.format(kind), {**sent, "title": "Breiteweg wieder frei"})
    assert Item.objects.count() == 2


def test_two_people_may_write_the_same(desk: Client) -> None:
    send(desk, PAGE.format("news"), {"title": "Hofmarkt", "publish": ""})
    desk.force_login(User.objects.create_superuser("zweite", password="x"))
    send(desk, PAGE.format("news"), {"title": "Hofmarkt", "publish": ""})
    assert set(Item.objects.values_list("slug", flat=True)) == {"hofmarkt", "hofmarkt-2"}


def test_a_draft_is_seen_by_nobody_until_it_is_published(desk: Client) -> None:
    values = closure()
    values.pop("publish")
    answer = send(desk, PAGE.format("closure"), {**values, "draft": ""})
    item = Item.objects.get()
    assert not item.live
    assert "/verwaltung/schnell/wieder/" in desk.get(answer["Location"]).content.decode()
    assert str(item.title) in desk.get("/verwaltung/").content.decode()
    desk.post(f"/verwaltung/schnell/wieder/{item.pk}/")
    item.refresh_from_db()
    assert item.live


def test_undo_takes_it_back_and_redo_brings_it_again(desk: Client) -> None:
    send(desk, PAGE.format("closure"), closure())
    item = Closure.objects.get()
    assert item.occurrences.count() == 1
    assert desk.get(f"/verwaltung/schnell/zuruecknehmen/{item.pk}/").status_code == 405
    desk.post(f"/verwaltung/schnell/zuruecknehmen/{item.pk}/")
    item.refresh_from_db()
    assert not item.live
    assert item.occurrences.count() == 0
    desk.post(f"/verwaltung/schnell/wieder/{item.pk}/")
    item.refresh_from_db()
    assert item.live
    assert item.occurrences.count() == 1


def test_who_may_only_draft_cannot_publish(desk: Client, editor: User) -> None:
    editor.groups.clear()
    limited = Group.objects.create(name="Praktikum")
    editor.groups.add(limited)
    wanted = ["access_admin", "add_closure", "change_closure"]
    limited.permissions.set(Permission.objects.filter(codename__in=wanted))
    answer = send(desk, PAGE.format("closure"), closure())
    assert answer.status_code == 302
    item = Item.objects.get()
    assert not item.live
    desk.post(f"/verwaltung/schnell/wieder/{item.pk}/")
    item.refresh_from_db()
    assert not item.live
    # Wagtail answers a missing permission with the way home and a message.
    assert desk.get(PAGE.format("news"))["Location"] == "/verwaltung/"
    desk.post(PAGE.format("news"), {"title": "Neues", "publish": ""})
    assert not Item.objects.filter(kind="news").exists()
