import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.kernel.money import MAX_CENTS, MoneyError, format_cents, parse_cents

from .common import thorough


def shown(cents: int, language: str) -> str:
    return format_cents(cents, language).replace("\u00a0", " ").replace("\u200e", "")


@pytest.mark.parametrize(
    ("language", "large", "small", "negative"),
    [
        ("de", "1.250.000 €", "12,50 €", "−1.234 €"),
        ("de-simple", "1.250.000 €", "12,50 €", "−1.234 €"),
        ("en", "€1,250,000", "€12.50", "−€1,234"),
        ("en-gb", "€1,250,000", "€12.50", "−€1,234"),
        ("uk", "1 250 000 €", "12,50 €", "−1 234 €"),
        ("pl", "1 250 000 €", "12,50 €", "−1234 €"),
        ("ar", "1,250,000 €", "12.50 €", "−1,234 €"),
        ("xx", "1.250.000 €", "12,50 €", "−1.234 €"),
    ],
)
def test_amounts_as_each_language_writes_them(language: str, large: str, small: str, negative: str) -> None:
    assert [shown(cents, language) for cents in (125_000_000, 1250, -123_400)] == [large, small, negative]


def test_cents_have_two_digits_and_zero_has_no_sign() -> None:
    assert [shown(cents, "de") for cents in (0, 1, -1, 100)] == ["0 €", "0,01 €", "−0,01 €", "1 €"]


def test_a_number_never_breaks_apart_at_a_lines_end() -> None:
    assert not any(" " in format_cents(123_456_789, language) for language in ("de", "en", "uk", "pl", "ar"))


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("1.234,50 €", 123_450),
        ("1.234,50€", 123_450),
        ("12,5", 1250),
        ("12", 1200),
        ("12.50", 1250),
        ("12.5", 1250),
        ("1.234", 123_400),
        ("1234,5", 123_450),
        ("1,234.50", 123_450),
        ("1.250.000", 125_000_000),
        ("1 250 000,00 EUR", 125_000_000),
        ("1\u00a0250\u202f000", 125_000_000),
        ("EUR 7", 700),
        ("€ 7", 700),
        ("7 Euro", 700),
        ("12,-", 1200),
        ("12,-- €", 1200),
        ("12,— €", 1200),
        ("50 ct", 50),
        ("50 Cent", 50),
        ("3 Mio.", 300_000_000),
        ("3 Mio. €", 300_000_000),
        ("1,5 Millionen Euro", 150_000_000),
        ("1,234567 mio", 123_456_700),
        ("250 Tsd. €", 25_000_000),
        ("2 Mrd. €", 200_000_000_000),
        ("-5 €", -500),
        ("− 5", -500),
        ("€ -5", -500),
        ("+5", 500),
        ("  0 ", 0),
    ],
)
def test_what_germans_type(typed: str, cents: int) -> None:
    assert parse_cents(typed) == cents


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "empty"),
        (" \n ", "empty"),
        ("viel", "syntax"),
        ("€", "syntax"),
        ("Mio.", "syntax"),
        ("1.23.4", "syntax"),
        ("12.34,5", "syntax"),
        ("1,2,3", "syntax"),
        ("1 2", "syntax"),
        ("12 $", "syntax"),
        ("12 € 50", "syntax"),
        ("--5", "syntax"),
        ("1e6", "syntax"),
        ("12 Eurokrise", "syntax"),
        ("5,005", "too_precise"),
        ("1,234", "too_precise"),
        ("0,5 ct", "too_precise"),
        ("1.2345", "too_precise"),
        ("9" * 40, "too_large"),
        ("99.999 Mrd.", "too_large"),
    ],
)
def test_what_is_no_amount_is_said_clearly(typed: str, code: str) -> None:
    with pytest.raises(MoneyError) as caught:
        parse_cents(typed)
    assert caught.value.code == code
    assert caught.value.message == str(caught.value)
    assert caught.value.message.endswith(".")


@thorough
@given(st.integers(-MAX_CENTS, MAX_CENTS), st.sampled_from(["de", "uk", "pl"]))
def test_what_is_shown_can_be_typed_in_again(cents: int, language: str) -> None:
    assert parse_cents(format_cents(cents, language)) == cents


@thorough
@given(st.text() | st.text("0123456789.,- €MioTsdct", max_size=200))
def test_any_text_is_cents_or_a_clear_refusal(typed: str) -> None:
    refusal, cents = None, 0
    try:
        cents = parse_cents(typed)
    except MoneyError as caught:
        refusal = caught
    assert abs(cents) <= MAX_CENTS
    assert refusal is None or (refusal.code and refusal.message)
