"""From single looks to spans of display."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.content.display import LONGEST_SILENCE, Display, Look, Span, spans

START = datetime(2031, 3, 1, 8, tzinfo=UTC)


def looks(*marks: tuple[int, bool]) -> list[Look]:
    """Looks at minutes after the start."""
    return [Look(START + timedelta(minutes=minutes), there) for minutes, there in marks]


def test_hourly_looks_make_one_span() -> None:
    assert spans(looks((0, True), (60, True), (120, True))) == [
        Span(Display.SHOWN, START, START + timedelta(hours=2), 3)
    ]


def test_a_long_silence_is_admitted() -> None:
    found = spans(looks((0, True), (300, True)))
    assert [span.display for span in found] == [Display.SHOWN, Display.UNKNOWN, Display.SHOWN]
    assert found[1] == Span(Display.UNKNOWN, START, START + timedelta(minutes=300), 0)


def test_a_page_that_did_not_answer_parts_the_display() -> None:
    found = spans(looks((0, True), (60, False), (120, False), (180, True)))
    assert [(span.display, span.looks) for span in found] == [
        (Display.SHOWN, 1),
        (Display.MISSING, 2),
        (Display.SHOWN, 1),
    ]


def test_silence_until_now_is_a_span() -> None:
    later = START + timedelta(hours=5)
    assert spans(looks((0, True)), later)[-1] == Span(Display.UNKNOWN, START, later, 0)
    assert len(spans(looks((0, True)), START + timedelta(minutes=70))) == 1
    assert spans([], later) == []


marks = st.lists(st.tuples(st.integers(0, 5000), st.booleans()), max_size=40)


@given(marks)
def test_spans_hold_every_look_once_and_never_overlap(chosen: list[tuple[int, bool]]) -> None:
    found = spans(looks(*chosen))
    assert sum(span.looks for span in found) == len(chosen)
    for before, after in pairwise(found):
        assert before.end <= after.start
        assert before.display is not after.display
    for span in found:
        assert span.start <= span.end
        assert (span.looks == 0) == (span.display is Display.UNKNOWN)
        if span.display is Display.UNKNOWN:
            assert span.end - span.start > LONGEST_SILENCE


@given(marks)
def test_shown_means_that_somebody_saw_it(chosen: list[tuple[int, bool]]) -> None:
    shown = [span for span in spans(looks(*chosen)) if span.display is Display.SHOWN]
    for look in looks(*chosen):
        inside = any(span.start < look.at < span.end for span in shown)
        assert not inside or look.there
