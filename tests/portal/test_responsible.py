""" "Who is responsible for …?" in the words that people use."""

import pytest
from tests.factories import make_item
from tests.portal.conftest import words

from smartbarleben.portal.responsible import by_letter, entries, find

pytestmark = pytest.mark.django_db


@pytest.fixture
def services(village):
    office = make_item("office", title="Einwohnermeldeamt", keywords="Melden")
    make_item("service", title="Hund anmelden", office=office, keywords="Hundesteuer, Hundemarke")
    texts = {"en": {"title": "Exchange a driving licence"}, "ar": {"title": "تبديل رخصة القيادة"}}
    make_item("service", title="Führerschein umtauschen", responsible_name="Landkreis Börde", texts=texts)
    make_item("service", title="Älteren Ausweis erneuern", office=office, keywords="Perso, Personalausweis")
    make_item("service", title="Straße kaputt", office=office, summary="Auch Hunde mögen keine Schlaglöcher.")
    return village


def found(question: str, language: str = "de") -> list[str]:
    from smartbarleben.places.queries import generation

    return [card.title for card in find(question, entries(generation(), language), language).cards]


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("hund", "Hund anmelden"),
        ("Hunde", "Hund anmelden"),
        ("HUNDESTEUER", "Hund anmelden"),
        ("Wer ist zuständig für meinen Hund?", "Hund anmelden"),
        ("fuehrerschein", "Führerschein umtauschen"),
        ("driving licence", "Führerschein umtauschen"),
        ("رخصة", "Führerschein umtauschen"),
        ("perso", "Älteren Ausweis erneuern"),
        ("strasse", "Straße kaputt"),
        ("Meldeamt", "Einwohnermeldeamt"),
    ],
)
def test_people_find_it_however_they_ask(services, question: str, first: str) -> None:
    assert found(question)[0] == first


def test_what_only_mentions_a_word_comes_last(services) -> None:
    assert found("hunde")[-1] == "Straße kaputt"


def test_a_slip_of_the_finger_is_answered_with_the_word_as_people_write_it(services, read) -> None:
    page = read("/en/zustaendig/", q="Fürerschien")
    assert "“Fürerschien”" in words(page)
    assert page.select_one('main a[href*="q=F%C3%BChrerschein"]').get_text(strip=True) == "Führerschein"
    assert page.select_one("main h3 a").get_text(strip=True) == "Exchange a driving licence"


def test_only_services_and_offices_answer_and_say_who_does_it(services, read) -> None:
    make_item("news", title="Führerschein gefunden")
    page = read("/zustaendig/", q="führerschein")
    assert [one.get_text(strip=True) for one in page.select("main h3")] == ["Führerschein umtauschen"]
    assert "Landkreis Börde" in words(page)


def test_nothing_found_still_leads_to_a_person(services, read) -> None:
    page = read("/en/zustaendig/", q="xyzzy")
    assert page.select_one('a[href^="tel:"]')
    assert page.select_one('a[href^="mailto:"]')
    assert page.select_one('input[name="q"]')["value"] == "xyzzy"


def test_markup_in_a_question_stays_text(services, read) -> None:
    page = read("/zustaendig/", q="<script>alert(1)</script>")
    assert not page.select("main script")


def test_everything_stands_under_its_letter(services, read) -> None:
    page = read("/zustaendig/")
    assert [one.get_text() for one in page.select("h2.letter")] == ["A", "F", "H", "S"]
    assert [letter for letter, _cards in by_letter([], "de")] == []


def test_letters_stand_in_the_order_of_the_reader_s_alphabet(village, read) -> None:
    """An alif is one letter, whatever sign it wears; І and Ł do not stand where their code points do."""
    titled = {
        "ar": ["إعفاء", "آثار", "أطفال", "ابن", "بناء", "يد"],
        "uk": ["Інтернет", "Адреса", "Ясла", "Ґрунт", "Гараж"],
        "pl": ["Żłobek", "Łąka", "Las", "Meldunek", "Śmieci"],
    }
    for titles in titled.values():
        for title in titles:
            make_item("service", texts={code: {"title": title} for code in titled})
    letters = {code: [one.get_text() for one in read(f"/{code}/zustaendig/").select("h2.letter")] for code in titled}
    assert [letter for letter in letters["ar"] if letter in "ابي"] == ["ا", "ب", "ي"]
    assert not set(letters["ar"]) & set("أإآ")
    assert [letter for letter in letters["uk"] if letter in "АГҐІЯ"] == ["А", "Г", "Ґ", "І", "Я"]
    assert [letter for letter in letters["pl"] if letter in "LŁMŚŻ"] == ["L", "Ł", "M", "Ś", "Ż"]


def test_the_arabic_article_is_no_letter_to_look_under(village, read) -> None:
    """As in a dictionary; a word that only begins like the article keeps its alif."""
    for title in ("الزواج", "زيارة", "التحاق", "«المكتبة»", "مدرسة"):
        make_item("service", texts={"ar": {"title": title}})
    page = read("/ar/zustaendig/")
    assert [one.get_text() for one in page.select("h2.letter")] == ["ا", "ز", "م"]
    shown = [one.get_text(strip=True) for one in page.select("main a") if "/zustaendig/" in one["href"]]
    wanted = ["التحاق", "الزواج", "زيارة", "مدرسة", "«المكتبة»"]
    assert [title for title in shown if title in wanted] == wanted


def test_a_change_is_found_at_once(services) -> None:
    assert found("Angelschein") == []
    make_item("service", title="Angelschein")
    assert found("Angelschein") == ["Angelschein"]
