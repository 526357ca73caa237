"""A word in an address comes back from the answer, whatever the mail programs did to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.jobs.addressing import plus, tag_of

BASE = "rathaus@barleben.example.org"
tags = st.from_regex(r"[a-z0-9][a-z0-9.-]{0,40}", fullmatch=True)


@given(tags)
def test_a_tag_is_read_back_from_the_bare_the_shouted_and_the_named_address(tag: str) -> None:
    address = plus(BASE, tag)
    for form in (address, address.upper(), f'"Gemeinde, Barleben" <{address}>'):
        assert tag_of(form, BASE) == tag


@given(st.text(max_size=60))
def test_what_strangers_write_is_a_tag_of_ours_or_nothing(text: str) -> None:
    for address in (text, f"rathaus+{text}@barleben.example.org", f"{text}@barleben.example.org"):
        found = tag_of(address, BASE)
        assert not found or plus(BASE, found)


@pytest.mark.parametrize(
    "address",
    [BASE, "rathaus+k7@elsewhere.example.org", "other+k7@barleben.example.org", "rathaus+@barleben.example.org"],
)
def test_other_addresses_have_no_tag(address: str) -> None:
    assert tag_of(address, BASE) == ""
    assert tag_of(address, "") == ""


def test_a_named_office_gives_a_bare_address() -> None:
    assert plus("Ordnungsamt <ordnung@example.org>", "k7-4m2") == "ordnung+k7-4m2@example.org"


@pytest.mark.parametrize(
    ("address", "tag"),
    [("rathaus", "a"), ("", "a"), (BASE, ""), (BASE, "A b"), (BASE, "a@b"), ("x" * 60 + "@example.org", "abcde")],
)
def test_what_would_not_come_back_is_refused(address: str, tag: str) -> None:
    with pytest.raises(ValueError, match=r"."):
        plus(address, tag)
