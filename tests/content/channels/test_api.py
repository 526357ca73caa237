"""The public API: as its description says, readable from anywhere, clear about mistakes."""

from datetime import timedelta
from urllib.parse import urlencode

import pytest
from django.utils import timezone, translation
from django.utils.translation import gettext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema_rs import validator_for
from tests.factories import at, make_item, make_place

ROOT = "/api/v1"


@pytest.fixture
def described(village, client):
    """`described(path, template)`: the answer's body, checked against the description of the path's template."""
    schema = client.get(f"{ROOT}/openapi.json").json()

    def fetch(path: str, template: str, status: int = 200, **headers: str):
        answer = client.get(f"{ROOT}{path}", headers=headers)
        assert answer.status_code == status, answer.content
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert not answer.cookies
        responses = schema["paths"][f"{ROOT}{template}"]["get"]["responses"]
        media_type = answer["Content-Type"].partition(";")[0]
        shape = responses[str(status)]["content"][media_type]["schema"]
        body = answer.json()
        validator_for(shape | {"components": schema["components"]}).validate(body)
        return body

    return fetch


def test_items_of_every_kind_answer_as_described(everything, described):
    rows = described("/items/", "/items/")["items"]
    assert {row["kind"] for row in rows} == set(everything)
    for kind, item in everything.items():
        body = described(f"/items/{kind}/{item.slug}", "/items/{kind}/{slug}")
        assert body["title"] == item.title
        assert body["channels"]["page"].endswith(f"/{item.slug}/")
        assert ("calendar" in body["channels"]) == bool(item.starts_at)
        assert body["source"]["name"] == "Gemeinde Barleben"
        assert body["as_of"] == "2026-10"
        assert body["example"] is False
        described(f"/trail/{kind}/{item.slug}", "/trail/{kind}/{slug}")


def test_all_channel_addresses_lead_somewhere(one, client):
    item = one("event")
    channels = client.get(f"{ROOT}/items/event/{item.slug}").json()["channels"]
    assert set(channels) == {"page", "notice", "slide", "aloud", "json", "qr", "calendar"}
    for url in channels.values():
        assert client.get(url.removeprefix("http://localhost:8000")).status_code == 200, url


def test_language_state_and_sample_data_are_said(village, described):
    make_item("news", slug="neu", title="Neu", is_example=True, texts={"ar": {"title": "جديد", "state": "machine"}})
    arabic = described("/items/news/neu?language=ar", "/items/{kind}/{slug}")
    assert (arabic["title"], arabic["language"], arabic["text_state"]) == ("جديد", "ar", "machine")
    assert arabic["text_state_label"]
    assert arabic["example"] is True
    assert arabic["example_label"]
    polish = described("/items/news/neu?language=pl", "/items/{kind}/{slug}")
    assert (polish["title"], polish["language"], polish["text_state"]) == ("Neu", "de", "missing")


def test_repeated_event_keeps_its_rule_in_lists(village, described):
    make_item("event", recurrence="FREQ=WEEKLY", starts_at=at(-30, 18), ends_at=at(-30, 20))
    (row,) = described("/items/", "/items/")["items"]
    assert row["recurrence"] == "FREQ=WEEKLY"
    assert row["starts_at"] > timezone.now().isoformat()[:10]


def test_filters(village, described):
    make_item("news", title="A", ortschaft="ebendorf")
    make_item("event", title="B", ortschaft="ebendorf")
    make_item("news", title="C")

    def titles(**query: str) -> list[str]:
        return sorted(row["title"] for row in described(f"/items/?{urlencode(query)}", "/items/")["items"])

    assert titles() == ["A", "B", "C"]
    assert titles(kind="news") == ["A", "C"]
    assert titles(ortschaft="ebendorf") == ["A", "B"]
    assert titles(kind="news", ortschaft="ebendorf") == ["A"]
    assert titles(updated_since=(timezone.now() + timedelta(hours=1)).isoformat()) == []
    assert titles(updated_since=(timezone.now() - timedelta(hours=1)).isoformat()) == ["A", "B", "C"]


def test_paging_reaches_each_item_once(village, described):
    same = at(-1)
    slugs = {make_item("news", published_on=same if number % 2 else at(-number)).slug for number in range(7)}
    seen, path = [], "/items/?limit=2&kind=news"
    while path:
        page = described(path, "/items/")
        assert len(page["items"]) <= 2
        seen += [row["slug"] for row in page["items"]]
        path = page["next"] and page["next"].removeprefix(f"http://localhost:8000{ROOT}")
    assert len(seen) == len(slugs)
    assert set(seen) == slugs


def test_list_takes_few_queries(everything, client, django_assert_max_num_queries):
    with django_assert_max_num_queries(6):
        client.get(f"{ROOT}/items/")


def test_places_with_hours_and_state(village, described):
    make_place("Bibliothek", slug="bibliothek", kind="library", hours=[(day, "00:00", "00:00") for day in range(7)])
    make_place("Wiese", slug="wiese")
    library, meadow = described("/places/", "/places/")["places"]
    assert (library["open_now"], meadow["open_now"]) == (True, None)
    (hours,) = described("/places/bibliothek", "/places/{slug}")["hours"]
    assert hours["open_now"] is True
    assert len(hours["rules"]) == 7
    described("/places/wiese", "/places/{slug}")


def test_village_names_itself_and_its_ortschaften(described):
    body = described("/village", "/village")
    assert (body["name"], body["ags"]) == ("Barleben", "15083040")
    assert [one["slug"] for one in body["ortschaften"]] == ["barleben", "ebendorf", "meitzendorf"]
    assert body["kinds"]["event"]


@pytest.mark.parametrize(
    ("path", "template", "status", "field"),
    [
        ("/items/?kind=gibtsnicht", "/items/", 422, "kind"),
        ("/items/?ortschaft=magdeburg", "/items/", 422, "ortschaft"),
        ("/items/?language=fr", "/items/", 422, "language"),
        ("/items/?limit=0", "/items/", 422, "limit"),
        ("/items/?limit=viele", "/items/", 422, "limit"),
        ("/items/?updated_since=gestern", "/items/", 422, "updated_since"),
        ("/items/?cursor=abc", "/items/", 422, "cursor"),
        ("/items/gibtsnicht/x", "/items/{kind}/{slug}", 422, "kind"),
        ("/items/event/x", "/items/{kind}/{slug}", 404, None),
        ("/trail/event/x", "/trail/{kind}/{slug}", 404, None),
        ("/places/x", "/places/{slug}", 404, None),
    ],
)
def test_mistakes_are_said_in_words_at_their_field(described, path, template, status, field):
    body = described(path, template, status)
    assert body["detail"]
    assert [one["parameter"] for one in body["errors"]] == ([field] if field else [])


@pytest.mark.parametrize(
    ("query", "field", "said"),
    [
        ({"limit": "viele"}, "limit", "Write a whole number."),
        ({"limit": "101"}, "limit", "Write a number of at most %(number)s."),
        ({"limit": "0"}, "limit", "Write a number of at least %(number)s."),
        ({"updated_since": "gestern"}, "updated_since", "Write a day and a time, for example 2026-10-31T18:00."),
        ({"cursor": "x" * 201}, "cursor", "This is too long: at most %(number)s signs."),
    ],
)
@pytest.mark.parametrize("language", ["de", "en"])
def test_a_wrong_value_is_explained_in_the_language_asked_for(village, client, query, field, said, language):
    number = {"cursor": 200}.get(field, 1 if query.get("limit") == "0" else 100)
    answer = client.get(f"{ROOT}/items/", query | {"language": language}).json()
    with translation.override(language):
        assert answer["title"] == gettext("We do not understand this request.")
        assert answer["errors"] == [{"parameter": field, "detail": gettext(said) % {"number": number}}]
    german = "Diese Anfrage verstehen wir nicht."
    assert (answer["title"] == german) == (language == "de")


def test_unknown_addresses_and_writing_are_refused_as_json(village, client):
    assert client.get(f"{ROOT}/gibt/es/nicht").json()["type"].endswith("#not-found")
    for method in ("post", "put", "patch", "delete"):
        answer = getattr(client, method)(f"{ROOT}/items/")
        assert answer.status_code == 405
        assert answer.json()["type"].endswith("#read-only")
        assert answer["Content-Type"] == "application/problem+json"
        assert answer["Allow"] == "GET, HEAD, OPTIONS"
    assert client.head(f"{ROOT}/items/").status_code == 200


def test_unchanged_answers_cost_304(one, client):
    item = one("news")
    for path in (f"{ROOT}/items/", f"{ROOT}/items/news/{item.slug}", f"{ROOT}/village", f"{ROOT}/places/"):
        tag = client.get(path)["ETag"]
        again = client.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again["Access-Control-Allow-Origin"]) == (304, "*")


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    query=st.dictionaries(
        st.sampled_from(["kind", "ortschaft", "language", "updated_since", "cursor", "limit"]),
        st.text(max_size=30) | st.sampled_from(["news", "ebendorf", "en", "2026-01-01", "MXwx", "5"]),
    )
)
def test_no_question_breaks_the_list(village, client, query):
    answer = client.get(f"{ROOT}/items/", query)
    assert answer.status_code in {200, 422}
    assert answer.json()
