"""Where a text still is: in any column of any table, in the files of the data folder, in the database's own files.

For the proof of deletion: after it, a person's marker must be nowhere. Slow on purpose, it looks at everything.
"""

import gzip
import json
from collections.abc import Iterator
from email import message_from_bytes, policy
from pathlib import Path

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import connection

from . import mail_files


def where_is(text: str, *, raw: bool = False) -> list[str]:
    """Places that hold ``text`` (upper or lower case): "table.column (rows)" and paths below the data folder.

    ``raw`` also looks into the bytes of an SQLite file and its journal, where deleted rows may have left something;
    other connections' unfinished work counts as well.
    """
    return [*_tables(text), *_sessions(text), *_files(text, raw)]


def _tables(text: str) -> Iterator[str]:
    # JSON is kept as text with letters beyond ASCII written out; both ways of writing are looked for.
    # SQLite's lower() knows the letters of ASCII only.
    written = {text, text.lower(), text.encode().lower().decode()}
    wanted = written | {json.dumps(one)[1:-1].lower() for one in written}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            for column in connection.introspection.get_table_description(cursor, table):
                count = _rows(cursor, table, column.name, wanted)
                if count:
                    yield f"{table}.{column.name} ({count})"


def _rows(cursor: object, table: str, column: str, wanted: set[str]) -> int:
    name, source = connection.ops.quote_name(column), connection.ops.quote_name(table)
    if connection.vendor == "sqlite":
        # Bytes as well: what is kept as bytes may be text.
        value, test = f"lower(CAST({name} AS TEXT))", "instr({value}, %s) > 0"
    else:
        value, test = f"lower({_as_text(name, table, column)})", "position(%s in {value}) > 0"
    where = " OR ".join(test.format(value=value) for _one in wanted)
    cursor.execute(f"SELECT count(*) FROM {source} WHERE {where}", sorted(wanted))  # type: ignore[attr-defined]  # noqa: S608
    return int(cursor.fetchone()[0])  # type: ignore[attr-defined]


def _as_text(name: str, table: str, column: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT data_type FROM information_schema.columns WHERE table_name = %s AND column_name = %s",
            [table, column],
        )
        row = cursor.fetchone()
    return f"encode({name}, 'escape')" if row and row[0] == "bytea" else f"{name}::text"


def _sessions(text: str) -> Iterator[str]:
    """Sessions are signed and packed; a search in their column finds nothing."""
    if any(text.lower() in str(session.get_decoded()).lower() for session in Session.objects.iterator()):
        yield "django_session.session_data (unpacked)"


def _files(text: str, raw: bool) -> Iterator[str]:
    place = Path(settings.DATA_DIR)
    mails = mail_files.folder()
    roots = {place, Path(settings.MEDIA_ROOT), *([mails] if mails else [])}
    seen = {path for root in roots if root.is_dir() for path in root.rglob("*") if path.is_file()}
    database = Path(connection.settings_dict["NAME"]) if connection.vendor == "sqlite" else None
    own = {database, *(database.with_name(database.name + end) for end in ("-wal", "-shm"))} if database else set()
    others = {path for path in seen if ".sqlite3" in path.name}
    looked_at = (seen - others) | ({path for path in own if path and path.is_file()} if raw else set())
    for path in sorted(looked_at):
        if _in_file(path, text):
            yield str(path.relative_to(place)) if path.is_relative_to(place) else str(path)


def _in_file(path: Path, text: str) -> bool:
    content = path.read_bytes()
    if path.suffix == ".gz":
        content = gzip.decompress(content)
    if text.lower().encode() in content.lower() or text.lower().encode() in path.name.lower().encode():
        return True
    return path.suffix in {".log", ".eml"} and b"\nSubject:" in content and text.lower() in _mail_text(content)


def _mail_text(content: bytes) -> str:
    """Mails as people read them: their parts may be packed for the way."""
    words = []
    for raw in content.split(mail_files.END):
        mail = message_from_bytes(raw, policy=policy.default)
        words += [str(value) for value in mail.values()]
        words += [str(part.get_content()) for part in mail.walk() if part.get_content_maintype() == "text"]
    return "\n".join(words).lower()
