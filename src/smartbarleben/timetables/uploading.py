"""Timetables that staff send over the web: kept, read in the background, and taken over when somebody says so."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext_lazy

from smartbarleben.jobs import work
from smartbarleben.jobs.models import Job
from smartbarleben.jobs.retrying import Policy
from smartbarleben.kernel.folding import slugify

from . import actions
from .models import Feed, Upload, UploadState
from .reading import FeedError

KEEP = timedelta(days=2)
NOT_TAKEN = (UploadState.CHECKING, UploadState.READY, UploadState.FAILED)
SHOWN_SKIPPED = 50


@transaction.atomic
def receive(*, file: File, file_name: str, attribution: str = "") -> Upload:
    """Keep a file and read it in the background: nothing is taken over yet."""
    row = Upload(file_name=file_name[:200], attribution=attribution[:500])
    row.file.save("gtfs.zip", file, save=False)
    row.save()
    work.enqueue(check, key=f"upload-{row.pk}", upload=row.pk)
    return row


@transaction.atomic
def approve(*, upload: Upload) -> bool:
    """Take over what was read; False when it is on its way already, or cannot be."""
    moved = Upload.objects.filter(pk=upload.pk, state=UploadState.READY).update(state=UploadState.TAKING)
    if moved:
        work.enqueue(take, key=f"upload-{upload.pk}", upload=upload.pk)
    return bool(moved)


def discard(*, upload: Upload) -> bool:
    """Forget an upload with its file; False when it is taken over just now, or was."""
    gone, _each = Upload.objects.filter(pk=upload.pk, state__in=NOT_TAKEN).delete()
    if gone and upload.file:
        upload.file.delete(save=False)
    return bool(gone)


def forget_old(*, now: datetime) -> int:
    """Forget uploads after `KEEP`; returns how many."""
    rows = list(Upload.objects.filter(at__lte=now - KEEP))
    for row in rows:
        row.file.delete(save=False)
        row.delete()
    return len(rows)


def job_of(upload: Upload) -> int | None:
    """The background work about an upload, the last one: one query."""
    jobs = Job.objects.filter(task__in=(check.name, take.name), key=f"upload-{upload.pk}")
    return jobs.order_by("-pk").values_list("pk", flat=True).first()


@work.task("timetables.check", label=gettext_lazy("Read a timetable that was sent"), policy=Policy(tries=2))
def check(upload: int) -> None:
    """The dry run."""
    _run(upload, UploadState.CHECKING, dry_run=True)


@work.task("timetables.take", label=gettext_lazy("Take a timetable over"), policy=Policy(tries=2))
def take(upload: int) -> None:
    """Take over what was read before."""
    _run(upload, UploadState.TAKING, dry_run=False)


def _run(pk: int, state: UploadState, *, dry_run: bool) -> None:
    row = Upload.objects.filter(pk=pk, state=state).first()
    if row is None:
        return
    key = slugify(row.file_name.rpartition(".")[0] or row.file_name)
    try:
        done = actions.import_feed(
            path=Path(row.file.path), file_name=row.file_name, key=key, attribution=row.attribution, dry_run=dry_run
        )
    except FeedError as problem:
        row.state, row.report = UploadState.FAILED, _failed(problem)
    else:
        row.state = UploadState.READY if dry_run else UploadState.DONE
        row.report = _report(done, row.report)
    ended = row.state != UploadState.READY
    # Somebody may have discarded it meanwhile. The file goes last: after a kill the next try still finds it.
    kept = "" if ended else row.file.name
    Upload.objects.filter(pk=pk, state=state).update(state=row.state, report=row.report, file=kept)
    if ended:
        row.file.delete(save=False)


def _failed(problem: FeedError) -> dict[str, Any]:
    return {"table": problem.table, "line": problem.line, "problem": problem.problem, "mend": problem.mend}


def _report(done: actions.Imported, before: dict[str, Any]) -> dict[str, Any]:
    read = done.timetable
    if read is None:
        return {**before, "known_as": done.key}
    return {
        "key": done.key,
        "replaces": Feed.objects.filter(key=done.key).exists(),
        "publisher": read.publisher,
        "first_day": read.first_day.isoformat(),
        "last_day": read.last_day.isoformat(),
        "full_until": read.full_until.isoformat(),
        "trips": read.trip_count,
        "trips_in_feed": read.trips_in_feed,
        "stops": len(read.stops),
        "lines": len(read.lines),
        "skipped": [
            {"table": one.table, "reason": one.reason, "count": one.count, "line": one.line, "value": one.value}
            for one in read.report.rows()[:SHOWN_SKIPPED]
        ],
    }
