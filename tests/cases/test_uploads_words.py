"""Every refusal is a sentence that says what is wrong and what to do."""

import re

import pytest
from django.utils.translation import override
from tests.cases.test_uploads import BAD
from tests.cases.upload_samples import png

from smartbarleben.cases.upload_words import SENTENCES, refusal_text
from smartbarleben.cases.uploads import Code, Refused, check_count, examine


@pytest.mark.parametrize("code", Code)
def test_each_reason_has_a_sentence_that_says_what_to_do(code):
    with override("de"):
        # "schicken Sie …": each sentence ends in something that can be done.
        assert re.search(r"\b(bitte|[a-zäöüß]+en Sie)\b", str(SENTENCES[code]))


@pytest.mark.parametrize("name", BAD)
def test_each_refusal_reads_as_a_whole_sentence(name):
    with override("en"):
        text = refusal_text(examine(BAD[name][0], "x"))
    assert "%" not in text
    assert text.endswith(".")


def test_numbers_stand_in_the_sentence():
    with override("en"):
        assert refusal_text(examine(png(12_000, 10_000), "x")) == (
            "This picture has 120 megapixels. Please send a smaller one (up to 40)."
        )
        assert refusal_text(check_count(7)).startswith("These are 7 files. Please send up to 5 now")


@pytest.mark.parametrize(
    ("size", "language", "said"),
    [
        (12_300_000, "en", "12.3 MB"),
        (12_300_000, "de", "12,3"),
        (10_000_001, "en", "10.1 MB"),
        (11_000_000, "en", "11 MB"),
    ],
)
def test_a_file_that_is_too_large_never_seems_to_fit(size, language, said):
    with override(language):
        assert said in refusal_text(Refused(Code.TOO_LARGE, {"size": size, "limit": 10_000_000}))
