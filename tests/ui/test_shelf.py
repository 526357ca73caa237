"""Rendered pages at hand: the same bytes for the same tag, bounded, packed once."""

import gzip

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.ui import http
from smartbarleben.ui.shelf import LARGEST_BYTES, Page, Shelf

from .urlconf import village

HTML = {"Content-Type": "text/html; charset=utf-8"}


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(0, 4000)), max_size=60))
def test_the_shelf_never_holds_more_than_it_may_and_gives_back_what_it_got(asked: list[tuple[int, int]]) -> None:
    shelf = Shelf(limit_bytes=20_000)
    bodies: dict[str, bytes] = {}
    for number, size in asked:
        tag = f"{number}-{size}"
        bodies[tag] = bytes(size)
        shelf.put(tag, Page(bodies[tag], HTML))
        kept = [one for one in bodies if shelf.get(one) is not None]
        assert sum(len(bodies[one]) for one in kept) <= 20_000
        assert len(shelf) == len(kept)
        assert all(shelf.get(one).body == bodies[one] for one in kept)  # type: ignore[union-attr]


def test_the_page_asked_for_least_recently_makes_room() -> None:
    shelf = Shelf(limit_bytes=9_000)
    for name in ("a", "b", "c"):
        shelf.put(name, Page(bytes(1_500), HTML))
    shelf.get("a")
    shelf.put("d", Page(bytes(1_500), HTML))
    assert [name for name in "abcd" if shelf.get(name)] == ["a", "c", "d"]


def test_huge_answers_find_no_place() -> None:
    shelf = Shelf(limit_bytes=10_000_000)
    shelf.put("huge", Page(bytes(LARGEST_BYTES + 1), HTML))
    assert len(shelf) == 0


@pytest.fixture
def shelved(settings, monkeypatch) -> Client:
    settings.UI_SHELF = True
    monkeypatch.setattr(http, "_shelf", Shelf(limit_bytes=1_000_000))
    return Client()


def test_the_second_reader_gets_the_same_page_without_rendering(shelved: Client) -> None:
    first = shelved.get("/never/")
    rendered = village["rendered"]
    second = shelved.get("/never/")
    assert village["rendered"] == rendered
    assert (second.content, second["Content-Type"], second["ETag"]) == (
        first.content,
        first["Content-Type"],
        first["ETag"],
    )


def test_a_public_change_empties_nobodys_hands_but_makes_the_page_new(shelved: Client) -> None:
    first = shelved.get("/never/")
    rendered = village["rendered"]
    village["generation"] += 1
    assert shelved.get("/never/")["ETag"] != first["ETag"]
    assert village["rendered"] == rendered + 1


def test_errors_are_never_kept(shelved: Client) -> None:
    assert shelved.get("/missing/").status_code == 404
    assert len(http._shelf) == 0


def test_a_browser_that_understands_gzip_gets_it() -> None:
    page = Page(b"Barleben " * 400, HTML)
    packed = page.packed()
    assert packed is not None
    assert gzip.decompress(packed) == page.body
    assert page.packed() is packed
    assert Page(b"short", HTML).packed() is None
    assert Page(bytes(5_000), {"Content-Type": "application/pdf"}).packed() is None
