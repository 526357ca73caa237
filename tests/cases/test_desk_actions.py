"""One's own desk: only one's own things, each change in the record, nothing twice."""

from datetime import date

import pytest
from django.db import IntegrityError, transaction
from tests.cases.making import make_worker
from tests.factories import make_village

from smartbarleben.cases import actions
from smartbarleben.cases.actions import NotPossible
from smartbarleben.cases.models import Absence, DeskSetting, SavedView
from smartbarleben.people.models import AuditEntry, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna() -> User:
    make_village()
    return make_worker("anna")


def recorded() -> list[str]:
    verbs = AuditEntry.objects.order_by("pk").values_list("verb", flat=True)
    return [verb for verb in verbs if verb.startswith("cases.")]


def test_the_same_name_again_replaces_the_view(anna: User) -> None:
    for query in ("art=barrier", "art=question"):
        actions.keep_view(name="  Meine   Sicht ", query=query, by=anna)
    actions.keep_view(name="Meine Sicht", query="frist=heute", by=anna, shared=True)
    rows = SavedView.objects.order_by("pk").values_list("user", "name", "query")
    assert list(rows) == [(anna.pk, "Meine Sicht", "art=question"), (None, "Meine Sicht", "frist=heute")]
    assert recorded() == ["cases.keep_view"] * 3


def test_a_shared_name_is_there_once(anna: User) -> None:
    actions.keep_view(name="Alle", query="", by=anna, shared=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        SavedView.objects.create(name="Alle", query="art=barrier")
    SavedView.objects.create(name="Alle", query="", user=anna)


def test_a_view_needs_a_name(anna: User) -> None:
    with pytest.raises(NotPossible):
        actions.keep_view(name=" \t ", query="", by=anna)
    assert not SavedView.objects.exists()


def test_nobody_takes_away_what_is_somebody_elses(anna: User) -> None:
    bernd = make_worker("bernd")
    view = actions.keep_view(name="Meins", query="", by=anna)
    absence = actions.go_away(by=anna, first=date(2031, 5, 1), last=date(2031, 5, 9), substitute=bernd)
    assert actions.drop_view(pk=view.pk, by=bernd) is None
    actions.come_back(pk=absence.pk, by=bernd)
    assert (SavedView.objects.count(), Absence.objects.count()) == (1, 1)
    assert actions.drop_view(pk=view.pk, by=anna)
    actions.come_back(pk=absence.pk, by=anna)
    assert (SavedView.objects.count(), Absence.objects.count()) == (0, 0)
    assert recorded() == ["cases.keep_view", "cases.go_away", "cases.drop_view", "cases.come_back"]


def test_what_is_refused_leaves_no_trace_in_the_record(anna: User) -> None:
    for first, substitute in ((date(2031, 5, 9), make_worker("bernd")), (date(2031, 5, 1), anna)):
        with pytest.raises(IntegrityError), transaction.atomic():
            actions.go_away(by=anna, first=first, last=date(2031, 5, 2), substitute=substitute)
    assert recorded() == []


def test_habits_are_one_row_for_each_person(anna: User) -> None:
    actions.set_habits(by=anna, digest=False, shortcuts=True)
    actions.set_habits(by=anna, digest=True, shortcuts=False)
    assert DeskSetting.objects.values_list("user", "digest", "shortcuts").get() == (anna.pk, True, False)
