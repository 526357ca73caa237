"""The order of a trail."""

from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.content.trail import Link, Step, arrange

pairs = st.tuples(st.integers(0, 8), st.integers(0, 8)).filter(lambda pair: pair[0] != pair[1])


def links(*steps: tuple[int, int]) -> list[Link]:
    return [Link(source, target, "became", "") for source, target in steps]


@given(st.lists(pairs, max_size=14, unique=True))
def test_every_step_follows_what_led_to_it_unless_staff_drew_a_circle(drawn: list[tuple[int, int]]) -> None:
    forward = [(source, target) for source, target in drawn if source < target]
    order = [step.item for step in arrange(links(*forward), {})]
    assert sorted(order) == sorted({end for pair in forward for end in pair})
    assert all(order.index(source) < order.index(target) for source, target in forward)


@given(st.lists(pairs, max_size=14, unique=True))
def test_circles_are_cut_and_no_step_is_lost_or_doubled(drawn: list[tuple[int, int]]) -> None:
    order = [step.item for step in arrange(links(*drawn), {})]
    assert sorted(order) == sorted({end for pair in drawn for end in pair})


def test_a_rejected_step_carries_its_reason() -> None:
    trail = [Link(1, 2, "became", ""), Link(2, 3, "rejected", "too dear")]
    assert arrange(trail, {}) == [Step(1), Step(2, "became", ""), Step(3, "rejected", "too dear")]
