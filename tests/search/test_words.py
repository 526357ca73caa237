"""Words: folded, stemmed, compared, and what the vocabulary makes of typed ones."""

import string
from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.search.asked import kept
from smartbarleben.search.planning import Planner, Thesaurus
from smartbarleben.search.snippets import around, marked
from smartbarleben.search.vocabulary import Known, Vocabulary
from smartbarleben.search.words import distance, plain, stem, tokens

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)
LETTERS = st.text(st.sampled_from("abcdeäöüßmrt"), min_size=1, max_size=9)


def vocabulary(*words: str, language: str = "de") -> Vocabulary:
    return Vocabulary(Known(word, language, stem(word, language), 1) for word in words)


@given(TEXT)
def test_folding_twice_changes_nothing(text: str) -> None:
    assert plain(plain(text)) == plain(text)
    assert tokens(" ".join(tokens(text))) == tokens(text)


@pytest.mark.parametrize(
    ("one", "other", "language"),
    [
        ("Straße", "Strasse", "de"),
        ("Führerscheine", "fuehrerschein", "de"),
        ("Personal·ausweis", "Personalausweis", "de-simple"),
        ("Anmeldung", "anmelden", "de"),
        ("licences", "licence", "en"),
        ("رخصة", "رخصه", "ar"),
        ("القيادة", "قيادة", "ar"),
        ("مُدَرِّس", "مدرس", "ar"),
        ("квартира", "квартиру", "uk"),
        ("śmieci", "smieci", "pl"),
    ],
)
def test_forms_of_a_word_are_one(one: str, other: str, language: str) -> None:
    assert stem(plain(one), language) == stem(plain(other), language)


@given(LETTERS, LETTERS, st.integers(0, 3))
def test_distance_is_a_measure(one: str, other: str, most: int) -> None:
    away = distance(one, other, most)
    assert away == distance(other, one, most)
    assert 0 <= away <= most + 1
    assert (away == 0) is (one == other)


@given(LETTERS, st.data())
def test_one_slip_of_the_finger_is_one_away(word: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(word) - 1))
    letter = data.draw(st.sampled_from(string.ascii_lowercase))
    assert distance(word, word[:at] + word[at + 1 :], 1) <= 1
    assert distance(word, word[:at] + letter + word[at:], 1) <= 1
    assert distance(word, word[:at] + letter + word[at + 1 :], 1) <= 1
    if at:
        assert distance(word, word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :], 1) <= 1


def test_a_compound_is_taken_apart_by_the_village_s_own_words() -> None:
    known = vocabulary("muell", "abfuhr", "kalender", "abfall", "weihnachts", "markt", "fest")
    assert known.parts("muellabfuhr") == ("muell", "abfuhr")
    assert known.parts("abfallkalender") == ("abfall", "kalender")
    assert known.parts("weihnachtsmarkt") == ("weihnachts", "markt")
    assert known.parts("muellabfuhrkalender") == ("muell", "abfuhr", "kalender")
    assert known.parts("xylophonmarkt") == ()


def test_a_silent_word_is_no_part_of_a_compound() -> None:
    known = vocabulary("fuer", "schein", "fuehrerschein")
    planner = Planner(known, Thesaurus({"de": "für"}, {}), 10)
    assert planner.plan("Fürerschein").mistyped == {"fuererschein": ("fuehrerschein",)}


def test_longer_words_are_found_by_their_ends() -> None:
    known = vocabulary("muellabfuhr", "abfuhrtermin", "abfuhr", "zufuhr")
    assert known.ending("abfuhr") == ["muellabfuhr"]
    assert known.beginning("abfuhr") == ["abfuhrtermin"]


def test_mistyped_words_are_near_known_ones_and_short_ones_never() -> None:
    known = vocabulary("bibliothek", "fuehrerschein", "hund", "rat")
    assert known.near("bibliotek") == ["bibliothek"]
    assert known.near("fuehrerschien") == ["fuehrerschein"]
    assert known.near("huhnd") == ["hund"]
    assert known.near("rad") == []
    assert known.near("qwertzuiop") == []


@given(st.lists(LETTERS, max_size=30), st.lists(LETTERS, max_size=30))
def test_words_added_later_are_known_like_those_from_the_start(first: list[str], later: list[str]) -> None:
    words = dict.fromkeys([*map(plain, first), *map(plain, later)])
    grown = vocabulary(*dict.fromkeys(map(plain, first)))
    grown.near("abcdefgh")
    grown.add(Known(word, "de", stem(word, "de"), 1) for word in words if word not in grown)
    whole = vocabulary(*words)
    for word in words:
        assert grown.forms(word) == whole.forms(word)
        assert grown.beginning(word[:2]) == whole.beginning(word[:2])
        assert grown.near(word + "x") == whole.near(word + "x")


def test_threads_may_share_the_words_while_new_ones_come() -> None:
    letters = string.ascii_lowercase
    known = vocabulary(*(f"{one}{two}{end}wort" for one in letters for two in letters for end in "abcdef"))
    pairs = [one + two for one in letters for two in letters]
    new = [[Known(f"neu{number}{pair}", "de", "neu", 1) for pair in pairs] for number in range(9)]
    with ThreadPoolExecutor() as several:
        asked = [several.submit(known.near, "bibliothek") for _each in range(3)]
        added = [several.submit(known.add, some) for some in new]
        assert [one.result() for one in asked] == [[], [], []]
        assert [one.result() for one in added] == [None] * 9
    assert all(known.near(f"neu{number}zzz") for number in range(9))


@given(TEXT, st.lists(TEXT, max_size=4))
def test_marks_lose_no_letter(text: str, words: list[str]) -> None:
    assert "".join(piece.text for piece in marked(text, {plain(word) for word in words})) == text


def test_a_snippet_shows_the_hit_of_a_long_text() -> None:
    text = "Wort " * 200 + "Der Führerschein liegt bereit. " + "Wort " * 200
    pieces = around(text, {"fuehrerschein"})
    assert [piece.text for piece in pieces if piece.hit] == ["Führerschein"]
    assert len("".join(piece.text for piece in pieces)) < 300
    assert around(text, {"nichts"}) == ()


@pytest.mark.parametrize(
    "typed",
    [
        "erika.muster@example.org",
        "0391 5401234",
        "DE89 3704 0044 0532 0130 00",
        "L01X00T47",
        "geboren 12.03.1981",
        "Breiteweg 17",
        "Herr Krause",
        "mein Nachbar hat mir gestern gesagt dass er krank ist",
        "٠٣٩١ ٥٤٠١٢٣٤",
        "https://example.org/geheim",
        "12345",
        "",
    ],
)
def test_what_looks_like_somebody_s_data_is_never_counted(typed: str) -> None:
    assert kept(typed) == ""


def test_words_are_counted_as_one_however_they_are_typed() -> None:
    assert kept("  Perso   VERLOREN ") == kept("perso verloren") == "perso verloren"
    assert kept("tempo 30") == "tempo 30"
    assert kept("رخصة القيادة") == "رخصة القيادة"


@given(TEXT)
def test_what_is_counted_is_short_and_has_no_long_number(typed: str) -> None:
    words = kept(typed)
    assert len(words) <= 60
    assert "@" not in words
    assert kept(words) == words
