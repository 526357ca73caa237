"""The generation: the number by which caches notice that something public has changed."""

import pytest
from tests.factories import make_village

from smartbarleben.places import queries
from smartbarleben.places.actions import raise_generation, raised_once
from smartbarleben.places.models import Municipality

pytestmark = pytest.mark.django_db


def generation() -> int:
    return Municipality.objects.get().generation


def test_each_change_raises_it() -> None:
    make_village()
    before = generation()
    raise_generation()
    raise_generation()
    assert generation() == before + 2


def test_a_load_of_many_changes_raises_it_once_and_one_of_none_leaves_it() -> None:
    make_village()
    before = generation()
    with raised_once():
        raise_generation()
        raise_generation()
        assert generation() == before
    assert generation() == before + 1
    with raised_once():
        pass
    assert generation() == before + 1


def raise_and_break() -> None:
    raise_generation()
    raise ValueError("broken")


def test_a_load_that_fails_leaves_no_trace_for_the_next_change() -> None:
    make_village()
    before = generation()
    with pytest.raises(ValueError, match="broken"), raised_once():
        raise_and_break()
    assert generation() == before
    raise_generation()
    assert generation() == before + 1


def test_inside_as_of_the_village_costs_no_query(django_assert_num_queries) -> None:
    make_village()
    known = queries.village().generation
    with queries.as_of(known), django_assert_num_queries(0):
        assert queries.village().generation == known
        assert queries.mail_house().village.name
    raise_generation()
    assert queries.village().generation == known + 1
