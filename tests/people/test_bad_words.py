"""Passwords made of what everybody would try here first."""

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import make_village

from smartbarleben.people.actions import speakable_password
from smartbarleben.people.bad_words import is_weak
from smartbarleben.people.models import User

PETRA = User(username="petra.krause", first_name="Petra", last_name="Müller-Krause", email="p.krause@rathaus.example")


@pytest.mark.parametrize(
    "typed",
    ["Barleben-2026!", "barleben123456", "B4rl3b3n_B4rl3b3n", "SmartBarleben!!1", "RathausBarleben",
     "Petra.Krause.1975", "MuellerKrause#1", "müller krause 12", "Passwort-Gemeinde",
     "Verwaltung-Sommer-26", "Bürgermeister2026"],
)  # fmt: skip
def test_words_of_the_house_and_of_the_person_are_no_password(db: None, typed: str) -> None:
    make_village(name="Barleben")
    with pytest.raises(ValidationError):
        validate_password(typed, PETRA)


@pytest.mark.parametrize(
    "typed", ["barleben-kartoffel-mond", "ein-gutes-passwort", "Корова сидить на даху", "vier tassen, ein löffel"]
)
def test_a_word_of_the_house_among_others_is_fine(db: None, typed: str) -> None:
    make_village(name="Barleben")
    validate_password(typed, PETRA)


@given(
    st.text("!-_.,;:#+*/ ()?", max_size=12), st.sampled_from(["barleben", "Petra", "RATHAUS"]), st.integers(0, 99999)
)
def test_a_word_with_digits_and_signs_around_it_stays_that_word(signs: str, word: str, number: int) -> None:
    assert is_weak(f"{number}{word}{signs}{number}", {"barleben", "petra", "rathaus"})


@given(st.text())
def test_where_no_such_word_stands_the_rule_says_nothing(typed: str) -> None:
    assert not is_weak(typed, set())


def test_passwords_that_the_program_makes_are_good(db: None) -> None:
    make_village(name="Barleben")
    for _n in range(50):
        validate_password(speakable_password(), PETRA)
