"""A resident's account: opened by a code in a mail, never needed, never staff, and gone when nobody uses it."""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.cases.making import make_case
from tests.config.url_map import addresses
from tests.factories import make_village

from smartbarleben.cases.actions import Who
from smartbarleben.cases.models import Case
from smartbarleben.jobs import mail
from smartbarleben.jobs.models import OutgoingMail
from smartbarleben.people import access, audit, erasure, residents
from smartbarleben.people.models import AuditEntry, Erasure, Resident, ResidentVisit, SignInCode, User

PETRA = "petra@example.org"
ACCOUNT = "/formular/konto/"
CODE = f"{ACCOUNT}code/"


@pytest.fixture(autouse=True)
def village(db: None, data_folder: Path) -> None:
    make_village()


def code(address: str = PETRA) -> str:
    """The newest code that was mailed."""
    text = OutgoingMail.objects.filter(to=address, reason="people.sign_in").order_by("-pk")[0].text
    found = re.search(r"^\w{4}-\w{4}$", text, re.MULTILINE)
    assert found
    return found[0]


def enter(client: Client, address: str = PETRA, prefix: str = "") -> Client:
    """Sign in as a resident."""
    client.post(f"{prefix}{ACCOUNT}", {"mail": address})
    assert client.post(f"{prefix}{CODE}", {"code": code(address)}).status_code == 302
    return client


def key_of(client: Client) -> str:
    return client.cookies["konto /formular/"].value


def is_in(client: Client, address: str = PETRA) -> bool:
    return address in client.get(ACCOUNT).content.decode()


def press(client: Client, page: str, target: str = "", **values: str) -> Any:
    """Send a form of a page with the token that stands in it."""
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', client.get(page).content.decode())
    assert token
    return client.post(target or page, {"csrfmiddlewaretoken": token[1], **values})


def test_the_whole_way_without_javascript() -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = press(strict, ACCOUNT, mail=" Petra@Example.org ")
    assert (answer.status_code, answer["Location"]) == (302, CODE)
    assert not Resident.objects.exists()
    answer = press(strict, CODE, code=f" {code('Petra@Example.org').lower().replace('-', ' ')} ")
    assert (answer.status_code, answer["Location"]) == (302, ACCOUNT)
    assert is_in(strict)
    answer = press(strict, ACCOUNT, f"{ACCOUNT}angaben/", name="Petra Muster", language="pl")
    assert answer["Location"].startswith("/pl/formular/konto/")
    resident = Resident.objects.get()
    assert (resident.mail, resident.name, resident.language) == (PETRA, "Petra Muster", "pl")
    assert is_in(strict)
    assert press(strict, ACCOUNT, f"{ACCOUNT}abmelden/", visit=str(ResidentVisit.objects.get().pk)).status_code == 302
    assert not is_in(strict)
    assert Resident.objects.exists()


def test_no_page_tells_whether_there_is_an_account(client: Client) -> None:
    enter(Client(), PETRA)
    User.objects.create_user("amt", "amt@example.org", is_staff=True)
    answers, pages = set(), set()
    for address in (PETRA, "amt@example.org", "fremd@example.org"):
        one = Client()
        answer = one.post(ACCOUNT, {"mail": address})
        answers.add((answer.status_code, answer["Location"], tuple(sorted(answer.cookies))))
        pages.add(re.sub(r'value="\w{64}"', "", one.get(CODE).content.decode()))
        wrong = one.post(CODE, {"code": "AAAA-AAAA"})
        pages.add(re.sub(r'value="\w{64}"', "", wrong.content.decode()))
    assert len(answers) == 1
    assert len(pages) == 2
    words = {OutgoingMail.objects.filter(to=to).latest("pk").subject for to in (PETRA, "fremd@example.org")}
    assert len(words) == 1


def test_a_code_works_once_for_ten_minutes_and_only_where_it_was_asked_for() -> None:
    now = timezone.now()
    _answer, door = residents.ask(mail=PETRA, visitor="192.0.2.1", now=now)
    typed, elsewhere = code(), residents.ask(mail="wer@example.org", visitor="192.0.2.2", now=now)[1]
    assert residents.sign_in(door="", code=typed, now=now) == ""
    assert residents.sign_in(door=elsewhere, code=typed, now=now) == ""
    assert residents.sign_in(door=door, code=typed, now=now + residents.CODE_VALID) == ""
    assert residents.sign_in(door=door, code=typed, now=now)
    assert residents.sign_in(door=door, code=typed, now=now) == ""


def test_after_a_few_wrong_codes_the_right_one_is_worthless(client: Client) -> None:
    client.post(ACCOUNT, {"mail": PETRA})
    right = code()
    for _time in range(residents.TRIES):
        answer = client.post(CODE, {"code": "AAAA-AAAA"})
        assert answer.status_code == 422
        assert "AAAA-AAAA" in answer.content.decode()
    assert client.post(CODE, {"code": right}).status_code == 422
    assert not Resident.objects.exists()


def test_the_first_mail_may_come_after_the_second_was_asked_for(client: Client) -> None:
    client.post(ACCOUNT, {"mail": PETRA})
    first = code()
    client.post(ACCOUNT, {"mail": PETRA})
    assert code() != first
    assert client.post(CODE, {"code": first}).status_code == 302
    assert is_in(client)


def test_a_browser_that_asks_for_two_people_gets_in_as_the_last_one_only(client: Client) -> None:
    client.post(ACCOUNT, {"mail": "opfer@example.org"})
    theirs = code("opfer@example.org")
    client.post(ACCOUNT, {"mail": PETRA})
    assert client.post(CODE, {"code": theirs}).status_code == 422
    assert client.post(CODE, {"code": code()}).status_code == 302
    assert is_in(client)


def test_codes_and_links_count_together(client: Client) -> None:
    client.post("/formular/meine-daten/", {"mail": PETRA})
    for _time in range(4):
        assert client.post(ACCOUNT, {"mail": PETRA}).status_code == 302
    assert OutgoingMail.objects.filter(to=PETRA).count() == access.MAILS_AN_HOUR
    answers = [client.post(ACCOUNT, {"mail": f"wer{number}@example.org"}).status_code for number in range(7)]
    assert answers == [302] * 5 + [429] * 2
    assert client.post("/formular/meine-daten/", {"mail": "wer@example.org"}).status_code == 429


@given(st.text(max_size=40))
def test_no_other_code_fits(typed: str) -> None:
    wanted = residents._code_digest("door", "K7C9-WXFM")
    plain = "".join(sign for sign in typed.upper() if sign.isalnum())
    assert (residents._code_digest("door", typed) == wanted) == (plain == "K7C9WXFM")


def test_the_keys_go_to_forms_only_no_script_reads_them_and_they_are_not_kept(client: Client) -> None:
    asked = client.post(ACCOUNT, {"mail": PETRA})
    entered = client.post(CODE, {"code": code()})
    keys = [one for one in entered.cookies.values() if one.value]
    assert sorted(one["path"] for one in keys) == sorted(
        f"{prefix}/formular/" for prefix in ("", "/ar", "/de-simple", "/en", "/pl", "/uk")
    )
    for cookie in [*asked.cookies.values(), *keys]:
        assert cookie["httponly"]
        assert "/formular/" in cookie["path"]
    held = f"{list(ResidentVisit.objects.values())} {list(SignInCode.objects.values())}"
    assert key_of(client) not in held
    mail.run_due()
    assert not OutgoingMail.objects.filter(text__contains="-").exclude(text="").exists()
    answer = client.get("/")
    assert not answer.cookies
    assert "Cookie" not in answer.get("Vary", "")


@pytest.mark.parametrize("page", [ACCOUNT, CODE])
def test_nothing_of_it_is_cached_or_found(client: Client, page: str) -> None:
    for one in (client, enter(Client())):
        answer = one.get(page)
        assert answer["Cache-Control"] == "no-store"
        assert answer["X-Robots-Tag"] == "noindex"


@pytest.mark.slow
def test_a_resident_opens_nothing_of_the_town_hall() -> None:
    User.objects.create_superuser("chefin", PETRA, "ein-gutes-passwort")
    resident = enter(Client())
    key = key_of(resident)
    for path in ("/formular/", "/", "/verwaltung/", "/konto/"):
        resident.cookies["konto"] = key
        resident.cookies["konto"]["path"] = path
    resident.cookies["sessionid"] = key
    stranger = Client()
    tried = 0
    for one in addresses({"*": "1", "_0": "1/", "kind": "bekanntmachungen", "text": "2031-05"}):
        if not one.pattern.lstrip("^").startswith(("verwaltung/", "konto/")) or "failwhale" in one.pattern:
            continue
        for ask in ("get", "post"):
            answers = [getattr(browser, ask)(one.sample) for browser in (resident, stranger)]
            assert len({(answer.status_code, answer.get("Location")) for answer in answers}) == 1, one.pattern
        tried += 1
    assert tried > 200
    assert resident.get("/verwaltung/")["Location"].startswith("/konto/login/")
    assert User.objects.count() == 1
    assert "_auth_user_id" not in resident.session


def test_staff_are_no_residents(client: Client) -> None:
    client.force_login(User.objects.create_superuser("chefin", PETRA, "ein-gutes-passwort"))
    assert not is_in(client)


def test_matters_are_ones_own_with_number_status_and_a_link_that_opens(client: Client) -> None:
    mine = make_case("Meine Hecke", who=Who(name="Petra", email="Petra@Example.org"))
    theirs = make_case("Fremde Hecke", who=Who(name="Jonas", email="jonas@example.org"))
    enter(client)
    page = client.get(ACCOUNT).content.decode()
    assert mine.number in page
    assert theirs.number not in page
    link = re.search(rf'href="(/formular/vorgang/{mine.number}/[^"]+)"', page)
    assert link
    assert Client().get(link[1]).status_code == 200
    assert f"/ar/formular/vorgang/{mine.number}/" in client.get(f"/ar{ACCOUNT}").content.decode()


def test_many_matters_cost_no_more_queries_than_few(client: Client, django_assert_max_num_queries: Any) -> None:
    enter(client)
    for _number in range(12):
        make_case(who=Who(name="Petra", email=PETRA))
    client.get(ACCOUNT)
    with django_assert_max_num_queries(12):
        client.get(ACCOUNT)


def test_forms_know_who_is_signed_in_and_ask_nothing_of_others(client: Client) -> None:
    make_case()
    enter(client)
    residents.change(resident=Resident.objects.get(), name="Petra Muster", language="de")
    page = client.get("/formular/frage/").content.decode()
    assert 'value="Petra Muster"' in page
    assert f'value="{PETRA}"' in page
    assert PETRA not in Client().get("/formular/frage/").content.decode()
    assert f'value="{PETRA}"' in client.get("/formular/meine-daten/").content.decode()


def test_a_visit_ends_after_ninety_days_and_the_account_stays(client: Client) -> None:
    enter(client)
    now = timezone.now()
    assert residents.visit_of(key_of(client), now + residents.STAY - timedelta(minutes=1))
    assert residents.visit_of(key_of(client), now + residents.STAY) is None
    assert residents.visit_of("") is None


def test_sign_out_here_there_and_everywhere() -> None:
    phone, desk, library = (enter(Client(HTTP_USER_AGENT=f"{name}/1")) for name in ("Firefox", "Safari", "Chrome"))
    stranger = enter(Client(REMOTE_ADDR="203.0.113.8"), "jonas@example.org")
    there = ResidentVisit.objects.get(device="Chrome").pk
    stranger.post(f"{ACCOUNT}abmelden/", {"visit": str(there)})
    assert is_in(library)
    desk.post(f"{ACCOUNT}abmelden/", {"visit": str(there)})
    assert not is_in(library)
    assert is_in(desk)
    desk.post(f"{ACCOUNT}abmelden/", {"all": "1"})
    assert not is_in(desk)
    assert not is_in(phone)
    assert is_in(stranger, "jonas@example.org")


def test_deleting_is_at_once_and_cases_stay(client: Client) -> None:
    case = make_case(who=Who(name="Petra", email=PETRA))
    other = enter(Client())
    enter(client)
    residents.change(resident=Resident.objects.get(), name="Zwetschgenknödel", language="de")
    assert client.post(f"{ACCOUNT}loeschen/").status_code == 422
    assert Resident.objects.exists()
    assert client.post(f"{ACCOUNT}loeschen/", {"delete-sure": "on"}).status_code == 200
    assert not Resident.objects.exists()
    assert not is_in(client)
    assert not is_in(other)
    assert erasure.where_is("Zwetschgenknödel") == []
    assert Case.objects.filter(pk=case.pk).exists()
    assert AuditEntry.objects.get(verb="people.resident_deleted").facts == {"why": "asked"}
    audit.seal()
    assert audit.verify().ok


def test_a_restored_backup_does_not_bring_the_account_back(client: Client) -> None:
    """Only the account was deleted, so only the account goes again; what else the backup holds stays."""
    make_case(who=Who(name="Petra", email=PETRA))
    enter(client)
    client.post(f"{ACCOUNT}loeschen/", {"delete-sure": "on"})
    assert erasure.replay() == 0
    # What a backup from before looks like: the account is there, the deletion is unknown.
    Erasure.objects.all().delete()
    enter(Client())
    held = {name for name in erasure.find(PETRA) if name != "residents"}
    assert "cases" in held
    assert erasure.replay() == 1
    assert not Resident.objects.exists()
    assert set(erasure.find(PETRA)) == held
    assert Erasure.objects.get().only == "residents"


@pytest.mark.parametrize("page", ["angaben/", "abmelden/", "loeschen/"])
def test_who_is_not_signed_in_changes_nothing(client: Client, page: str) -> None:
    enter(Client())
    answer = client.post(f"{ACCOUNT}{page}", {"delete-sure": "on", "name": "x", "language": "de", "all": "1"})
    assert (answer.status_code, answer["Location"]) == (302, ACCOUNT)
    assert (Resident.objects.count(), ResidentVisit.objects.count()) == (1, 1)


@pytest.mark.parametrize("page", ["angaben/", "abmelden/", "loeschen/"])
def test_looking_changes_nothing_and_leads_back(client: Client, page: str) -> None:
    enter(client)
    answer = client.get(f"{ACCOUNT}{page}?all=1&delete-sure=on")
    assert (answer.status_code, answer["Location"]) == (302, ACCOUNT)
    assert is_in(client)


def test_a_wrong_language_changes_nothing_and_is_said(client: Client) -> None:
    enter(client)
    answer = client.post(f"{ACCOUNT}angaben/", {"name": "Petra", "language": "xx"})
    assert answer.status_code == 422
    assert 'aria-invalid="true"' in answer.content.decode()
    assert Resident.objects.get().name == ""


def test_everything_about_a_resident_is_found_and_erased(client: Client) -> None:
    enter(client)
    residents.change(resident=Resident.objects.get(), name="Zwetschgenknödel", language="de")
    (account, asked) = erasure.export(PETRA)["held"]["residents"]
    assert "Zwetschgenknödel" in str(account)
    assert asked
    assert PETRA in set(next(one for one in erasure.sources() if one.name == "residents").mails())
    mail.run_due()
    erasure.erase(PETRA)
    assert erasure.where_is(PETRA) == []
    assert erasure.where_is("Zwetschgenknödel") == []
    assert not is_in(client)


@pytest.mark.parametrize("language", ["en", "uk", "ar", "pl", "de-simple"])
def test_account_and_mails_speak_the_persons_language(client: Client, language: str) -> None:
    enter(client, prefix=f"/{language}")
    assert OutgoingMail.objects.get().language == language
    assert Resident.objects.get().language == language
    assert is_in(client)
    assert PETRA in client.get(f"/{language}{ACCOUNT}").content.decode()
