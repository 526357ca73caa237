"""Filters in the address: state is kept, unknown words are named."""

from django.http import QueryDict
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.portal.filters import PAGE, Choice, Filter, groups, link, read

WHERE = Filter("ortschaft", "Where", (Choice("ebendorf", "Ebendorf"), Choice("barleben", "Barleben")), "everywhere")
COSTS = Filter("kosten", "Costs", (Choice("frei", "free"),), "any")
BOTH = [WHERE, COSTS]


@given(
    values=st.fixed_dictionaries(
        {}, optional={"ortschaft": st.sampled_from(["ebendorf", "barleben"]), "kosten": st.just("frei")}
    ),
    page=st.integers(1, 500),
)
def test_an_address_says_the_same_when_it_is_read_again(values: dict[str, str], page: int) -> None:
    address = link("/termine/", values, page)
    chosen = read(QueryDict(address.partition("?")[2]).dict(), BOTH)
    assert (dict(chosen.values), chosen.page, chosen.problems) == (values, page, ())


@given(st.text(max_size=20))
def test_any_page_number_is_read_or_named(text: str) -> None:
    chosen = read({PAGE: text}, BOTH)
    assert chosen.page >= 1
    assert bool(chosen.problems) != (text.isascii() and text.isdigit() and len(text) <= 5 and int(text) >= 1)


def test_a_number_of_thousands_of_digits_is_named_too() -> None:
    chosen = read({PAGE: "9" * 5000}, BOTH)
    assert (chosen.page, len(chosen.problems)) == (1, 1)


@given(st.text(min_size=1, max_size=80))
def test_an_unknown_value_is_named_and_does_not_count(text: str) -> None:
    chosen = read({"ortschaft": text}, BOTH)
    if text in ("ebendorf", "barleben"):
        assert chosen.get("ortschaft") == text
    else:
        assert chosen.get("ortschaft") == ""
        assert text[:60] in chosen.problems[0]


def test_foreign_names_in_the_address_are_ignored() -> None:
    assert read({"utm_source": "x"}, BOTH).problems == ()


def test_choosing_one_filter_keeps_the_other_and_starts_at_the_first_page() -> None:
    chosen = read({"kosten": "frei", PAGE: "3"}, BOTH)
    where, costs = groups("/termine/", BOTH, chosen)
    assert [option.url for option in where.options] == [
        "/termine/?kosten=frei",
        "/termine/?kosten=frei&ortschaft=ebendorf",
        "/termine/?kosten=frei&ortschaft=barleben",
    ]
    assert [option.current for option in where.options] == [True, False, False]
    assert [option.url for option in costs.options] == ["/termine/", "/termine/?kosten=frei"]
    assert [option.current for option in costs.options] == [False, True]
