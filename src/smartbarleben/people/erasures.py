"""The list of deletions: a keyed digest of the address and a date for each, in the database and in a file beside it.

A backup that is brought back brings back what was deleted since. The file `erasures.jsonl` in the data folder is not
part of a backup of the database; what it lists and the database does not know is deleted again (`erasure.replay`).
"""

import json
import os
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connection

from .fingerprint import fingerprint
from .models import Erasure

# Names our lock among all advisory locks of a PostgreSQL server; the number itself means nothing.
_LOCK = 0x5BA8_1EBF


@dataclass(frozen=True, slots=True)
class Line:
    """One deletion in the file: its token, whose it was (keyed digest), when (ISO 8601), of which source ("" all)."""

    token: str
    person: str
    at: str
    only: str = ""


def path() -> Path:
    """The file beside the database."""
    return Path(settings.DATA_DIR) / "erasures.jsonl"


def note(mail: str, only: str = "") -> Erasure:
    """Write a deletion down, in its transaction; ``only``: the one source that was emptied.

    The file comes first: a line for a deletion that was then rolled back deletes at most what a person asked to have
    deleted; a deletion without a line would be forgotten by a restored backup.
    """
    _alone()
    row = Erasure(person=fingerprint(mail), only=only)
    handle = os.open(path(), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    with os.fdopen(handle, "a", encoding="ascii") as file:
        # The line before may have been torn by a crash: begin a line of one's own in any case.
        file.write("\n" + json.dumps(asdict(Line(row.token, row.person, row.at.isoformat(), only))) + "\n")
        file.flush()
        os.fsync(file.fileno())
    row.save(force_insert=True)
    return row


def unknown() -> list[Line]:
    """Deletions that the file lists and the database does not know, the oldest first."""
    if not path().exists():
        return []
    lines = list(filter(None, map(_line, path().read_text(encoding="ascii").splitlines())))
    known = set(Erasure.objects.filter(token__in=[line.token for line in lines]).values_list("token", flat=True))
    return [line for line in lines if line.token not in known]


def _line(text: str) -> Line | None:
    """None for a line that a crash tore: its deletion was never committed, and the person has seen that."""
    try:
        values = json.loads(text)
    except ValueError:
        return None
    return Line(values["token"], values["person"], values["at"], values.get("only", ""))


def _alone() -> None:
    """Until the end of the transaction nobody else touches the file. SQLite has one writer at a time anyway."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])


def take_over(line: Line) -> None:
    """Let the database know a deletion that only the file knew."""
    Erasure.objects.get_or_create(
        token=line.token,
        defaults={"person": line.person, "at": datetime.fromisoformat(line.at), "only": line.only},
    )


def forget(before: datetime) -> int:
    """Drop deletions that are older than any backup, from the database and the file; returns how many.

    Belongs into a transaction, like `note`.
    """
    old = Erasure.objects.filter(at__lte=before)
    tokens = set(old.values_list("token", flat=True))
    if not tokens:
        return 0
    _alone()
    if path().exists():
        lines = [(text, _line(text)) for text in path().read_text(encoding="ascii").splitlines()]
        kept = [text for text, line in lines if line and line.token not in tokens]
        draft = path().with_suffix(".new")
        draft.write_text("".join(f"{text}\n" for text in kept), encoding="ascii")
        draft.chmod(0o600)
        draft.replace(path())
    return old.delete()[0]


def by_fingerprint(mails: Iterable[str]) -> dict[str, list[str]]:
    """The addresses behind keyed digests."""
    found = defaultdict(list)
    for mail in mails:
        found[fingerprint(mail)].append(mail)
    return found
