"""Every write to sources: adding and changing them, looking at what they would bring, and deciding about notes."""

import hashlib
import zlib
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from smartbarleben.guards.attempts import attempt
from smartbarleben.kernel.wording import gettext_noop
from smartbarleben.people import audit
from smartbarleben.people.models import User
from smartbarleben.places.actions import raised_once

from . import addresses, planning
from .facing import face, origin_of, target_of
from .models import Record, Run, RunState, Source, SourceState, Trigger
from .planning import Act, Entry
from .reading import deliver
from .trouble import FileError, Report, Trouble

# Entries that a run remembers by name, for each act.
REMEMBERED = 100
KEEP_RUNS = 60
KEEP_PLANS = timedelta(days=7)
# Entries that are written in one transaction.
BATCH = 25
# So soon after the dry run nobody asks again.
FRESH = timedelta(seconds=60)
# With these the same file says something else.
_READ_WITH = ("address", "option", "ortschaft")
_SETTINGS = ("name", "address", "every_hours", "publish", "when_gone", "ortschaft", "owner", "option")


@transaction.atomic
def add_source(*, by: User | None = None, now: datetime | None = None, **values: Any) -> Source:
    """Make a source; nothing is fetched yet. Raises ValidationError with the fields that are wrong."""
    source = Source(**values)
    source.full_clean()
    source.next_run_at = _next(source, now or timezone.now())
    _save(source)
    audit.record("imports.added", source, actor=by)
    return source


@transaction.atomic
def change_source(*, source: Source, by: User | None = None, **values: Any) -> Source:
    """Change settings. An address that is another, or whose answer means something else now, is asked as if for the
    first time. Raises ValidationError.
    """
    row = _locked(source.pk)
    unknown = set(values) - set(_SETTINGS)
    if unknown:
        raise LookupError(f"A source has no setting {', '.join(sorted(unknown))}.")
    anew = any(name in values and values[name] != getattr(row, name) for name in _READ_WITH)
    for name, value in values.items():
        setattr(row, name, value)
    if anew:
        row.etag = row.last_modified = ""
    row.full_clean()
    row.next_run_at = _next(row, timezone.now())
    _save(row)
    audit.record("imports.changed", row, actor=by)
    return row


def _save(source: Source) -> None:
    """Save it; raises ValidationError where somebody took its name in the instant since that was looked at."""
    try:
        with attempt():
            source.save()
    except IntegrityError:
        if Source.objects.filter(name=source.name).exclude(pk=source.pk).exists():
            raise ValidationError({"name": _("There is a source of this name already.")}) from None
        raise


@transaction.atomic
def pause(*, source: Source, by: User | None = None, on: bool = True) -> Source:
    """Let the clock leave the source alone, or (``on=False``) ask it again."""
    row = _locked(source.pk)
    now = timezone.now()
    row.paused_at = now if on else None
    row.next_run_at = _next(row, now)
    row.save(update_fields=["paused_at", "next_run_at"])
    audit.record("imports.changed", row, actor=by, paused=on)
    return row


@transaction.atomic
def remove_source(*, source: Source, by: User | None = None) -> None:
    """Forget a source. What came from it stays here, as if somebody had written it."""
    audit.record("imports.removed", source, actor=by)
    _locked(source.pk).delete()


def _locked(pk: int) -> Source:
    return Source.objects.select_for_update().get(pk=pk)


def _next(source: Source, now: datetime) -> datetime | None:
    asks = source.address and source.every_hours and source.paused_at is None
    return now + timedelta(hours=source.every_hours) if asks else None


def look(
    *,
    source: Source,
    content: bytes | None = None,
    file_name: str = "",
    trigger: Trigger = Trigger.PERSON,
    rules: addresses.Rules = addresses.PUBLIC,
    now: datetime | None = None,
) -> Run:
    """The dry run: fetch the source's address, or take ``content``, and write down what an import would do.

    Changes nothing but the run and the source's state. A source that cannot be read gives a run that failed, with the
    reason in words. ``rules`` are for tests with a server of their own.
    """
    now = now or timezone.now()
    try:
        if content is None:
            if not source.address:
                raise FileError(
                    gettext_noop("This source has no web address."), gettext_noop("Upload a new file instead.")
                )
            answer = addresses.fetch(
                source.address, etag=source.etag, last_modified=source.last_modified, rules=rules
            )
            file_name = answer.address.rpartition("/")[2].partition("?")[0][:200]
            if answer.body is None:
                return _nothing_new(source, trigger, now)
            content = answer.body
            return _planned(source, content, file_name, trigger, now, fetched=answer)
        return _planned(source, content, file_name, trigger, now)
    except FileError as problem:
        return _failed(source, problem.trouble, file_name, trigger, now)


def look_again(*, run: Run, rules: addresses.Rules = addresses.PUBLIC) -> Run | None:
    """A new dry run if the address that the run's file is from gives another one by now; None if not, or if nobody
    can tell.
    """
    source = run.source
    if not run.fetched or not source.address or run.state != RunState.PLANNED or timezone.now() - run.at < FRESH:
        return None
    try:
        answer = addresses.fetch(source.address, etag=run.etag, last_modified=run.last_modified, rules=rules)
    except FileError:
        return None
    if answer.body is None or hashlib.sha256(answer.body).hexdigest() == run.content_digest:
        return None
    return look(source=source, trigger=Trigger(run.trigger), rules=rules)


def _nothing_new(source: Source, trigger: Trigger, now: datetime) -> Run:
    origin = origin_of(source, timezone.localdate(now))
    there = Record.objects.filter(source=source, vanished_at=None).order_by("pk")
    keys = list(there.values_list("object_key", flat=True))
    for start in range(0, len(keys), BATCH):
        with transaction.atomic(), raised_once():
            target_of(source).confirm(keys[start : start + BATCH], origin)
    with transaction.atomic():
        row = _locked(source.pk)
        went_well(row, now, SourceState.WAITING if row.state == SourceState.WAITING else SourceState.FINE)
        row.save()
        run = Run.objects.create(source=row, at=now, finished_at=now, trigger=trigger, state=RunState.NOTHING_NEW)
        _forget_old(row)
    return run


def _planned(
    source: Source,
    content: bytes,
    file_name: str,
    trigger: Trigger,
    now: datetime,
    fetched: addresses.Fetched | None = None,
) -> Run:
    digest = hashlib.sha256(content).hexdigest()
    origin = origin_of(source, timezone.localdate(now))
    delivery = deliver(content, file_name, target_of(source), origin, timezone.localdate(now))
    with transaction.atomic():
        row = _locked(source.pk)
        faced = face(row, delivery)
        Run.objects.filter(source=row, state=RunState.PLANNED).update(
            state=RunState.DROPPED, content=None, finished_at=now
        )
        run = Run.objects.create(
            source=row,
            at=now,
            trigger=trigger,
            state=RunState.PLANNED,
            file_name=file_name[:200],
            content=zlib.compress(content, 6),
            content_digest=digest,
            fetched=fetched is not None,
            etag=fetched.etag if fetched else "",
            last_modified=fetched.last_modified if fetched else "",
            plan_digest=planning.digest(faced.entries),
            counts=planning.counts(faced.entries),
            details=remembered(faced.entries),
            skipped=told(delivery.report),
            skipped_count=delivery.report.count,
        )
        if row.state == SourceState.FAILED:
            row.state = SourceState.WAITING
            row.save(update_fields=["state"])
        _forget_old(row)
    return run


@transaction.atomic
def _failed(source: Source, trouble: Trouble, file_name: str, trigger: Trigger, now: datetime) -> Run:
    row = _locked(source.pk)
    row.state, row.trouble = SourceState.FAILED, trouble.as_json()
    row.failing_since = row.failing_since or now
    row.next_run_at = _next(row, now)
    row.save()
    run = Run.objects.create(
        source=row,
        at=now,
        finished_at=now,
        trigger=trigger,
        state=RunState.FAILED,
        file_name=file_name[:200],
        trouble=trouble.as_json(),
    )
    _forget_old(row)
    return run


def went_well(source: Source, now: datetime, state: SourceState) -> None:
    """Note on a source (not saved yet) that it could be read."""
    source.state, source.trouble, source.failing_since = state, None, None
    source.last_good_at = now
    source.next_run_at = _next(source, now)


def remembered(entries: list[Entry]) -> list[dict[str, Any]]:
    """The first entries of each act by name, with the fields they change; what rests is not worth a line."""
    rows: list[dict[str, Any]] = []
    seen: dict[Act, int] = {}
    for one in entries:
        worth = one.writes or one.kept or one.act is Act.DELETED_HERE
        if not worth or seen.get(one.act, 0) >= REMEMBERED:
            continue
        seen[one.act] = seen.get(one.act, 0) + 1
        fields = [change.field for change in one.changes] if one.act is not Act.NEW else []
        rows.append(
            {"key": one.key, "act": one.act.value, "title": one.title[:160], "fields": fields, "line": one.line}
        )
    return rows


def told(report: Report) -> list[dict[str, Any]]:
    """What was left out, for a JSON column."""
    return [trouble.as_json() for trouble in report.told]


def _forget_old(source: Source) -> None:
    old = list(Run.objects.filter(source=source).order_by("-at", "-pk").values_list("pk", flat=True)[KEEP_RUNS:])
    Run.objects.filter(pk__in=old).exclude(state=RunState.RUNNING).delete()


@transaction.atomic
def drop(*, run: Run) -> bool:
    """Let a plan go; False when it is no plan any more."""
    done = Run.objects.filter(pk=run.pk, state=RunState.PLANNED).update(
        state=RunState.DROPPED, content=None, finished_at=timezone.now()
    )
    if done:
        row = _locked(run.source_id)
        if row.state == SourceState.WAITING:
            row.state = SourceState.FINE if row.last_good_at else SourceState.NEW
            row.save(update_fields=["state"])
    return bool(done)


@transaction.atomic
def wait_for_a_look(*, source: Source) -> None:
    """The clock has found something that a person should decide."""
    row = _locked(source.pk)
    row.state, row.next_run_at = SourceState.WAITING, _next(row, timezone.now())
    row.save(update_fields=["state", "next_run_at"])


def forget_plans(*, now: datetime) -> int:
    """Drop plans that nobody carried out within `KEEP_PLANS`, with their files; returns how many."""
    old = Run.objects.filter(state=RunState.PLANNED, at__lte=now - KEEP_PLANS)
    return sum(drop(run=run) for run in old)


@transaction.atomic
def decide(*, record: Record, field: str, take: bool, by: User | None = None) -> bool:
    """Settle one note: take the source's value (``take``) or keep ours. False when the note or its thing is gone."""
    row = Record.objects.select_for_update().select_related("source").get(pk=record.pk)
    target = target_of(row.source)
    if field not in row.notes or not target.read([row.object_key]):
        return False
    value = row.notes.pop(field)
    if take:
        target.change(row.object_key, {field: value}, origin_of(row.source, timezone.localdate()))
        row.stored[field] = planning.mark(target.read([row.object_key])[row.object_key].values.get(field))
    row.has_notes = bool(row.notes)
    row.save(update_fields=["notes", "has_notes", "stored"])
    audit.record("imports.decided", row.source, actor=by, taken=take)
    return True
