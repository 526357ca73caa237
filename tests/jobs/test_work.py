"""Jobs: written with what they belong to, tried again, visible when they fail, never in a state that is none."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartbarleben.jobs import actions, leases, queries, work
from smartbarleben.jobs.models import Job, PeriodicRun, State

from . import samples

pytestmark = pytest.mark.usefixtures("shared")


def minutes(count: float) -> Any:
    """A time so many minutes from now."""
    return timezone.now() + timedelta(minutes=count)


def test_a_job_runs_once_and_is_done() -> None:
    job = work.enqueue(samples.note, number=7)
    assert work.run_due() == 1
    assert work.run_due() == 0
    assert samples.ran == [7]
    job.refresh_from_db()
    assert (job.state, job.attempts, job.lease, job.problem) == (State.DONE, 1, "", "")


def test_a_rollback_takes_the_job_with_it() -> None:
    with transaction.atomic():
        work.enqueue(samples.note, number=1)
        transaction.set_rollback(True)
    assert work.run_due() == 0


def test_the_same_key_is_the_same_job_for_one_task() -> None:
    first = work.enqueue(samples.note, key="waste-17", number=1)
    assert work.enqueue(samples.note, key="waste-17", number=2) == first
    work.run_due()
    assert work.enqueue(samples.note, key="waste-17", number=3) == first
    assert work.enqueue(samples.atomic, key="waste-17", name="x", fails=False) != first
    work.run_due()
    assert samples.ran == [1]


def test_a_job_waits_for_its_time() -> None:
    work.enqueue(samples.note, after=minutes(60), number=1)
    assert work.run_due(minutes(59)) == 0
    assert work.run_due(minutes(61)) == 1


@pytest.mark.parametrize("value", ["Erika Muster", "erika@example.org", "Müller", {"name": 1}, 1.5, ["a b"]])
def test_arguments_are_ids_and_nothing_about_a_person(value: object) -> None:
    with pytest.raises(ValueError, match="not an id"):
        work.enqueue(samples.note, number=value)
    with pytest.raises(ValueError, match="key"):
        work.enqueue(samples.note, key="erika@example.org", number=1)


def test_ids_of_all_sorts_are_taken() -> None:
    ids = [1, True, None, "4f9c2a44-2b61-4b0e-9d4e-000000000000", "2026-11-24T10:00:00+01:00", [1, 2]]
    assert work.enqueue(samples.note, number=ids).arguments == {"number": ids}


def test_failures_are_tried_again_later_each_time_and_then_lie_dead() -> None:
    job = work.enqueue(samples.fail, how="away")
    now, pauses = timezone.now(), []
    for _try in range(samples.BRISK.tries):
        assert work.run_due(now) == 1
        job.refresh_from_db()
        pauses.append(job.due_at - now)
        assert work.run_due(now) == 0
        now = job.due_at
    assert job.state == State.DEAD
    assert pauses[0] < pauses[1] <= timedelta(seconds=20)
    [letter] = queries.dead()
    assert (letter.sort, letter.name, letter.attempts) == ("job", "sample.fail", 3)
    assert "OSError: the other side is away" in letter.problem
    assert "samples.py" in letter.problem


@pytest.mark.parametrize("how", ["divide", "hopeless"])
def test_what_cannot_help_is_not_tried_again(how: str) -> None:
    work.enqueue(samples.fail, how=how)
    assert work.run_due() == 1
    assert [letter.attempts for letter in queries.dead()] == [1]


def test_a_task_that_exits_does_not_end_the_worker() -> None:
    work.enqueue(samples.fail, how="exit")
    work.enqueue(samples.note, number=2)
    assert work.run_due() == 2
    assert samples.ran == [2]


def test_a_task_of_another_version_is_tried_and_shown() -> None:
    job = Job.objects.create(task="of.tomorrow")
    work.run_due()
    job.refresh_from_db()
    assert (job.state, job.attempts) == (State.WAITING, 1)
    assert "of.tomorrow" in job.problem


def test_staff_retry_or_drop_what_is_dead() -> None:
    jobs = [work.enqueue(samples.fail, how="hopeless") for _ in range(2)]
    work.run_due()
    again, away = (queries.find(letter.sort, letter.pk) for letter in queries.dead())
    assert again is not None
    assert away is not None
    assert actions.retry(work=again)
    assert not actions.retry(work=again), "pressed twice: nothing more happens"
    assert actions.drop(work=away)
    assert not actions.drop(work=away)
    assert queries.dead() == []
    assert work.run_due() == 1
    assert {job.pk for job in jobs} == {again.pk, away.pk}
    assert [letter.pk for letter in queries.dead()] == [again.pk]


def test_waiting_work_can_be_dropped_and_running_work_cannot() -> None:
    job = work.enqueue(samples.note, number=1)
    running = work.enqueue(samples.note, after=minutes(-1), number=2)
    assert leases.claim(Job, timezone.now()) == running
    assert actions.drop(work=job)
    assert not actions.drop(work=running)
    assert work.run_due() == 0


def test_an_atomic_task_leaves_nothing_of_a_failed_try() -> None:
    work.enqueue(samples.atomic, name="kept", fails=False)
    work.enqueue(samples.atomic, name="gone", fails=True)
    work.run_due()
    assert list(PeriodicRun.objects.filter(name__in=["kept", "gone"]).values_list("name", flat=True)) == ["kept"]


def test_progress_is_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def look(number: int) -> None:
        work.report(number, 3, "Pages are being drawn")
        seen.append(queries.progress(job.pk))

    task = work.Task("sample.note", look, samples.note.policy, atomic=False)
    monkeypatch.setitem(work._tasks, "sample.note", task)
    job = work.enqueue(samples.note, number=2)
    work.run_due()
    assert seen == [queries.Progress(State.RUNNING, 2, 3, "Pages are being drawn", "sample.note", tried=True)]
    work.report(1, 1)
    assert queries.progress(0) is None


def test_a_worker_that_lost_its_lease_changes_nothing() -> None:
    work.enqueue(samples.note, number=1)
    slow = leases.claim(Job, timezone.now())
    assert leases.claim(Job, timezone.now()) is None
    quick = leases.claim(Job, minutes(3))
    assert (quick.pk, quick.doubts, quick.attempts) == (slow.pk, 1, 2)
    for move in (
        lambda: leases.finish(slow, timezone.now()),
        lambda: leases.put_back(slow, timezone.now(), ""),
        lambda: leases.bury(slow, timezone.now(), ""),
    ):
        with pytest.raises(leases.Lost):
            move()
    leases.finish(quick, timezone.now())
    assert work.run_due(minutes(9)) == 0


def test_a_job_that_kills_its_workers_is_put_aside() -> None:
    work.enqueue(samples.note, number=1)
    now = timezone.now()
    for _killed in range(samples.note.policy.doubts):
        assert leases.claim(Job, now)
        now += timedelta(minutes=3)
    assert work.run_due(now) == 1
    assert samples.ran == []
    assert ["vanished" in letter.problem for letter in queries.dead()] == [True]


def test_old_results_go_and_dead_letters_stay() -> None:
    work.enqueue(samples.note, key="remembered", number=1)
    work.enqueue(samples.note, number=2)
    work.enqueue(samples.fail, how="hopeless")
    work.enqueue(samples.note, number=3, after=minutes(10**6))
    work.run_due()
    assert actions.prune(now=timezone.now() + timedelta(days=1)) == 0
    assert actions.prune(now=timezone.now() + timedelta(days=3)) == 1
    assert actions.prune(now=timezone.now() + timedelta(days=29)) == 0
    assert actions.prune(now=timezone.now() + timedelta(days=31)) == 1
    assert set(Job.objects.values_list("state", flat=True)) == {State.DEAD, State.WAITING}


@pytest.mark.parametrize(
    "wrong",
    [
        {"state": "paused"},
        {"state": State.RUNNING},
        {"lease": "somebody"},
        {"state": State.DONE},
        {"finished_at": timezone.now()},
        {"steps_done": 2, "steps_total": 1},
    ],
)
def test_the_database_refuses_states_that_are_none(wrong: dict[str, Any]) -> None:
    job = work.enqueue(samples.note, number=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.objects.filter(pk=job.pk).update(**wrong)


MOVES = {
    State.WAITING: {State.RUNNING, State.DROPPED},
    State.RUNNING: {State.RUNNING, State.DONE, State.WAITING, State.DEAD},
    State.DEAD: {State.WAITING, State.DROPPED},
    State.DONE: set(),
    State.DROPPED: {State.WAITING},
}
STEPS = ["claim", "finish", "put back", "bury", "retry", "drop", "late"]


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 300)), max_size=25))
def test_no_sequence_of_steps_makes_an_illegal_move(steps: list[tuple[str, int]]) -> None:
    """Two workers that come and vanish, staff who press buttons, and time that passes in between."""
    Job.objects.all().delete()
    job = work.enqueue(samples.note, number=1)
    now, before, holders = job.due_at, State.WAITING, []
    for step, seconds in steps:
        now += timedelta(seconds=seconds)
        holder = holders[0 if step == "late" else -1] if holders else None
        ended_lease = before == State.RUNNING and Job.objects.get().due_at <= now
        try:
            if step == "claim":
                row = leases.claim(Job, now)
                assert (row is not None) == ((before == State.WAITING and job.due_at <= now) or ended_lease)
                holders += [row] if row else []
            elif step == "retry":
                assert actions.retry(work=job) == (before in {State.DEAD, State.DROPPED})
            elif step == "drop":
                assert actions.drop(work=job) == (before in {State.DEAD, State.WAITING})
            elif holder and step in {"finish", "late"}:
                leases.finish(holder, now)
            elif holder and step == "put back":
                leases.put_back(holder, now, "again")
            elif holder:
                leases.bury(holder, now, "enough")
        except leases.Lost:
            assert holder is not None
            assert before != State.RUNNING or job.lease != holder.lease
        job.refresh_from_db()
        after = State(job.state)
        assert after == before or after in MOVES[before]
        now, before = max(now, job.due_at if after == State.WAITING else now), after
