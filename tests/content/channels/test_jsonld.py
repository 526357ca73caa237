"""schema.org data: right for machines, and no text of ours can break out of its element."""

import json
from datetime import timedelta

import lxml.html
import pytest
from django.template import engines
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import at, make_item

from smartbarleben.content import queries
from smartbarleben.content.channels.jsonld import as_jsonld
from smartbarleben.ui.jsonld import serialise

HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "-->",
    "]]>",
    "</SCRIPT ><img src=x onerror=alert(1)>",
    '"},{"@type":"Person"',
    "\\u003c/script>",
    "Zeile\u2028Absatz\u2029Ende",
]


def view_of(item):
    return queries.views(queries.live_items(item.kind).filter(pk=item.pk), "de", timezone.now())[0]


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_title_stays_a_title(one, title):
    view = view_of(one("news", title=title, summary=title, source_name=title))
    html = engines["jinja2"].from_string("<main>{{ jsonld(view) }}<p>danach</p></main>").render({"view": view})
    page = lxml.html.fromstring(html)
    scripts = page.findall(".//script")
    assert len(scripts) == 1
    assert page.findtext(".//p") == "danach"
    assert not page.findall(".//img")
    assert json.loads(scripts[0].text)["name"] == title


@given(st.text(alphabet=st.characters(exclude_categories=["Cs"])))
def test_any_text_survives_and_never_ends_the_element(text):
    written = serialise({"name": text})
    assert json.loads(written)["name"] == text
    assert not {"<", ">", "&", "\u2028", "\u2029"} & set(written)


def test_event_says_when_where_who_and_what_it_costs(one):
    item = one("event", cost_cents=1250, organiser="Heimatverein", starts_at=at(3, 18), ends_at=at(3, 20))
    data = as_jsonld(view_of(item), "Gemeinde Barleben")
    assert data["@type"] == "Event"
    assert data["startDate"] == at(3, 18).isoformat(timespec="minutes")
    assert data["endDate"] == at(3, 20).isoformat(timespec="minutes")
    assert data["eventStatus"] == "https://schema.org/EventScheduled"
    assert data["location"]["address"] == {
        "@type": "PostalAddress",
        "streetAddress": "Breiteweg 50",
        "postalCode": "39179",
        "addressLocality": "Barleben",
        "addressCountry": "DE",
    }
    assert data["location"]["geo"] == {"@type": "GeoCoordinates", "latitude": 52.2, "longitude": 11.61}
    assert data["offers"]["price"] == "12.50"
    assert data["offers"]["priceCurrency"] == "EUR"
    assert data["organizer"]["name"] == "Heimatverein"
    assert data["isAccessibleForFree"] is False


def test_free_and_cancelled_event(one):
    data = as_jsonld(view_of(one("event", cost_cents=0, is_cancelled=True)))
    assert data["isAccessibleForFree"] is True
    assert data["eventStatus"] == "https://schema.org/EventCancelled"


def test_whole_days_are_days_and_vague_dates_stay_vague(one):
    festival = one("event", all_day=True, starts_at=at(3, 0), ends_at=at(5, 0))
    assert as_jsonld(view_of(festival))["startDate"] == f"{at(3):%Y-%m-%d}"
    milestone = one("milestone", starts_at=at(400, 0), ends_at=None, date_precision="month")
    assert as_jsonld(view_of(milestone))["startDate"] == f"{at(400):%Y-%m}"
    assert "endDate" not in as_jsonld(view_of(milestone))


def test_repeated_event_gives_its_next_date(one):
    start = at(-21, 18)
    item = one("event", recurrence="FREQ=WEEKLY", starts_at=start, ends_at=start + timedelta(hours=2))
    assert as_jsonld(view_of(item))["startDate"][:10] >= f"{at(0):%Y-%m-%d}"


def test_closure_is_an_announcement_that_expires(one):
    data = as_jsonld(view_of(one("closure", starts_at=at(0, 7), ends_at=at(4, 17))), "Gemeinde Barleben")
    assert data["@type"] == "SpecialAnnouncement"
    assert data["expires"] == at(4, 17).isoformat(timespec="minutes")
    assert data["spatialCoverage"]["name"] == "Bürgerhaus"
    assert data["publisher"]["name"] == "Gemeinde Barleben"


def test_office_club_wish_and_money_have_their_own_fields(one):
    office = as_jsonld(view_of(one("office", phone="039203 565-0", email="a@example.org")))
    assert (office["telephone"], office["email"]) == ("039203 565-0", "a@example.org")
    club = as_jsonld(view_of(one("club", website="https://verein.example.org/")))
    assert club["sameAs"] == "https://verein.example.org/"
    wish = as_jsonld(view_of(one("wish", answer="Ja, im Mai.")))
    assert wish["acceptedAnswer"]["text"] == "Ja, im Mai."
    money = as_jsonld(view_of(one("funding", amount_cents=5_000_000)))
    assert money["amount"] == {"@type": "MonetaryAmount", "value": "50000.00", "currency": "EUR"}


def test_sample_data_and_the_language_are_said(village):
    item = make_item("news", is_example=True)
    data = as_jsonld(view_of(item))
    assert data["disambiguatingDescription"]
    assert data["inLanguage"] == "de"
    view = queries.views(queries.live_items("news").filter(pk=item.pk), "ar", timezone.now())[0]
    assert as_jsonld(view)["inLanguage"] == "de"


def test_a_notice_is_an_announcement_with_the_days_of_its_display(one):
    item = one("notice", reference="AZ 61-20", starts_at=at(-1, 8), ends_at=at(7, 20))
    data = as_jsonld(view_of(item), "Gemeinde Barleben")
    assert data["@type"] == "SpecialAnnouncement"
    assert data["identifier"] == "AZ 61-20"
    assert data["expires"] == at(7, 20).isoformat(timespec="minutes")
    assert data["temporalCoverage"] == "/".join(
        at(day, hour).isoformat(timespec="minutes") for day, hour in ((-1, 8), (7, 20))
    )
    assert data["publisher"]["name"] == "Gemeinde Barleben"
