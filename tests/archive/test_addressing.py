"""Where an address lies in the copy: never two addresses in one file, and every relative way arrives."""

import posixpath
from datetime import date
from urllib.parse import unquote, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.archive.addressing import LeftOut, Rules, Spot, one_filter, relative, spot_of

LANGUAGES = ("de", "en", "ar")
RULES = Rules(LANGUAGES, date(2026, 11, 23), "german", frozenset({"de", "de-simple", "en", "uk", "ar", "pl"}))

words = st.text("abcdefghijklmnopqrstuvwxyz0123456789-", min_size=1, max_size=12)
values = st.dictionaries(words, st.text(min_size=1, max_size=20), max_size=2)


def place(address: str, **here: str) -> Spot:
    there = RULES.spot(address, here)
    assert isinstance(there, Spot), there
    return there


@pytest.mark.parametrize(
    ("address", "file"),
    [
        ("/", "index.html"),
        ("/en/", "en/index.html"),
        ("/termine/markt/", "termine/markt/index.html"),
        ("/termine/?seite=2", "termine/~seite-2/index.html"),
        ("/termine/?seite=1", "termine/index.html"),
        ("/ar/termine/?ort=ebendorf&seite=3", "ar/termine/~ort-ebendorf~seite-3/index.html"),
        ("/termine/monat/2026-11/?ort=ebendorf", "termine/monat/2026-11/index.html"),
        ("/farben.css?g=12", "farben.css"),
        ("/formular/frage/?ueber=/termine/", "formular/frage/index.html"),
        ("/en/formular/meine-daten/link/abc/", "en/formular/meine-daten/index.html"),
        ("/en/termine/markt/aushang.pdf", "termine/markt/aushang.pdf"),
        ("/karte/?nahe=Rathaus&seite=2", "karte/~seite-2/index.html"),
        ("/haltestellen/mitte/2026-11-29/", "haltestellen/mitte/2026-11-29/index.html"),
    ],
)
def test_where_an_address_lies(address: str, file: str) -> None:
    assert place(address).file == unquote(file)


@pytest.mark.parametrize("address", ["/suche/?q=Hund+und+Katze", "/zustaendig/?q=Hund+und+Katze"])
def test_questions_lead_to_the_copys_own_search(address: str) -> None:
    assert place(address) == Spot("/suche/", "suche/index.html", "q=Hund+und+Katze")
    assert place("/zustaendig/").file == "zustaendig/index.html"


@pytest.mark.parametrize(
    "address",
    [
        *("/verwaltung/", "/konto/login/", "/api/v1/items/", "/en/suche/vorschlaege.json", "/stimmt-noch/x/"),
        *("/karte/marken/1/2/3.json", "/kartendaten/x.pmtiles", "/uk/termine/", "/haltestellen/mitte/abfahrten.txt"),
        *("/haltestellen/mitte/2026-11-22/", "/haltestellen/mitte/2026-11-30/", "/verwaltung/../verwaltung/x"),
    ],
)
def test_what_is_left_out_has_a_reason(address: str) -> None:
    there = RULES.spot(address)
    assert isinstance(there, LeftOut)
    assert there.reason


def test_a_second_filter_takes_the_place_of_the_first() -> None:
    assert one_filter({"ort": "a", "fuer": "b", "seite": "4"}, {"ort": "a"}) == {"fuer": "b"}
    assert one_filter({"ort": "b", "seite": "4"}, {"ort": "b"}) == {"ort": "b", "seite": "4"}
    assert place("/termine/?fuer=b&ort=a", ort="a").file == "termine/~fuer-b/index.html"


@given(words, values, words, values)
def test_two_addresses_never_share_a_file(
    one: str, first: dict[str, str], other: str, second: dict[str, str]
) -> None:
    mine, theirs = spot_of(f"/{one}/", first), spot_of(f"/{other}/", second)
    assert (mine.file == theirs.file) == (mine.address == theirs.address)


@given(words, values, st.sampled_from(["", "/en", "/ar"]))
def test_what_lies_somewhere_lies_there_again(word: str, given_values: dict[str, str], prefix: str) -> None:
    """The address that is asked for is the one that the next link means."""
    there = RULES.spot(f"{prefix}/x{word}/?{urlencode(given_values)}")
    if isinstance(there, Spot):
        assert RULES.spot(there.address) == Spot(there.address, there.file)


paths = st.lists(st.text("abc~ äß?#%", min_size=1, max_size=5).filter(lambda part: part.strip(".")), min_size=1)


@given(paths, paths)
def test_a_relative_way_arrives(target: list[str], page: list[str]) -> None:
    file, here = "/".join(target), "/".join(page)
    way = relative(file, here)
    assert not way.startswith("/")
    assert not {"?", "#"} & set(way)
    assert posixpath.normpath(posixpath.join(posixpath.dirname(here), unquote(way))) == posixpath.normpath(file)
