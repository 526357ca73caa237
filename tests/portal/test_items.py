"""An item's page: what, when, where; what one can do; what must be said about its text; where it leads."""

import json

import pytest
from tests.factories import at, make_item, make_place
from tests.portal.conftest import words

from smartbarleben.content.actions import link

pytestmark = pytest.mark.django_db


def actions(page) -> dict[str, str]:
    return {one.get_text(strip=True): one["href"] for one in page.select(".actions a")}


def test_an_event_says_what_when_and_where_and_goes_into_a_calendar(village, read) -> None:
    hall = make_place("Bürgerhaus", slug="buergerhaus", street="Breiteweg 50", postal_code="39179")
    make_item("event", title="Dorffest", slug="dorffest", place=hall, body="<p>Mit Musik.</p>", cost_cents=0)
    page = read("/en/termine/dorffest/")
    assert words(page, "h1") == "Dorffest"
    assert "Mit Musik." in words(page, ".prose")
    facts = words(page, ".facts")
    assert "Bürgerhaus" in facts
    assert "Breiteweg 50, 39179 Barleben" in facts
    assert page.select_one('.facts a[href="/en/orte/buergerhaus/"]')
    can = actions(page)
    assert can["To my calendar"] == "/en/termine/dorffest/termin.ics"
    assert can["Notice to print (A4)"] == "/en/termine/dorffest/aushang.pdf"
    assert can["Something is wrong here"] == "/en/formular/hinweis/?ueber=/en/termine/dorffest/"


def test_what_has_no_date_offers_no_calendar(village, read) -> None:
    make_item("news", title="Neues", slug="neues")
    assert "To my calendar" not in actions(read("/en/neues/neues/"))


def test_a_repeated_event_names_its_next_dates(village, read) -> None:
    make_item("event", slug="chor", starts_at=at(1, 18), ends_at=at(1, 20), recurrence="FREQ=WEEKLY;COUNT=4")
    page = read("/en/termine/chor/")
    assert len(page.select(".item__side .plain li")) == 3


def test_a_missing_language_is_said_in_that_language_and_german_is_marked(village, read) -> None:
    make_item("news", title="Nur deutsch", slug="a", body="<p>Text</p>")
    page = read("/en/neues/a/")
    assert "This text does not exist in your language yet." in words(page, ".notice")
    assert page.select_one("h1")["lang"] == "de"
    assert page.select_one(".prose")["lang"] == "de"
    arabic = read("/ar/neues/a/")
    assert arabic.select_one("h1")["dir"] == "ltr"
    assert arabic.html["dir"] == "rtl"
    assert not read("/neues/a/").select(".notice")


def test_a_machine_draft_is_marked_and_the_german_text_is_one_step_away(village, read) -> None:
    make_item("news", slug="a", texts={"en": {"title": "Draft", "state": "machine"}})
    page = read("/en/neues/a/")
    assert words(page, "h1") == "Draft"
    assert "lang" not in page.select_one("h1").attrs
    assert "Nobody has checked it yet." in words(page, ".notice")
    assert page.select_one('.notice a[href="/neues/a/"]')


def test_a_checked_translation_needs_no_words(village, read) -> None:
    make_item("news", slug="a", texts={"en": {"title": "Checked", "state": "reviewed"}})
    assert not read("/en/neues/a/").select(".notice")


def test_a_translation_of_an_older_german_text_says_so(village, read) -> None:
    make_item("news", slug="a", texts={"en": {"title": "Old", "outdated": True}})
    assert "The German text has changed" in words(read("/en/neues/a/"), ".notice")


def test_easy_language_is_offered_where_it_exists(village, read) -> None:
    make_item("news", slug="mit", texts={"de-simple": {"title": "Leicht"}})
    make_item("news", slug="ohne")
    assert actions(read("/en/neues/mit/"))["Easy language"] == "/de-simple/neues/mit/"
    assert "Easy language" not in actions(read("/en/neues/ohne/"))


def test_a_source_without_confirmation_for_two_years_is_marked(village, read) -> None:
    make_item("page", slug="alt", source_name="Volksstimme", source_url="https://example.org/", as_of="2019-05")
    make_item("page", slug="neu", source_name="Volksstimme", as_of=at(-30).date().isoformat())
    old = words(read("/en/seiten/alt/"), ".source")
    assert "Volksstimme" in old
    assert "May 2019" in old
    assert "not confirmed for some time" in old
    assert "not confirmed for some time" not in words(read("/en/seiten/neu/"), ".source")


def test_example_data_is_labelled(village, read) -> None:
    make_item("wish", slug="a", is_example=True)
    assert "sample data" in words(read("/en/wuensche/a/"), ".item__states")


def test_the_trail_is_shown_with_this_step_marked_and_the_reason_of_a_no(village, read) -> None:
    wish = make_item("wish", title="Bessere Luft", slug="luft")
    decision = make_item("decision", title="Kein Citytree", slug="citytree", outcome="rejected", reason="Zu teuer.")
    link(source=wish, target=decision, relation="rejected", reason="Die Ausschüsse lehnten ab.")
    page = read("/en/entscheidungen/citytree/")
    steps = page.select(".trail__step")
    assert [one.select_one(".trail__title").get_text(strip=True) for one in steps] == [
        "Bessere Luft",
        "Kein Citytree",
    ]
    assert steps[1]["aria-current"] == "page"
    assert "trail__step--rejected" in steps[1]["class"]
    assert "Die Ausschüsse lehnten ab." in words(page, ".trail")
    assert page.select_one('.trail a[href="/en/wuensche/luft/"]')


def test_a_step_that_is_not_published_is_not_shown(village, read) -> None:
    wish = make_item("wish", slug="luft")
    link(source=wish, target=make_item("decision", title="Geheim", publish=False), relation="became")
    assert "Geheim" not in read("/wuensche/luft/").get_text()


def test_what_belongs_to_an_item_stands_below_it(village, read) -> None:
    project = make_item("project", slug="p")
    measure = make_item("measure", title="Schwellen", slug="m", project=project, status="running")
    make_item("milestone", title="Erste Schwelle", measure=measure)
    club = make_item("club", slug="c")
    make_item("event", title="Heimspiel", club=club)
    office = make_item("office", slug="o")
    make_item("service", title="Hund anmelden", office=office)
    assert "Schwellen" in words(read("/projekte/p/"))
    assert "Erste Schwelle" in words(read("/massnahmen/m/"))
    assert "Heimspiel" in words(read("/vereine/c/"))
    assert "Hund anmelden" in words(read("/aemter/o/"))


def test_a_notice_leads_to_its_proof(village, read) -> None:
    make_item("notice", slug="satzung")
    assert actions(read("/en/bekanntmachungen/satzung/"))["Proof of display"].endswith("/satzung/nachweis/")


def test_machines_get_the_item_as_data_that_cannot_end_the_element(village, read) -> None:
    make_item("event", title="</script><b>Fest", slug="a")
    page = read("/termine/a/")
    data = json.loads(page.select_one('script[type="application/ld+json"]').string)
    assert data["name"] == "</script><b>Fest"
    assert not page.select("head b")


def test_a_title_is_text(village, read) -> None:
    make_item("news", title="<img src=x onerror=alert(1)>", slug="a")
    assert words(read("/neues/a/"), "h1") == "<img src=x onerror=alert(1)>"


def test_drafts_and_strangers_are_not_found(village, read) -> None:
    make_item("news", slug="entwurf", publish=False)
    make_item("news", slug="hier")
    read("/neues/entwurf/", status=404)
    read("/termine/hier/", status=404)
