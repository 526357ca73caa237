"""The drill: bring the newest archive back for a moment, prove it, and write down what came of it.

It does what `./village restore` does, in a folder of its own beside the living village, which it never touches.
"""

import contextlib
import hashlib
import os
import secrets
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit, urlunsplit

from django.conf import settings
from django.db import connection
from django.utils import timezone

from smartbarleben.kernel.drafts import draft

from . import actions, bringing_back, postgres_copy, postgres_server, rotation, unpacking
from .models import KeepingRun
from .trouble import KeepingTrouble

_PREFIX = ".drill-"


def newest(place: Path, now: datetime) -> Path:
    """The newest archive of a folder. Raises KeepingTrouble where there is none."""
    found = rotation.archives((path.name for path in place.iterdir()), now)
    if not found:
        raise KeepingTrouble(f"There is no backup in {place} yet.")
    return place / found[-1][1]


def try_out(*, now: datetime) -> KeepingRun:
    """Bring the newest archive back on trial. Raises KeepingTrouble, after writing it down."""
    run = KeepingRun.objects.create(kind=KeepingRun.Kind.DRILL, started_at=now)
    try:
        archive = newest(actions.folder(), now)
        run.archive, run.size = archive.name, archive.stat().st_size
        _bring_back(archive, run)
    except BaseException as problem:
        # Whatever it was: what did not come to its end is no good run.
        run.problem = (str(problem) or type(problem).__name__)[:500]
        raise
    finally:
        run.ended_at = max(now, timezone.now())
        run.save()
    return run


def _bring_back(archive: Path, run: KeepingRun) -> None:
    data = Path(settings.DATA_DIR)
    with draft(data, _PREFIX) as folder, unpacking.opened(archive, actions.passphrase()) as reader:
        # What is unpacked here nobody else may read, as the data folder itself.
        folder.mkdir(mode=0o700)
        run.encrypted = reader.encrypted
        own_key = None if reader.manifest.keys else data / unpacking.KEY
        own_list = data / unpacking.ERASURES
        unpacked = unpacking.unpack(reader, folder, key=own_key, erasures=own_list if own_list.exists() else None)
        run.files = unpacked.files
        with _database(unpacked.manifest.database) as address:
            if address is None:
                return
            variables = bringing_back.program_environment(unpacked.data) | {"DATABASE_URL": address}
            run.rows = bringing_back.settle(unpacked, variables).rows
            run.loaded = True


@contextlib.contextmanager
def _database(vendor: str) -> Iterator[str | None]:
    """The address of an empty database for the drill, "" for SQLite; None where we may make none.

    After a move the newest archive may still be of the other kind.
    """
    if vendor == "sqlite" or connection.vendor != "postgresql":
        yield "" if vendor == "sqlite" else None
        return
    where = postgres_server.address(connection.settings_dict)
    own = hashlib.sha256(where.get("PGDATABASE", "").encode()).hexdigest()[:8]
    prefix = f"village_drill_{own}_"
    # A trial that was killed left everything about everybody in a database that nobody looks for.
    postgres_copy.drop_left(where, prefix)
    name = f"{prefix}{secrets.token_hex(6)}"
    with postgres_copy.scratch(where, name) as made:
        parts = urlsplit(os.environ.get("DATABASE_URL", ""))
        yield urlunsplit(parts._replace(path=f"/{quote(name)}")) if made else None
