"""What administrators see of background work, what they can do about it, and what everybody else sees of a job."""

from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core import mail as delivered
from django.test import Client
from django.utils import timezone, translation
from tests.factories import make_village

from smartbarleben.jobs import actions, clock, digest, mail, work
from smartbarleben.jobs.models import Job, OutgoingMail, PeriodicRun, State
from smartbarleben.people.models import User
from smartbarleben.people.roles import ADMINISTRATOR, EDITOR
from smartbarleben.ui.dates import VILLAGE_TIME

from . import samples

PAGE = "/verwaltung/auftraege/"


@pytest.fixture(autouse=True)
def village(db: None) -> Any:
    return make_village()


def signed_in(role: str, name: str = "petra") -> Client:
    user = User.objects.create_user(name, f"{name}@example.org", "ein-gutes-passwort", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def desk() -> Client:
    """An administrator's browser."""
    return signed_in(ADMINISTRATOR)


def dead_mail(key: str = "k", at: datetime | None = None, **more: Any) -> OutgoingMail:
    words = {"to": "erika@example.org", "subject": "Ihre <Frage>", "text": "Guten Tag", "reason": "cases.answer"}
    row = mail.send(**words | {"key": key} | more)  # type: ignore[arg-type]
    OutgoingMail.objects.filter(pk=row.pk).update(
        state=State.DEAD, finished_at=at or timezone.now(), problem="Hopeless: 550 5.1.1 no such person", attempts=1
    )
    row.refresh_from_db()
    return row


def dead_job(at: datetime | None = None) -> Job:
    job = work.enqueue(samples.fail, how="hopeless")
    work.run_due()
    Job.objects.filter(pk=job.pk).update(finished_at=at or timezone.now())
    job.refresh_from_db()
    return job


def test_what_failed_says_what_to_whom_and_why(desk: Client) -> None:
    dead_mail()
    dead_job()
    page = desk.get(PAGE).content.decode()
    assert "Ihre &lt;Frage&gt;" in page
    assert "erika@example.org" in page
    assert "550 5.1.1 no such person" in page
    assert "sample.fail" in page
    assert page.count("<h1") == 1
    assert 'value="all"' in page


def test_again_and_drop_and_taking_that_back(desk: Client) -> None:
    first, second = dead_mail("a"), dead_job()
    assert desk.post(f"{PAGE}nochmal/", {"what": f"mail-{first.pk}"}).status_code == 302
    dropped = desk.post(f"{PAGE}verwerfen/", {"what": f"job-{second.pk}"}, follow=True)
    for row, state in ((first, State.WAITING), (second, State.DROPPED)):
        row.refresh_from_db()
        assert row.state == state
    assert f'name="what" value="job-{second.pk}"' in dropped.content.decode()
    desk.post(f"{PAGE}nochmal/", {"what": f"job-{second.pk}"})
    second.refresh_from_db()
    assert second.state == State.WAITING
    mail.run_due()
    assert [one.to for one in delivered.outbox] == [["erika@example.org"]]


def test_all_again_leaves_what_cannot_be_sent_any_more(desk: Client) -> None:
    sendable, gone = dead_mail("a"), dead_mail("b")
    dead_job()
    OutgoingMail.objects.filter(pk=gone.pk).update(wipe_at=timezone.now())
    actions.wipe(now=timezone.now())
    page = desk.get(PAGE).content.decode()
    assert page.count("Guten Tag") == 0
    desk.post(f"{PAGE}nochmal/", {"what": "all"})
    states = dict(OutgoingMail.objects.values_list("pk", "state"))
    assert states == {sendable.pk: State.WAITING, gone.pk: State.DEAD}
    assert set(Job.objects.values_list("state", flat=True)) == {State.WAITING}


@pytest.mark.parametrize("what", ["mail-", "mail-999999", "job-1x", "user-1", "mail-" + "9" * 30, "job-²"])
def test_what_is_not_there_is_not_found(desk: Client, what: str) -> None:
    for action in ("nochmal", "verwerfen"):
        assert desk.post(f"{PAGE}{action}/", {"what": what}).status_code == 404
    assert desk.get(f"{PAGE}?verworfen={what}").status_code == 200


def test_only_administrators_and_only_by_a_button(desk: Client) -> None:
    row, editor = dead_mail(), signed_in(EDITOR, "emil")
    for answer in (
        editor.get(PAGE),
        editor.get(f"{PAGE}nochmal/"),
        editor.post(f"{PAGE}nochmal/", {"what": f"mail-{row.pk}"}),
        editor.post(f"{PAGE}verwerfen/", {"what": f"mail-{row.pk}"}),
    ):
        assert answer.status_code == 302
        assert answer["Location"] == "/verwaltung/"
    assert "sb-failures" not in editor.get("/verwaltung/").content.decode()
    assert desk.get(f"{PAGE}nochmal/").status_code == 405
    row.refresh_from_db()
    assert row.state == State.DEAD


def test_the_first_page_and_the_menu_count_what_failed(desk: Client) -> None:
    with translation.override("de"):
        assert PAGE in desk.get("/verwaltung/").content.decode()
        assert "sb-failures" not in desk.get("/verwaltung/").content.decode()
        dead_mail("a")
        dead_mail("b")
        page = desk.get("/verwaltung/").content.decode()
    assert "sb-failures" in page
    assert " (2)" in page
    assert page.count("<h1") == 1


def test_the_outbox_and_the_clock_at_a_glance(desk: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr(clock, "_work", {})
    clock.register("fine", timedelta(hours=1), lambda now: None, "Alpha works")
    clock.register("broken", timedelta(hours=1), lambda now: 1 / 0, "Zeta breaks")
    clock.repeat(samples.fail, timedelta(hours=1))
    clock.run_due(now - timedelta(minutes=1))
    work.run_due()
    row = mail.send(to="a@example.org", subject="x", text="x", reason="tests", key="waits")
    OutgoingMail.objects.filter(pk=row.pk).update(problem="TryLater: 451 4.7.1 greylisted")
    page = desk.get(PAGE).content.decode()
    assert page.index("Zeta breaks") < page.index("Alpha works")
    assert "ZeroDivisionError" in page
    assert "TypeError" in page, "a task that fails is failing periodic work, too"
    assert "451 4.7.1 greylisted" in page
    assert "job-note--bad" not in page
    PeriodicRun.objects.update(started_at=now - timedelta(hours=3))
    assert "job-note--bad" in desk.get(PAGE).content.decode(), "nothing has run for hours: the process is away"


def test_the_page_asks_the_database_the_same_however_much_there_is(
    desk: Client, django_assert_max_num_queries: Any
) -> None:
    desk.get(PAGE)
    for number in range(30):
        dead_mail(f"k{number}")
        Job.objects.create(task="sample.note", state=State.RUNNING, lease="x", attempts=1)
    with django_assert_max_num_queries(25):
        assert desk.get(PAGE).status_code == 200


def test_what_is_under_way_what_is_tried_again_and_what_waits(desk: Client) -> None:
    Job.objects.all().delete()
    running, failing = (work.enqueue(samples.note, number=number) for number in (1, 2))
    Job.objects.filter(pk=running.pk).update(state=State.RUNNING, lease="x", attempts=1, steps_total=8, words="Halb")
    Job.objects.filter(pk=failing.pk).update(attempts=2, problem="TimeoutError: timed out")
    for number in (3, 4, 5):
        work.enqueue(samples.line, number=number)
    page = desk.get(PAGE).content.decode()
    assert page.count("<progress") == 1
    assert f'data-progress="{PAGE}{running.pk}/stand/"' in page
    assert "Halb" in page
    assert "sample.line <span>3 ×</span>" in page
    assert page.index("Halb") < page.index("sample.note</strong><br>") < page.index("sample.line")


def test_every_piece_of_work_says_to_staff_what_it_does() -> None:
    nameless = [piece.name for piece in clock.registered() if not piece.label]
    nameless += [name for name, task in work._tasks.items() if not task.label and not name.startswith("sample.")]
    assert nameless == []


def test_everybody_who_works_here_follows_a_job(desk: Client) -> None:
    editor = signed_in(EDITOR, "emil")
    job = work.enqueue(samples.note, number=1)
    Job.objects.filter(pk=job.pk).update(
        state=State.RUNNING, lease="x", steps_done=3, steps_total=8, words="Seiten werden gezeichnet"
    )
    page = editor.get(f"{PAGE}{job.pk}/").content.decode()
    assert '<progress aria-label="sample.note" value="3" max="8"></progress>' in page
    assert 'role="status"' in page
    assert '<noscript><meta http-equiv="refresh"' in page
    answer = editor.get(f"{PAGE}{job.pk}/stand/")
    found = answer.json()
    assert (found["done"], found["total"], found["words"]) == (3, 8, "Seiten werden gezeichnet")
    assert found["ended"] is False
    assert "no-store" in answer["Cache-Control"]
    Job.objects.filter(pk=job.pk).update(state=State.DONE, lease="", finished_at=timezone.now())
    assert editor.get(f"{PAGE}{job.pk}/stand/").json()["ended"] is True
    assert "refresh" not in editor.get(f"{PAGE}{job.pk}/").content.decode()
    assert editor.get(f"{PAGE}999999/stand/").status_code == 404
    assert Client().get(f"{PAGE}{job.pk}/stand/").status_code == 302


def morning(day: int = 24, hour: int = 6) -> datetime:
    return datetime(2026, 11, day, hour, 1, tzinfo=VILLAGE_TIME)


def tell(now: datetime) -> list[str]:
    """The clock's look, the job and the outbox; gives whom mails went to."""
    digest.write_when_due(now)
    work.run_due(now + timedelta(days=999))
    mail.run_due(now + timedelta(days=999))
    return [one.to[0] for one in delivered.outbox]


def test_failures_of_yesterday_are_one_mail_a_day_to_each_administrator(desk: Client) -> None:
    signed_in(EDITOR, "emil")
    signed_in(ADMINISTRATOR, "paula")
    User.objects.filter(username="paula").update(is_active=False)
    dead_mail("a", at=morning(23, 0))
    dead_mail("b", at=morning(23, 23))
    dead_mail("today", at=morning(24, 1), subject="Heute")
    assert tell(morning(hour=5)) == []
    assert tell(morning()) == ["petra@example.org"]
    assert tell(morning(hour=7)) == ["petra@example.org"]
    [letter] = delivered.outbox
    for text in (letter.body, letter.alternatives[0][0]):
        assert "(2 ×)" in text
        assert PAGE in text
        assert "erika" not in text
        assert "Frage" not in text


def test_a_day_without_failures_and_failures_that_were_seen_to_send_nothing(desk: Client) -> None:
    row = dead_mail(at=morning(23, 12))
    actions.drop(work=row)
    assert tell(morning()) == []
    assert Job.objects.get(task="jobs.failures").state == State.DONE


def test_a_digest_whose_worker_was_killed_is_written_once(desk: Client) -> None:
    dead_mail(at=morning(23, 12))
    digest.write_when_due(morning())
    work.run_due()
    Job.objects.update(state=State.WAITING, finished_at=None, due_at=timezone.now())
    work.run_due()
    mail.run_due()
    assert len(delivered.outbox) == 1


def test_an_administrator_reads_it_in_the_language_of_the_workspace(desk: Client) -> None:
    from wagtail.users.models import UserProfile

    UserProfile.objects.update_or_create(user=User.objects.get(), defaults={"preferred_language": "en"})
    dead_mail(at=morning(23, 12))
    tell(morning())
    assert "23 November 2026" in delivered.outbox[0].subject
    assert "did not work" in delivered.outbox[0].subject
