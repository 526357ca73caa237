"""Case numbers over the telephone."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.cases.numbers import LENGTH, SIGNS, NumberError, check_sign, new, read, shown

four = st.text(SIGNS, min_size=LENGTH, max_size=LENGTH)


def number_of(signs: str) -> str:
    return shown(signs + check_sign(signs))


@given(four)
def test_a_number_is_read_however_it_is_typed(signs: str) -> None:
    number = number_of(signs)
    for typed in (number, number.lower(), number.replace("-", " "), f" {number.replace('-', '')} ", "-".join(number)):
        assert read(typed) == number


@given(four, st.integers(0, LENGTH), st.sampled_from(SIGNS))
def test_one_wrong_sign_is_always_noticed(signs: str, place: int, other: str) -> None:
    number = number_of(signs).replace("-", "")
    wrong = number[:place] + other + number[place + 1 :]
    if wrong != number:
        with pytest.raises(NumberError):
            read(wrong)


@given(four, st.integers(0, LENGTH), st.integers(0, LENGTH))
def test_two_signs_that_changed_places_are_always_noticed(signs: str, one: int, two: int) -> None:
    letters = list(number_of(signs).replace("-", ""))
    letters[one], letters[two] = letters[two], letters[one]
    swapped = "".join(letters)
    if shown(swapped) != number_of(signs):
        with pytest.raises(NumberError):
            read(swapped)


@given(st.text(max_size=40))
def test_anything_typed_is_a_number_or_an_error_in_words(typed: str) -> None:
    with contextlib.suppress(NumberError):
        assert read(read(typed)) == read(typed)


def test_signs_that_look_or_sound_alike_never_occur() -> None:
    assert not set("0OQ125SZ8BILV") & (set(SIGNS) - {"Q"})
    assert all(read(new()) for _try in range(200))
