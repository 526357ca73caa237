"""Twice is once: whatever calendars and tables hold, a second import of the same changes nothing at all."""

import random
from collections.abc import Sequence
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.factories import make_village
from tests.imports.making import calendar, event, workbook
from tests.imports.test_importing import everything, source, take, when

from smartbarleben.content.actions import revise
from smartbarleben.content.kinds import Club
from smartbarleben.content.models import Item
from smartbarleben.imports.models import Record
from smartbarleben.places.actions import change_place
from smartbarleben.places.models import Municipality, Place
from smartbarleben.ui.dates import today


class Twice(TestCase):
    """Whatever a calendar holds: importing it twice is importing it once, in whatever order its entries come."""

    def setUp(self) -> None:
        make_village()

    @settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.tuples(
                st.sampled_from("abcd"), st.sampled_from(["Fest", "Chor <b>", "Lauf & Spiel"]), st.integers(-60, 60),
                st.sampled_from(["", "RRULE:FREQ=WEEKLY;COUNT=3", "STATUS:CANCELLED", "DESCRIPTION:a\\nb\\n\\n- c"]),
            ),
            max_size=5,
        ),
        st.randoms(use_true_random=False),
    )  # fmt: skip
    def test_twice_is_once_in_any_order(self, rows: list[Any], luck: random.Random) -> None:
        events = [event(uid, title, when(days), *filter(None, [more])) for uid, title, days, more in rows]
        row = source()
        take(row, calendar(*events))
        first, generation = everything(), Municipality.objects.get().generation
        keys = set(Item.objects.values_list("pk", "latest_revision_id"))
        luck.shuffle(events)
        again = take(row, calendar(*events))
        assert everything() == first
        assert set(Item.objects.values_list("pk", "latest_revision_id")) == keys
        assert Municipality.objects.get().generation == generation
        assert set(again.counts) <= {"unchanged", "rest"}


HEAD = ["Nummer", "Name", "Ortschaft", "Telefon"]


def as_file(ending: str, rows: Sequence[Sequence[Any]]) -> bytes:
    """The rows as a CSV or an Excel file, in which numbers are numbers."""
    if ending == "csv":
        return "\r\n".join(";".join(map(str, row)) for row in [HEAD, *rows]).encode()
    return workbook([HEAD, *rows])


class TwiceFromTables(TestCase):
    """Whatever a table holds, as CSV or Excel, in whatever order: twice is once, ours stays, nothing is deleted."""

    def setUp(self) -> None:
        make_village()

    @settings(max_examples=16, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.sampled_from(["clubs", "places"]),
        st.dictionaries(
            st.integers(1, 9),
            st.tuples(
                st.sampled_from(["Chor", "Lauf & Spiel", "Verein <b>", "Fußball"]),
                st.sampled_from(["", "Barleben", "Ebendorf"]),
                st.sampled_from(["", "039203 1", "039203 2"]),
            ),
            min_size=1,
            max_size=5,
        ),
        st.permutations(["csv", "xlsx"]),
        st.randoms(use_true_random=False),
    )
    def test_twice_is_once(self, target: str, table: dict[int, Any], endings: list[str], luck: random.Random) -> None:
        rows = [[number, *cells] for number, cells in table.items()]
        row, model = source(target), {"clubs": Club, "places": Place}[target]

        def stored() -> list[Any]:
            things = model.objects.order_by("pk").values("pk", "phone", "summary", "ortschaft__slug", "source_name")
            return [*things, *Record.objects.order_by("key").values("key", "object_key", "given", "stored", "notes")]

        assert take(row, as_file(endings[0], rows), f"liste.{endings[0]}").counts == {"new": len(rows)}
        once, generation = stored(), Municipality.objects.get().generation
        luck.shuffle(rows)
        assert take(row, as_file(endings[1], rows), f"liste.{endings[1]}").counts == {"unchanged": len(rows)}
        assert (stored(), Municipality.objects.get().generation) == (once, generation)
        for thing in model.objects.all():
            if target == "clubs":
                revise(item=thing, phone="unsere")
            else:
                change_place(place=thing, phone="unsere")
        others = [[number, name, village, "039203 99"] for number, name, village, _phone in rows]
        assert take(row, as_file(endings[0], others), f"liste.{endings[0]}").counts["kept"] == len(rows)
        assert set(model.objects.values_list("phone", flat=True)) == {"unsere"}
        assert take(row, as_file(endings[1], []), f"liste.{endings[1]}").counts == {"vanished": len(rows)}
        assert model.objects.count() == len(rows)
        assert all(thing.is_stale(today()) for thing in model.objects.all())
