"""What somebody wrote themselves, whatever their mail program adds to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.cases.own_words import own_words

QUOTE = "Guten Tag,\n\nwir haben Ihre Nachricht.\n\nIhr Rathaus"
MARKED = "\n".join(f"> {line}" for line in QUOTE.split("\n"))
REPLIES = {
    "Thunderbird": f"Am 23.11.26 um 10:12 schrieb Gemeinde Barleben:\n{MARKED}",
    "Thunderbird, English": f"On 23.11.26 10:12, Gemeinde Barleben wrote:\n{MARKED}",
    "Gmail": (
        "Am Mo., 23. Nov. 2026 um 10:12 Uhr schrieb Gemeinde Barleben <\nrathaus+k74m2.ab@example.org>:\n\n" + MARKED
    ),
    "Gmail, English": f"On Mon, Nov 23, 2026 at 10:12 AM Rathaus <rathaus@example.org>\nwrote:\n\n{MARKED}",
    "Gmail, older": f"Gemeinde Barleben <rathaus@example.org> schrieb am Mo., 23. Nov. 2026, 10:12:\n\n{MARKED}",
    "Gmail, Polish": f"pon., 23 lis 2026 o 10:12 Rathaus <rathaus@example.org> napisał(a):\n\n{MARKED}",
    "Gmail, Ukrainian": f"пн, 23 лист. 2026 р. о 10:12 Rathaus <rathaus@example.org> пише:\n\n{MARKED}",
    "Gmail, Arabic": f"في الاثنين، 23 نوفمبر 2026 في 10:12 ص كتب Rathaus <r@example.org>:\n{MARKED}",
    "Apple": f"> Am 23.11.2026 um 10:12 schrieb Rathaus <rathaus@example.org>:\n> \n{MARKED}",
    "iPhone": f"Von meinem iPhone gesendet\n\n> Am 23.11.2026 um 10:12 schrieb Rathaus <r@a.org>:\n> \n{MARKED}",
    "Outlook": (
        "________________________________\nVon: Rathaus <r@example.org>\nGesendet: Montag, 23. November 2026 10:12\n"
        f"An: Erika <e@example.com>\nBetreff: [K7-4M2] Laterne\n\n{QUOTE}"
    ),
    "Outlook, English": f"From: Rathaus <r@a.org>\nSent: Monday\nTo: Erika\nSubject: [K7-4M2] Laterne\n\n{QUOTE}",
    "Outlook, older": f"-----Ursprüngliche Nachricht-----\nVon: Rathaus\nGesendet: Montag\n\n{QUOTE}",
    "GMX": (
        "Gesendet: Montag, 23. November 2026 um 10:12 Uhr\nVon: Rathaus <rathaus@example.org>\nAn: e@example.com\n"
        f"Betreff: [K7-4M2] Laterne\n{QUOTE}"
    ),
    "T-Online": f"-----Original-Nachricht-----\nBetreff: Laterne\nDatum: heute\n\n{QUOTE}",
    "Yahoo": f"Am Montag, 23. November 2026 um 10:12:13 MEZ hat Rathaus <r@a.org> Folgendes geschrieben:\n\n{QUOTE}",
    "a signature": "-- \nErika Muster\nDorfstraße 1",
    "a telephone": "Gesendet mit der GMX Mail App",
    "Android": "Diese Nachricht wurde von meinem Android-Gerät mit GMX Mail gesendet.",
    "Outlook on a telephone": "Outlook für Android (https://example.com/x)",
}


class TestOwnWords:
    @pytest.mark.parametrize("program", REPLIES)
    def test_what_programs_add_is_not_the_persons(self, program: str) -> None:
        own = "Die Laterne ist immer noch aus.\n\nErika"
        assert own_words(f"{own}\n\n{REPLIES[program]}") == own

    def test_answers_between_the_lines(self) -> None:
        text = "Am 23.11.26 um 10:12 schrieb Rathaus:\n> Wo ist es?\nAn der Ecke.\n> Seit wann?\nSeit gestern."
        assert own_words(text) == "An der Ecke.\nSeit gestern."

    def test_what_is_forwarded_is_what_the_mail_is_about(self) -> None:
        text = "Zur Kenntnis\n\n-------- Weitergeleitete Nachricht --------\nVon: X\nAn: Y\nBetreff: Z\n\nKaputt."
        assert own_words(text) == text

    @pytest.mark.parametrize(
        "text",
        [
            "Am 3. Mai 2026 schrieb ich Ihnen:\nDie Laterne ist aus.",
            "Am Montag schrieb das Amt:\nEs geht nicht. Warum?",
            "Von: hier\nbis da ist es dunkel.",
            "> nur ein Zitat",
            "Preis: 5 €\n---------\nZusammen: 7 €",
        ],
    )
    def test_what_only_looks_like_it_stays(self, text: str) -> None:
        assert own_words(text) == text.strip()

    @given(
        st.lists(st.sampled_from(["Ja", "", "> x", "-- ", "Am 1.1.26 um 10:12 schrieb X:", "Von: x", "An: y", "  "]))
    )
    def test_nothing_is_invented_and_something_always_stays(self, lines: list[str]) -> None:
        text = "\n".join(lines)
        own = own_words(text)
        assert bool(own) == bool(text.strip())
        assert set(own.split("\n")) <= {*text.split("\n"), *text.strip().split("\n")}

    @given(st.text(alphabet="abcä.\n", min_size=1))
    def test_words_without_any_quote_stay_as_they_are(self, text: str) -> None:
        assert own_words(text).split() == text.split()
