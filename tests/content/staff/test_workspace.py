"""The workspace in Wagtail: making, drafting, publishing, previewing, comparing and taking back every kind."""

import json
from datetime import timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from tests.content.staff.pages import fields, problems, send
from tests.factories import make_item

from smartbarleben.content import registry
from smartbarleben.content.kinds import Closure, Event, Measure, Project
from smartbarleben.content.models import Item, TrailLink

KINDS = [kind.key for kind in registry.kinds()]


def address(kind: str, name: str, *args: Any) -> str:
    return reverse(registry.kind(kind).model.snippet_viewset.get_url_name(name), args=args)  # type: ignore[attr-defined]


def rich(text: str) -> str:
    """A text as Draftail sends it."""
    return json.dumps(
        {
            "entityMap": {},
            "blocks": [
                {
                    "key": "abcde",
                    "type": "unstyled",
                    "text": text,
                    "depth": 0,
                    "inlineStyleRanges": [],
                    "entityRanges": [],
                }
            ],
        }
    )


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_has_a_list_and_a_form(desk: Client, kind: str) -> None:
    make_item(kind, title="Etwas")
    assert "Etwas" in desk.get(address(kind, "list")).content.decode()
    assert desk.get(address(kind, "add")).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_of_every_kind_is_changed_and_published(desk: Client, kind: str) -> None:
    item = make_item(kind, title="Vorher")
    answer = send(
        desk, address(kind, "edit", item.pk), {"title": "Nachher", "body": rich("Mehr."), "action-publish": "1"}
    )
    assert answer.status_code == 302, problems(answer)
    item.refresh_from_db()
    assert (item.title, item.live, item.slug) == ("Nachher", True, "vorher")


@pytest.mark.parametrize("kind", KINDS)
def test_an_item_of_every_kind_is_compared_previewed_and_taken_back(desk: Client, kind: str) -> None:
    item = make_item(kind, title="Vorher")
    send(desk, address(kind, "edit", item.pk), {"title": "Nachher"})
    item = registry.kind(kind).model.objects.get(pk=item.pk)
    assert (item.title, item.has_unpublished_changes) == ("Vorher", True)
    compared = desk.get(address(kind, "revisions_compare", item.pk, "live", "latest"))
    assert "Nachher" in compared.content.decode()
    assert desk.get(address(kind, "history", item.pk)).status_code == 200
    assert desk.get(address(kind, "usage", item.pk)).status_code == 200
    assert desk.post(address(kind, "unpublish", item.pk)).status_code == 302
    item.refresh_from_db()
    assert not item.live


def test_a_closure_is_made_with_ticks_and_native_days(desk: Client) -> None:
    answer = send(
        desk,
        address("closure", "add"),
        {
            "title": "Breiteweg gesperrt",
            "starts_at": "2031-03-04T07:30",
            "ends_at": "2031-03-09T16:00",
            "affects": ["bike", "car"],
            "action-publish": "1",
        },
    )
    assert answer.status_code == 302, problems(answer)
    closure = Closure.objects.get()
    assert (closure.affects, closure.live, closure.kind) == (["car", "bike"], True, "closure")
    assert closure.starts_at.isoformat() == "2031-03-04T06:30:00+00:00"
    shown = fields(desk.get(address("closure", "edit", closure.pk)).content.decode())
    assert shown["starts_at"] == ["2031-03-04T07:30"]
    assert shown["affects"] == ["car", "bike"]


def test_an_event_repeats_by_choice(desk: Client) -> None:
    answer = send(
        desk,
        address("event", "add"),
        {
            "title": "Stammtisch",
            "starts_at": "2031-03-11T19:00",
            "recurrence_choice": "monthly",
            "recurrence_until": "2031-12-31",
            "exception_dates": "13.05.2031\n10.6.31",
            "cost_cents": "1.250,50",
            "action-publish": "1",
        },
    )
    assert answer.status_code == 302, problems(answer)
    event = Event.objects.get()
    assert event.recurrence == "FREQ=MONTHLY;BYDAY=2TU;UNTIL=20311231"
    assert event.exception_dates == ["2031-05-13", "2031-06-10"]
    assert event.cost_cents == 125050
    shown = fields(desk.get(address("event", "edit", event.pk)).content.decode())
    assert shown["recurrence_choice"] == ["monthly"]
    assert shown["recurrence_until"] == ["2031-12-31"]
    assert shown["cost_cents"] == ["1.250,50"]
    assert shown["exception_dates"][0].split() == ["13.05.2031", "10.06.2031"]


def test_wrong_words_come_back_with_what_was_typed(desk: Client) -> None:
    wrong = {
        "title": "Stammtisch",
        "starts_at": "2031-03-11T19:00",
        "exception_dates": "irgendwann",
        "cost_cents": "teuer",
        "recurrence_choice": "own",
        "recurrence_own": "FREQ=JEDENTAG",
        "action-publish": "1",
    }
    answer = send(desk, address("event", "add"), wrong)
    assert answer.status_code == 200
    assert not Event.objects.exists()
    shown = fields(answer.content.decode())
    assert shown["cost_cents"] == ["teuer"]
    assert shown["exception_dates"][0].strip() == "irgendwann"
    assert shown["recurrence_own"] == ["FREQ=JEDENTAG"]


@pytest.mark.parametrize("wrong", ["0001-01-01T00:00", "9999-12-31T23:59"])
def test_a_mistyped_year_is_said_at_the_field(desk: Client, wrong: str) -> None:
    values = {"title": "Stammtisch", "starts_at": wrong, "action-publish": "1"}
    answer = send(desk, address("event", "add"), values)
    assert answer.status_code == 200
    assert not Event.objects.exists()
    assert "starts_at" in answer.context["form"].errors


def test_places_and_projects_are_plain_lists(desk: Client) -> None:
    project = make_item("project", title="Grüne Mitte")
    answer = send(
        desk,
        address("measure", "add"),
        {"title": "Bäume", "project": str(project.pk), "funded_cents": "12,5", "action-publish": "1"},
    )
    assert answer.status_code == 302, problems(answer)
    measure = Measure.objects.get()
    assert measure.project == Project.objects.get()
    assert measure.funded_cents == 1250


def test_a_drafts_address_follows_its_title_until_it_is_public(desk: Client) -> None:
    send(desk, address("news", "add"), {"title": "Neuer Sp"})
    draft = Item.objects.get()
    assert (draft.slug, draft.live) == ("neuer-sp", False)
    send(desk, address("news", "edit", draft.pk), {"title": "Neuer Spielplatz", "action-publish": "1"})
    draft.refresh_from_db()
    assert (draft.slug, draft.live) == ("neuer-spielplatz", True)
    send(desk, address("news", "edit", draft.pk), {"title": "Neuer Platz", "action-publish": "1"})
    draft.refresh_from_db()
    assert draft.slug == "neuer-spielplatz"


def test_two_items_are_joined_by_their_addresses(desk: Client) -> None:
    wish, measure = make_item("wish", title="Mehr Schatten"), make_item("measure", title="Zehn Linden")
    page = reverse(TrailLink.snippet_viewset.get_url_name("add"))
    values = {
        "source": "https://example.org/en/wuensche/mehr-schatten/",
        "target": "Zehn Linden",
        "relation": "became",
    }
    assert send(desk, page, values).status_code == 302
    step = TrailLink.objects.get()
    assert (step.source.pk, step.target.pk) == (wish.pk, measure.pk)
    answer = send(desk, page, {**values, "target": "/wuensche/gibt-es-nicht/"})
    assert answer.status_code == 200
    assert TrailLink.objects.count() == 1


@pytest.mark.parametrize("kind", ["closure", "event", "measure"])
def test_the_preview_shows_what_is_being_typed_in_every_channel(desk: Client, kind: str) -> None:
    item = make_item(kind, title="Vorher", texts={"en": {"title": "Before"}})
    page = address(kind, "preview_on_edit", item.pk)
    typed = fields(desk.get(address(kind, "edit", item.pk)).content.decode())
    typed["title"] = ["Gerade getippt"]
    answer = desk.post(page, typed)
    assert answer.json()["is_valid"], answer.json()
    for mode, _name in item.preview_modes:
        shown = desk.get(page, {"mode": mode})
        assert shown.status_code == 200, mode
        if mode in {"page", "card", "slide", "aloud"}:
            assert "Gerade getippt" in shown.content.decode(), mode
        if mode == "page:en":
            assert "Before" in shown.content.decode()
    item.refresh_from_db()
    assert item.title == "Vorher"


def rows(desk: Client, kind: str) -> dict[str, str]:
    """The state of each item in the list of a kind, by title."""
    page = BeautifulSoup(desk.get(address(kind, "list")).content.decode(), "html.parser")
    return {
        row.select_one(".title a").get_text(strip=True): row.select_one(".w-status").get_text(strip=True)
        for row in page.select("table.listing tbody tr")
    }


def test_the_list_says_in_words_how_far_each_item_is(desk: Client) -> None:
    make_item("news", title="Draußen")
    make_item("news", title="Entwurf", publish=False)
    changed = make_item("news", title="Vorher")
    send(desk, address("news", "edit", changed.pk), {"title": "Nachher"})
    planned = make_item("news", title="Kommt noch", publish=False)
    later = timezone.now() + timedelta(days=2)
    planned.go_live_at = later
    planned.save_revision(approved_go_live_at=later)
    assert rows(desk, "news") == {
        "Draußen": "veröffentlicht",
        "Entwurf": "Entwurf",
        "Vorher": "veröffentlicht, mit Änderungen",
        "Kommt noch": "geplant",
    }


def test_a_long_list_costs_as_few_queries_as_a_short_one(desk: Client, django_assert_max_num_queries: Any) -> None:
    make_item("news")
    with CaptureQueriesContext(connection) as short:
        desk.get(address("news", "list"))
    for _number in range(20):
        make_item("news")
    with django_assert_max_num_queries(len(short)):
        desk.get(address("news", "list"))
