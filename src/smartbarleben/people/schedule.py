"""What this room does again and again."""

from datetime import datetime, timedelta

from smartbarleben.jobs import clock

from . import audit, retention

CHECK = "people.record"


class Broken(RuntimeError):
    """The record of what was done is not whole."""


def _delete(now: datetime) -> None:
    retention.run_due(now)


def check_record(now: datetime) -> None:
    """Chain what a crash left open and look whether the record is whole. Raises `Broken`, which staff are shown."""
    audit.seal()
    verdict = audit.verify()
    if not verdict.ok:
        raise Broken(f"the record of what was done: {verdict.problem} at entry {verdict.broken_at}")


def register() -> None:
    """Register the work; called once when the app is ready."""
    clock.register("people.retention", timedelta(days=1), _delete)
    clock.register(CHECK, timedelta(days=1), check_record)
