"""Public pages: recognised before they are rendered, the same for everyone, no trace."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.core.exceptions import ImproperlyConfigured
from django.test import Client

from smartbarleben.ui.http import public_page

from .urlconf import village


@pytest.fixture
def client() -> Client:
    return Client()


def again(client: Client, path: str, response):
    return client.get(path, headers={"if-none-match": response["ETag"]})


def test_a_page_is_rendered_once_and_then_recognised(client):
    with time_machine.travel(datetime(2026, 11, 24, 9, 0, 10, tzinfo=UTC), tick=False):
        first = client.get("/minute/")
        second = again(client, "/minute/", first)
    assert (first.status_code, second.status_code) == (200, 304)
    assert village["rendered"] == 1
    assert second.content == b""
    assert second["ETag"] == first["ETag"]


def test_a_list_of_etags_and_a_strong_copy_are_understood(client):
    with time_machine.travel(datetime(2026, 11, 24, 9, 0, 10, tzinfo=UTC), tick=False):
        tag = client.get("/never/")["ETag"]
        assert client.get("/never/", headers={"if-none-match": f'"other", {tag}'}).status_code == 304
        assert client.get("/never/", headers={"if-none-match": tag.removeprefix("W/")}).status_code == 304
        assert client.get("/never/", headers={"if-none-match": "*"}).status_code == 200


def test_a_public_change_makes_every_page_new(client):
    first = client.get("/never/")
    village["generation"] += 1
    assert again(client, "/never/", first).status_code == 200


def test_another_query_language_or_program_is_another_page(client, settings):
    tags = {client.get("/never/")["ETag"], client.get("/never/?ort=ebendorf")["ETag"]}
    settings.CODE_VERSION = "another"
    tags.add(client.get("/never/")["ETag"])
    assert len(tags) == 3


@pytest.mark.parametrize(
    ("path", "after_a_minute", "after_midnight"), [("/minute/", 200, 200), ("/day/", 304, 200), ("/never/", 304, 304)]
)
def test_pages_age_as_they_say(client, path, after_a_minute, after_midnight):
    # Midnight in the village is 23:00 UTC in winter.
    with time_machine.travel(datetime(2026, 11, 24, 22, 50, tzinfo=UTC), tick=False):
        first = client.get(path)
    with time_machine.travel(datetime(2026, 11, 24, 22, 51, tzinfo=UTC), tick=False):
        assert again(client, path, first).status_code == after_a_minute
    with time_machine.travel(datetime(2026, 11, 24, 23, 1, tzinfo=UTC), tick=False):
        assert again(client, path, first).status_code == after_midnight


def test_everyone_may_keep_it_and_nobody_gets_a_cookie(client):
    response = client.get("/minute/")
    assert response["Cache-Control"] == "public, max-age=0, must-revalidate"
    assert response["Vary"] == "Accept-Encoding"
    assert not response.cookies


def test_reading_only():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/minute/")
    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert client.head("/minute/").status_code == 200


def test_only_a_page_that_is_there_gets_an_etag(client):
    assert "ETag" not in client.get("/gone/")
    assert client.get("/missing/").status_code == 404


def test_a_view_that_sets_a_cookie_is_refused(client):
    with pytest.raises(ImproperlyConfigured, match="cookie"):
        client.get("/cookie/")


def test_a_page_that_changes_at_odd_times_is_refused():
    with pytest.raises(ValueError, match="fortnight"):
        public_page(changes="fortnight")(lambda request: None)
