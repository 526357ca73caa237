"""The plan of an import: the rules that keep local changes and make a second import do nothing."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.imports.incoming import Incoming
from smartbarleben.imports.planning import Act, Known, Outcome, digest, is_alarming, mark, marks, plan

FIELDS = ("title", "text", "day")
values = st.fixed_dictionaries({name: st.sampled_from(["", "a", "b", "c"]) for name in FIELDS})
houses = st.dictionaries(st.sampled_from("pqrst"), st.tuples(values, values, values, st.booleans()), max_size=5)
sources = st.dictionaries(st.sampled_from("pqrst"), values, max_size=5)


def rows_of(source: dict[str, Any]) -> list[Incoming]:
    return [Incoming(key, one) for key, one in source.items()]


def known_of(house: dict[str, Any]) -> dict[str, Known]:
    return {
        key: Known(key, marks(given_), marks(stored), here, vanished)
        for key, (given_, stored, here, vanished) in house.items()
    }


def after(source: dict[str, Any], known: dict[str, Known]) -> dict[str, Known]:
    """The house after the plan was carried out, as `carrying_out` remembers it."""
    house = dict(known)
    for entry in plan(rows_of(source), known, {}):
        row = source.get(entry.key)
        before = known.get(entry.key)
        if entry.act is Act.VANISHED and before:
            house[entry.key] = Known(before.key, before.given, before.stored, before.here, True)
        elif row is not None and (before is None or before.here is not None):
            here = dict((before.here if before else None) or {})
            stored = dict(before.stored) if before else {}
            here |= {change.field: change.there for change in entry.taken} if before else row
            stored |= {name: mark(here[name]) for name in row if before is None or here.get(name) == row[name]}
            house[entry.key] = Known(entry.key, marks(row), stored, here)
    return house


@given(sources, houses)
def test_twice_is_once(source: dict[str, Any], house: dict[str, Any]) -> None:
    once = after(source, known_of(house))
    again = plan(rows_of(source), once, {})
    assert not [one for one in again if one.writes or one.changes]
    assert after(source, once) == once


@given(sources, houses, st.randoms(use_true_random=False))
def test_the_order_of_rows_says_nothing(source: dict[str, Any], house: dict[str, Any], luck: random.Random) -> None:
    rows, known = rows_of(source), known_of(house)
    mixed = rows.copy()
    luck.shuffle(mixed)
    assert plan(mixed, known, {}) == plan(rows, known, {})
    assert digest(plan(mixed, known, {})) == digest(plan(rows, known, {}))


@given(sources, sources, st.sampled_from(FIELDS))
def test_what_was_changed_here_stays(first: dict[str, Any], second: dict[str, Any], field: str) -> None:
    house = after(first, {})
    ours = {
        key: Known(key, one.given, one.stored, {**(one.here or {}), field: "ours"}, one.vanished)
        for key, one in house.items()
    }
    later = after(second, ours)
    assert all((one.here or {})[field] == "ours" for key, one in later.items() if key in first)


def test_only_what_the_source_changed_is_taken_and_conflicts_are_told() -> None:
    here = {"title": "Fest", "text": "unser Text", "day": "1"}
    before = marks({"title": "Fest", "text": "alt", "day": "1"})
    known = {"k": Known("k", before, before, here)}
    [entry] = plan([Incoming("k", {"title": "Fest", "text": "neu", "day": "2"})], known, {})
    assert [(one.field, one.here, one.there, one.outcome) for one in entry.changes] == [
        ("day", "1", "2", Outcome.TAKE),
        ("text", "unser Text", "neu", Outcome.KEEP),
    ]


def test_what_stood_here_before_is_found_and_only_its_gaps_are_filled() -> None:
    found = {"k": {"title": "Verein", "text": "unser Text", "day": ""}}
    [entry] = plan([Incoming("k", {"title": "Verein", "text": "anders", "day": "Di"})], {}, found)
    assert entry.act is Act.FOUND
    assert {one.field: one.outcome for one in entry.changes} == {"text": Outcome.KEEP, "day": Outcome.TAKE}


def test_vanished_over_deleted_and_spared_are_told_apart() -> None:
    one = {"title": "x"}
    said = marks(one)
    known = {
        "gone": Known("gone", said, said, one),
        "over": Known("over", said, said, one, over=True),
        "deleted": Known("deleted", said, said, None),
        "broken": Known("broken", said, said, one),
    }
    rows = [Incoming("deleted", {"title": "y"})]
    acts = {entry.key: entry.act for entry in plan(rows, known, {}, spares=lambda key: key == "broken")}
    assert acts == {
        "gone": Act.VANISHED,
        "over": Act.REST,
        "deleted": Act.DELETED_HERE,
        "broken": Act.REST,
    }


def test_a_delivery_in_which_most_is_missing_is_alarming() -> None:
    one = {"title": "x"}
    known = {str(number): Known(str(number), marks(one), marks(one), one) for number in range(10)}
    assert is_alarming(plan([], known, {}))
    assert not is_alarming(plan([Incoming(str(number), one) for number in range(6)], known, {}))
    assert not is_alarming(plan([], {key: known[key] for key in "0123"}, {}))
