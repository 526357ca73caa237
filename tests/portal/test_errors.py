"""Nothing here, something broken, no village yet: in the page's language, with a way on."""

import errno

import pytest
from django.db import OperationalError
from django.test import Client
from tests.portal.conftest import words

from smartbarleben.portal import views


@pytest.mark.django_db
def test_what_is_not_there_is_said_in_the_page_s_language_with_ways_on(village, read) -> None:
    page = read("/en/neues/gibts-nicht/", status=404)
    assert "There is nothing here" in words(page, "h1")
    assert page.html["lang"] == "en"
    assert page.select_one('main a[href="/en/termine/"]')
    assert page.select_one('form[action="/en/suche/"]')
    assert page.select_one('meta[name="robots"][content="noindex"]')
    assert read("/ar/gibts/nicht/", status=404).html["dir"] == "rtl"


@pytest.mark.django_db
def test_a_broken_page_answers_without_the_database(village, monkeypatch, django_assert_num_queries) -> None:
    def broken(*_args, **_words):
        raise RuntimeError("boom")

    monkeypatch.setattr(views, "village", broken)
    client = Client(raise_request_exception=False)
    # The one query is the page's own, before it breaks.
    with django_assert_num_queries(1):
        answer = client.get("/en/zustaendig/")
    assert answer.status_code == 500
    assert "Something is broken on our side" in answer.content.decode()
    assert 'href="/en/"' in answer.content.decode()
    assert not answer.cookies


@pytest.mark.django_db
@pytest.mark.parametrize(
    "problem",
    [
        OperationalError("database or disk is full"),
        OperationalError("attempt to write a readonly database"),
        OSError(errno.ENOSPC, "No space left on device"),
    ],
)
def test_what_could_not_be_saved_is_said_so(village, monkeypatch, problem: Exception) -> None:
    def full(*_args, **_words):
        raise problem

    monkeypatch.setattr(views, "village", full)
    answer = Client(raise_request_exception=False).get("/en/zustaendig/")
    assert answer.status_code == 503
    assert "has not arrived" in answer.content.decode()


@pytest.mark.django_db
def test_a_house_without_a_village_says_how_to_get_one() -> None:
    client = Client(raise_request_exception=False)
    for path in ("/en/", "/en/gibts-nicht/"):
        answer = client.get(path)
        assert answer.status_code == 503, path
        assert "No village lives here yet" in answer.content.decode()


def test_an_error_page_stands_without_stylesheets(settings, rf) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"},
    }
    settings.STATIC_ROOT = "/nowhere"
    answer = views.not_understood(rf.get("/"))
    assert answer.status_code == 400
    assert "<h1>" in answer.content.decode()


@pytest.mark.django_db
def test_own_colours_are_served_and_unreadable_ones_left_out(client: Client) -> None:
    from tests.factories import make_village

    make_village(colours={"primary": "#123456"})
    answer = client.get("/farben.css")
    assert answer["Content-Type"].startswith("text/css")
    assert "--canal:#123456" in answer.content.decode()
    assert "/farben.css?g=" in client.get("/").content.decode()
    make_village([], colours={"primary": "#ffffee"})
    assert client.get("/farben.css").content == b""
