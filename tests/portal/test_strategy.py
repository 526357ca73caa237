"""The strategy page: measures with status and money, what is not known, what was refused and why."""

from dataclasses import replace

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import at, make_item
from tests.portal.conftest import words

from smartbarleben.content.actions import link
from smartbarleben.portal.strategy import Measure, money, strategy

CENTS = st.one_of(st.none(), st.integers(0, 10**12))


@given(st.lists(st.tuples(CENTS, CENTS), max_size=12))
def test_sums_hold_what_is_known_and_count_what_is_not(amounts: list[tuple[int | None, int | None]]) -> None:
    plain = Measure(None, "", "idea", "", "", None, None, "")  # type: ignore[arg-type]
    found = money([replace(plain, cost_cents=cost, funded_cents=funded) for cost, funded in amounts])
    assert found.all == len(amounts)
    assert found.known == sum(cost is not None for cost, _funded in amounts)
    assert found.cost_cents == sum(cost or 0 for cost, _funded in amounts)
    assert found.funded_cents == sum(funded or 0 for _cost, funded in amounts)


@pytest.mark.django_db
def test_projects_hold_their_measures_by_how_far_they_are(village) -> None:
    second = make_item("project", title="Zwei", number=2)
    make_item("project", title="Eins", number=1)
    for status in ("done", "idea", "running"):
        make_item("measure", title=status, status=status, project=second)
    make_item("measure", title="frei", status="planned")
    found = strategy("de", timezone.now())
    assert [project.card.title for project in found.projects] == ["Eins", "Zwei"]
    assert [one.card.title for one in found.projects[1].measures] == ["running", "idea", "done"]
    assert [one.card.title for one in found.others] == ["frei"]
    assert [(status, number) for status, _label, number in found.projects[1].counts] == [
        ("running", 1),
        ("idea", 1),
        ("done", 1),
    ]


@pytest.mark.django_db
def test_money_says_what_is_not_known(village, read) -> None:
    project = make_item("project", number=1)
    make_item("measure", title="Bank", project=project, cost_cents=480000, funded_cents=300000)
    make_item("measure", title="Zentrum", project=project, funded_cents=8000000)
    page = read("/en/strategie/")
    said = words(page, ".sum")
    assert "€4,800 for 1 measure whose costs are published." in said
    assert "For 1 of 2 measures we do not know the costs" in said
    assert "€3,000 of €4,800" in words(page)
    assert "Granted: €80,000; the total is not known to us" in words(page)
    bar = page.select_one("progress")
    assert (bar["value"], bar["max"]) == ("300000", "480000")


@pytest.mark.django_db
def test_what_was_refused_stands_there_with_its_reason(village, read) -> None:
    wish = make_item("wish", title="Bessere Luft")
    tree = make_item("measure", title="Citytree", status="rejected", reason="Die Ausschüsse waren dagegen.")
    link(source=wish, target=tree, relation="rejected", reason="Zu teuer für die Wirkung.")
    page = read("/en/strategie/")
    assert "Die Ausschüsse waren dagegen." in words(page)
    assert "Zu teuer für die Wirkung." in words(page, ".trail")


@pytest.mark.django_db
def test_milestones_are_only_as_exact_as_they_are_known(village, read) -> None:
    day = at(40, 12)
    make_item("milestone", title="Auf den Monat", starts_at=day, ends_at=None, date_precision="month")
    make_item("milestone", title="Auf das Jahr", starts_at=day, ends_at=None, date_precision="year", is_done=True)
    lines = words(read("/en/strategie/"), ".timeline")
    assert f"{day:%B %Y}" in lines
    assert f"{day.day} {day:%B}" not in lines
