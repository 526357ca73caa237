"""Which archives stay: enough of each span, the newest always, nothing that is too old, nothing that is not ours."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.keeping.rotation import LONGEST, Keep, made_at, name_of, to_remove

NOW = datetime(2026, 11, 23, 3, 0, tzinfo=UTC)
KEEP = Keep(daily=7, weekly=4, monthly=12)


def name(days: float) -> str:
    return name_of(NOW - timedelta(days=days), encrypted=False)


def kept(names: list[str], keep: Keep = KEEP) -> list[str]:
    gone = to_remove(names, keep, NOW)
    return sorted(set(names) - set(gone))


def test_a_name_says_when_it_was_made() -> None:
    for encrypted in (False, True):
        assert made_at(name_of(NOW, encrypted=encrypted)) == NOW
    assert made_at("village-20261399T000000Z.tar.gz") is None
    assert made_at("holiday.jpg") is None


def test_two_years_of_daily_backups_become_a_few() -> None:
    left: list[str] = []
    for day in range(730, -1, -1):
        now = NOW - timedelta(days=day)
        left.append(name_of(now, encrypted=True))
        gone = set(to_remove(left, KEEP, now))
        left = [one for one in left if one not in gone]
    ages = sorted((NOW - (made_at(one) or NOW)).days for one in left)
    assert ages[:7] == [0, 1, 2, 3, 4, 5, 6]
    assert 17 <= len(ages) <= 7 + 4 + 12
    assert 300 < max(ages) <= LONGEST.days


def test_several_a_day_leave_the_last_one() -> None:
    names = [name(hours / 24) for hours in (1, 2, 30, 31)]
    assert kept(names, Keep(2, 0, 0)) == sorted([name(1 / 24), name(30 / 24)])


def test_a_pause_costs_nothing() -> None:
    names = [name(days) for days in (100, 101, 102)]
    assert kept(names, Keep(3, 0, 0)) == sorted(names)


def test_what_is_not_ours_and_what_comes_from_a_wrong_clock_is_left_alone() -> None:
    names = ["holiday.jpg", "erasures.jsonl", name(-30), *map(name, range(30))]
    gone = to_remove(names, Keep(1, 0, 0), NOW)
    assert len(gone) == 29
    assert not {"holiday.jpg", "erasures.jsonl", name(-30), name(0)} & set(gone)


ages = st.lists(st.floats(0, 900, allow_nan=False), min_size=1, max_size=60)
keeps = st.builds(Keep, st.integers(1, 10), st.integers(0, 8), st.integers(0, 12))


@given(ages, keeps)
def test_the_newest_stays_and_nothing_too_old_does(days: list[float], keep: Keep) -> None:
    names = sorted({name(day) for day in days})
    left = kept(names, keep)
    assert names[-1] in left
    assert all((made_at(one) or NOW) >= NOW - LONGEST for one in left if one != names[-1])
    assert len(left) <= keep.daily + keep.weekly + keep.monthly + 1


@given(ages, keeps)
def test_doing_it_twice_is_doing_it_once(days: list[float], keep: Keep) -> None:
    left = kept(sorted({name(day) for day in days}), keep)
    assert to_remove(left, keep, NOW) == []
