"""What was deleted must not stay behind in the database's own files.

SQLite zeroes what is deleted (`PRAGMA secure_delete`, config/database.py), but its journal still holds earlier pages
until it is carried over and cut, and a full-text index keeps deleted words until its pieces are merged. PostgreSQL
overwrites dead rows when it vacuums.
"""

from django.db import connection
from django.utils.translation import gettext_lazy as _

from smartbarleben.jobs import work


class Busy(RuntimeError):
    """Somebody was reading all the time."""


def scrub() -> bool:
    """Clean the files; False when somebody was reading and the journal could not be cut. Not inside a transaction."""
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%%USING fts5%%'")
        for (name,) in cursor.fetchall():
            cursor.execute(f'INSERT INTO "{name}"("{name}") VALUES (\'optimize\')')  # noqa: S608 (a table of our own)
        if connection.in_atomic_block:
            return True
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        busy, _pages, _moved = cursor.fetchone()
    return not busy


@work.task("people.scrub", label=_("Clean the files of the database"))
def scrub_soon() -> None:
    """The same as a job, for whoever must not wait. Raises `Busy`, and is tried again."""
    if not scrub():
        raise Busy
