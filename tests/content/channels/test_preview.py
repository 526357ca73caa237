"""The editor's preview: every channel of a draft that is not stored yet."""

import pytest
from django.core.cache import cache
from django.test import RequestFactory
from django.utils import translation
from tests.factories import at, make_item
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from smartbarleben.content import registry
from smartbarleben.content.actions import link
from smartbarleben.content.channels.preview import preview_response

CHANNELS = ["page", "card", "slide", "notice", "aloud"]


@pytest.mark.parametrize("kind", [kind.key for kind in registry.kinds()])
@pytest.mark.parametrize("language", ["de", "ar"])
def test_unsaved_draft_is_shown_in_every_channel(village, settings, kind, language):
    draft = registry.kind(kind).model(title="Entwurf eines Titels", starts_at=at(1, 18))
    for channel in CHANNELS:
        with translation.override(language):
            answer = preview_response(draft, channel, language, RequestFactory().get("/verwaltung/vorschau/"))
        assert answer.status_code == 200
        assert "Entwurf eines Titels" in answer.content.decode(), channel
        assert answer._csp_config == settings.PREVIEW_CSP
    assert draft.pk is None


@pytest.mark.parametrize("kind", [kind.key for kind in registry.kinds()])
def test_empty_form_does_not_break_the_preview(village, kind):
    for channel in CHANNELS:
        answer = preview_response(registry.kind(kind).model(), channel, "de", RequestFactory().get("/"))
        assert answer.status_code == 200


def test_preview_may_be_framed_by_our_own_pages_only(settings):
    assert settings.PREVIEW_CSP["frame-ancestors"] == ["'self'"]
    assert settings.PREVIEW_CSP["script-src"] == settings.SECURE_CSP["script-src"]


def test_unreadable_repetition_is_shown_as_a_single_date(village):
    draft = registry.kind("event").model(title="Treff", starts_at=at(1, 18), recurrence="FREQ=NIE")
    for channel in CHANNELS:
        assert preview_response(draft, channel, "de", RequestFactory().get("/")).status_code == 200


def test_preview_of_the_slide_says_what_is_cut_off(village):
    draft = registry.kind("news").model(title="Wort " * 30)
    html = preview_response(draft, "slide", "de", RequestFactory().get("/")).content.decode()
    assert 'role="status"' in html
    assert "http-equiv" not in html


@pytest.fixture
def picture(village, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    # Rendered pictures are remembered by the number of the image, which the next test has again.
    cache.clear()
    return Image.objects.create(title="Sonne", file=get_test_image_file())


def test_preview_of_the_page_has_the_photo_and_the_trail(picture):
    wish, measure = make_item("wish", title="Mehr Schatten"), make_item("measure", title="Zehn Linden")
    link(source=wish, target=measure, relation="became")
    wish.photo, wish.photo_alt, wish.photo_credit = picture, "Sonne über dem Feld", "Gemeinde"
    html = preview_response(wish, "page", "de", RequestFactory().get("/")).content.decode()
    assert 'alt="Sonne über dem Feld"' in html
    assert "Zehn Linden" in html


def test_an_item_is_readable_when_the_file_of_its_photo_is_lost(picture, client):
    item = make_item("news", title="Hofmarkt", photo=picture, photo_alt="Sonne über dem Feld")
    picture.file.storage.delete(picture.file.name)
    page = client.get(f"/neues/{item.slug}/")
    assert page.status_code == 200
    assert "Sonne über dem Feld" not in page.content.decode()
