"""Two people at the same case at the same moment: one is first, the other is told, nothing happens twice."""

import uuid
from collections.abc import Callable
from pathlib import Path
from threading import Barrier, Thread
from types import SimpleNamespace
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from tests.cases.filling import files_in, text_file
from tests.cases.making import fresh, make_case, make_worker
from tests.factories import make_village

from smartbarleben.cases import actions, files
from smartbarleben.cases.actions import Crossed, NotPossible, Who
from smartbarleben.cases.models import Attachment, Case, Door, Entry, Sort
from smartbarleben.cases.status import Status
from smartbarleben.jobs.models import OutgoingMail
from smartbarleben.people.models import User
from smartbarleben.places.queries import village as village_now

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4


@pytest.fixture(autouse=True)
def village(transactional_db: None) -> None:
    make_village()


@pytest.fixture
def petra() -> User:
    return make_worker("petra")


def race(*moves: Callable[[], Any]) -> list[Any]:
    """Call all at the same moment, each with a connection of its own; returns results or exceptions."""
    gate = Barrier(len(moves))
    results: list[Any] = [None] * len(moves)

    def run(place: int, move: Callable[[], Any]) -> None:
        try:
            gate.wait(10)
            results[place] = move()
        except Exception as problem:
            results[place] = problem
        finally:
            connection.close()

    threads = [Thread(target=run, args=pair) for pair in enumerate(moves)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return results


def unexpected(results: list[Any]) -> list[Any]:
    return [one for one in results if isinstance(one, Exception) and not isinstance(one, (Crossed, NotPossible))]


def test_two_answers_at_once_one_goes_out(petra: User) -> None:
    for _round in range(ROUNDS):
        case = make_case()
        seen = case.entries.latest("pk").pk

        def reply(text: str, case: Case = case, seen: int = seen) -> Entry:
            return actions.answer(case=case, text=text, by=petra, seen=seen)

        results = race(lambda reply=reply: reply("Ja."), lambda reply=reply: reply("Nein."))
        assert not unexpected(results)
        assert sum(isinstance(one, Crossed) for one in results) == 1
        assert case.entries.filter(sort=Sort.ANSWER).count() == 1
        assert OutgoingMail.objects.filter(reason="cases.answer", to=case.contact.email).count() == 1


def test_answer_close_and_merge_at_once_leave_one_whole_story(petra: User) -> None:
    for _round in range(ROUNDS):
        case, other = make_case(), make_case()
        actions.answer(case=case, text="Ja.", by=petra)
        results = race(
            lambda case=case: actions.close(case=case, by=petra),
            lambda case=case, other=other: actions.merge(case=case, into=other, by=petra),
            lambda case=case: actions.person_wrote(case=case, text="Danke, aber …"),
        )
        assert not unexpected(results)
        case = fresh(case)
        # The person's words are never lost, and whoever must look at them sees it.
        assert case.entries.filter(sort=Sort.MESSAGE).count() == 1
        if case.status == Status.MERGED:
            assert case.merged_into == other
            assert not isinstance(results[1], Exception)
        else:
            # Closing after the reply came would hide the reply: the case is open again, or was never closed.
            assert case.status == Status.IN_WORK


def test_merging_both_ways_at_once_makes_no_circle(petra: User) -> None:
    for _round in range(ROUNDS):
        one, two = make_case(), make_case()
        results = race(
            lambda one=one, two=two: actions.merge(case=one, into=two, by=petra),
            lambda one=one, two=two: actions.merge(case=two, into=one, by=petra),
        )
        assert not unexpected(results)
        assert sorted([fresh(one).status, fresh(two).status]) == [Status.MERGED, Status.NEW]


def test_the_same_form_pressed_twice_is_one_case_and_one_mail() -> None:
    for number in range(ROUNDS):
        key, who = uuid.uuid4(), Who(email=f"schnell{number}@example.org")

        def send(key: uuid.UUID = key, who: Who = who) -> Case:
            return actions.receive(category="question", text="Wann?", door=Door.WEB, who=who, submission=key)

        results = race(send, send, send)
        assert not unexpected(results)
        assert len({one.pk for one in results}) == 1
        assert OutgoingMail.objects.filter(to=who.email).count() == 1


def test_the_same_answer_pressed_twice_goes_out_once(petra: User) -> None:
    case, key = make_case(), uuid.uuid4()

    def reply() -> Entry:
        return actions.answer(case=case, text="Ja.", by=petra, submission=key)

    results = race(reply, reply)
    assert not unexpected(results)
    assert results[0] == results[1]
    assert case.entries.filter(sort=Sort.ANSWER).count() == 1


def test_the_same_file_in_two_presses_at_once_is_kept_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files_in(tmp_path, monkeypatch)
    house, now = village_now(), timezone.now()
    for _round in range(ROUNDS):
        key = uuid.uuid4()

        def keep(key: uuid.UUID = key) -> list[str]:
            return files.keep(key, [text_file("plan.txt", key.bytes.hex().encode())], house, now)

        results = race(keep, keep, keep)
        assert not unexpected(results)
        assert results == [[], [], []]
        assert Attachment.objects.filter(submission=key).count() == 1
    stored = [one for one in tmp_path.rglob("*") if one.is_file()]
    assert len(stored) == ROUNDS


def test_a_file_that_comes_just_after_its_form_was_sent_is_not_kept_again(
    petra: User, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files_in(tmp_path, monkeypatch)
    case, key, house, now = make_case(), uuid.uuid4(), village_now(), timezone.now()

    def first_press() -> uuid.UUID:
        # Between the other press's look at what is there and its writing.
        monkeypatch.setattr(files, "uuid", uuid)
        files.keep(key, [text_file()], house, now)
        actions.answer(case=case, text="Der Plan.", by=petra, submission=key)
        return uuid.uuid4()

    monkeypatch.setattr(files, "uuid", SimpleNamespace(uuid4=first_press))
    assert files.keep(key, [text_file()], house, now) == []
    assert Attachment.objects.get().case == case
    assert len([one for one in tmp_path.rglob("*") if one.is_file()]) == 1


def test_files_that_are_stored_twice_already_are_parted_by_the_migration() -> None:
    before, after = [("cases", "0003_gate")], [("cases", "0004_attachment_once")]
    case, key, other = make_case(), uuid.uuid4(), uuid.uuid4()
    MigrationExecutor(connection).migrate(before)
    for name, owner, row_key in (
        ("eins", case, key), ("zwei", case, key), ("drei", None, key),
        ("vier", None, other), ("fünf", None, other), ("sechs", case, None), ("sieben", case, None),
    ):  # fmt: skip
        Attachment.objects.create(name=name, case=owner, submission=row_key, size=1, digest="0" * 64)
    MigrationExecutor(connection).migrate(after)
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())
    left = dict(Attachment.objects.values_list("name", "submission"))
    assert left == {"eins": key, "zwei": None, "vier": other, "sechs": None, "sieben": None}
