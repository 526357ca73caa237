"""The order of a trail: which step comes before which. Pure; `queries.trail` loads the links and the items."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Link:
    """One stored step: ``source`` led to ``target``."""

    source: int
    target: int
    relation: str
    reason: str


@dataclass(frozen=True, slots=True)
class Step:
    """An item of the trail with how it was reached; the first steps were reached by nothing."""

    item: int
    relation: str = ""
    reason: str = ""


def connected(links: Iterable[Link], start: int, most: int = 24) -> list[Link]:
    """The links that lead to and from an item over any number of steps, nearest first; at most ``most`` items."""
    by_end: dict[int, list[Link]] = {}
    for link in links:
        by_end.setdefault(link.source, []).append(link)
        by_end.setdefault(link.target, []).append(link)
    known, frontier, found = {start}, [start], {}
    while frontier:
        following = []
        for item in frontier:
            for link in by_end.get(item, ()):
                for end in (link.source, link.target):
                    if end not in known and len(known) < most:
                        known.add(end)
                        following.append(end)
                if link.source in known and link.target in known:
                    found[link.source, link.target, link.relation] = link
        frontier = following
    return list(found.values())


def arrange(links: Iterable[Link], tie_break: Mapping[int, tuple[int, float]]) -> list[Step]:
    """All items of ``links`` in an order in which every step follows what led to it.

    Items at the same depth (longest way from a beginning) are ordered by ``tie_break``. Circles, which staff can
    draw by mistake, are cut where they close instead of failing.
    """
    links = list(links)
    incoming: dict[int, list[Link]] = {}
    for link in links:
        incoming.setdefault(link.source, [])
        incoming.setdefault(link.target, []).append(link)

    depths: dict[int, int] = {}

    def depth(item: int, path: frozenset[int]) -> int:
        if item in depths:
            return depths[item]
        before = [depth(link.source, path | {item}) + 1 for link in incoming[item] if link.source not in path]
        depths[item] = max(before, default=0)
        return depths[item]

    for item in incoming:
        depth(item, frozenset({item}))
    order = sorted(incoming, key=lambda item: (depths[item], tie_break.get(item, (0, 0.0)), item))
    return [
        Step(item, incoming[item][0].relation, incoming[item][0].reason) if incoming[item] else Step(item)
        for item in order
    ]
