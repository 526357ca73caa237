"""Values on their way between the databases: what goes there and back is what it was, and has one digest."""

import math
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.config.moving.values import Kind, canonical, digest_of, from_sqlite, kind_of, to_sqlite

numbers = st.decimals(allow_nan=False, allow_infinity=False, places=4, min_value=-(10**9), max_value=10**9)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
)
VALUES: dict[Kind, st.SearchStrategy[Any]] = {
    "plain": st.text() | st.integers(),
    "boolean": st.booleans(),
    "float": st.floats(allow_nan=False),
    "number": numbers,
    "moment": st.datetimes(min_value=datetime(1970, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    "day": st.dates(),
    "clock": st.times(),
    "span": st.timedeltas(),
    "uuid": st.uuids(),
    "json": json_values.filter(lambda value: value is not None),
    "bytes": st.binary(),
}


@pytest.mark.parametrize("kind", VALUES)
def test_there_and_back(kind: Kind) -> None:
    @given(VALUES[kind])
    def check(value: Any) -> None:
        back = from_sqlite(kind, to_sqlite(kind, value))
        assert back == value
        assert canonical(kind, back) == canonical(kind, value)
        assert from_sqlite(kind, to_sqlite(kind, None)) is None

    check()


@pytest.mark.parametrize("kind", VALUES)
def test_different_values_have_different_bytes(kind: Kind) -> None:
    @given(VALUES[kind], VALUES[kind])
    def check(one: Any, other: Any) -> None:
        same = one == other and type(one) is type(other)
        if kind == "float" and one == other == 0:
            same = math.copysign(1, one) == math.copysign(1, other)
        if kind not in {"json", "plain"}:
            assert (canonical(kind, one) == canonical(kind, other)) == same

    check()


@pytest.mark.parametrize(
    ("kind", "one", "other"),
    [
        ("json", {"a": 1, "b": [True, None]}, {"b": [True, None], "a": Decimal("1.0")}),
        ("number", Decimal("12.50"), 12.5),
        ("number", Decimal("1E+2"), 100),
        ("moment", datetime(2026, 11, 23, 12, tzinfo=UTC), datetime.fromisoformat("2026-11-23T13:00:00+01:00")),
        ("bytes", b"abc", memoryview(b"abc")),
    ],
)
def test_one_value_in_two_writings_is_the_same(kind: Kind, one: Any, other: Any) -> None:
    assert canonical(kind, one) == canonical(kind, other)


def test_names_and_numbers_are_not_texts() -> None:
    assert canonical("json", "1") != canonical("json", 1)
    assert canonical("json", True) != canonical("json", 1)
    assert canonical("plain", None) != canonical("plain", "-")
    assert canonical("plain", "") != canonical("plain", None)


def test_the_digest_sees_every_row_and_no_order() -> None:
    kinds: list[Kind] = ["plain", "plain"]
    rows = [(1, "a"), (2, "b"), (2, "b")]
    assert digest_of(kinds, rows) == digest_of(kinds, rows[::-1])
    assert digest_of(kinds, rows) != digest_of(kinds, rows[:2])
    assert digest_of(kinds, [(1, "ab")]) != digest_of(kinds, [("1a", "b")])
    assert digest_of(kinds, [(1, "a"), (2, "b")]) != digest_of(kinds, [(1, "b"), (2, "a")])


@pytest.mark.parametrize(
    ("stored", "value"),
    [("2026-11-23 12:00:00", datetime(2026, 11, 23, 12, tzinfo=UTC)),
     ("2026-11-23 12:00:00.000001", datetime(2026, 11, 23, 12, 0, 0, 1, UTC))],
)  # fmt: skip
def test_moments_are_read_as_django_writes_them(stored: str, value: datetime) -> None:
    assert from_sqlite("moment", stored) == value
    assert to_sqlite("moment", value) == stored


def test_what_columns_of_postgresql_mean() -> None:
    assert kind_of("character varying(80)") == "plain"
    assert kind_of("numeric(12,2)") == "number"
    assert kind_of("timestamp with time zone") == "moment"
    assert (from_sqlite("day", "2026-11-23"), from_sqlite("clock", "09:30:00")) == (date(2026, 11, 23), time(9, 30))
    assert from_sqlite("span", 90_000_000) == timedelta(seconds=90)
    with pytest.raises(ValueError, match="none"):
        from_sqlite("day", "none")
