"""The page of the search: results, filters, help where nothing was found, and nothing kept of who asked."""

import json
import sqlite3
import threading

import pytest
from django.db import connection
from django.test import Client
from tests.factories import at, make_item, make_place, make_village
from tests.portal.conftest import words

from smartbarleben.search.models import Question
from smartbarleben.waste.actions import set_tour

pytestmark = pytest.mark.django_db


@pytest.fixture
def found(village) -> None:
    make_item("service", title="Führerschein beantragen", slug="fuehrerschein", summary="Beim <b>Landkreis</b> & Co.")
    make_item("event", title="Lesung im Park", ortschaft="ebendorf", starts_at=at(2), ends_at=at(2, 14))
    make_item("event", title="Lesung am Ofen", starts_at=at(-8), ends_at=at(-8, 14))
    make_place("Bibliothek Barleben", slug="bibliothek", texts={"ar": {"name": "المكتبة", "summary": "كتب"}})


def test_a_result_leads_to_its_page_and_marks_the_words(found, read) -> None:
    page = read("/en/suche/", q="fuehrerschein")
    link = page.select_one("main h3 a")
    assert link["href"] == "/en/zustaendig/fuehrerschein/"
    assert link.mark.get_text() == "Führerschein"
    assert page.select_one("main h3")["lang"] == "de"
    assert page.select_one('main input[name="q"]')["value"] == "fuehrerschein"
    assert "Beim <b>Landkreis</b> & Co." in words(page)


@pytest.mark.parametrize("typed", ["<script>alert(1)</script>", '" onfocus="alert(1)', "führer<img src=x>schein"])
def test_nothing_typed_becomes_part_of_the_page(found, client: Client, typed: str) -> None:
    for language in ("", "/ar"):
        html = client.get(f"{language}/suche/", {"q": typed}).content.decode()
        assert typed not in html
        assert "<img src=x" not in html
        assert "<script>alert" not in html


def test_filters_stand_in_the_address_and_keep_the_words(found, read) -> None:
    page = read("/suche/", q="lesung")
    assert len(page.select("main .result")) == 2
    coming = page.select_one('a[href*="wann=kommt"]')
    assert "q=lesung" in coming["href"]
    page = read("/suche/", q="lesung", wann="kommt")
    assert [one.get_text() for one in page.select("main h3")] == ["Lesung im Park"]
    assert len(read("/suche/", q="lesung", ort="ebendorf", art="event").select("main .result")) == 1
    assert read("/suche/", q="lesung", ort="atlantis").select("main .result")


def test_kinds_of_one_name_are_one_filter(found, read) -> None:
    set_tour(key="nord", streets=["Lindenallee"])
    page = read("/suche/", q="Lindenallee")
    assert [one["href"] for one in page.select("main h3 a")] == ["/abfall/lindenallee/"]
    chosen = page.select_one('.filters a[href*="art="]')["href"]
    page = read(chosen)
    assert [one["href"] for one in page.select("main h3 a")] == ["/abfall/lindenallee/"]
    assert not page.select("main .notice")


def test_who_finds_nothing_gets_help(found, read) -> None:
    page = read("/en/suche/", q="qwertzuiop")
    text = words(page)
    assert "We have found nothing about “qwertzuiop”." in text
    assert page.select_one('main a[href="tel:039203565-0"]')
    assert page.select_one('main a[href="/en/zustaendig/fuehrerschein/"]')
    page = read("/en/suche/", q="lesung", art="place")
    assert page.select_one('main a[href="/en/suche/?q=lesung"]')


def test_a_mistyped_word_is_answered_and_mended(found, read) -> None:
    page = read("/suche/", q="Bibliotek")
    assert page.select_one(".meant a")["href"] == "/suche/?q=Bibliothek"
    assert page.select_one("main h3 a")["href"] == "/orte/bibliothek/"


def test_an_empty_search_shows_the_field_and_ways(found, read) -> None:
    page = read("/en/suche/")
    assert len(page.select("h1")) == 1
    assert not page.select(".result")
    assert page.select_one('main a[href="/en/zustaendig/fuehrerschein/"]')
    assert not Question.objects.exists()


def test_searched_words_are_counted_without_anything_else(found, client: Client) -> None:
    client.get("/suche/", {"q": "Einhorn"}, headers={"User-Agent": "Mein Browser", "X-Forwarded-For": "192.0.2.7"})
    client.get("/suche/", {"q": "Lesung", "art": "event"})
    client.get("/suche/", {"q": "erika@example.org"})
    client.head("/suche/", {"q": "Geheim"})
    row = Question.objects.get()
    assert (row.words, row.found, row.count) == ("einhorn", False, 1)


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_a_reader_does_not_wait_until_a_long_write_is_over(client: Client) -> None:
    make_village()
    writer = sqlite3.connect(connection.settings_dict["NAME"], isolation_level=None, check_same_thread=False)
    writer.execute("BEGIN IMMEDIATE")
    end = threading.Timer(3, writer.execute, ["COMMIT"])
    end.start()
    assert client.get("/suche/", {"q": "Einhorn"}).status_code == 200
    end.join()
    writer.close()
    assert not Question.objects.exists()


def test_the_page_is_public_and_for_no_search_engine(found, client: Client) -> None:
    answer = client.get("/suche/", {"q": "lesung"})
    assert not answer.cookies
    assert answer["X-Robots-Tag"] == "noindex"
    assert answer["ETag"]
    assert "lesung" not in (answer.content.decode().split('rel="canonical" href="')[1].split('"')[0])
    again = client.get("/suche/", {"q": "lesung"}, headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_suggestions_are_names_with_addresses_in_the_reader_s_language(found, client: Client) -> None:
    answer = client.get("/ar/suche/vorschlaege.json", {"q": "Bibl"})
    assert json.loads(answer.content)["suggestions"][0] == {
        "label": "المكتبة",
        "kind": json.loads(answer.content)["suggestions"][0]["kind"],
        "url": "/ar/orte/bibliothek/",
        "lang": "ar",
    }
    assert json.loads(client.get("/suche/vorschlaege.json", {"q": "L"}).content) == {"suggestions": []}
    assert json.loads(client.get("/suche/vorschlaege.json").content) == {"suggestions": []}
    assert not Question.objects.exists()


def test_pages_stay_within_their_queries(found, client: Client, django_assert_max_num_queries) -> None:
    client.get("/suche/", {"q": "lesung"})
    with django_assert_max_num_queries(22):
        client.get("/ar/suche/", {"q": "lesung"})
    with django_assert_max_num_queries(6):
        client.get("/ar/suche/vorschlaege.json", {"q": "lesung"})


def test_the_way_to_the_search_stands_on_every_page(found, read) -> None:
    for path in ("/en/", "/en/neues/", "/en/orte/"):
        page = read(path)
        assert page.select_one('form[action="/en/suche/"] input[name="q"]')
    assert read("/en/neues/").select_one('a.mainnav__search[href="/en/suche/"]')


def test_a_second_page_leads_back_and_on(village, read) -> None:
    for number in range(25):
        make_item("news", title=f"Sitzung {number}")
    page = read("/en/suche/", q="Sitzung", seite="2")
    assert len(page.select(".result")) == 10
    assert page.select_one('a[rel="prev"]')["href"] == "/en/suche/?q=Sitzung"
    assert page.select_one('a[rel="next"]')["href"] == "/en/suche/?q=Sitzung&seite=3"
