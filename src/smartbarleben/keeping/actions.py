"""Scheduled backups: making one, letting old ones go, and the list of deletions beside them."""

import os
import shutil
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from smartbarleben.jobs import trust
from smartbarleben.kernel.drafts import draft, tidy
from smartbarleben.people import audit, erasures
from smartbarleben.people.models import User

from . import belongings, making, passphrases, queries, rotation
from .archive import sync_folder
from .models import KeepingRun
from .trouble import KeepingTrouble
from .unpacking import ERASURES

# No archive takes so long to make.
_LEFT_AFTER = timedelta(days=1)


def folder() -> Path:
    """Where scheduled archives lie. Raises KeepingTrouble where that folder is of no use."""
    chosen = Path(settings.BACKUP_DIR)
    if not belongings.may_hold_backups(chosen, Path(settings.DATA_DIR)):
        raise KeepingTrouble(f"SMARTBARLEBEN_BACKUP_DIR is a part of the data folder: {chosen}. Choose another.")
    # Not made here: a disk that is not mounted looks like an empty folder on the wrong one.
    if not chosen.is_dir():
        raise KeepingTrouble(f"The folder for backups {chosen} is not there. Make it, or connect its disk.")
    if _lost_its_disk(chosen):
        raise KeepingTrouble(
            f"The folder for backups {chosen} is empty, although backups were made into it, and lies on the disk of "
            "the machine. Connect its disk. If this very folder is meant, put any file into it."
        )
    return chosen


def _lost_its_disk(place: Path) -> bool:
    """Whether this looks like the place where a disk should be: empty, on the machine's own disk, once full."""
    if any(place.iterdir()) or queries.latest_good(KeepingRun.Kind.BACKUP) is None:
        return False
    return place.stat().st_dev in {Path(one).stat().st_dev for one in ("/", settings.DATA_DIR)}


def passphrase() -> str:
    """The passphrase of scheduled archives, "" where none is set. Raises KeepingTrouble."""
    return passphrases.from_file(Path(settings.BACKUP_KEY)) if settings.BACKUP_KEY else ""


def scheduled_backup(*, now: datetime) -> KeepingRun:
    """Make an archive in the folder of backups, then let old ones go; what came of it is written down either way.

    While the clock cannot be believed none goes. Raises KeepingTrouble.
    """
    leap = trust.leap(now)
    run = KeepingRun.objects.create(kind=KeepingRun.Kind.BACKUP, started_at=now)
    try:
        place, secret = folder(), passphrase()
        # First, because what a killed process left may be what fills the disk.
        if not leap:
            _clear_away(place, now)
        made = making.make_backup(target=place / rotation.name_of(now, encrypted=bool(secret)), passphrase=secret)
        run.archive, run.size, run.files, run.rows = made.path.name, made.size, made.files, made.rows
        run.encrypted = made.encrypted
        copy_erasures()
        if not leap:
            _rotate(place, now)
    except BaseException as problem:
        # Whatever it was: what did not come to its end is no good run.
        run.problem = (str(problem) or type(problem).__name__)[:500]
        raise
    finally:
        run.ended_at = max(now, timezone.now())
        run.save()
        if not leap:
            forget_old(now=now)
    return run


def _rotate(place: Path, now: datetime) -> None:
    keep = rotation.Keep(*settings.BACKUP_KEEP)
    for name in rotation.to_remove([path.name for path in place.iterdir()], keep, now):
        (place / name).unlink(missing_ok=True)


def _clear_away(place: Path, now: datetime) -> None:
    """Remove what processes left that were killed in the middle, whatever marks they wrote."""
    tidy(place, ".village-", ".part")
    for pattern in (".village-*.part", ".copy-*"):
        for left in place.glob(pattern):
            if left.stat().st_mtime < (now - _LEFT_AFTER).timestamp():
                shutil.rmtree(left) if left.is_dir() else left.unlink(missing_ok=True)


@transaction.atomic
def trust_clock(*, now: datetime, by: User | None = None) -> trust.Leap | None:
    """Somebody says that the clock is right, although it has leapt; None where nobody doubted it."""
    leap = trust.leap(now)
    if leap:
        trust.believe(now)
        audit.record("keeping.clock_trusted", actor=by, days=(now - leap.seen).days)
    return leap


def forget_old(*, now: datetime) -> int:
    """Runs are remembered as long as archives may live; returns how many went."""
    return KeepingRun.objects.filter(started_at__lte=now - rotation.LONGEST).delete()[0]


def copy_erasures() -> bool:
    """Lay the list of deletions beside the archives, where it is newer; False where nothing changed."""
    place, own = folder(), erasures.path()
    if not own.exists():
        return False
    text, copy = own.read_bytes(), place / ERASURES
    if copy.exists() and copy.read_bytes() == text:
        return False
    with draft(place, f".{ERASURES}.") as path:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        path.replace(copy)
    sync_folder(place)
    return True
