"""How long do we take? Honest numbers, and none about so few that they would speak of people."""

from datetime import date, datetime, timedelta

import pytest
from django.test import Client
from tests.cases.filling import Page, words
from tests.cases.making import make_case, make_worker
from tests.factories import make_village

from smartbarleben.cases import actions
from smartbarleben.cases.answer_times import SMALLEST_GROUP, answer_times
from smartbarleben.cases.models import Ended
from smartbarleben.ui.dates import VILLAGE_TIME, today

MONDAY = datetime(2026, 10, 5, 9, tzinfo=VILLAGE_TIME)
LATER = datetime(2026, 11, 23, 9, tzinfo=VILLAGE_TIME)


@pytest.fixture(autouse=True)
def village(db, settings, time_machine) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    time_machine.move_to(LATER, tick=False)
    make_village()


def answered(days: int, **values) -> None:
    case = make_case(now=MONDAY, **values)
    actions.answer(case=case, text="Gern.", by=make_worker(), now=MONDAY + timedelta(days=days))


def times(key: str = "question"):
    return next(one for one in answer_times(today()) if one.offer.kind.key == key)


def test_the_middle_case_counts_and_who_still_waits_counts_as_broken() -> None:
    for days in (1, 1, 3, 4, 30):
        answered(days)
    found = times()
    assert (found.answered, found.median_days, found.kept_percent) == (5, 3, 80)
    for _waiting in range(5):
        make_case(now=MONDAY)
    assert times().kept_percent == 40


def test_sample_data_held_and_refused_cases_do_not_count() -> None:
    for _case in range(5):
        answered(1, is_example=True)
        make_case(now=MONDAY, held=True)
    assert (times().answered, times().kept_percent) == (0, None)


def test_small_groups_are_not_shown(client: Client) -> None:
    for _case in range(SMALLEST_GROUP - 1):
        answered(1)
    assert (times().median_days, times().kept_percent) == (None, None)
    assert "too few" in words(Page.open(client, "/en/antworten/").soup)


def test_deleted_cases_still_count_for_a_year() -> None:
    row = {"category": "question", "door": "web", "status": "closed", "working_days": 6, "kept": True}
    Ended.objects.bulk_create([Ended(month=date(2026, 1, 1), **row) for _one in range(5)])
    Ended.objects.bulk_create([Ended(month=date(2025, 10, 1), **row) for _one in range(5)])
    assert (times().answered, times().median_days, times().kept_percent) == (5, 6, 100)


def test_the_page_says_promise_and_numbers_in_few_queries(client: Client, django_assert_max_num_queries) -> None:
    for _case in range(5):
        answered(1)
    client.get("/en/antworten/")
    with django_assert_max_num_queries(8):
        page = Page.open(client, "/en/antworten/")
    said = words(page.soup)
    assert "within 10 working days" in said
    assert "within 1 month" in said
    assert "100 %" in said
    assert page.soup.select_one('a[href="/en/formular/frage/"]')


def test_the_data_set_says_what_the_page_says_and_keeps_small_groups_to_itself(client: Client) -> None:
    """German whatever language is asked for, as all data sets."""

    def row(language: str = "de") -> dict:
        answer = client.get(f"/api/v1/datasets/antwortzeiten/rows?language={language}")
        return next(one for one in answer.json()["rows"] if one["kind"] == "frage")

    for _case in range(SMALLEST_GROUP - 1):
        answered(1)
    assert [row()[name] for name in ("answered", "median_days", "kept")] == [None, None, None]
    answered(40)
    said = {
        "kind": "frage",
        "title": "Frage an das Rathaus",
        "promised_days": 10,
        "promised_months": None,
        "answered": 5,
        "median_days": 1,
        "kept": 80,
        "url": "http://localhost:8000/formular/frage/",
    }
    assert [row(), row("en")] == [said, said]
