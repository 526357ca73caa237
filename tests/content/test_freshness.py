"""Facts are asked for before they grow stale: one mail a review date, a link whose page changes nothing by itself."""

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail, signing
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.factories import make_item, make_place, make_village

from smartbarleben.content import freshness
from smartbarleben.content.kinds import Office
from smartbarleben.content.models import Item, ReviewRequest
from smartbarleben.jobs import mail as outbox
from smartbarleben.jobs import work
from smartbarleben.jobs.models import Job, OutgoingMail, State
from smartbarleben.places.models import Municipality, Place
from smartbarleben.ui.dates import today

OWNER = "chor@example.org"


@pytest.fixture
def village(db: None) -> Municipality:
    return make_village()


def due(title: str = "Standesamt", days: int = 3, **values: Any) -> Office:
    item = make_item(
        "office",
        title=title,
        review_by=today() + timedelta(days=days),
        **{"owner": OWNER, "phone": "039203", **values},
    )
    assert isinstance(item, Office)
    return item


def ask() -> int:
    count = freshness.ask_owners(timezone.now())
    work.run_due()
    outbox.run_due()
    return count


def test_the_owner_gets_one_mail_with_one_link(village: Any) -> None:
    item = due()
    make_place("Bücherei", owner="buecherei@example.org", review_by=today())
    assert ask() == 2
    assert ask() == 0
    assert {one.to[0] for one in mail.outbox} == {OWNER, "buecherei@example.org"}
    letter = next(one for one in mail.outbox if one.to == [OWNER])
    html = letter.alternatives[0][0]
    assert "Standesamt" in letter.subject
    assert letter.body.count("/stimmt-noch/") == 1
    for text in (letter.body, html):
        assert "Standesamt" in text
        token = text.partition("/stimmt-noch/")[2].partition("/")[0]
        assert freshness.thing_of(token) == item


def test_nobody_is_asked_too_early_about_drafts_or_without_an_address(village: Any) -> None:
    due("Später", days=freshness.AHEAD_DAYS + 1)
    due("Ohne Adresse", owner="")
    due("Entwurf", publish=False)
    assert ask() == 0
    assert not mail.outbox


def test_one_person_gets_a_few_mails_a_day(village: Any) -> None:
    for number in range(freshness.MAILS_A_DAY + 2):
        due(f"Amt {number}", days=number)
    assert ask() == freshness.MAILS_A_DAY
    assert "Amt 0" in mail.outbox[0].subject
    assert ask() == 2


def test_the_next_period_asks_again(village: Any) -> None:
    item = due(days=-1)
    ask()
    freshness.confirm(item)
    Item.objects.filter(pk=item.pk).update(review_by=today() + timedelta(days=1))
    assert ask() == 1
    assert len(mail.outbox) == 2


def test_a_confirmed_fact_is_not_asked_about_by_a_late_task(village: Any) -> None:
    from smartbarleben.content.tasks import ask_whether_still_true

    item = due(days=-1)
    request = ReviewRequest.objects.create(item=item, review_by=item.review_by)
    freshness.confirm(item)
    work.enqueue(ask_whether_still_true, request=request.pk)
    work.run_due()
    outbox.run_due()
    assert not mail.outbox


def test_a_question_whose_worker_was_killed_is_one_mail(village: Any) -> None:
    """Killed after the mail was written and before the job was done, it would ask a second time without the key."""
    due(days=-1)
    freshness.ask_owners(timezone.now())
    work.run_due()
    Job.objects.update(state=State.WAITING, finished_at=None, due_at=timezone.now())
    assert work.run_due() == 1
    outbox.run_due()
    outbox.run_due()
    assert len(mail.outbox) == OutgoingMail.objects.count() == 1


def test_an_address_that_is_none_stops_no_other_question(village: Any) -> None:
    broken = due("Kaputt", days=-3)
    Item.objects.filter(pk=broken.pk).update(owner="kein Postfach")
    due("Heil")
    assert ask() == 2
    assert [one.to for one in mail.outbox] == [[OWNER]]
    assert Job.objects.get(state=State.DEAD).attempts == 1


def test_a_question_and_its_job_are_one_transaction(village: Any) -> None:
    due()
    with transaction.atomic():
        freshness.ask_owners(timezone.now())
        transaction.set_rollback(True)
    assert not Job.objects.exists()
    assert ask() == 1


def test_the_database_keeps_a_second_question_out(village: Any) -> None:
    item = due()
    ReviewRequest.objects.create(item=item, review_by=item.review_by)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewRequest.objects.create(item=item, review_by=item.review_by)
    with pytest.raises(IntegrityError), transaction.atomic():
        ReviewRequest.objects.create(review_by=item.review_by)


def test_opening_the_link_changes_nothing_and_sets_no_cookie(client: Client, village: Any) -> None:
    item = due(days=-5)
    before = Item.objects.filter(pk=item.pk).values().get()
    answer = client.get(f"/stimmt-noch/{freshness.token(item)}/")
    assert answer.status_code == 200
    assert "039203" in answer.content.decode()
    assert Item.objects.filter(pk=item.pk).values().get() == before
    assert not answer.cookies
    assert answer["Cache-Control"] == "no-store"
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "unsafe" not in answer["Content-Security-Policy"]


@pytest.mark.parametrize("sort", ["item", "place"])
def test_yes_confirms_as_often_as_one_likes(village: Any, sort: str) -> None:
    # A browser without our cookies, and one that would refuse a form without a CSRF token.
    client = Client(enforce_csrf_checks=True)
    thing: Item | Place = due(days=-5) if sort == "item" else make_place("Bücherei", review_by=today())
    page = f"/stimmt-noch/{freshness.token(thing)}/"
    for _again in range(2):
        answer = client.post(page, {"answer": "yes"})
        assert answer.status_code == 302
        thing.refresh_from_db()
        assert thing.as_of == today().isoformat()
        assert thing.review_by == today() + timedelta(days=thing.review_every_days)
    assert client.get(f"{page}?danke=stimmt").status_code == 200


def test_a_confirmation_survives_the_publishing_of_an_older_draft(village: Any) -> None:
    item = due(days=-5)
    item.summary = "Neu geordnet."
    item.save_revision()
    freshness.confirm(Office.objects.get(pk=item.pk))
    Office.objects.get(pk=item.pk).latest_revision.publish()
    item.refresh_from_db()
    assert (item.summary, item.as_of) == ("Neu geordnet.", today().isoformat())


def test_no_tells_the_editors_what_has_changed(client: Client, village: Any) -> None:
    item = due()
    page = f"/stimmt-noch/{freshness.token(item)}/"
    before = item.review_by
    for _pressed_twice in range(2):
        assert client.post(page, {"answer": "no", "text": "Neue Nummer: 77 & mehr\nAb Montag"}).status_code == 302
    outbox.run_due()
    item.refresh_from_db()
    assert item.review_by == before
    [letter] = mail.outbox
    assert letter.to == ["rathaus@example.org"]
    assert letter.reply_to == [OWNER]
    assert "Neue Nummer: 77 & mehr" in letter.body
    assert "77 &amp; mehr" in letter.alternatives[0][0]
    key = OutgoingMail.objects.get().key
    assert "77" not in key.rpartition("-")[0]


def test_an_empty_no_is_asked_back_and_long_text_is_kept(client: Client, village: Any) -> None:
    page = f"/stimmt-noch/{freshness.token(due())}/"
    empty = client.post(page, {"answer": "no", "text": "  "})
    assert empty.status_code == 422
    assert 'id="text_error"' in empty.content.decode()
    long = client.post(page, {"answer": "no", "text": "x" * 2001})
    assert long.status_code == 422
    assert "x" * 2001 in long.content.decode()
    assert not OutgoingMail.objects.exists()


def test_old_and_wrong_links_say_so(client: Client, village: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    token = freshness.token(due())
    assert client.get(f"/stimmt-noch/{token}x/").status_code == 404
    assert client.post(f"/stimmt-noch/{token}x/", {"answer": "yes"}).status_code == 404
    other = signing.dumps(["item", 1], salt="elsewhere")
    assert client.get(f"/stimmt-noch/{other}/").status_code == 404
    monkeypatch.setattr(freshness, "LINK_DAYS", -1)
    assert client.get(f"/stimmt-noch/{token}/").status_code == 410
    assert client.post(f"/stimmt-noch/{token}/", {"answer": "yes"}).status_code == 410


@given(st.text(max_size=80))
def test_no_invented_token_opens_anything(text: str) -> None:
    with pytest.raises((freshness.LinkUnknown, freshness.LinkOver)):
        freshness.thing_of(text)


def test_the_board_shows_the_oldest_first_and_confirms(client: Client, village: Any) -> None:
    from tests.content.staff.conftest import make_editor

    client.force_login(make_editor())
    late, later = due("Spät", days=-30), make_place("Später", review_by=today() - timedelta(days=2))
    page = client.get("/verwaltung/aktualitaet/").content.decode()
    assert page.index("Spät") < page.index("Später")
    assert "Spät" in client.get("/verwaltung/").content.decode()
    for thing in (late, later):
        assert client.post("/verwaltung/aktualitaet/", {"thing": freshness.token(thing)}).status_code == 302
        thing.refresh_from_db()
        assert thing.review_by > today()
    assert freshness.stale_count(today()) == 0
