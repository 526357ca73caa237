"""What must be right before the village opens: the folder can be written to, the database is whole, the clock goes.

Each fault ends the start with a sentence that says what to do, before anything was touched.
"""

import contextlib
import errno
import os
import shutil
import sqlite3
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from . import say

SCARCE_BYTES = 200_000_000
# Looking at every page of a larger file would make people wait; the doctor does it.
QUICK_BYTES = 64_000_000
# A clock that is wrong by less does little harm; one that has forgotten everything is wrong by years.
SKEW = timedelta(days=1)
_MAGIC = b"SQLite format 3\0"
_NEWEST = ("SELECT max(at) FROM people_auditentry", "SELECT max(started_at) FROM jobs_periodicrun")


def look(data: Path, address: str, now: datetime, *, trust_clock: bool = False) -> None:
    """Raise Trouble for a folder, a database or a clock with which nobody should open a village.

    ``address`` is DATABASE_URL; of a database elsewhere than in the folder only the newest entry is looked at.
    """
    require_writable(data)
    if free := _scarce(data):
        say.problem(f"The disk is nearly full: {free / 1e6:,.0f} MB are free. Make room soon: ./village doctor")
    if address:
        if not trust_clock and address.startswith(("postgres:", "postgresql:")):
            require_clock(_newest_on_server(address, data), now)
        return
    database = data / "village.sqlite3"
    require_database(database, opened=(data / "opened.json").exists())
    if not trust_clock:
        require_clock(_newest(database), now)


def require_writable(data: Path) -> None:
    """Really write something into the folder. Raises Trouble."""
    try:
        with tempfile.NamedTemporaryFile(dir=data, prefix=".start-") as file:
            file.write(b"x" * 65_536)
            file.flush()
            os.fsync(file.fileno())
    except OSError as error:
        if error.errno in {errno.ENOSPC, errno.EDQUOT}:
            raise say.Trouble(
                f"The disk is full: nothing can be saved in {data}. Make room, then start again; nothing is lost."
            ) from None
        raise say.Trouble(
            f"Nothing can be written into {data}: {error.strerror}. Give the folder to whoever starts ./village, "
            "see that its disk is not read-only, or choose another with --data DIR."
        ) from None


def _scarce(data: Path) -> int:
    """The free bytes, if they are few; else 0."""
    free = shutil.disk_usage(data).free
    return free if free < SCARCE_BYTES else 0


def require_database(path: Path, *, opened: bool) -> None:
    """Look whether the file is a whole database, without changing it. Raises Trouble.

    ``opened``: a village has lived here, so a missing file is a loss and no beginning.
    """
    way_out = (
        "Nothing was changed. Move the data folder aside and bring the last backup back: "
        "./village restore FILE --data DIR --erasures OLD/erasures.jsonl"
    )
    try:
        with open(path, "rb") as file:
            start, size = file.read(16), os.fstat(file.fileno()).st_size
    except FileNotFoundError:
        start, size = b"", 0
    except OSError as error:
        raise say.Trouble(f"The database {path} cannot be read: {error.strerror}. {way_out}") from None
    if not size:
        if opened:
            raise say.Trouble(
                f"The database {path} is gone or empty, although a village has lived here. {way_out}\n"
                "If you want to begin anew, choose another folder with --data DIR."
            )
        return
    problem = "it is no SQLite file" if start != _MAGIC else _trouble_inside(path, thorough=size < QUICK_BYTES)
    if problem:
        raise say.Trouble(f"The database {path} is damaged: {problem}. {way_out}")


def _trouble_inside(path: Path, *, thorough: bool) -> str:
    try:
        with contextlib.closing(sqlite3.connect(path, timeout=20)) as connection:
            connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
            said = [row[0] for row in connection.execute("PRAGMA quick_check(1)")] if thorough else ["ok"]
    except sqlite3.OperationalError as error:
        # Busy is not broken: another process holds it.
        return "" if "locked" in str(error) else str(error)
    except sqlite3.DatabaseError as error:
        return str(error)
    return "" if said == ["ok"] else str(said[0])


def require_clock(newest: datetime | None, now: datetime) -> None:
    """Raise Trouble where the newest entry lies in the future: then the clock is wrong, or was."""
    if newest and newest > now + SKEW:
        raise say.Trouble(
            f"This machine's clock says {now.astimezone():%Y-%m-%d %H:%M}, but the village has entries of "
            f"{newest.astimezone():%Y-%m-%d %H:%M}. Periods and deletions would be wrong. Set the clock "
            "(timedatectl set-ntp true) and start again. If it is right now and was wrong then: --trust-clock."
        )


def _newest(path: Path) -> datetime | None:
    """When something was last written down; None in a database that has no such tables yet."""
    found = []
    if not path.exists():
        return None
    with contextlib.closing(sqlite3.connect(path, timeout=20)) as connection:
        for query in _NEWEST:
            with contextlib.suppress(sqlite3.Error, ValueError, TypeError):
                found.append(datetime.fromisoformat(connection.execute(query).fetchone()[0]).replace(tzinfo=UTC))
    return max(found, default=None)


def _newest_on_server(address: str, data: Path) -> datetime | None:
    """The same on a PostgreSQL server; None also where it does not answer, which others say better."""
    # No command needs these packages before they are installed, except this one when it serves.
    import psycopg

    from smartbarleben.keeping import postgres_server
    from smartbarleben.keeping.trouble import KeepingTrouble

    from .database import DatabaseAddressError, database_settings

    found = []
    with contextlib.suppress(DatabaseAddressError, KeepingTrouble):
        where = postgres_server.address(database_settings(address, data))
        with postgres_server.connected(where, autocommit=True) as connection:
            for query in _NEWEST:
                with contextlib.suppress(psycopg.Error):
                    row = connection.execute(query).fetchone()
                    found += [row[0]] if row and row[0] else []
    return max(found, default=None)
