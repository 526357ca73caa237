"""Counts add up, and Prometheus can read them."""

import re
from threading import Thread

from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.watching.counting import BUCKETS, Counts, Histogram
from smartbarleben.watching.prometheus import Family, single, write

SECONDS = st.floats(0, 30, allow_nan=False)


def histogram_of(seconds: list[float]) -> Histogram:
    counts = Counts()
    for one in seconds:
        counts.add("home", "public", 200, one, statements=0, sql_seconds=0, slow=False)
    return counts.look().times["public"]


@given(st.lists(SECONDS, min_size=1, max_size=60), st.floats(0.01, 1))
def test_a_share_lies_within_its_bound(seconds: list[float], share: float) -> None:
    histogram = histogram_of(seconds)
    bound = histogram.share_within(share)
    assert histogram.total == len(seconds)
    assert bound is not None
    assert sum(one <= bound for one in seconds) >= share * len(seconds) - 1e-9
    smaller = [one for one in BUCKETS if one < bound]
    assert not smaller or sum(one <= smaller[-1] for one in seconds) < share * len(seconds)


def test_nothing_has_no_share() -> None:
    assert Histogram().share_within(0.5) is None


def test_desks_that_count_at_the_same_time_lose_nothing() -> None:
    counts = Counts()

    def work() -> None:
        for _number in range(500):
            counts.add("home", "public", 200, 0.02, statements=2, sql_seconds=0.001, slow=False)

    threads = [Thread(target=work) for _number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seen = counts.look()
    assert seen.requests == {("home", "2xx"): 2000}
    assert (seen.times["public"].total, seen.statements, seen.slow) == (2000, 4000, 0)


@given(st.text(max_size=30), SECONDS)
def test_each_line_is_one_that_prometheus_reads(label: str, seconds: float) -> None:
    text = write(
        [
            Family("a_total", "counter", "Said\nin two lines \\", [({"route": label}, 3)]),
            Family("b_seconds", "histogram", "x", [({"area": label}, histogram_of([seconds]))]),
            single("c", "x", seconds),
            Family("empty", "gauge", "nobody sees it"),
        ]
    )
    value = r'"(?:[^"\\\n]|\\["\\n])*"'
    sample = rf"[a-z_]+(?:\{{[a-z]+={value}(?:,[a-z]+={value})*\}})? (?:[0-9.e+-]+|\+Inf)"
    lines = text.removesuffix("\n").split("\n")
    assert all(re.fullmatch(rf"# (?:HELP|TYPE) [a-z_]+ .*|{sample}", line) for line in lines), lines
    assert "# TYPE empty" not in text
    counts = [int(line.rsplit(" ", 1)[1]) for line in lines if line.startswith("b_seconds_bucket")]
    assert counts == sorted(counts)
    assert len(counts) == len(BUCKETS) + 1
    assert counts[-1] == 1
