"""What holds for each page of the portal: one answer for everyone, known again, within its budget."""

import re
from datetime import datetime

import pytest
from django.test import Client
from tests.factories import make_item
from tests.portal.conftest import words

from smartbarleben.content import registry
from smartbarleben.ui.dates import today

KINDS = ("news", "event", "notice", "closure", "page", "club", "office", "service", "project", "measure",
         "milestone", "wish", "decision", "funding")  # fmt: skip
# The path words of the kinds, written out: they are printed on paper and must never change unnoticed.
PATHS = {
    "news": "neues",
    "event": "termine",
    "notice": "bekanntmachungen",
    "closure": "sperrungen",
    "page": "seiten",
    "club": "vereine",
    "office": "aemter",
    "service": "zustaendig",
    "project": "projekte",
    "measure": "massnahmen",
    "milestone": "meilensteine",
    "wish": "wuensche",
    "decision": "entscheidungen",
    "funding": "geld",
}
LISTS = [f"/{path}/" for path in PATHS.values()]
OTHERS = ["/", "/ortschaft/ebendorf/", "/orte/", "/orte/rathaus/", "/strategie/", "/zustaendig/?q=dienst"]
# Most queries of a request, and of the first one after a change, when a process learns the village anew.
WARM, WARM_LIST, COLD = 8, 4, 12


def item_path(kind: str) -> str:
    slug = registry.kind(kind).model._default_manager.filter(live=True).order_by("pk")[0].slug
    return f"/{PATHS[kind]}/{slug}/"


def month_path() -> str:
    return f"/termine/monat/{today():%Y-%m}/"


def every_path() -> list[str]:
    return [*OTHERS, *LISTS, month_path(), *(item_path(kind) for kind in KINDS)]


def test_the_printed_words_are_those_of_the_kinds() -> None:
    assert {kind.key: kind.path for kind in registry.kinds() if kind.key in PATHS} == PATHS


@pytest.mark.parametrize("language", ["", "/ar"])
def test_each_page_is_one_answer_for_everyone(full_village, client: Client, language: str) -> None:
    for path in every_path():
        answer = client.get(language + path)
        assert answer.status_code == 200, path
        assert not answer.cookies, path
        assert "cookie" not in answer["Vary"].lower(), path
        assert "csrf" not in answer.content.decode().lower(), path
        assert "<style" not in answer.content.decode(), path
        again = client.get(language + path, headers={"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b""), path


def test_a_change_makes_every_page_new(full_village, client: Client) -> None:
    before = {path: client.get(path)["ETag"] for path in every_path()}
    make_item("news", title="Ganz neu")
    for path, tag in before.items():
        assert client.get(path, headers={"If-None-Match": tag}).status_code == 200, path


@pytest.mark.parametrize("language", ["", "/ar"])
def test_each_page_keeps_its_budget(full_village, client: Client, language, django_assert_max_num_queries) -> None:
    from smartbarleben.places.queries import _village

    for path in every_path():
        _village.cache_clear()
        warm = WARM_LIST if path in (*LISTS, "/orte/") else WARM
        full_village.generation += 1
        full_village.save()
        with django_assert_max_num_queries(COLD, info=f"cold {path}"):
            client.get(language + path)
        with django_assert_max_num_queries(warm, info=f"warm {path}"):
            client.get(language + path)


def test_a_page_seen_before_costs_one_query(full_village, client: Client, django_assert_num_queries) -> None:
    tag = client.get("/")["ETag"]
    with django_assert_num_queries(1):
        client.get("/", headers={"If-None-Match": tag})


def test_each_page_has_one_heading_and_the_marks_of_a_page(full_village, read) -> None:
    for path in every_path():
        page = read(path)
        assert len(page.select("h1")) == 1, path
        assert page.select_one("main#main"), path
        assert len(page.select("title")) == 1, path
        ids = [one["id"] for one in page.select("[id]")]
        assert len(ids) == len(set(ids)), path


def test_changing_the_language_keeps_the_page_and_its_filters(full_village, read) -> None:
    page = read("/termine/?ortschaft=ebendorf")
    links = {one["hreflang"]: one["href"] for one in page.select(".languages a[hreflang], .head__top a[hreflang]")}
    assert links["ar"] == "/ar/termine/?ortschaft=ebendorf"
    assert links["pl"] == "/pl/termine/?ortschaft=ebendorf"
    back = read("/ar/termine/?ortschaft=ebendorf")
    german = [one["href"] for one in back.select('a[hreflang="de"]')]
    assert "/termine/?ortschaft=ebendorf" in german


def test_search_engines_learn_the_other_languages_by_whole_addresses(full_village, read, settings) -> None:
    page = read("/en/neues/")
    alternates = {one["hreflang"]: one["href"] for one in page.select('link[rel="alternate"][hreflang]')}
    assert alternates["de"] == f"{settings.BASE_URL}/neues/"
    assert alternates["ar"] == f"{settings.BASE_URL}/ar/neues/"
    assert page.select_one('link[rel="canonical"]')["href"] == f"{settings.BASE_URL}/en/neues/"


def test_an_unasked_word_in_the_address_does_not_make_a_second_page(full_village, read, settings) -> None:
    page = read("/neues/?utm_source=x&ortschaft=ebendorf")
    assert page.select_one('link[rel="canonical"]')["href"] == f"{settings.BASE_URL}/neues/?ortschaft=ebendorf"


def test_each_feed_that_a_page_names_exists(full_village, client: Client, read) -> None:
    named = {one["href"] for path in every_path() for one in read(path).select('link[type="application/atom+xml"]')}
    assert named
    for address in named:
        assert client.get(address).status_code == 200, address


def test_each_way_inside_the_house_leads_somewhere(full_village, client: Client, read) -> None:
    ways: dict[str, str] = {}
    for path in every_path():
        for one in read(path).select("main a[href], footer a[href], nav a[href]"):
            if one["href"].startswith("/") and not one["href"].startswith("/verwaltung"):
                ways.setdefault(one["href"].partition("#")[0], path)
    # Paper needs Pango and takes its time; tests/content/channels draw it.
    for address, seen_on in ways.items():
        if not address.endswith("aushang.pdf"):
            assert client.get(address).status_code == 200, f"{address} on {seen_on}"


def test_the_direction_of_a_page_is_that_of_its_language(full_village, read) -> None:
    assert read("/ar/").html["dir"] == "rtl"
    assert read("/uk/").html["dir"] == "ltr"
    assert read("/de-simple/").html["lang"] == "de-simple"


def test_an_empty_village_has_something_useful_on_each_page(village, read) -> None:
    for path in ["/", "/ortschaft/ebendorf/", "/orte/", "/strategie/", month_path(), *LISTS]:
        page = read(path)
        said = words(page)
        assert len(said) > 60, path
        assert page.select_one("main a[href]"), path


def test_a_village_without_ortschaften_mail_and_phone_stands(db, read) -> None:
    from tests.factories import make_village

    make_village([], phone="", email="", line="neutral", name="Kleinstadt", languages=["de"])
    for path in ["/", "/orte/", "/strategie/", "/zustaendig/", month_path(), *LISTS]:
        read(path)
    # The program's own name stands in one line at the foot.
    assert not re.search(r"\bBarleben", read("/").get_text())


def test_only_post_free_reading(full_village, client: Client) -> None:
    assert client.post("/").status_code == 405
    assert client.head("/").content == b""


def test_the_day_is_the_village_s_own(full_village, read, time_machine) -> None:
    # 23:30 UTC is already the next day in the village.
    time_machine.move_to(datetime.fromisoformat("2026-11-23T23:30:00+00:00"))
    assert "Dienstag, 24. November" in words(read("/"), "h1")


@pytest.mark.parametrize("path", ["/termine/?ortschaft=%00", "/vereine/?q=a%00", "/ar/neues/?x=%00"])
def test_a_sign_that_no_database_stores_is_not_understood(full_village, read, path: str) -> None:
    assert words(read(path, status=400))
