"""Two processes at the same time: each piece of work is written once and done once."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

from smartbarleben.jobs.models import Job, OutgoingMail, State

from .postoffice import PostOffice

COUNT = 25


def test_two_processes_write_and_do_everything_once(
    start_together: Callable[[str], None], post: PostOffice, tmp_path: Path
) -> None:
    start_together("race")
    assert sorted(post.ids()) == sorted(OutgoingMail.objects.values_list("message_id", flat=True))
    assert len(set(post.ids())) == len(post.taken) == COUNT
    assert Counter((tmp_path / "lines").read_text().split()) == {str(number): 1 for number in range(COUNT)}
    assert set(Job.objects.values_list("state", "attempts")) == {(State.DONE, 1)}
    assert set(OutgoingMail.objects.values_list("state", "attempts", "doubts")) == {(State.DONE, 1, 0)}


def test_two_processes_never_do_the_same_periodic_work_twice(
    start_together: Callable[[str], None], tmp_path: Path
) -> None:
    start_together("tick")
    ticks = Counter((tmp_path / "ticks").read_text().split())
    assert set(ticks.values()) == {1}
    # Each may find the minute of the other already claimed, but one of them starts the first.
    assert 1 <= len(ticks) <= 40
