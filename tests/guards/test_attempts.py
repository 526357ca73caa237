"""A refused write leaves the transaction around it whole, with and without a savepoint."""

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartbarleben.guards.attempts import attempt
from smartbarleben.people.models import Erasure

SHARED_DATABASE = settings(
    suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30
)


def write(token: str) -> bool:
    """Whether the row was new."""
    try:
        with attempt():
            Erasure.objects.create(token=token, person="x")
    except IntegrityError:
        return False
    return True


@SHARED_DATABASE
@given(tokens=st.lists(st.sampled_from("abcdef"), max_size=20))
def test_refused_writes_take_nothing_with_them(db: None, tokens: list[str]) -> None:
    with transaction.atomic():
        new = [token for token in tokens if write(token)]
        assert new == list(dict.fromkeys(tokens))
        assert sorted(Erasure.objects.values_list("token", flat=True)) == sorted(set(tokens))
        transaction.set_rollback(True)


def test_what_was_written_around_it_is_kept(transactional_db: None) -> None:
    with transaction.atomic():
        assert write("first")
        assert not write("first")
        assert write("second")
    connection.close()
    assert sorted(Erasure.objects.values_list("token", flat=True)) == ["first", "second"]


def test_without_a_transaction_it_is_just_the_error(transactional_db: None) -> None:
    assert write("first")
    assert not write("first")
    assert Erasure.objects.count() == 1


def test_other_errors_still_end_the_transaction(transactional_db: None) -> None:
    def stumble() -> None:
        with transaction.atomic():
            write("first")
            with attempt():
                raise ValueError("mistake")

    with pytest.raises(ValueError, match="mistake"):
        stumble()
    assert not Erasure.objects.exists()
