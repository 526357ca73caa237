"""Carries a plan out: exactly what was shown, some entries at a time, so that nobody waits long for the database.

Each entry is planned anew under the source's lock before it is written; what has changed since it was shown is left
for the next run. So an import may break off anywhere and go on, and two at once do nothing twice. Of two runs of one
source that have begun, the later one counts: the earlier one stops.
"""

import zlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from smartbarleben.jobs import work
from smartbarleben.kernel.wording import gettext_noop
from smartbarleben.people import audit
from smartbarleben.people.models import User
from smartbarleben.places.actions import raised_once

from . import actions, planning
from .facing import Faced, face, origin_of, target_of
from .incoming import Incoming
from .models import Record, Run, RunState, Source, SourceState
from .planning import Act, Entry
from .reading import Delivery, deliver
from .registry import Origin, Target
from .trouble import Report


class Crossed(Exception):
    """The plan is no longer the one that was shown: the house or the source's settings have changed since."""


def entries_of(run: Run) -> Faced:
    """The plan of a run as it would be now, field by field. Raises LookupError when its file is gone."""
    return face(run.source, _delivered(run))


def _delivered(run: Run) -> Delivery:
    if run.content is None:
        raise LookupError("The file of this run is gone.")
    day = timezone.localdate(run.at)
    origin = origin_of(run.source, day)
    return deliver(zlib.decompress(bytes(run.content)), run.file_name, target_of(run.source), origin, day)


def writes_of(run: Run) -> int:
    """How many entries the run would write."""
    acts = (Act.NEW, Act.FOUND, Act.CHANGED, Act.BACK, Act.VANISHED)
    return sum(int(run.counts.get(act.value, 0)) for act in acts)


def begin(*, run: Run, shown: str, by: User | None = None) -> Run:
    """Start carrying out the plan whose digest is ``shown``; `carry_out` does it.

    Raises Crossed when anything has changed since; the run then holds the new plan.
    """
    if run.state != RunState.PLANNED:
        return run
    # A large file takes seconds to read, and meanwhile the database is free for others.
    delivery = _delivered(run)
    with transaction.atomic():
        source = Source.objects.select_for_update().get(pk=run.source_id)
        row = Run.objects.select_for_update().get(pk=run.pk)
        if row.state != RunState.PLANNED:
            return row
        row.source = source
        if origin_of(source, delivery.origin.as_of) != delivery.origin:
            delivery = _delivered(row)
        faced = face(source, delivery)
        now_digest = planning.digest(faced.entries)
        crossed = shown != now_digest
        if crossed:
            row.plan_digest, row.counts = now_digest, planning.counts(faced.entries)
            row.details = actions.remembered(faced.entries)
        else:
            Run.objects.filter(source=source, state=RunState.RUNNING).update(
                state=RunState.DROPPED, content=None, finished_at=timezone.now()
            )
            row.state = RunState.RUNNING
            audit.record("imports.done", source, actor=by, run=row.pk, writes=writes_of(row))
        row.save()
    if crossed:
        raise Crossed
    return row


def carry_out(*, run: Run) -> Run:
    """Write what a run that has begun is to write, and finish it. Doing it again goes on where it broke off."""
    run = Run.objects.select_related("source").get(pk=run.pk)
    if run.state != RunState.RUNNING:
        return run
    delivery = _delivered(run)
    entries = face(run.source, delivery).entries
    for done, part in _parts(entries):
        with transaction.atomic(), raised_once():
            source = Source.objects.select_for_update().get(pk=run.source_id)
            if Run.objects.filter(pk=run.pk, state=RunState.RUNNING).exists():
                _write_part(source, part, delivery)
        work.report(done, len(entries))
    return _finished(run, delivery.report)


def _parts(entries: Sequence[Entry]) -> Iterator[tuple[int, Sequence[Entry]]]:
    for start in range(0, len(entries), actions.BATCH):
        part = entries[start : start + actions.BATCH]
        yield start + len(part), part


def _write_part(source: Source, part: Sequence[Entry], delivery: Delivery) -> None:
    """Write one part under the source's lock, as far as it is still what was planned."""
    faced = face(source, delivery, only=[one.key for one in part])
    planned = {one.key: one for one in part}
    by_key = {row.key: row for row in delivery.rows}
    origin, report = delivery.origin, delivery.report
    target = target_of(source)
    again: list[str] = []
    for entry in faced.entries:
        if entry != planned.get(entry.key):
            continue
        row, record = by_key.get(entry.key), faced.records.get(entry.key)
        if entry.writes:
            _write(source, target, entry, row, record, faced.found.get(entry.key), origin, report)
        elif row is not None and record is not None and entry.act is Act.UNCHANGED:
            again.append(record.object_key)
            if record.given != planning.marks(row.values):
                _remember(record, entry, row, target)
                record.save()
    target.confirm(again, origin)


def _write(
    source: Source,
    target: Target,
    entry: Entry,
    row: Incoming | None,
    record: Record | None,
    found: str | None,
    origin: Origin,
    report: Report,
) -> None:
    try:
        # What one entry does wrong takes nothing of the others with it.
        with transaction.atomic():
            if entry.act is Act.VANISHED and record is not None:
                record.was_taken_back = target.gone(record.object_key, origin)
                record.vanished_at = timezone.now()
                record.save(update_fields=["was_taken_back", "vanished_at"])
            elif row is not None:
                _bring(source, target, entry, row, record, found, origin)
    except ValidationError as problem:
        report.skip(
            gettext_noop("The entry “%(title)s” cannot be stored: %(why)s"),
            gettext_noop("Mend it where it comes from."),
            line=entry.line,
            title=entry.title,
            why="; ".join(problem.messages),
        )
    except IntegrityError:
        report.skip(
            gettext_noop("The entry “%(title)s” belongs to another source."),
            gettext_noop("Remove it from one of the two."),
            line=entry.line,
            title=entry.title,
        )


def _bring(
    source: Source,
    target: Target,
    entry: Entry,
    row: Incoming,
    record: Record | None,
    found: str | None,
    origin: Origin,
) -> None:
    taken = {change.field: change.there for change in entry.taken}
    if entry.act is Act.NEW:
        record = Record(source=source, key=entry.key, target=source.target)
        record.object_key = target.create(row.values, origin)
    elif entry.act is Act.FOUND and found is not None:
        record = Record(source=source, key=entry.key, target=source.target, object_key=found)
    if record is None:
        return
    if entry.act is Act.BACK:
        target.back(record.object_key, origin, record.was_taken_back)
        record.vanished_at, record.was_taken_back = None, False
    if entry.act is not Act.NEW and taken:
        target.change(record.object_key, taken, origin)
    if entry.act is not Act.NEW:
        target.confirm([record.object_key], origin)
    _remember(record, entry, row, target)
    record.save()


def _remember(record: Record, entry: Entry, row: Incoming, target: Target) -> None:
    """What the source said, what stands here now, and what waits as a note."""
    here: dict[str, Any] = dict(target.read([record.object_key])[record.object_key].values)
    kept = {change.field: change.there for change in entry.kept}
    taken = {change.field for change in entry.taken}
    for name, there in row.values.items():
        if entry.act is Act.NEW or name in taken or here.get(name) == there:
            record.stored[name] = planning.mark(here.get(name))
            record.notes.pop(name, None)
        elif name not in record.stored:
            # Found here: what differs is ours, what nobody touched is the source's.
            record.stored[name] = planning.mark(there if name in kept else here.get(name))
    record.notes |= kept
    record.has_notes = bool(record.notes)
    record.given = planning.marks(row.values)


@transaction.atomic
def _finished(run: Run, report: Report) -> Run:
    now = timezone.now()
    source = Source.objects.select_for_update().get(pk=run.source_id)
    row = Run.objects.select_for_update().get(pk=run.pk)
    if row.state != RunState.RUNNING:
        return row
    row.state, row.content, row.finished_at = RunState.DONE, None, now
    row.skipped, row.skipped_count = actions.told(report), report.count
    row.save()
    _went_well(source, row, now)
    return row


def _went_well(source: Source, run: Run, now: datetime) -> None:
    source.etag, source.last_modified = run.etag, run.last_modified
    source.file_name = run.file_name
    actions.went_well(source, now, SourceState.FINE)
    source.save()
