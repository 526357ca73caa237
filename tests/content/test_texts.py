"""Which text a reader gets, and what is said about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.content.texts import StoredText, Text, TextState, choose

GERMAN = Text("Markt", "Am Samstag", "", "de", TextState.ORIGINAL)
states = st.sampled_from(["reviewed", "machine"])
languages = st.sampled_from(["de", "de-simple", "en", "uk", "ar", "pl"])


@given(
    wanted=languages, have=st.dictionaries(languages.filter(lambda code: code != "de"), states), fresh=st.booleans()
)
def test_the_page_never_fakes_a_language(wanted: str, have: dict[str, str], fresh: bool) -> None:
    stored = {
        code: StoredText(f"title {code}", "", "", state, "new" if fresh else "old") for code, state in have.items()
    }
    text = choose(GERMAN, "new", wanted, stored)
    if wanted == "de":
        assert text == GERMAN
    elif wanted not in have:
        assert (text.title, text.language, text.state) == ("Markt", "de", TextState.MISSING)
    else:
        assert (text.title, text.language) == (f"title {wanted}", wanted)
        assert text.state is not TextState.MISSING


@pytest.mark.parametrize("stored_state", ["reviewed", "machine"])
def test_a_translation_needs_review_when_the_german_changed(stored_state: str) -> None:
    stored = {"en": StoredText("Market", "", "", stored_state, "digest of the old text")}
    assert choose(GERMAN, "digest of the new text", "en", stored).state is TextState.NEEDS_REVIEW


def test_a_machine_draft_is_marked_until_a_person_checks_it() -> None:
    draft = {"en": StoredText("Market", "", "", "machine", "d")}
    checked = {"en": StoredText("Market", "", "", "reviewed", "d")}
    assert choose(GERMAN, "d", "en", draft).state is TextState.MACHINE
    assert choose(GERMAN, "d", "en", checked).state is TextState.REVIEWED
