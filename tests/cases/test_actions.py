"""What happens to a case, as the person and the town hall notice it."""

import re
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from tests.cases.making import fresh, make_case, make_office, make_worker
from tests.factories import make_village

from smartbarleben.cases import access, actions, notices, removal
from smartbarleben.cases.actions import Crossed, NotPossible, Who
from smartbarleben.cases.models import Attachment, Case, Category, Door, Ended, Entry, Office, Sort
from smartbarleben.cases.status import MOVES, Status
from smartbarleben.jobs.models import OutgoingMail
from smartbarleben.people.models import User

MONDAY = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def village(db: None) -> None:
    make_village()


@pytest.fixture
def petra() -> User:
    return make_worker("petra")


def mails(case: Case) -> list[OutgoingMail]:
    return list(OutgoingMail.objects.filter(to=case.contact.email).order_by("pk"))


def test_whoever_asks_hears_number_day_link_and_code() -> None:
    case = make_case(now=MONDAY)
    (mail,) = mails(case)
    assert case.due_on == date(2026, 12, 7)
    for part in (case.number, "7. Dezember", access.url(case), access.code(case)):
        assert part in mail.text
    assert f"[{case.number}]" in mail.subject


@pytest.mark.parametrize(("language", "word"), [("de", "Danke"), ("en", "thank you"), ("ar", "شكر"), ("pl", "zi")])
def test_the_mail_speaks_the_persons_language(language: str, word: str) -> None:
    (mail,) = mails(make_case(language=language))
    assert word.lower() in mail.text.lower()
    assert mail.language == language


def test_the_law_gives_a_month_for_barriers() -> None:
    case = make_case(category="barrier", now=datetime(2027, 1, 31, 9, tzinfo=UTC))
    assert case.due_on == date(2027, 2, 28)


def test_public_holidays_are_no_working_days() -> None:
    case = make_case(now=datetime(2026, 12, 23, 9, tzinfo=UTC))
    # 24 December is a working day here; 25 December, 1 and 6 January are holidays in Sachsen-Anhalt.
    assert case.due_on == date(2027, 1, 11)


def test_the_same_form_twice_is_one_case() -> None:
    key = uuid.uuid4()
    assert make_case(submission=key) == make_case(submission=key)
    assert Case.objects.count() == OutgoingMail.objects.count() == 1


def test_a_held_case_waits_without_a_mail_and_its_clock_counts_from_the_first_day(petra: User) -> None:
    case = make_case(held=True, now=MONDAY)
    assert (case.due_on, mails(case)) == (None, [])
    actions.accept(case=case, by=petra, now=MONDAY + timedelta(days=2))
    case = fresh(case)
    assert (case.status, case.due_on) == (Status.NEW, date(2026, 12, 7))
    assert len(mails(case)) == 1


def test_question_reply_answer(petra: User) -> None:
    case = make_case(now=MONDAY)
    actions.ask_back(case=case, text="Welche Hecke?", by=petra, now=MONDAY)
    assert fresh(case).status == Status.ASKED_BACK
    actions.person_wrote(case=case, text="Die am Kanal.", now=MONDAY + timedelta(days=7))
    case = fresh(case)
    # Five working days later, because we waited five working days.
    assert (case.status, case.due_on, case.unread) == (Status.IN_WORK, date(2026, 12, 14), True)
    actions.answer(case=case, text="Im Februar.", by=petra, now=MONDAY + timedelta(days=8))
    case = fresh(case)
    assert (case.status, case.owner, case.unread) == (Status.ANSWERED, petra, False)
    assert "Im Februar." in mails(case)[-1].text
    assert [entry.sort for entry in case.entries.filter(shown=True)] == ["received", "question", "message", "answer"]


def test_a_reply_opens_a_closed_case_again_with_a_new_promise(petra: User) -> None:
    case = make_case(now=MONDAY)
    actions.answer(case=case, text="Im Februar.", by=petra, close=True, now=MONDAY)
    assert fresh(case).delete_on == date(2026, 11, 23) + timedelta(days=180)
    later = MONDAY + timedelta(days=70)
    actions.person_wrote(case=case, text="Februar ist vorbei.", now=later)
    case = fresh(case)
    assert (case.status, case.delete_on, case.due_on) == (Status.IN_WORK, None, date(2027, 2, 15))


def test_extending_needs_a_reason_that_the_person_reads(petra: User) -> None:
    case = make_case(now=MONDAY)
    with pytest.raises(NotPossible):
        actions.extend(case=case, until=date(2026, 12, 21), reason="  ", by=petra, now=MONDAY)
    actions.extend(case=case, until=date(2026, 12, 21), reason="Der Gutachter ist krank.", by=petra, now=MONDAY)
    case = fresh(case)
    assert (case.promised_on, case.due_on) == (date(2026, 12, 7), date(2026, 12, 21))
    assert "Gutachter" in mails(case)[-1].text
    assert "21. Dezember" in mails(case)[-1].text


def test_nothing_is_promised_earlier_by_extending(petra: User) -> None:
    case = make_case(now=MONDAY)
    with pytest.raises(NotPossible):
        actions.extend(case=case, until=date(2026, 12, 1), reason="Eilt.", by=petra, now=MONDAY)


def test_passed_on_stays_visible_and_ours(petra: User) -> None:
    county = make_office("Landkreis Börde", outside=True)
    case = make_case()
    actions.pass_on(case=case, to=county, by=petra)
    assert fresh(case).status == Status.PASSED_ON
    assert "Landkreis Börde" in mails(case)[-1].text
    actions.take_back(case=case, by=petra)
    assert (fresh(case).status, fresh(case).outside) == (Status.IN_WORK, None)


def test_one_office_of_our_own_is_nobody_outside(petra: User) -> None:
    with pytest.raises(NotPossible):
        actions.pass_on(case=make_case(), to=make_office(), by=petra)


def test_everybody_who_told_us_hears_the_answer_once(petra: User) -> None:
    first, second, third = make_case(), make_case(), make_case()
    actions.merge(case=second, into=first, by=petra)
    actions.merge(case=first, into=third, by=petra)
    assert fresh(second).merged_into == third
    actions.answer(case=third, text="Am Freitag.", by=petra)
    for case in (first, second, third):
        assert sum("Am Freitag." in mail.text for mail in mails(case)) == 1


def test_one_person_with_two_merged_cases_gets_one_mail(petra: User) -> None:
    who = Who(email="doppelt@example.org")
    one, two = make_case(who=who), make_case(who=who)
    actions.merge(case=two, into=one, by=petra)
    actions.answer(case=one, text="Am Freitag.", by=petra)
    assert OutgoingMail.objects.filter(to="doppelt@example.org", text__contains="Am Freitag.").count() == 1


def test_the_earlier_promise_counts_for_merged_cases(petra: User) -> None:
    early, late = make_case(now=MONDAY), make_case(now=MONDAY + timedelta(days=7))
    actions.merge(case=early, into=late, by=petra)
    assert fresh(late).due_on == early.due_on


def test_no_merge_into_itself_or_something_merged_or_closed(petra: User) -> None:
    one, two, three = make_case(), make_case(), make_case()
    actions.merge(case=two, into=one, by=petra)
    actions.answer(case=three, text="Ja.", by=petra, close=True)
    for into in (one, two, three):
        with pytest.raises(NotPossible):
            actions.merge(case=one, into=into, by=petra)


def test_a_merge_can_be_taken_back(petra: User) -> None:
    one, two = make_case(), make_case()
    actions.merge(case=two, into=one, by=petra)
    actions.unmerge(case=two, by=petra)
    assert (fresh(two).status, fresh(two).merged_into) == (Status.IN_WORK, None)


def test_the_person_of_a_merged_case_wakes_the_other_one(petra: User) -> None:
    one, two = make_case(), make_case()
    actions.merge(case=two, into=one, by=petra)
    actions.person_wrote(case=two, text="Noch etwas.")
    assert fresh(one).unread


def test_several_matters_get_several_numbers_and_one_mail(petra: User) -> None:
    case = make_case()
    before = len(mails(case))
    parts = actions.split(case=case, parts=["Laterne dunkel", "Hecke zu hoch", " "], by=petra)
    assert [part.title for part in parts] == ["Laterne dunkel", "Hecke zu hoch"]
    (mail,) = mails(case)[before:]
    for part in parts:
        assert part.number in mail.text
        assert access.url(part) in mail.text
        assert part.contact.email == case.contact.email


def test_who_was_not_quick_enough_sees_what_is_new(petra: User) -> None:
    case = make_case()
    seen = case.entries.latest("pk").pk
    actions.person_wrote(case=case, text="Hat sich erledigt.")
    with pytest.raises(Crossed) as crossed:
        actions.answer(case=case, text="Wir kommen.", by=petra, seen=seen)
    assert [line.text for line in crossed.value.lines] == ["Hat sich erledigt."]
    assert fresh(case).status == Status.NEW


def test_a_note_of_a_colleague_does_not_stop_an_answer(petra: User) -> None:
    case = make_case()
    seen = case.entries.latest("pk").pk
    actions.note(case=case, text="Ich frage den Bauhof.", by=petra)
    actions.answer(case=case, text="Wir kommen.", by=petra, seen=seen)
    assert fresh(case).status == Status.ANSWERED


def test_nobody_asks_back_who_left_no_address(petra: User) -> None:
    with pytest.raises(NotPossible):
        actions.ask_back(case=make_case(who=None), text="Wo?", by=petra)


def test_nothing_is_closed_without_an_answer(petra: User) -> None:
    with pytest.raises(NotPossible):
        actions.close(case=make_case(), by=petra)


def test_abuse_is_refused_and_can_be_taken_back(petra: User) -> None:
    case = make_case(held=True)
    actions.refuse(case=case, by=petra)
    assert fresh(case).delete_on is not None
    actions.reopen(case=case, by=petra)
    case = fresh(case)
    assert (case.status, case.delete_on) == (Status.NEW, None)
    assert case.due_on is not None


def test_files_that_came_before_the_form_was_right_belong_to_the_case() -> None:
    key = uuid.uuid4()
    Attachment.objects.create(
        submission=key,
        name="a.jpg",
        content_type="image/jpeg",
        size=1,
        digest="0",
        offered_lon=11.6,
        offered_lat=52.2,
    )
    case = make_case(submission=key)
    (attachment,) = case.attachments.all()
    assert (attachment.entry.sort, attachment.offered_lon) == ("received", None)


def test_a_new_kind_never_promises_a_later_day(petra: User) -> None:
    case = make_case(category="feedback", now=MONDAY)
    actions.sort_anew(case=case, category=Category.objects.get(pk="barrier"), by=petra, now=MONDAY)
    assert fresh(case).due_on == date(2026, 11, 30)


@pytest.mark.parametrize("status", sorted(set(Status) - MOVES[Status.HELD] - {Status.HELD}))
def test_the_database_refuses_a_move_that_is_not_in_the_table(status: Status) -> None:
    case = make_case(held=True)
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.filter(pk=case.pk).update(status=status, due_on=date(2027, 1, 1))


def test_nobody_begins_with_an_answer() -> None:
    make_case()
    with pytest.raises(IntegrityError), transaction.atomic():
        Case.objects.create(
            number="AA-AAA", status=Status.ANSWERED, category_id="question", title="x", door=Door.WEB, due_on=MONDAY
        )


def test_link_and_code_open_the_case_until_its_salt_is_new() -> None:
    case = make_case()
    link, code = access.token(case), access.code(case)
    assert access.opens(case, link)
    assert access.opens(case, code.lower().replace("-", " "))
    assert not access.opens(case, link[:-1] + ("A" if link[-1] != "A" else "B"))
    assert not access.opens(make_case(), link)
    Case.objects.filter(pk=case.pk).update(salt="0" * 32)
    assert not access.opens(fresh(case), link)
    assert re.fullmatch(r"[34679ACDEFHJKMNPQRTUWXY]{4}-[34679ACDEFHJKMNPQRTUWXY]{4}", code)


def test_answers_come_back_into_the_case() -> None:
    case = make_case()
    (mail,) = mails(case)
    assert notices.reply_address(case) in mail.reply_to
    assert notices.thread(case) in mail.references


def test_what_stays_quiet_is_closed_and_then_deleted_but_for_its_numbers(petra: User) -> None:
    with time_machine.travel(MONDAY, tick=False):
        case, other = make_case(), make_case()
        actions.merge(case=other, into=case, by=petra)
        actions.answer(case=case, text="Am Freitag.", by=petra)
    assert removal.close_quiet(MONDAY + timedelta(days=13)) == 0
    assert removal.close_quiet(MONDAY + timedelta(days=14)) == 1
    assert fresh(case).status == Status.CLOSED
    assert removal.erase_due(MONDAY + timedelta(days=14 + 179)) == 0
    assert removal.erase_due(MONDAY + timedelta(days=14 + 180)) == 2
    assert not Case.objects.exists()
    assert not Entry.objects.exists()
    assert sorted(Ended.objects.values_list("working_days", "kept"), key=str) == [(0, True), (None, None)]


def test_a_case_somebody_writes_to_again_is_not_deleted(petra: User) -> None:
    with time_machine.travel(MONDAY, tick=False):
        case = make_case()
        actions.answer(case=case, text="Am Freitag.", by=petra, close=True)
        actions.person_wrote(case=case, text="Welcher Freitag?")
    assert removal.erase_due(MONDAY + timedelta(days=400)) == 0


def test_offices_are_named_on_the_line_even_after_they_are_renamed(petra: User) -> None:
    office = make_office("Bauamt")
    case = make_case()
    actions.assign(case=case, office=office, by=petra)
    Office.objects.filter(pk=office.pk).update(name="Bau und Umwelt")
    assert case.entries.get(sort=Sort.ASSIGNED).facts["office"] == "Bauamt"
