"""Workers that are killed: nothing is lost, and what may have happened twice can be told apart."""

import signal
import time
from collections import Counter
from datetime import timedelta

import pytest
from django.utils import timezone

from smartbarleben.jobs import leases, mail, queries, work
from smartbarleben.jobs.models import Job, OutgoingMail, PeriodicRun, State

from . import samples
from .conftest import Start, was_killed
from .postoffice import PostOffice


def after_the_lease() -> object:
    """When the lease of a killed worker has ended."""
    return timezone.now() + leases.LEASE + timedelta(seconds=1)


def write() -> OutgoingMail:
    """One mail."""
    return mail.send(to="erika@example.org", subject="Hello", text="Good day", reason="tests", key="k")


def test_killed_before_the_server_heard_of_it(start: Start, post: PostOffice) -> None:
    row = write()
    assert was_killed(start("die-before"))
    row.refresh_from_db()
    assert row.state == State.RUNNING
    assert mail.run_due() == 0, "as long as the lease holds, the worker may be alive"
    mail.run_due(after_the_lease())
    assert post.ids() == [row.message_id]


def test_killed_in_the_middle_of_a_mail(start: Start, post: PostOffice) -> None:
    row = write()
    assert was_killed(start("die-within"))
    assert post.ids() == [], "half a mail is none"
    mail.run_due(after_the_lease())
    mail.run_due(after_the_lease())
    assert post.ids() == [row.message_id]
    row.refresh_from_db()
    assert (row.state, row.doubts) == (State.DONE, 1)


def test_workers_killed_again_and_again_lose_nothing_and_double_only_what_says_so(
    start: Start, post: PostOffice
) -> None:
    rows = [
        mail.send(to=f"p{n}@example.org", subject="Hello", text="Good day", reason="tests", key=f"k{n}")
        for n in range(40)
    ]
    for taken in (1, 6, 14):
        process = start("mails")
        until = time.monotonic() + 30
        while len(post.taken) < taken and process.poll() is None and time.monotonic() < until:
            time.sleep(0.001)
        process.kill()
        process.wait()
    mail.run_due(after_the_lease())
    counts = Counter(post.ids())
    assert set(counts) == {row.message_id for row in rows}
    for row in OutgoingMail.objects.all():
        assert row.state == State.DONE
        assert counts[row.message_id] <= 1 + row.doubts
    assert len(post.taken) <= len(rows) + 3


def test_killed_after_the_server_took_it(start: Start, post: PostOffice) -> None:
    row = write()
    assert was_killed(start("die-after"))
    assert post.ids() == [row.message_id]
    mail.run_due(after_the_lease())
    assert post.ids() == [row.message_id] * 2, "the one gap that SMTP leaves: the same mail, recognisable"
    assert post.taken[0]["Date"] == post.taken[1]["Date"]
    row.refresh_from_db()
    assert (row.state, row.doubts) == (State.DONE, 1)
    mail.run_due(after_the_lease())
    assert len(post.taken) == 2


def test_killed_in_the_middle_of_a_job(start: Start) -> None:
    job = work.enqueue(samples.killed, row="half")
    assert was_killed(start("jobs"))
    assert PeriodicRun.objects.filter(name="half").exists()
    assert queries.progress(job.pk) == queries.Progress(State.RUNNING, 1, 2, "half", "sample.killed", tried=True)
    assert work.run_due() == 0
    assert work.run_due(after_the_lease()) == 1
    job.refresh_from_db()
    assert (job.state, job.attempts, job.doubts, job.steps_done) == (State.DONE, 2, 1, 2)


def test_a_worker_that_lives_keeps_its_lease(shared: str, monkeypatch: pytest.MonkeyPatch) -> None:
    job = work.enqueue(samples.note, number=1)
    row = leases.claim(Job, timezone.now())
    monkeypatch.setattr(leases, "BEAT_SECONDS", 0.05)
    until = time.monotonic() + 10
    job.refresh_from_db()
    with leases.beating(row):
        while job.due_at <= row.due_at and time.monotonic() < until:
            time.sleep(0.05)
            job.refresh_from_db()
    assert job.due_at > row.due_at
    leases.finish(row, timezone.now())


def test_the_background_process_works_and_ends_in_order(start: Start, post: PostOffice) -> None:
    row = write()
    job = work.enqueue(samples.line, number=1)
    process = start("background")
    until = time.monotonic() + 30
    while time.monotonic() < until and not (
        OutgoingMail.objects.filter(pk=row.pk, state=State.DONE).exists()
        and Job.objects.filter(pk=job.pk, state=State.DONE).exists()
        and PeriodicRun.objects.exclude(finished_at=None).filter(name="jobs.wipe").exists()
    ):
        time.sleep(0.1)
    assert post.ids() == [row.message_id]
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0


def test_a_background_process_that_is_killed_in_the_middle_of_a_job_is_followed_by_one_that_goes_on(
    start: Start, post: PostOffice
) -> None:
    """As the supervisor does it: nobody but the next process looks after what the killed one left."""
    job = work.enqueue(samples.killed, row="half")
    row = write()
    assert was_killed(start("background-impatient"))
    job.refresh_from_db()
    assert job.state == State.RUNNING
    process = start("background-impatient")
    until = time.monotonic() + 60
    while time.monotonic() < until and not Job.objects.filter(pk=job.pk, state=State.DONE).exists():
        time.sleep(0.1)
    while time.monotonic() < until and not OutgoingMail.objects.filter(pk=row.pk, state=State.DONE).exists():
        time.sleep(0.1)
    process.send_signal(signal.SIGTERM)
    assert process.wait(20) == 0
    job.refresh_from_db()
    row.refresh_from_db()
    assert (job.state, job.attempts, job.doubts, job.steps_done) == (State.DONE, 2, 1, 2)
    assert row.state == State.DONE
    assert set(post.ids()) == {row.message_id}
    assert len(post.ids()) <= 1 + row.doubts
