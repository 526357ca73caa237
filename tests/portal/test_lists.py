"""Lists: filters, pages, empty states, what an unknown word gets."""

import pytest
from tests.factories import at, make_item
from tests.portal.conftest import words

from smartbarleben.ui.dates import today

pytestmark = pytest.mark.django_db


def titles(page) -> list[str]:
    return [one.get_text(strip=True) for one in page.select("main .card__title")]


def current(page) -> list[str]:
    return [one.get_text(strip=True) for one in page.select('.filters [aria-current="true"]')]


def test_news_come_newest_first_and_can_be_asked_for_by_ortschaft(village, read) -> None:
    make_item("news", title="Alt", published_on=at(-9), ortschaft="ebendorf")
    make_item("news", title="Neu", published_on=at(-1))
    assert titles(read("/neues/")) == ["Neu", "Alt"]
    page = read("/neues/", ortschaft="ebendorf")
    assert titles(page) == ["Alt"]
    assert current(page) == ["Ebendorf"]


def test_an_unknown_word_is_named_with_a_way_to_everything(village, read) -> None:
    page = read("/en/neues/", status=404, ortschaft="atlantis")
    assert "We do not know “atlantis”" in words(page)
    assert page.select_one('main a[href="/en/neues/"]')
    assert "“zwei” is not the number of a page" in words(read("/en/neues/", status=404, seite="zwei"))


def test_pages_have_neighbours_and_an_end(village, read) -> None:
    for number in range(27):
        make_item("news", title=f"Neues {number:02}", published_on=at(-number))
    first = read("/neues/")
    assert len(titles(first)) == 25
    assert first.select_one('a[rel="next"]')["href"] == "/neues/?seite=2"
    assert not first.select_one('a[rel="prev"]')
    second = read("/neues/", seite="2")
    assert titles(second) == ["Neues 25", "Neues 26"]
    assert second.select_one('a[rel="prev"]')["href"] == "/neues/"
    beyond = read("/en/neues/", seite="9")
    assert "The list ends before this page." in words(beyond)
    assert beyond.select_one('main a[href="/en/neues/"]')


def test_a_choice_that_fits_nothing_offers_everything(village, read) -> None:
    make_item("news", title="Nur in Ebendorf", ortschaft="ebendorf")
    page = read("/en/neues/", ortschaft="barleben")
    assert "Nothing fits this choice." in words(page)
    assert page.select_one('.empty a[href="/en/neues/"]')


def test_notices_on_display_and_earlier_ones_are_kept_apart(village, read) -> None:
    make_item("notice", title="Hängt", starts_at=at(-1), ends_at=at(5))
    make_item("notice", title="Hing", starts_at=at(-30), ends_at=at(-5))
    assert titles(read("/bekanntmachungen/")) == ["Hängt"]
    assert titles(read("/bekanntmachungen/", zeige="frueher")) == ["Hing"]


def test_closures_say_whether_they_are_now_or_soon(village, read) -> None:
    make_item("closure", title="Jetzt", starts_at=at(-1), ends_at=at(2))
    make_item("closure", title="Bald", starts_at=at(4), ends_at=at(6))
    make_item("closure", title="Vorbei", starts_at=at(-6), ends_at=at(-4))
    page = read("/en/sperrungen/")
    assert titles(page) == ["Jetzt", "Bald"]
    assert "In 4 days" in words(page)


def test_measures_can_be_asked_for_by_status_and_project(village, read) -> None:
    project = make_item("project", title="Weniger Verkehr", number=1)
    make_item("measure", title="Schwellen", status="running", project=project)
    make_item("measure", title="Bank", status="done")
    assert titles(read("/massnahmen/")) == ["Bank", "Schwellen"]
    assert titles(read("/massnahmen/", stand="done")) == ["Bank"]
    page = read("/massnahmen/", projekt="weniger-verkehr")
    assert titles(page) == ["Schwellen"]
    assert "Weniger Verkehr" in current(page)


def test_clubs_can_be_asked_for_by_topic(village, read) -> None:
    make_item("club", title="FSV", topics="Fußball, Turnen")
    make_item("club", title="Chor", topics="Singen")
    assert titles(read("/vereine/", thema="Turnen")) == ["FSV"]
    assert {"Fußball", "Turnen", "Singen"} <= {
        one.get_text(strip=True) for one in read("/vereine/").select(".filters a")
    }


def test_events_stand_under_their_days_with_the_repeated_ones(village, read) -> None:
    make_item("event", title="Jeden Tag", starts_at=at(0, 23), ends_at=at(0, 23, 59), recurrence="FREQ=DAILY;COUNT=3")
    make_item("event", title="Vorbei", starts_at=at(-3, 10), ends_at=at(-3, 12))
    page = read("/en/termine/")
    assert titles(page) == ["Jeden Tag"] * 3
    near = [one.get_text(strip=True) for one in page.select(".day__near")]
    assert near == ["Today", "Tomorrow"]
    assert len(page.select(".day time[datetime]")) >= 3


def test_events_filters_work_together(village, read) -> None:
    make_item("event", title="Frei für Familien", audience="families", cost_cents=0, ortschaft="ebendorf")
    make_item("event", title="Frei für alle", audience="all", cost_cents=0)
    make_item("event", title="Teuer", audience="families", cost_cents=1500)
    assert set(titles(read("/termine/", fuer="families"))) == {"Frei für Familien", "Frei für alle", "Teuer"}
    assert set(titles(read("/termine/", fuer="families", kosten="frei"))) == {"Frei für Familien", "Frei für alle"}
    page = read("/termine/", fuer="families", kosten="frei", ortschaft="ebendorf")
    assert titles(page) == ["Frei für Familien"]
    query = "fuer=families&kosten=frei&ortschaft=ebendorf"
    assert page.select_one(f'a[href="/termine/kalender.ics?{query}"]')
    assert page.select_one(f'a[href="/termine/monat/{today():%Y-%m}/?{query}"]')


def test_a_cancelled_event_stays_and_says_so(village, read) -> None:
    make_item("event", title="Fällt aus", is_cancelled=True)
    page = read("/en/termine/")
    assert titles(page) == ["Fällt aus"]
    assert "Cancelled" in words(page)


def test_an_end_that_nobody_told_us_is_not_invented(village, read) -> None:
    make_item("event", title="Ohne Ende", starts_at=at(1, 18), ends_at=None)
    facts = words(read("/termine/"), ".card__facts")
    assert "18 Uhr" in facts
    assert "20" not in facts


def test_the_month_is_a_table_with_neighbours_that_keep_the_filters(village, read) -> None:
    make_item("event", title="Fest", starts_at=at(0, 23), ends_at=at(0, 23, 59), cost_cents=0)
    make_item("event", title="Markt", starts_at=at(0, 22), ends_at=at(0, 23), cost_cents=500)
    page = read(f"/termine/monat/{today():%Y-%m}/", kosten="frei")
    assert [one.get_text(strip=True) for one in page.select(".calendar td a")] == ["23 UhrFest"]
    assert page.select_one('a[rel="next"]')["href"].endswith("/?kosten=frei")
    assert page.select_one('a[rel="prev"]')


def test_a_month_far_away_is_not_there(village, read) -> None:
    read("/termine/monat/1999-01/", status=404)
    read("/termine/monat/Dezember/", status=404)


def test_what_has_no_text_in_a_language_says_so_and_is_marked(village, read) -> None:
    make_item("news", title="Nur deutsch")
    make_item("news", title="Beides", texts={"ar": {"title": "كلاهما", "state": "machine"}})
    page = read("/ar/neues/")
    german = page.find("h3", string=lambda text: text is None) or page.select_one('h3[lang="de"]')
    assert german["dir"] == "ltr"
    assert "Nur deutsch" in german.get_text()
    assert "كلاهما" in words(page)
    english = read("/en/neues/")
    assert words(english).count("only in German") == 2


def test_machine_texts_are_marked_once_below_the_list(village, read) -> None:
    make_item("news", title="Beides", texts={"en": {"title": "Both", "state": "machine"}})
    assert "Nobody has checked them yet." in words(read("/en/neues/"))
    make_item("news", title="Geprüft", texts={"pl": {"title": "Sprawdzone", "state": "reviewed"}})
    assert not read("/pl/neues/", ortschaft="barleben").select("main > p.quiet")


def test_what_registers_no_kind_is_not_found(village, read) -> None:
    read("/gibts-nicht/", status=404)
    read("/neues/gibts-nicht/", status=404)
