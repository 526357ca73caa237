"""The index says what is public, always: after any sequence of changes it is what a rebuild would make."""

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories import at, make_item, make_place, make_village

from smartbarleben.content.actions import publish_latest, take_back
from smartbarleben.content.examples import remove_examples
from smartbarleben.content.models import Item
from smartbarleben.places.models import Municipality, OpeningHours, Ortschaft, Place
from smartbarleben.search import actions, queries, tables
from smartbarleben.search.documents import columns
from smartbarleben.search.models import Document, Word
from smartbarleben.waste.actions import set_tour
from smartbarleben.waste.models import Tour

pytestmark = pytest.mark.django_db


def state() -> tuple[object, ...]:
    """Everything that the index says, without the places of rows and the spelling of words."""
    words = Word.objects.values_list("language", "word", "stem", "count")
    return sorted(map(columns, Document.objects.all()), key=str), sorted(words)


def names(words: str, language: str = "de", **filters: object) -> list[str]:
    found = queries.find(words, language, now=timezone.now(), filters=queries.Filters(**filters))  # type: ignore[arg-type]
    return [hit.name for hit in found.hits]


CHANGES = (
    *("item", "translated", "retitle", "take_back", "publish", "delete"),
    *("place", "rename", "no_place", "ortschaft", "tour", "no_tour"),
)


def change(what: str, number: int) -> None:
    """One change of the village, as its rooms make them."""
    items = list(Item.objects.order_by("pk"))
    item = items[number % len(items)].as_specific() if items else None
    places = list(Place.objects.order_by("pk"))
    match what:
        case "item":
            make_item("news", title=f"Nachricht {number} vom Sommerfest", body="<p>Mit Musik.</p>")
        case "translated":
            texts = {"en": {"title": f"Party {number}", "summary": "With music", "body": ""}}
            start = at(number % 40 - 20)
            make_item("event", title="Fest", starts_at=start, ends_at=start + timedelta(hours=2), texts=texts)
        case "retitle" if item:
            item.title = f"Anders {number}"
            item.save_revision().publish()
        case "take_back" if item:
            take_back(item=item)
        case "publish" if item:
            publish_latest(item=item)
        case "delete" if item:
            item.delete()
        case "place":
            make_place(f"Haus {number}", texts={"en": {"summary": "A house"}})
        case "rename" if places:
            place = places[number % len(places)]
            place.name = f"Halle {number}"
            place.save()
        case "no_place" if places:
            places[number % len(places)].delete()
        case "ortschaft":
            one = Ortschaft.objects.order_by("pk")[number % 3]
            one.name = f"Dorf {number}"
            one.save()
        case "tour":
            one = Ortschaft.objects.order_by("pk")[number % 3]
            set_tour(key=f"tour-{number % 3}", streets=["Breiteweg", f"Straße {number}"], ortschaft=one)
        case "no_tour":
            Tour.objects.all().delete()


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(CHANGES), st.integers(0, 60)), max_size=9))
def test_after_any_changes_the_index_is_what_a_rebuild_makes(steps: list[tuple[str, int]]) -> None:
    Item.objects.all().delete()
    Place.objects.all().delete()
    Tour.objects.all().delete()
    if not Municipality.objects.exists():
        make_village()
        actions.rebuild()
    for what, number in steps:
        change(what, number)
    before = state()
    assert not tables.broken(connection)
    actions.rebuild()
    assert state() == before
    assert not tables.broken(connection)


def test_drafts_and_what_was_taken_back_are_never_found() -> None:
    make_village()
    draft = make_item("news", title="Geheimplan Marktplatz", publish=False)
    assert names("Geheimplan") == []
    publish_latest(item=draft)
    assert names("Geheimplan") == ["Geheimplan Marktplatz"]
    take_back(item=Item.objects.get(pk=draft.pk).as_specific())
    assert names("Geheimplan") == []
    assert not Word.objects.filter(word="geheimplan").exists()


def test_a_draft_of_something_public_changes_nothing_until_it_is_published() -> None:
    make_village()
    item = make_item("news", title="Bibliothek öffnet")
    item.title = "Bibliothek schließt für immer"
    revision = item.save_revision()
    assert names("schließt") == []
    revision.publish()
    assert names("schließt") == ["Bibliothek schließt für immer"]


def test_what_expires_leaves_the_index() -> None:
    make_village()
    item = make_item("news", title="Kurzmeldung Wasserrohr")
    item.expire_at = timezone.now() - timedelta(minutes=1)
    item.save()
    call_command("publish_scheduled", verbosity=0)
    assert names("Wasserrohr") == []


def test_deleted_examples_leave_the_index() -> None:
    make_village()
    make_item("club", title="Beispielverein Klangwerk", is_example=True)
    assert names("Klangwerk")
    remove_examples()
    assert names("Klangwerk") == []


def test_opening_hours_make_a_place_findable_by_them() -> None:
    make_village()
    place = make_place("Alte Schmiede")
    assert names("Schmiede Öffnungszeiten") == ["Alte Schmiede"]
    before = Document.objects.get(source="places", key=str(place.pk), language="de").words_keywords
    OpeningHours.objects.create(place=place, weekday=0, opens="09:00", closes="12:00")
    after = Document.objects.get(source="places", key=str(place.pk), language="de").words_keywords
    assert set(after.split()) > set(before.split())


def test_cases_and_residents_are_nowhere_in_the_index() -> None:
    from tests.cases.making import make_case

    make_village()
    make_case("Die Zaubernuss wächst über den Zaun.")
    actions.rebuild()
    assert names("Zaubernuss") == []


def test_many_changes_at_once_are_written_once_and_the_same() -> None:
    make_village()
    with actions.gathered():
        first = make_item("news", title="Erstens Quitte")
        make_item("news", title="Zweitens Quitte")
        take_back(item=first.as_specific())
        assert names("Quitte") == []
    assert names("Quitte") == ["Zweitens Quitte"]


@pytest.mark.sqlite_only
def test_a_broken_index_is_noticed_and_mended_by_the_daily_work() -> None:
    from smartbarleben.search.schedule import tidy

    make_village()
    make_item("news", title="Heiler Text")
    with connection.cursor() as cursor:
        cursor.execute("INSERT INTO search_index(search_index) VALUES ('delete-all')")
    assert tables.broken(connection)
    assert names("Heiler") == []
    tidy()
    assert not tables.broken(connection)
    assert names("Heiler") == ["Heiler Text"]


def test_documents_of_the_same_minute_and_name_find_a_place_each() -> None:
    make_village()
    make_item("news", title="Schon da")
    taken = Document.objects.order_by("-pk").values_list("pk", flat=True)[0]
    rows = [Document(pk=taken), Document(pk=taken), Document(pk=taken + 1)]
    actions._find_places(rows)
    assert len({row.pk for row in rows} | {taken}) == 4


def test_a_gathering_inside_another_keeps_every_change() -> None:
    make_village()
    with actions.gathered():
        make_item("news", title="Vorher Mispel")
        with actions.gathered():
            make_item("news", title="Innen Mispel")
        make_item("news", title="Danach Mispel")
    assert len(names("Mispel")) == 3


def test_a_loaded_village_has_a_right_index() -> None:
    from smartbarleben.config.paths import ROOT

    call_command("load_village", str(ROOT / "data" / "barleben"), verbosity=0)
    before = state()
    assert {source for source, *_rest in Document.objects.values_list("source").distinct()} >= {
        *("items", "places", "ortschaften", "waste", "forms")
    }
    call_command("reindex", verbosity=0)
    assert state() == before
