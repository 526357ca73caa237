"""What a mail server refuses for good, the case knows: staff see it there, and call instead."""

from collections.abc import Iterator
from typing import Any

import pytest
from tests.cases.making import fresh, make_case, make_worker
from tests.factories import make_village
from tests.jobs.postoffice import PostOffice

from smartbarleben.cases import actions, handover
from smartbarleben.cases.models import Case, Sort
from smartbarleben.jobs import mail
from smartbarleben.jobs.models import OutgoingMail, State

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture(autouse=True)
def village(transactional_db: None) -> None:
    make_village()


@pytest.fixture
def post(settings: Any) -> Iterator[PostOffice]:
    office = PostOffice()
    office.open()
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.smtp.EmailBackend",
            "OPTIONS": {"host": "127.0.0.1", "port": office.port, "timeout": 5},
        }
    }
    yield office
    office.close()


def failed(case: Case) -> list[str]:
    return list(case.entries.filter(sort=Sort.MAIL_FAILED).values_list("text", flat=True))


@pytest.mark.parametrize("where", ["the person", "DATA"])
def test_a_mail_that_is_refused_for_good_is_seen_at_its_case(post: PostOffice, where: str) -> None:
    case, other = make_case(), make_case()
    mail.run_due()
    actions.answer(case=case, text="Am Montag.", by=make_worker())
    address = case.contact.email
    post.refuse = {address if where == "the person" else where: f"550 5.1.1 <{address}> no such person"}
    mail.run_due()
    case = fresh(case)
    assert case.contact.mail_fails
    assert case.unread
    assert failed(case) == ["550 5.1.1 <…> no such person"]
    assert not case.entries.get(sort=Sort.MAIL_FAILED).shown
    assert OutgoingMail.objects.get(state=State.DEAD).reason == "cases.answer"
    assert not fresh(other).contact.mail_fails
    assert failed(other) == []


def test_a_mail_that_is_put_off_until_we_give_up_is_seen_as_well(post: PostOffice) -> None:
    case = make_case()
    post.refuse = {case.contact.email: "451 4.7.1 come back later"}
    while letter := OutgoingMail.objects.filter(state=State.WAITING).first():
        mail.run_due(letter.due_at)
    assert fresh(case).contact.mail_fails
    assert len(failed(case)) == 1
    assert "451 4.7.1 come back later" in failed(case)[0]


def test_what_may_still_arrive_is_not_told(post: PostOffice) -> None:
    case = make_case()
    post.refuse = {case.contact.email: "451 4.7.1 come back later"}
    mail.run_due()
    assert not fresh(case).contact.mail_fails
    assert failed(case) == []


def test_a_refused_mail_to_another_system_says_nothing_about_the_person(post: PostOffice) -> None:
    case = make_case()
    mail.run_due()
    post.refuse = {"amt@example.net": "550 5.7.1 go away"}
    handover.by_mail(case=case, to="amt@example.net", text="", by=make_worker())
    mail.run_due()
    assert not fresh(case).contact.mail_fails
    assert "550 5.7.1" in case.entries.get(sort=Sort.NOTE).text


def test_a_refused_mail_of_a_case_that_is_gone_ends_quietly(post: PostOffice) -> None:
    case = make_case()
    address = case.contact.email
    post.refuse = {address: "550 5.1.1 no such person"}
    Case.objects.all().delete()
    mail.run_due()
    assert OutgoingMail.objects.get(to=address).state == State.DEAD


def test_a_room_that_cannot_hear_it_does_not_send_the_mail_again(
    post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def deaf(sent: OutgoingMail, words: str) -> None:
        Case.objects.update(title="half done")
        raise RuntimeError("deaf")

    monkeypatch.setitem(mail._hears_refusals, "cases.", deaf)
    case = make_case()
    post.refuse = {case.contact.email: "550 5.1.1 no such person"}
    assert mail.run_due() == 1
    assert mail.run_due() == 0
    assert OutgoingMail.objects.get().state == State.DEAD
    assert fresh(case).title != "half done"
