"""Every channel of every kind in German and Arabic."""

import json

import pytest
from django.test import RequestFactory
from django.utils import timezone, translation

from smartbarleben.content import queries, registry
from smartbarleben.content.channels.notice import notice_html, notice_pdf
from smartbarleben.ui.http import CACHE_CONTROL

from .conftest import TITLE, address

KINDS = [kind.key for kind in registry.kinds()]
TYPES = {
    "folie/": "text/html; charset=utf-8",
    "vorlesen.txt": "text/plain; charset=utf-8",
    "daten.json": "application/json",
    "qr.svg": "image/svg+xml",
}
by_kind = pytest.mark.parametrize("kind", KINDS)
by_language = pytest.mark.parametrize("language", ["de", "ar"])


@by_kind
@by_language
def test_light_channels_carry_the_text_and_are_public_pages(one, get, kind, language):
    item = one(kind)
    for channel, content_type in TYPES.items():
        answer = get(item, channel, language)
        assert answer.status_code == 200, channel
        assert answer["Content-Type"] == content_type
        assert answer["Cache-Control"] == CACHE_CONTROL
        assert not answer.cookies
        if channel != "qr.svg":
            assert TITLE[language] in answer.content.decode(), channel
        again = get(item, channel, language, **{"If-None-Match": answer["ETag"]})
        assert (again.status_code, again.content) == (304, b""), channel


@by_kind
def test_calendar_exists_exactly_where_there_is_a_date(one, get, kind):
    item = one(kind)
    assert get(item, "termin.ics").status_code == (200 if item.starts_at else 404)


@by_kind
@by_language
def test_sheet_has_headline_facts_and_code(village, one, kind, language):
    one(kind)
    with translation.override(language):
        view = queries.views(queries.live_items(kind), language, timezone.now())[0]
        html = notice_html(RequestFactory().get(view.url), view)
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}">' in html
    assert TITLE[language] in html
    assert "Bürgerhaus" in html
    assert view.absolute_url.partition("://")[2].rstrip("/").rpartition("/")[2] in html
    assert "<script" not in html


@by_kind
def test_schema_org_in_a_page(village, one, kind):
    one(kind)
    view = queries.views(queries.live_items(kind), "de", timezone.now())[0]
    html = render_to_string_with_jsonld(view)
    data = json.loads(html.removeprefix('<script type="application/ld+json">').removesuffix("</script>"))
    assert data["@type"] == registry.kind(kind).schema_type
    assert data["name"] == TITLE["de"]
    assert data["url"] == view.absolute_url


def render_to_string_with_jsonld(view) -> str:
    from django.template import engines

    return engines["jinja2"].from_string("{{ jsonld(view) }}").render({"view": view})


@pytest.mark.slow
@by_kind
def test_sheet_becomes_a_pdf(village, one, kind):
    one(kind)
    with translation.override("ar"):
        view = queries.views(queries.live_items(kind), "ar", timezone.now())[0]
        pdf = notice_pdf(notice_html(RequestFactory().get(view.url), view))
    assert pdf.startswith(b"%PDF-")


@by_kind
def test_what_is_not_published_is_nowhere(one, get, kind):
    item = one(kind, publish=False)
    for channel in [*TYPES, "termin.ics", "aushang.pdf"]:
        assert get(item, channel).status_code == 404, channel


def test_channels_are_only_read(one, client):
    item = one("news")
    for channel in [*TYPES, "aushang.pdf"]:
        assert client.post(address(item, channel)).status_code == 405


def test_unknown_kind_and_slug_are_not_found(village, client):
    for path in ("/gibtsnicht/x/daten.json", "/termine/gibtsnicht/daten.json", "/gibtsnicht/feed.atom"):
        assert client.get(path).status_code == 404
