"""The environment, the page layout and the gallery, as a reader's browser gets them."""

import re
from html.parser import HTMLParser
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.template import engines
from django.test import Client, RequestFactory
from django.utils import translation
from jinja2 import UndefinedError

from smartbarleben import ui
from smartbarleben.ui.gallery import SampleForm
from smartbarleben.ui.icons import PATHS, icon

from .urlconf import page_context

COMPONENTS = Path(ui.__file__).parent / "jinja2/ui/components"


class Outline(HTMLParser):
    """Counts what matters: ids, headings, landmarks, inline code."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def all(self, name):
        return [attrs for tag, attrs in self.tags if tag == name]


@pytest.fixture(params=["", "/ar"], ids=["de", "ar"])
def gallery(request) -> str:
    return Client().get(f"{request.param}/bausteine/").content.decode()


def from_string(source: str, **context) -> str:
    return engines["jinja2"].env.from_string(source).render(context)


def test_the_gallery_shows_every_component(gallery):
    shown = set(re.findall(r'class="([a-z-]+)', gallery))
    for name in ("card", "band", "facts", "trail", "timeline", "empty", "notice", "pager", "filters", "breadcrumb"):
        assert any(one.startswith(name) for one in shown), name
    source = (COMPONENTS.parent / "gallery.jinja").read_text("utf-8")
    page = (COMPONENTS.parent / "layouts/page.jinja").read_text("utf-8")
    for component in COMPONENTS.glob("*.jinja"):
        assert f"ui/components/{component.name}" in source + page, f"{component.name} is not in the gallery"


def test_a_page_has_one_heading_its_landmarks_and_no_double_ids(gallery):
    page = Outline(gallery)
    assert len(page.all("h1")) == len(page.all("main")) == len(page.all("header")) == 1
    ids = [attrs["id"] for _, attrs in page.tags if "id" in attrs]
    assert sorted(set(ids)) == sorted(ids)
    assert page.all("a")[0]["href"] == "#main"
    for attribute in ("for", "aria-labelledby", "aria-describedby"):
        for _, attrs in page.tags:
            assert set((attrs.get(attribute) or "").split()) <= set(ids)


def test_nothing_inline_that_the_policy_forbids(gallery):
    page = Outline(gallery)
    assert not page.all("style")
    assert all("src" in attrs for attrs in page.all("script"))
    assert not [attrs for _, attrs in page.tags if "style" in attrs or any(name.startswith("on") for name in attrs)]
    assert "http://" not in re.sub(r"http://www\.w3\.org/\S+", "", gallery)


def test_the_language_switch_and_leichte_sprache_stand_on_the_page(gallery):
    page = Outline(gallery)
    assert any(attrs.get("href") == "/de-simple/" and "easy" in attrs.get("class", "") for attrs in page.all("a"))
    assert {"rtl", "ltr"} <= {attrs.get("dir") for attrs in page.all("a")}
    # A language in which the page has no text is offered to readers, but not announced as a translation.
    assert "ar" not in {attrs.get("hreflang") for attrs in page.all("link")}


def test_direction_follows_the_language():
    assert '<html lang="ar" dir="rtl"' in Client().get("/ar/bausteine/").content.decode()
    assert '<html lang="de" dir="ltr"' in Client().get("/bausteine/").content.decode()


def test_a_forgotten_value_is_an_error_and_not_a_gap():
    with pytest.raises(UndefinedError):
        from_string("{{ village.name }}")


def test_values_are_escaped_also_inside_translations():
    with translation.override("en"):
        assert from_string('{{ _("Photo: %(credit)s", credit=who) }}', who="<b>") == "Photo: &lt;b&gt;"
    assert "&lt;b&gt;" in from_string(
        '{% from "ui/components/card.jinja" import card %}{{ card(title, "/") }}', title="<b>"
    )


def test_filters_speak_the_active_language_and_bear_nothing():
    with translation.override("uk"):
        assert from_string("{{ cents|money }}", cents=1250).startswith("12,50")
        assert from_string("{{ none|day }}{{ none|when }}{{ none|iso }}") == ""


def test_an_unknown_icon_names_the_known_ones():
    with pytest.raises(KeyError, match="calendar"):
        icon("unicorn")
    assert len(PATHS) >= 35


def test_form_errors_stand_in_a_summary_that_leads_to_the_fields():
    form = SampleForm({"email": "frau.beispiel", "way": ""})
    html = str(form)
    page = Outline(html)
    summary = next(attrs for attrs in page.all("div") if attrs.get("role") == "alert")
    assert "autofocus" in summary
    assert summary["tabindex"] == "-1"
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    targets = {attrs["href"].removeprefix("#") for attrs in page.all("a")}
    assert targets <= ids
    assert {"id_name", "id_email", "id_text", "id_way_0"} <= targets
    email = next(attrs for attrs in page.all("input") if attrs.get("name") == "email")
    assert email["value"] == "frau.beispiel"
    assert email["aria-invalid"] == "true"
    assert email["aria-describedby"] == "id_email_helptext id_email_error"
    assert email["autocomplete"] == "email"


def test_form_errors_say_what_to_do():
    form = SampleForm({"email": "frau.beispiel", "day": "tomorrow"})
    with translation.override("en"):
        assert form.errors["name"] == ["This is still missing."]
        assert "name@example.org" in form.errors["email"][0]
        assert "24.11.2026" in form.errors["day"][0]


def test_a_field_group_renders_by_itself():
    form = SampleForm()
    assert 'for="id_name"' in form["name"].as_field_group()


def page(source: str, **more) -> str:
    return from_string(source, **page_context(RequestFactory().get("/")), **more)


def test_a_slide_has_one_thought_and_room_for_a_code_only_where_there_is_one():
    slide = '{% extends "ui/layouts/slide.jinja" %}{% block headline %}Breiteweg gesperrt{% endblock %}'
    without = page(slide)
    assert len(Outline(without).all("h1")) == 1
    assert "slide__qr" not in without
    assert "slide__qr" in page(slide + "{% block code %}<svg></svg>{% endblock %}")


def test_a_notice_on_paper_draws_the_line_in_black_without_stylesheets_inside():
    sheet = page('{% extends "ui/layouts/print.jinja" %}{% block headline %}Sperrung{% endblock %}')
    drawing = next(attrs for attrs in Outline(sheet).all("svg"))
    assert (drawing["fill"], drawing["stroke"]) == ("#fff", "#000")
    assert "field--" not in sheet


def test_a_mail_says_the_same_as_text():
    mail = {
        "subject": "Stimmt das noch?",
        "greeting": "Guten Tag,",
        "paragraphs": ['Öffnungszeiten & "mehr"'],
        "action": {"label": "Ja", "url": "https://example.org/?a=1&b=2"},
        "signature": "Ihre Gemeinde",
        "why": "",
    }
    text = page('{% include "ui/layouts/mail.txt.jinja" %}', **mail)
    assert text.startswith("Guten Tag,\n\n")
    assert 'Öffnungszeiten & "mehr"' in text
    assert "https://example.org/?a=1&b=2" in text
    html = page('{% include "ui/layouts/mail.jinja" %}', **mail)
    assert "Öffnungszeiten &amp; &#34;mehr&#34;" in html
    assert "https://example.org/?a=1&amp;b=2" in html


def test_without_javascript_nothing_is_offered_that_needs_it():
    html = page(
        '{% from "ui/components/actions.jinja" import actions %}'
        '{{ actions([{"label": "Kalender", "url": "/x.ics"}], print=True, copy="/x", listen="main") }}'
    )
    items = Outline(html).all("li")
    assert ["hidden" in attrs for attrs in items] == [False, True, True, True]


def test_a_tag_says_its_state_in_words_and_in_the_readers_language():
    with translation.override("en"):
        assert ">done<" in re.sub(r"<svg.*?</svg>", "", from_string('{{ state_markup("done") }}'))
    assert "&lt;i&gt;" in from_string('{% from "ui/components/tag.jinja" import tag %}{{ tag("<i>") }}')


def test_a_card_says_a_rooms_own_state_in_its_words_and_tone():
    detour = SimpleNamespace(text="Umleitung", tone="attention")
    html = page(
        '{% from "ui/components/card.jinja" import card %}{{ card("Breiteweg", "/x/", states=[detour, "new"]) }}',
        detour=detour,
    )
    assert '<span class="tag tag--attention">Umleitung</span>' in html
