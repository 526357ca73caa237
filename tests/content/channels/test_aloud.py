"""Reading aloud: sentences, times and sums as people say them."""

from datetime import datetime

import pytest
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import at

from smartbarleben.content.channels.aloud import spoken, spoken_sum, spoken_when
from smartbarleben.ui.dates import VILLAGE_TIME


def moment(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=VILLAGE_TIME)


@pytest.mark.parametrize(
    ("start", "end", "all_day", "language", "said"),
    [
        ((2031, 11, 25, 18), (2031, 11, 25, 20), False, "de", "Am Dienstag, 25. November 2031, von 18 bis 20 Uhr"),
        ((2031, 11, 25, 18, 30), None, False, "de", "Am Dienstag, 25. November 2031, um 18 Uhr 30"),
        (
            (2031, 11, 25, 18, 30),
            (2031, 11, 25, 20),
            False,
            "de",
            "Am Dienstag, 25. November 2031, von 18 Uhr 30 bis 20 Uhr",
        ),
        ((2031, 11, 25, 20), (2031, 11, 26, 0), False, "de", "Am Dienstag, 25. November 2031, von 20 bis 24 Uhr"),
        ((2031, 11, 25), None, True, "de", "Am Dienstag, 25. November 2031"),
        (
            (2031, 11, 25),
            (2031, 11, 28),
            True,
            "de",
            "Vom Dienstag, 25. November 2031 bis zum Donnerstag, 27. November 2031",
        ),
        ((2031, 11, 25, 18), (2031, 11, 25, 20), False, "en", "On Tuesday, 25 November 2031, from 6 pm to 8 pm"),
        ((2031, 11, 25, 18), None, False, "ar", "يوم الثلاثاء، 25 نوفمبر 2031، الساعة 18:00"),
    ],
)
def test_times_are_said_in_the_order_of_speech(start, end, all_day, language, said):
    assert spoken_when(moment(*start), moment(*end) if end else None, all_day, language) == said


@pytest.mark.parametrize(
    ("text", "language", "said"),
    [
        ("Eintritt 12,50 €, Kinder 5\N{NO-BREAK SPACE}€", "de", "Eintritt 12 Euro 50, Kinder 5 Euro"),
        ("1.250.000 € vom Land", "de", "1250000 Euro vom Land"),
        ("0,80 €", "de", "80 Cent"),
        ("€1,250.50", "en", "1250 euros 50"),
        ("Anmelden (https://example.org/x?y=1) bis Freitag", "de", "Anmelden bis Freitag"),
        ("von 9–12 Uhr", "de", "von 9 bis 12 Uhr"),
    ],
)
def test_sums_spans_and_addresses(text, language, said):
    assert spoken(text, language) == said


@given(st.integers(0, 10**9), st.sampled_from(["de", "de-simple", "en", "uk", "ar", "pl", "xx"]))
def test_every_sum_is_said_without_a_sign(cents, language):
    said = spoken_sum(cents, language)
    assert "€" not in said
    assert str(cents // 100 or cents % 100) in said


def test_text_is_sentences_with_time_place_facts_and_source_at_the_end(one, get):
    item = one(
        "event",
        starts_at=at(3, 18),
        ends_at=at(3, 20),
        cost_cents=450,
        is_example=True,
        body="<p>Bringen Sie Kuchen mit</p><ul><li>Anmelden: https://example.org/a</li></ul>",
    )
    text = get(item, "vorlesen.txt").content.decode()
    lines = [line for line in text.splitlines() if line]
    assert lines[0] == "Straße am Breiteweg."
    assert any("von 18 bis 20 Uhr" in line for line in lines)
    assert any("4 Euro 50" in line for line in lines)
    assert any("Bürgerhaus" in line for line in lines)
    assert "Bringen Sie Kuchen mit." in lines
    assert "http" not in text
    assert all(line[-1] in ".!?…:" for line in lines)
    assert "Gemeinde Barleben" in lines[-1]
    with translation.override("de"):
        assert lines[1] == f"{translation.gettext('Sample data')}."
