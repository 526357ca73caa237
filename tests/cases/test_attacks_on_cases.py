"""Somebody who wants the matters of others: by their numbers, their files' numbers, or by trying codes."""

import uuid
from typing import Any

import pytest
from django.test import Client
from tests.cases.making import make_case, make_file, make_office, make_worker
from tests.factories import make_village

from smartbarleben.cases import access, actions, gate
from smartbarleben.cases.models import Attachment, Case
from smartbarleben.people.roles import ADMINISTRATOR


@pytest.fixture(autouse=True)
def house(db: None, settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    make_village()


@pytest.fixture
def two_offices() -> tuple[Client, Case, Case]:
    """Somebody of one office, a case of theirs, and one of another office."""
    ours, theirs = make_office("Bauamt"), make_office("Ordnungsamt")
    worker = make_worker(offices=(ours,))
    boss = make_worker(role=ADMINISTRATOR)
    cases = []
    for office in (ours, theirs):
        case = make_case(f"Etwas fürs {office.name}")
        actions.assign(case=case, by=boss, owner=boss, office=office)
        cases.append(case)
    browser = Client()
    browser.force_login(worker)
    return browser, cases[0], cases[1]


def test_who_works_in_one_office_gets_nothing_of_another(two_offices: tuple[Client, Case, Case]) -> None:
    browser, own, other = two_offices
    file = make_file(other)
    start = f"/verwaltung/vorgaenge/{other.number}/"
    for path in (start, f"{start}zettel/", f"{start}datei/{file.pk}/"):
        assert browser.get(path).status_code == 404, path
    for verb in ("answer", "note", "close", "take", "zip", "freigeben", "merge", "extend"):
        answer = browser.post(
            start, {"tun": verb, f"{verb}-text": "Hallo", "datei": file.pk, "merge-into": own.number}
        )
        assert answer.status_code == 404, verb
    # The own case's address does not open the other's file.
    assert browser.get(f"/verwaltung/vorgaenge/{own.number}/datei/{file.pk}/").status_code == 404
    assert (
        browser.post(f"/verwaltung/vorgaenge/{own.number}/", {"tun": "freigeben", "datei": file.pk}).status_code
        == 404
    )
    assert other.number not in browser.get("/verwaltung/vorgaenge/tabelle/?gruppe=alle").content.decode()
    assert other.number not in browser.get("/verwaltung/vorgaenge/?gruppe=alle&suche=Ordnungsamt").content.decode()


def test_many_at_once_and_merging_reach_no_case_of_others(two_offices: tuple[Client, Case, Case]) -> None:
    browser, own, other = two_offices
    before = Case.objects.get(pk=other.pk)
    browser.post("/verwaltung/vorgaenge/auswahl/", {"tun": "schliessen", "vorgang": [other.pk]})
    browser.post(f"/verwaltung/vorgaenge/{own.number}/", {"tun": "merge", "merge-into": other.number})
    after = Case.objects.get(pk=other.pk)
    assert (before.status, before.owner_id) == (after.status, after.owner_id)
    assert Case.objects.get(pk=own.pk).merged_into_id is None


def test_a_residents_link_opens_no_file_of_another_case(client: Client) -> None:
    mine, other = make_case(), make_case()
    file = make_file(other)
    start = access.path(mine)
    assert client.get(start).status_code == 200
    assert client.get(f"{start}datei/{file.pk}/{file.name}").status_code == 404
    kept = make_file(mine)
    assert client.get(f"{start}datei/{kept.pk}/..%2f..%2fsecret.key").status_code == 404
    # Files of a form that is not sent are reached by its random name only, never by their number.
    name = uuid.uuid4()
    loose = Attachment.objects.create(
        submission=name, name="a.txt", content_type="text/plain", size=1, digest="1" * 64
    )
    client.post(start, {"remove": str(loose.pk)})
    assert Attachment.objects.filter(pk=loose.pk).exists()


@pytest.mark.parametrize("header", ["HTTP_X_FORWARDED_FOR", "HTTP_X_REAL_IP", "HTTP_FORWARDED", "HTTP_HOST"])
def test_codes_of_a_case_cannot_be_tried_on_and_on(header: str, settings: Any) -> None:
    case = make_case()
    codes = []
    for n in range(gate.GUESSES + 1):
        value = f"localhost:{9000 + n}" if header == "HTTP_HOST" else f"198.51.100.{n}"
        browser = Client(REMOTE_ADDR=f"192.0.2.{n}", **{header: value})
        codes.append(browser.post("/formular/vorgang/", {"number": case.number, "code": "AAAA-AAAA"}).status_code)
    assert codes == [422] * gate.GUESSES + [429]


def test_one_network_cannot_try_many_numbers() -> None:
    cases = [make_case() for _n in range(gate.GUESSES + 1)]
    browser = Client(REMOTE_ADDR="2001:db8:1:2::1")
    codes = []
    for n, case in enumerate(cases):
        browser.defaults["REMOTE_ADDR"] = f"2001:db8:1:2::{n + 1:x}"
        codes.append(browser.post("/formular/vorgang/", {"number": case.number, "code": "AAAA-AAAA"}).status_code)
    assert codes[-1] == 429


def test_whoever_has_the_code_is_never_locked_out_by_using_it() -> None:
    case, browser = make_case(), Client()
    codes = {
        browser.post("/formular/vorgang/", {"number": case.number, "code": access.code(case)}).status_code
        for _n in range(gate.GUESSES + 3)
    }
    assert codes == {303}
