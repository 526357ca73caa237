"""The editor's preview: every channel of a draft that is not stored yet."""

import io

import pytest
from bs4 import BeautifulSoup
from django.core.cache import caches
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.test import RequestFactory
from django.utils import translation
from PIL import Image as PillowImage
from tests.factories import at, make_item
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from smartbarleben.content import registry
from smartbarleben.content.actions import link
from smartbarleben.content.channels.preview import preview_response
from smartbarleben.content.models import Item

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
    caches["renditions"].clear()
    return Image.objects.create(title="Sonne", file=get_test_image_file())


def test_a_large_photo_is_offered_in_two_sizes_with_its_words(picture, client):
    picture.file = ContentFile(drawn(3000, 2000), name="dorf.jpg")
    picture.save()
    make_item("news", slug="a", photo=picture, photo_alt="Häuser am Feld", photo_credit="Erika <Beispiel>")
    page = BeautifulSoup(client.get("/neues/a/").content.decode(), "html.parser")
    image = page.select_one("figure img")
    assert image["alt"] == "Häuser am Feld"
    assert (image["width"], image["height"]) == ("1200", "800")
    assert [one.split()[1] for one in image["srcset"].split(", ")] == ["720w", "1200w"]
    assert "Erika <Beispiel>" in page.select_one("figcaption").get_text()


def test_a_small_photo_is_shown_as_it_is(picture, client):
    make_item("news", slug="a", photo=picture, photo_alt="Sonne", photo_credit="E. B.")
    image = BeautifulSoup(client.get("/neues/a/").content.decode(), "html.parser").select_one("figure img")
    assert not image.has_attr("srcset")


def test_a_photo_needs_its_words_and_its_name(picture):
    news = registry.kind("news").model(title="Hofmarkt", photo=picture)
    with pytest.raises(ValidationError) as refused:
        news.clean()
    assert set(refused.value.message_dict) == {"photo_alt", "photo_credit"}


def test_a_photo_without_a_name_gets_no_empty_line(picture, client):
    item = make_item("news", slug="a", photo=picture, photo_alt="Sonne", photo_credit="E. B.")
    Item.objects.filter(pk=item.pk).update(photo_credit="")
    assert not BeautifulSoup(client.get("/neues/a/").content.decode(), "html.parser").select("figcaption")


def drawn(width: int, height: int) -> bytes:
    out = io.BytesIO()
    PillowImage.new("RGB", (width, height), "#88aacc").save(out, "JPEG")
    return out.getvalue()


def test_preview_of_the_page_has_the_photo_and_the_trail(picture):
    wish, measure = make_item("wish", title="Mehr Schatten"), make_item("measure", title="Zehn Linden")
    link(source=wish, target=measure, relation="became")
    wish.photo, wish.photo_alt, wish.photo_credit = picture, "Sonne über dem Feld", "Gemeinde"
    html = preview_response(wish, "page", "de", RequestFactory().get("/")).content.decode()
    assert 'alt="Sonne über dem Feld"' in html
    assert "Zehn Linden" in html


def test_an_item_is_readable_when_the_file_of_its_photo_is_lost(picture, client):
    item = make_item("news", title="Hofmarkt", photo=picture, photo_alt="Sonne über dem Feld", photo_credit="E. B.")
    picture.file.storage.delete(picture.file.name)
    page = client.get(f"/neues/{item.slug}/")
    assert page.status_code == 200
    assert "Sonne über dem Feld" not in page.content.decode()
