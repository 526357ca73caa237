"""What a log may say: words of the program, and nothing that a person wrote."""

import pytest
from django.db import DataError, IntegrityError, OperationalError
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.watching.scrubbing import named, scrubbed, traced

NAMES = st.from_regex(r"[A-ZÄÖÜ][a-zäöüß]{5,12}", fullmatch=True)


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("mail to erika.beispiel+x@example.org failed", "erika"),
        ('fts5: syntax error near "Beispielstraße"', "Beispiel"),
        ("asked by 192.168.17.23 at once", "192.168"),
        ("asked by 2001:db8::7334 at once", "db8"),
        ("Not Found: /formular/vorgang/K74M-2XYZ/abcDEF0123456789abcd/", "K74M"),
        ("call 039203 565 0 today", "039203"),
        ("token AbCdEf0123456789GhIj is wrong", "AbCdEf"),
        ("https://dorf.example.org/konto/?next=x went wrong", "konto"),
        ("object <User: erika> is wrong", "erika"),
        ("object <User: a > b, erika> is wrong", "erika"),
        ("no such column: quendelbaum", "quendelbaum"),
        ("it can't be 'O'Brien of Quendel'", "Brien"),
        ('cut in the middle of "Quendelbaum and', "Quendelbaum"),
        ("cut in the middle of „Quendelbaum and", "Quendelbaum"),
        ("x" * 1_990 + " 'Quendelbaum'", "Quend"),
    ],
)
def test_what_could_be_a_person_is_taken_out(text: str, hidden: str) -> None:
    assert hidden not in scrubbed(text)
    assert scrubbed(text)


def test_words_of_the_program_stay() -> None:
    assert scrubbed("the worker for Job could not go on") == "the worker for Job could not go on"
    assert scrubbed("no such table: cases_case") == "no such table: cases_case"
    assert scrubbed("mail 17, try 3: SMTPServerDisconnected") == "mail 17, try 3: SMTPServerDisconnected"


@given(st.text(min_size=1), st.sampled_from(["expected a number but got %r.", "%r", "bad: %r", "%r and %r"]))
def test_what_python_quotes_is_gone_whatever_stands_in_it(typed: str, words: str) -> None:
    said = scrubbed(words % ((typed,) * words.count("%")))
    assert said == words.replace("%r", "'…'")


@given(NAMES)
def test_names_that_the_program_was_asked_for_are_not_said(name: str) -> None:
    """A name of the program that is missing is a mistake in it; another one was typed by somebody."""
    for wrong in (lambda: getattr(object(), name), lambda: __import__(name)):
        with pytest.raises((AttributeError, ImportError)) as caught:
            wrong()
        assert name not in named(caught.value)


@given(NAMES)
def test_exceptions_that_quote_somebody_are_named_only(name: str) -> None:
    for problem in (
        ValueError(f"invalid literal for int(): {name}"),
        KeyError(name),
        IntegrityError(f"duplicate key\nDETAIL:  Key (email)=({name}@example.org) already exists."),
        DataError(f'invalid input syntax for type integer: "{name}"'),
        AttributeError(f"{name} has no address"),
    ):
        assert named(problem) == type(problem).__name__


def test_what_helps_an_operator_stays() -> None:
    assert named(OperationalError("database is locked")) == "OperationalError: database is locked"
    assert named(FileNotFoundError(2, "No such file or directory", "/home/erika")) == (
        "FileNotFoundError: No such file or directory"
    )
    assert named(OSError(5, "no answer from 'erika' at 10.0.0.7")) == "OSError: no answer from '…' at …"
    with pytest.raises(AttributeError) as caught:
        None.pk  # type: ignore[attr-defined] # noqa: B018
    assert named(caught.value) == "AttributeError: pk"
    with pytest.raises(ModuleNotFoundError) as missing:
        import smartbarleben.nowhere  # type: ignore[import-not-found] # noqa: F401
    assert named(missing.value) == "ModuleNotFoundError: smartbarleben.nowhere"


def test_a_trace_says_where_and_not_with_what() -> None:
    def inner(secret: str) -> None:
        raise ValueError(f"bad {secret}")

    try:
        try:
            inner("Erika Beispiel")
        except ValueError as first:
            raise RuntimeError("Erika again") from first
    except RuntimeError as problem:
        lines = traced(problem)
    assert not any("Erika Beispiel" in line and "inner(" not in line for line in lines)
    assert lines[-1] == "ValueError"
    assert "RuntimeError" in lines
    assert any("test_scrubbing.py" in line and " inner: " in line for line in lines)
