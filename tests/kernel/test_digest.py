import re
import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.kernel.digest import text_digest

from .common import thorough


def test_white_space_and_encoding_of_accents_do_not_make_translations_stale() -> None:
    assert text_digest("Grüße  aus\r\n Barleben ") == text_digest(unicodedata.normalize("NFD", "Grüße aus Barleben"))


def test_words_case_and_punctuation_do() -> None:
    texts = ["Heute offen", "heute offen", "Heute offen!", "Heuteoffen", "Heute", ""]
    assert len({text_digest(text) for text in texts}) == len(texts)


def test_the_digest_of_yesterday_is_the_digest_of_tomorrow() -> None:
    assert text_digest("Titel", "Text") == "1ddd2382c94a6b93"


@thorough
@given(st.lists(st.text(st.characters() | st.sampled_from(" \x1f"), max_size=5), max_size=4), st.data())
def test_borders_between_parts_count(parts: list[str], data: st.DataObject) -> None:
    digest = text_digest(*parts)
    assert re.fullmatch("[0-9a-f]{16}", digest)
    assert digest != text_digest(*parts, "")
    position = data.draw(st.integers(0, len(parts)))
    assert text_digest(*parts[:position], "x", "y", *parts[position:]) != text_digest(
        *parts[:position], "xy", *parts[position:]
    )
