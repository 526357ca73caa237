"""What rows can become: every target of the house keeps what it promises to staff, and a half-made one is refused."""

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from tests.factories import make_village

from smartbarleben.imports import registry, tables
from smartbarleben.imports.registry import FromCalendars, FromTables, Origin, Target
from smartbarleben.imports.trouble import Report
from smartbarleben.ui.dates import today
from smartbarleben.waste.actions import set_tour

TARGETS = {target.key: target for target in registry.targets()}
TABLES = [target for target in TARGETS.values() if isinstance(target, FromTables)]
each = pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS)
each_of_tables = pytest.mark.parametrize("target", TABLES, ids=lambda target: target.key)


def test_the_issues_four_kinds_can_be_imported() -> None:
    assert {"events", "clubs", "places", "waste"} <= set(TARGETS)


@each
def test_a_target_reads_calendars_or_tables_and_says_what_it_brings(target: Target) -> None:
    reads = {"ics": FromCalendars, "table": FromTables}
    assert target.formats
    assert list(target.formats) == [name for name, kind in reads.items() if isinstance(target, kind)]
    assert str(target.label)
    assert str(target.hint)
    assert not target.may(AnonymousUser())


@each
def test_a_target_finds_nothing_where_there_is_nothing(db: None, target: Target) -> None:
    assert target.read([]) == {}
    assert target.read(["999999999"]) == {}
    assert target.edit_url("999999999") == ""


@each_of_tables
def test_the_columns_of_a_table_are_told_apart_and_one_is_needed(target: FromTables) -> None:
    headings = [heading.casefold() for column in target.columns for heading in column.headings]
    assert len(set(headings)) == len(headings)
    assert any(column.required for column in target.columns)


@each_of_tables
def test_the_template_reads_back_and_all_that_it_gives_has_a_name_for_staff(db: None, target: FromTables) -> None:
    make_village()
    set_tour(key="tour-1", streets=["Breiteweg"])
    report, origin = Report("vorlage.csv"), Origin("Quelle", "", today(), option="tour-1")
    rows = tables.read(tables.template(target.columns), "vorlage.csv", target.columns, report)
    [entry] = target.from_table(rows, report, origin)
    assert report.count == 0
    assert set(entry.values) <= set(target.labels)
    assert all(target.shown(field, value) for field, value in entry.values.items() if value not in (None, "", []))


@pytest.mark.parametrize("missing", sorted(FromTables.__abstractmethods__))
def test_a_half_made_target_is_refused_at_once(missing: str) -> None:
    whole: dict[str, Any] = {name: lambda self, *args: None for name in FromTables.__abstractmethods__}
    made = type("Whole", (FromTables,), {"key": "whole", "columns": (), **whole})
    assert made().formats == ("table",)
    with pytest.raises(TypeError, match=missing):
        type(
            "Half", (FromTables,), {"key": "half", **{name: one for name, one in whole.items() if name != missing}}
        )()
