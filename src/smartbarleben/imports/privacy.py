"""What this room's tables hold about people: who is told of failures, and words of sources that wait for somebody."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from smartbarleben.people.erasure import Found, register_source
from smartbarleben.people.fingerprint import addresses_in
from smartbarleben.people.personal import declare, harmless

from . import actions
from .models import Record, Run, RunState, Source
from .workbooks import is_zip


def declare_all() -> None:
    """Declare everything; called once when the app is ready."""
    settings = "a setting of the import"
    harmless(Source, *("name", "target", "option", "address", "etag", "last_modified", "file_name"), because=settings)
    declare(Source, {"owner": "is told when the import fails"}, until="somebody else keeps it, or it is removed")
    repeated = "repeats the cell of a file that has to be mended"
    declare(Source, {"trouble": repeated}, until="the source can be read again")
    harmless(
        Run,
        *("file_name", "content_digest", "etag", "last_modified", "plan_digest", "counts", "details"),
        because="names of entries that are public, and numbers",
    )
    declare(
        Run, {"skipped": repeated, "trouble": repeated}, until=f"the source was read {actions.KEEP_RUNS} times more"
    )
    declare(
        Run,
        {"content": "is the file to be taken over, with its contacts"},
        until="the import is done, or a week later",
    )
    harmless(Record, "key", "target", "object_key", because="names of public entries")
    harmless(Record, "given", "stored", because="digests, to notice a change; the words are not kept")
    declare(Record, {"notes": "is what the source says and we do not"}, until="somebody has chosen between the two")
    register_source("imports", find, erase, mails)


def find(mail: str) -> list[Found]:
    """Where the address stands: as the one who is told, in words that wait for a decision, in files and mistakes."""
    found = [Found(_("Source of an import"), data={_("Title"): row.name}) for row in _kept_by(mail)]
    found += [Found(_("Entry of an import"), data={_("Title"): row.key}) for row in _notes_with(mail)]
    runs = {run.pk: run for run in (*_plans_with(mail), *_mistakes_with(mail))}
    return found + [Found(_("File of an import"), run.at, data={_("Title"): run.file_name}) for run in runs.values()]


@transaction.atomic
def erase(mail: str) -> int:
    """Nobody is told any more, ours stays where something waited, plans are dropped, mistakes lose their words.

    What the pages show as a public contact is the concern of the rooms that show it.
    """
    count = _kept_by(mail).update(owner="")
    for record in _notes_with(mail):
        record.notes = {name: value for name, value in record.notes.items() if not _names(mail, value)}
        record.has_notes = bool(record.notes)
        record.save(update_fields=["notes", "has_notes"])
        count += 1
    count += sum(actions.drop(run=run) for run in _plans_with(mail))
    for run in _mistakes_with(mail):
        run.skipped = [row for row in run.skipped if not _names(mail, row)]
        run.trouble = None if _names(mail, run.trouble) else run.trouble
        run.save(update_fields=["skipped", "trouble"])
        count += 1
    for source in Source.objects.filter(trouble__isnull=False):
        if _names(mail, source.trouble):
            source.trouble = None
            source.save(update_fields=["trouble"])
    return count


def mails() -> Iterator[str]:
    """All addresses in this room's tables."""
    yield from Source.objects.exclude(owner="").values_list("owner", flat=True)
    for record in Record.objects.filter(has_notes=True).iterator():
        yield from _addresses(record.notes)
    for run in _with_mistakes().iterator():
        yield from _addresses([run.skipped, run.trouble])
    for run in _plans():
        yield from _addresses_in_file(run)


def _kept_by(mail: str) -> QuerySet[Source]:
    return Source.objects.filter(owner__iexact=mail).order_by("pk")


def _notes_with(mail: str) -> list[Record]:
    return [row for row in Record.objects.filter(has_notes=True).order_by("pk") if _names(mail, row.notes)]


def _with_mistakes() -> QuerySet[Run]:
    return Run.objects.filter(Q(skipped_count__gt=0) | Q(trouble__isnull=False)).defer("content").order_by("pk")


def _mistakes_with(mail: str) -> list[Run]:
    return [run for run in _with_mistakes() if _names(mail, [run.skipped, run.trouble])]


def _plans() -> QuerySet[Run]:
    """Files that wait; one that is being taken over is gone in a moment."""
    return Run.objects.filter(state=RunState.PLANNED).order_by("pk")


def _plans_with(mail: str) -> list[Run]:
    return [run for run in _plans() if mail in _addresses_in_file(run)]


def _names(mail: str, value: Any) -> bool:
    return mail in _addresses(value)


def _addresses(value: Any) -> set[str]:
    if isinstance(value, str):
        return addresses_in(value)
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return {mail for part in parts for mail in _addresses(part)}


def _addresses_in_file(run: Run) -> set[str]:
    content = zlib.decompress(bytes(run.content or zlib.compress(b"")))
    return {mail for part in _parts(content) for mail in addresses_in(part)}


def _parts(content: bytes) -> Iterator[str]:
    """The texts in a file that was read before, so that it unpacks to no more than may be."""
    if is_zip(content):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            for part in packed.infolist():
                yield packed.read(part).decode("utf-8", "replace")
    else:
        is_wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
        yield content.decode("utf-16" if is_wide else "utf-8", "replace")
