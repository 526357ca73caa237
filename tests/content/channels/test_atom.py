"""Atom feeds by the rules of RFC 4287."""

from datetime import datetime
from uuid import UUID

import lxml.etree
import pytest
from tests.factories import make_item

from smartbarleben.content import registry

ATOM = "{http://www.w3.org/2005/Atom}"
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
ONCE = ("id", "title", "updated")


def read(client, path: str):
    answer = client.get(path)
    assert answer.status_code == 200, path
    assert answer["Content-Type"] == "application/atom+xml; charset=utf-8"
    return lxml.etree.fromstring(answer.content)


def check(feed, path: str) -> None:
    """What RFC 4287 demands of a feed and of its entries."""
    assert feed.tag == f"{ATOM}feed"
    assert feed.get(LANG)
    links = [(link.get("rel"), link.get("href")) for link in feed.findall(f"{ATOM}link")]
    assert [href for rel, href in links if rel == "self"] == [f"http://localhost:8000{path}"]
    assert len([rel for rel, _href in links if rel == "alternate"]) == 1
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    ids = [feed.findtext(f"{ATOM}id")]
    for one in [feed, *feed.findall(f"{ATOM}entry")]:
        for name in ONCE:
            assert len(one.findall(f"{ATOM}{name}")) == 1, name
        assert datetime.fromisoformat(one.findtext(f"{ATOM}updated")).tzinfo
    for entry in feed.findall(f"{ATOM}entry"):
        ids.append(entry.findtext(f"{ATOM}id"))
        alternates = [link for link in entry.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len(alternates) == 1
        assert alternates[0].get("href").startswith("http://localhost:8000/")
        for name in ("summary", "content", "published"):
            assert len(entry.findall(f"{ATOM}{name}")) <= 1
        for kind in ("summary", "content"):
            part = entry.find(f"{ATOM}{kind}")
            assert part is None or part.get("type") in {"text", "html"}
    assert len(set(ids)) == len(ids)
    for one in ids:
        assert UUID(one.removeprefix("urn:uuid:"))


@pytest.mark.parametrize("language", ["de", "ar"])
def test_all_feeds_are_valid(everything, client, language):
    prefix = "" if language == "de" else f"/{language}"
    paths = ["/feed.atom", "/ortschaft/barleben/feed.atom", *(f"/{kind.path}/feed.atom" for kind in registry.kinds())]
    for path in paths:
        feed = read(client, prefix + path)
        check(feed, prefix + path)
        assert feed.get(LANG) == language
        assert feed.findall(f"{ATOM}entry"), path
    assert len(read(client, f"{prefix}/feed.atom").findall(f"{ATOM}entry")) == len(everything)


def test_empty_feed_is_valid_and_does_not_change(village, client):
    first = client.get("/neues/feed.atom").content
    check(lxml.etree.fromstring(first), "/neues/feed.atom")
    assert client.get("/neues/feed.atom").content == first


def test_name_of_an_entry_outlives_its_title_but_differs_by_language(one, client, settings):
    item = one("news")
    before = read(client, "/neues/feed.atom").findtext(f"{ATOM}entry/{ATOM}id")
    item.title = "Ganz anders"
    item.save_revision().publish()
    settings.BASE_URL = "https://www.example.org"
    feed = read(client, "/neues/feed.atom")
    assert feed.findtext(f"{ATOM}entry/{ATOM}title") == "Ganz anders"
    assert feed.findtext(f"{ATOM}entry/{ATOM}id") == before
    assert read(client, "/ar/neues/feed.atom").findtext(f"{ATOM}entry/{ATOM}id") != before


def test_feed_answers_304_until_something_is_published(one, client):
    one("news")
    tag = client.get("/neues/feed.atom")["ETag"]
    assert client.get("/neues/feed.atom", headers={"If-None-Match": tag}).status_code == 304
    make_item("news")
    assert client.get("/neues/feed.atom", headers={"If-None-Match": tag}).status_code == 200


def test_ortschaft_feed_has_its_own_news_only(village, client):
    make_item("news", title="Hier", ortschaft="ebendorf")
    make_item("news", title="Dort", ortschaft="barleben")
    make_item("event", title="Kein Neues", ortschaft="ebendorf")
    titles = [title.text for title in read(client, "/ortschaft/ebendorf/feed.atom").iter(f"{ATOM}title")][1:]
    assert titles == ["Hier"]
    assert client.get("/ortschaft/magdeburg/feed.atom").status_code == 404


def test_hostile_and_unwritable_signs_stay_text(one, client):
    one("news", title='<b>"&\x0c\x1b]]>', summary="<script>alert(1)</script>", body="<p>ja</p>")
    entry = read(client, "/neues/feed.atom").find(f"{ATOM}entry")
    assert entry.findtext(f"{ATOM}title") == '<b>"&]]>'
    assert "<script>" in entry.findtext(f"{ATOM}summary")
    assert len(entry.find(f"{ATOM}summary")) == 0


def test_sample_data_and_machine_texts_are_marked(village, client):
    make_item("news", is_example=True, texts={"ar": {"title": "خبر", "state": "machine"}})
    german = read(client, "/neues/feed.atom").find(f"{ATOM}entry")
    assert "example" in [category.get("term") for category in german.findall(f"{ATOM}category")]
    arabic = read(client, "/ar/neues/feed.atom").find(f"{ATOM}entry")
    assert arabic.get(LANG) == "ar"
    assert len(arabic.findtext(f"{ATOM}summary")) > len("خبر")


def test_a_feed_of_fifty_mixed_items_takes_few_queries(everything, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        client.get("/feed.atom")
