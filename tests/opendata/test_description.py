"""The description of the API: complete, with examples that are true, and readable by people."""

import json
import re

import pytest
from django.test import Client
from jsonschema_rs import validator_for
from tests.opendata.conftest import set_keys
from tests.portal.conftest import words

from smartbarleben.opendata.describing import shortened
from smartbarleben.places.models import Municipality

ROOT = "/api/v1"
PATHS = {
    "/items/",
    "/items/{kind}/{slug}",
    "/trail/{kind}/{slug}",
    "/village",
    "/places/",
    "/places/{slug}",
    "/strategy",
    "/waste/streets/",
    "/waste/streets/{slug}",
    "/stops/",
    "/stops/{slug}/departures",
    "/lines/",
    "/datasets/",
    "/datasets/{key}",
    "/datasets/{key}/rows",
}


@pytest.fixture
def document(whole_village: Municipality, client: Client) -> dict:
    return client.get(f"{ROOT}/openapi.json").json()


def test_it_names_every_operation_and_loads_nothing_from_elsewhere(document: dict, client: Client) -> None:
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) >= {f"{ROOT}{path}" for path in PATHS}
    for path, methods in document["paths"].items():
        assert list(methods) == ["get"], path
        operation = methods["get"]
        assert operation["summary"], path
        assert set(operation["responses"]) == {"200", "304", "404", "422"}, path
        assert "application/problem+json" in operation["responses"]["422"]["content"], path
        assert not operation.get("description", "").startswith(operation["summary"]), path
        assert all(parameter["name"] and parameter["schema"] for parameter in operation["parameters"]), path
        (language,) = (one["schema"] for one in operation["parameters"] if one["name"] == "language")
        assert language["enum"] == ["de", "de-simple", "en", "uk", "ar", "pl"], path
        in_path = {one["name"] for one in operation["parameters"] if one["in"] == "path"}
        assert in_path == set(re.findall(r"{(\w+)}", path)), path
    filters = {one["name"] for one in document["paths"][f"{ROOT}/items/"]["get"]["parameters"]}
    assert filters >= {
        "kind",
        "ortschaft",
        "status",
        "project",
        "topic",
        "audience",
        "free",
        "happens_after",
        "limit",
    }
    names = [methods["get"]["operationId"] for methods in document["paths"].values()]
    assert len(set(names)) == len(names)
    assert "cdn" not in json.dumps(document)
    assert client.get(f"{ROOT}/docs").status_code == 404


def test_every_operation_has_an_example_that_is_true_and_fits(document: dict, client: Client) -> None:
    """The example's address answers, the answer begins as the example says, and both fit the description."""
    for path, methods in document["paths"].items():
        operation = methods["get"]
        media = operation["responses"]["200"]["content"]["application/json"]
        answer = client.get(operation["x-example-url"].removeprefix("http://localhost:8000"))
        assert answer.status_code == 200, path
        assert shortened(answer.json()) == media["example"], path
        check = validator_for(media["schema"] | {"components": document["components"]})
        check.validate(media["example"])
        check.validate(answer.json())


def test_the_reference_shows_each_operation_with_its_parameters(document: dict, read) -> None:
    page = read("/en/offene-daten/schnittstelle/")
    for path, methods in document["paths"].items():
        operation = methods["get"]
        shown = next(one for one in page.select(".operation") if f"GET {path}" in one.select_one("code").get_text())
        for parameter in operation["parameters"]:
            assert parameter["name"] in shown.get_text(), path
        assert operation["x-example-url"] in shown.get_text(), path
    for kind in ("not-found", "read-only", "not-understood"):
        assert page.select_one(f"#{kind}"), kind


def test_an_empty_village_has_a_description_too(village: Municipality, client: Client, read) -> None:
    assert client.get(f"{ROOT}/openapi.json").status_code == 200
    read("/offene-daten/schnittstelle/")
    read("/offene-daten/")
    for key in set_keys():
        assert words(read(f"/offene-daten/{key}/"))


def test_a_browser_may_ask_whether_another_site_may_read(village: Municipality, client: Client) -> None:
    for path in ("/items/", "/village", "/openapi.json", "/gibt/es/nicht"):
        answer = client.options(f"{ROOT}{path}", headers={"Origin": "https://example.org"})
        assert answer.status_code == 204
        assert answer["Access-Control-Allow-Origin"] == "*"
        assert answer["Access-Control-Allow-Headers"] == "If-None-Match"
        assert "Access-Control-Allow-Credentials" not in answer
        assert "POST" not in answer["Access-Control-Allow-Methods"]


def test_filters_of_the_pages_hold_in_the_api_and_say_what_they_need(whole_village: Municipality, client) -> None:
    def titles(query: str) -> list[str]:
        answer = client.get(f"{ROOT}/items/?{query}")
        assert answer.status_code == 200, answer.content
        return sorted(row["title"] for row in answer.json()["items"])

    assert titles("kind=measure&status=running") == ["Bänke aufstellen"]
    assert titles("kind=measure&status=done") == []
    assert titles("kind=club&topic=turnen") == ["Sportverein"]
    assert titles("kind=event&audience=children") == ["Fest 0", "Fest 1"]
    assert titles("kind=event&free=true") == []
    assert titles("kind=event&happens_after=2999-01-01T00:00:00Z") == []
    assert titles("kind=event&happens_before=2999-01-01T00:00:00Z") == ["Fest 0", "Fest 1"]
    for query, parameter in (
        ("status=done", "status"),
        ("kind=measure&status=halb", "status"),
        ("kind=news&topic=x", "topic"),
        ("free=true", "free"),
        ("free=vielleicht", "free"),
        ("happens_after=0001-01-01T00:00:00%2B14:00", "happens_after"),
        ("updated_since=9999-12-31T23:59:59-14:00", "updated_since"),
    ):
        answer = client.get(f"{ROOT}/items/?{query}")
        assert answer.status_code == 422, query
        assert [one["parameter"] for one in answer.json()["errors"]] == [parameter], query


@pytest.mark.parametrize(
    "path", ["/items/?kind=club&topic=a%00", "/items/news/%00", "/places/%00", "/stops/%00/departures", "/%00"]
)
def test_what_no_database_can_be_asked_for_is_refused_in_words(village: Municipality, client, path: str) -> None:
    answer = client.get(f"{ROOT}{path}")
    assert answer.status_code == 422
    assert answer["Content-Type"] == "application/problem+json"
    assert answer.json()["detail"]
