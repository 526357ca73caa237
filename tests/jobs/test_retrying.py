"""How patiently work is tried again."""

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.jobs.retrying import Hopeless, Policy

SECONDS = st.integers(1, 100_000).map(lambda seconds: timedelta(seconds=seconds))
policies = st.builds(Policy, tries=st.integers(1, 200), first=SECONDS, longest=SECONDS, doubts=st.integers(1, 9))
luck = st.floats(0, 1, exclude_max=True)


@given(policies, st.integers(1, 100_000), luck)
def test_a_pause_lies_in_the_second_half_of_what_is_due(policy: Policy, attempt: int, luck: float) -> None:
    seconds = min(policy.longest.total_seconds(), policy.first.total_seconds() * 2 ** min(attempt - 1, 40))
    whole = timedelta(seconds=seconds)
    assert whole / 2 <= policy.pause(attempt, luck) <= whole <= policy.longest


@given(policies, st.integers(1, 50), luck)
def test_pauses_never_shrink_and_end_at_the_longest(policy: Policy, attempt: int, luck: float) -> None:
    assert policy.pause(attempt, luck) <= policy.pause(attempt + 1, luck)
    assert policy.pause(10_000, 0) == policy.longest / 2


@given(policies, st.integers(1, 300), st.integers(0, 12), st.sampled_from([OSError(), Hopeless(), KeyError()]))
def test_work_is_given_up_for_three_reasons_only(
    policy: Policy, attempt: int, doubts: int, problem: Exception
) -> None:
    verdict = policy.verdict(problem, attempt=attempt, doubts=doubts)
    given_up = isinstance(problem, Hopeless) or attempt >= policy.tries or doubts >= policy.doubts
    assert (verdict is None) == given_up


def test_a_policy_may_name_what_is_hopeless() -> None:
    policy = Policy(hopeless=(KeyError,))
    assert policy.verdict(KeyError(), attempt=1) is None
    assert policy.verdict(OSError(), attempt=1) is not None


def test_mails_are_tried_for_days() -> None:
    """RFC 5321 asks to go on for four to five days; on average, with luck in the middle."""
    from smartbarleben.jobs.mail import POLICY

    total = sum((POLICY.pause(attempt, 0.5) for attempt in range(1, POLICY.tries)), timedelta())
    assert timedelta(days=4) < total < timedelta(days=6)
