"""The whole life of a case on one page: which states there are, and which may follow which. Pure.

Everything else reads this table: the actions, the staff's buttons, the public timeline and the database's triggers.
"""

from enum import StrEnum


class Status(StrEnum):
    """Where a case stands. The value is stored; never rename one."""

    # Came without proof that a person sent it: waits for a look, its clock does not run.
    HELD = "held"
    # Nobody has looked at it yet.
    NEW = "new"
    # Somebody answers for it.
    IN_WORK = "in_work"
    # We asked the person back and wait; the clock stands still.
    ASKED_BACK = "asked_back"
    # An outside body must act; we stay the ones who answer.
    PASSED_ON = "passed_on"
    # The person has the answer; they may still say that it does not help.
    ANSWERED = "answered"
    # Answered and quiet for the usual time. The deletion clock runs.
    CLOSED = "closed"
    # Lives on in another case; everybody who asked hears from that one.
    MERGED = "merged"
    # Advertising or abuse. Deleted soon, nobody is answered.
    REFUSED = "refused"


FIRST = frozenset({Status.HELD, Status.NEW})

MOVES: dict[Status, frozenset[Status]] = {
    Status.HELD: frozenset({Status.NEW, Status.REFUSED}),
    Status.NEW: frozenset({Status.IN_WORK, Status.PASSED_ON, Status.ANSWERED, Status.MERGED, Status.REFUSED}),
    Status.IN_WORK: frozenset(
        {Status.NEW, Status.ASKED_BACK, Status.PASSED_ON, Status.ANSWERED, Status.MERGED, Status.REFUSED}
    ),
    Status.ASKED_BACK: frozenset({Status.IN_WORK, Status.ANSWERED, Status.CLOSED, Status.MERGED}),
    Status.PASSED_ON: frozenset({Status.IN_WORK, Status.ANSWERED, Status.MERGED}),
    # Reopening is a move like any other; it always leads to somebody who works on it.
    Status.ANSWERED: frozenset({Status.IN_WORK, Status.CLOSED, Status.MERGED}),
    Status.CLOSED: frozenset({Status.IN_WORK}),
    # Taking a merge back (a mistake) gives the case its own life again.
    Status.MERGED: frozenset({Status.IN_WORK}),
    Status.REFUSED: frozenset({Status.NEW}),
}

# The promised answer is due only in these.
CLOCK_RUNS = frozenset({Status.NEW, Status.IN_WORK, Status.PASSED_ON})
OPEN = frozenset({Status.HELD, Status.NEW, Status.IN_WORK, Status.ASKED_BACK, Status.PASSED_ON})
FINAL = frozenset({Status.CLOSED, Status.REFUSED})


class IllegalMove(ValueError):
    """This state cannot follow that one."""


def check(now: Status, then: Status) -> None:
    """Raises IllegalMove unless ``then`` may follow ``now``."""
    if then not in MOVES[now]:
        raise IllegalMove(f"A case that is {now.value} cannot become {then.value}.")


def reachable(start: Status) -> frozenset[Status]:
    """Every state that a case in ``start`` can ever come to."""
    found: set[Status] = set()
    waiting = [start]
    while waiting:
        for then in MOVES[waiting.pop()] - found:
            found.add(then)
            waiting.append(then)
    return frozenset(found)
