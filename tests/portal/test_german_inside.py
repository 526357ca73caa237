"""What the town hall typed in German stands marked as German on the pages of every other language."""

from datetime import timedelta

import pytest
from bs4 import BeautifulSoup, NavigableString, Tag
from django.test import RequestFactory
from django.utils import timezone, translation
from tests.factories import at, make_item, make_place, make_village
from tests.portal.test_every_page import KINDS, PATHS, month_path
from wagtail.images.models import Image
from wagtail.images.tests.utils import get_test_image_file

from smartbarleben.content.actions import link
from smartbarleben.content.channels.notice import notice_html
from smartbarleben.content.queries import item_by_slug
from smartbarleben.content.registry import kind as kind_of
from smartbarleben.places.models import Municipality
from smartbarleben.ui.dates import today

# A word that stands in everything typed in German and in nothing else.
MARK = "Zaunkönig"
PHONE = "039203 565-77"
AR = {"ar": {"title": "عنوان", "summary": "ملخص", "body": "<p>نص</p>"}}


def german(*names: str) -> dict[str, str]:
    return {name: f"{MARK} {number}" for number, name in enumerate(names)}


@pytest.fixture
def german_village(db, settings, tmp_path) -> Municipality:
    """An item of each kind with everything that can be typed: translated ones (slug "ar") and untranslated ones."""
    settings.MEDIA_ROOT = tmp_path
    photo = Image.objects.create(title="x", file=get_test_image_file(filename="x.png"))
    village = make_village(phone=PHONE)
    closed = [(today(), today() + timedelta(days=2), MARK)]
    week = [(day, "09:00", "18:00") for day in range(7)]
    hall = make_place(f"{MARK}haus", kind="town_hall", slug="rathaus", phone=PHONE, street=f"{MARK}weg 1",
                      hours=week, closed_days=closed, summary=MARK, accessibility=MARK, source_name=MARK,
                      ortschaft="ebendorf",
                      texts={"ar": {"summary": "ملخص", "accessibility": "مدخل"}})  # fmt: skip
    make_place(f"{MARK}halt", kind="stop", ortschaft="ebendorf")
    for slug, texts in (("ar", AR), ("de", {})):
        given = {"slug": slug, "title": MARK, "summary": MARK, "body": f"<p>{MARK}</p>", "texts": texts,
                 "source_name": MARK, "photo": photo, "photo_alt": MARK, "photo_credit": MARK}  # fmt: skip
        here = given | {"ortschaft": "ebendorf", "place": hall}
        words = given | {"ortschaft": "ebendorf", "location": f"{MARK}weg"}
        club = make_item("club", **here, phone=PHONE, **german("topics", "contact", "meets"))
        make_item("event", **here, starts_at=at(0, 23), ends_at=at(0, 23, 59),
                  **german("organiser", "cost_note", "registration"))  # fmt: skip
        make_item("event", **(words | {"slug": f"{slug}-2"}), starts_at=at(1), ends_at=at(1, 13), club=club)
        make_item("closure", **words, starts_at=at(-1), ends_at=at(3), detour=MARK)
        make_item("notice", **words, starts_at=at(-1), ends_at=at(3), **german("reference", "legal_basis"))
        make_item("news", **here)
        make_item("page", **given, in_footer=True)
        office = make_item("office", **here, phone=PHONE)
        make_item("service", **given, office=office)
        make_item("service", **(given | {"slug": f"{slug}-2"}), responsible_name=MARK)
        project = make_item("project", **given, number=1, fields_of_action=[MARK])
        measure = make_item("measure", **here, project=project, status="stopped", **german("reason", "funding"))
        milestone = make_item("milestone", **given, measure=measure)
        money = make_item("funding", **given, payer=MARK)
        wish = make_item("wish", **here, answer=MARK, channel=MARK, answered_on=at(-1).date())
        decision = make_item("decision", **here, **german("reason", "decided_by", "take_part"))
        link(source=wish, target=decision, relation="rejected", reason=MARK)
        link(source=decision, target=measure, relation="carried_out")
        link(source=measure, target=money, relation="funded")
        link(source=money, target=milestone, relation="resulted")
    return village


def nearest(element: Tag, attribute: str) -> str:
    """The value of an attribute that holds for an element."""
    holder = element if element.has_attr(attribute) else element.find_parent(attrs={attribute: True})
    return str(holder[attribute])


def wrong_places(html: str) -> list[str]:
    """Where German stands unmarked, or a phone number could be turned around."""
    body = BeautifulSoup(html, "html.parser").body
    found = []
    for text in body.find_all(string=lambda one: isinstance(one, NavigableString) and (MARK in one or PHONE in one)):
        element = text.parent
        if MARK in text and (nearest(element, "lang"), nearest(element, "dir")) != ("de", "ltr"):
            found.append(f"{element} in {element.parent}"[:300])
        if PHONE in text and nearest(element, "dir") != "ltr":
            found.append(str(element))
    for element in body.find_all(True):
        spoken = " ".join(str(element.get(name, "")) for name in ("alt", "aria-label", "title", "placeholder"))
        if MARK in spoken and nearest(element, "lang") != "de":
            found.append(str(element)[:300])
    return found


def test_each_kind_marks_its_german_words(german_village, client) -> None:
    for kind in KINDS:
        for rest in ("", "ar/", "de/", "ar/folie/", "de/folie/"):
            path = f"/ar/{PATHS[kind]}/{rest}"
            answer = client.get(path)
            assert answer.status_code == 200
            assert not wrong_places(answer.content.decode()), path


def test_each_sheet_marks_its_german_words(german_village) -> None:
    for kind in KINDS:
        for slug in ("ar", "de"):
            with translation.override("ar"):
                view = item_by_slug(kind_of(kind), slug, "ar", timezone.now())
                html = notice_html(RequestFactory().get(view.url), view)
            assert MARK in html
            assert not wrong_places(html), (kind, slug)


def test_pages_that_show_many_things_mark_their_german_words(german_village, client) -> None:
    for path in ("/", "/ortschaft/ebendorf/", "/orte/", "/orte/rathaus/", "/strategie/", "/zustaendig/?q=zaun",
                 month_path(), "/bekanntmachungen/ar/nachweis/"):  # fmt: skip
        html = client.get(f"/ar{path}").content.decode()
        assert MARK in html, path
        assert not wrong_places(html), path


def test_the_trail_says_in_german_why_something_was_rejected(german_village, client) -> None:
    page = BeautifulSoup(client.get("/ar/wuensche/ar/").content.decode(), "html.parser")
    assert [note["lang"] for note in page.select(".trail__note bdi")] == ["de"]


def test_on_a_german_page_nothing_is_marked_as_german(german_village, client) -> None:
    for path in ("/", "/termine/ar/", "/orte/rathaus/", "/strategie/"):
        page = BeautifulSoup(client.get(path).content.decode(), "html.parser")
        assert not page.select('main [lang="de"]'), path
        assert "&lt;bdi" not in str(page), path


def test_what_is_typed_is_text_also_where_it_is_marked(village, client, read) -> None:
    evil = "<b>böse</b> & Söhne"
    closed = [(today(), today(), evil)]
    week = [(day, "00:00", "23:59") for day in range(7)]
    make_place(evil, kind="town_hall", slug="x", hours=week, closed_days=closed)
    make_item("closure", slug="y", detour=evil)
    for path in ("/ar/", "/", "/ar/orte/x/", "/orte/x/", "/ar/sperrungen/y/", "/sperrungen/y/"):
        page = read(path)
        assert evil in page.get_text(), path
        assert not page.select("main b, .today b"), path
