"""Uploaded files: who may fetch what."""

from pathlib import Path

import pytest
from django.conf import LazySettings
from django.test import Client
from tests.content.staff.conftest import make_editor
from tests.factories import make_village

PHOTO, RENDERED, DOCUMENT = "original_images/foto.jpg", "images/foto.webp", "documents/liste.html"


@pytest.fixture
def folder(settings: LazySettings, tmp_path: Path, db: None) -> Path:
    make_village()
    settings.MEDIA_ROOT = tmp_path / "media"
    for name in (PHOTO, RENDERED, DOCUMENT):
        path = tmp_path / "media" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    (tmp_path / "secret.key").write_text("secret")
    return tmp_path


def _fetch(client: Client, address: str) -> int:
    answer = client.get(address)
    if answer.streaming:
        b"".join(answer)
    return answer.status_code


def test_everybody_gets_rendered_pictures_and_no_photo_with_its_position(folder: Path, client: Client) -> None:
    assert _fetch(client, f"/media/{RENDERED}") == 200
    ways = (f"images/../{PHOTO}", f"images/%2e%2e/{PHOTO}", f"/{PHOTO}")
    for name in (PHOTO, DOCUMENT, *ways, "images", "images/", "images/%00"):
        assert _fetch(client, f"/media/{name}") == 404, name


def test_the_town_hall_gets_what_it_uploaded(folder: Path, client: Client) -> None:
    client.force_login(make_editor())
    assert _fetch(client, f"/media/{PHOTO}") == 200


def test_an_uploaded_page_is_saved_and_not_opened(folder: Path, client: Client) -> None:
    client.force_login(make_editor())
    answer = client.get(f"/media/{DOCUMENT}")
    assert b"".join(answer) == b"x"
    assert answer["Content-Disposition"] == "attachment"


def test_pictures_are_the_same_for_everybody(folder: Path, client: Client) -> None:
    answer = client.get(f"/media/{RENDERED}")
    assert b"".join(answer) == b"x"
    assert answer["Content-Disposition"].startswith("inline")
    assert "cookie" not in answer.get("Vary", "").lower()


@pytest.mark.parametrize("path", ["../secret.key", "images/../../secret.key", "images/%2e%2e/%2e%2e/secret.key"])
def test_nobody_leaves_the_folder(folder: Path, client: Client, path: str) -> None:
    for person in (None, make_editor()):
        if person:
            client.force_login(person)
        assert _fetch(client, f"/media/{path}") in {400, 404}
