"""The one table of a case's life."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.cases.status import CLOCK_RUNS, FINAL, FIRST, MOVES, OPEN, IllegalMove, Status, check, reachable
from smartbarleben.cases.words import STATUS_FOR_PERSON, STATUS_WORDS


def test_every_status_has_its_moves_and_its_words() -> None:
    assert set(MOVES) == set(STATUS_WORDS) == set(STATUS_FOR_PERSON) == set(Status)


def test_every_status_can_be_reached_and_nothing_is_a_trap() -> None:
    for first in FIRST:
        assert reachable(first) | FIRST == set(Status)
    for status in Status:
        # Whatever happens by mistake can be mended: from everywhere there is a way back to work.
        assert Status.IN_WORK in reachable(status)


def test_nothing_is_closed_that_was_not_answered_or_asked_back() -> None:
    assert {before for before, then in MOVES.items() if Status.CLOSED in then} == {Status.ANSWERED, Status.ASKED_BACK}


def test_the_clock_runs_only_while_we_owe_something() -> None:
    assert not CLOCK_RUNS & FINAL
    assert CLOCK_RUNS <= OPEN


@given(st.sampled_from(Status), st.sampled_from(Status))
def test_a_move_is_in_the_table_or_refused(now: Status, then: Status) -> None:
    if then in MOVES[now]:
        check(now, then)
    else:
        with pytest.raises(IllegalMove):
            check(now, then)
