"""Deletion on time: every room registers what is to go, the clock runs it each day, a protocol says what went.

    retention.register("cases.closed", delete_old_cases)

A rule is called with the present moment and returns how many rows it reached. Each runs in a transaction of its own;
a rule that fails stops no other and is tried again the next day. Then the files of the database are cleaned, so that
what was deleted is not left in them.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone

from . import audit
from .models import RetentionRun
from .scrubbing import scrub

log = logging.getLogger(__name__)

type Rule = Callable[[datetime], int]


class Incomplete(RuntimeError):
    """Rules failed; the protocol names them."""


@dataclass(frozen=True, slots=True)
class Registered:
    """A rule under its name ("room.what"); ``label`` says to staff what it deletes."""

    name: str
    run: Rule
    label: Any = ""


_rules: dict[str, Registered] = {}


def register(name: str, run: Rule, *, label: Any = "") -> None:
    """Add a rule; the same name again replaces it. Rooms call this when ready."""
    _rules[name] = Registered(name, run, label)


def rules() -> Iterator[Registered]:
    """All rules."""
    return iter(_rules.values())


def label(name: str) -> str:
    """What a rule deletes, in words; its name where nobody said or knows."""
    rule = _rules.get(name)
    return str(rule.label or name) if rule else name


def run_due(now: datetime) -> RetentionRun:
    """Delete everything whose day has come by ``now`` and write the protocol.

    Must not be called inside a transaction. Raises `Incomplete` at the end when a rule failed.
    """
    run = RetentionRun.objects.create(started_at=now)
    for rule in list(rules()):
        try:
            with transaction.atomic():
                run.counts[rule.name] = rule.run(now)
        except Exception as problem:
            # The kind of the problem only: its words may quote what was to be deleted.
            log.warning("deletion: %s failed with %s", rule.name, type(problem).__name__)
            run.problems[rule.name] = type(problem).__name__
        # Written after each step: a process killed in the middle leaves a protocol without an end.
        run.save(update_fields=["counts", "problems"])
    if not scrub():
        run.problems["people.scrub"] = "busy"
    with transaction.atomic():
        run.finished_at = max(now, timezone.now())
        run.save(update_fields=["finished_at", "problems"])
        reached = {name: count for name, count in run.counts.items() if count}
        audit.record("people.retention", run, **reached, failed=sorted(run.problems))
    if run.problems:
        raise Incomplete(f"not everything could be deleted: {', '.join(sorted(run.problems))}")
    return run
