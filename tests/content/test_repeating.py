"""What a person chooses for a repetition comes back as the same choice."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.content.repeating import Repeats, read, write
from smartbarleben.kernel.rrule import dates, parse

days = st.dates(date(2000, 1, 1), date(2090, 1, 1))
chosen = st.sampled_from([one for one in Repeats if one is not Repeats.OWN])


@given(chosen, days, st.none() | st.integers(0, 2000))
def test_a_choice_survives_being_stored(choice: Repeats, start: date, length: int | None) -> None:
    until = None if length is None or choice is Repeats.ONCE else start + timedelta(days=length)
    assert read(write(choice, start, until), start) == (choice, until, "")


@given(st.sampled_from([Repeats.WEEKLY, Repeats.FORTNIGHTLY, Repeats.MONTHLY]), days)
def test_every_date_falls_on_the_weekday_of_the_first(choice: Repeats, start: date) -> None:
    found = list(dates(parse(write(choice, start)), start, start, start + timedelta(days=200)))
    assert found[0] == start
    assert len(found) > 5
    assert {day.weekday() for day in found} == {start.weekday()}


@given(days)
def test_a_rule_written_by_hand_stays_as_it_is(start: date) -> None:
    rule = "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=7"
    assert read(rule, start) == (Repeats.OWN, None, rule)
    assert write(Repeats.OWN, start, None, rule) == rule


def test_the_usual_rules_are_understood() -> None:
    tuesday = date(2031, 3, 11)
    assert read("FREQ=WEEKLY;BYDAY=TU", tuesday)[0] is Repeats.WEEKLY
    assert read("FREQ=WEEKLY;BYDAY=WE", tuesday)[0] is Repeats.OWN
    assert read("FREQ=MONTHLY;BYDAY=2TU;UNTIL=20311231", tuesday) == (Repeats.MONTHLY, date(2031, 12, 31), "")
    assert read("no rule at all", tuesday) == (Repeats.OWN, None, "no rule at all")
