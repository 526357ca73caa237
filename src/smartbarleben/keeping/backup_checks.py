"""The doctor looks at backups: is there a fresh one, can it be read by others, was it brought back on trial."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from . import actions, queries, rotation
from .checks import Finding, Level, register
from .explaining import in_plain_words
from .models import KeepingRun
from .schedule import DRILL_EVERY
from .trouble import KeepingTrouble

_BOARD = _("See what stands at /verwaltung/auftraege/ and mend it.")


def _backup() -> Iterator[Finding]:
    if not settings.BACKUP_DIR:
        yield Finding(
            Level.WARN,
            _("No backups are made by themselves."),
            _("Set SMARTBARLEBEN_BACKUP_DIR to a folder on another disk, and start ./village anew."),
        )
        return
    try:
        place = actions.folder()
    except KeepingTrouble as problem:
        yield Finding(
            Level.BROKEN,
            _("Backups cannot be made: %(problem)s"),
            _("Make the folder or connect its disk. Backups go on by themselves then."),
            {"problem": in_plain_words(problem)},
        )
        return
    now = timezone.now()
    last, good = queries.latest(KeepingRun.Kind.BACKUP), queries.latest_good(KeepingRun.Kind.BACKUP)
    if last and last.problem:
        yield Finding(
            Level.BROKEN, _("The last backup failed: %(problem)s"), _BOARD, {"problem": in_plain_words(last.problem)}
        )
    if good is None:
        yield Finding(
            Level.WARN, _("There is no backup yet."), _("Wait a day, or make one now: ./village backup FILE")
        )
    elif good.started_at < now - 2 * timedelta(hours=settings.BACKUP_HOURS) - timedelta(hours=1):
        day = f"{timezone.localtime(good.started_at):%Y-%m-%d}"
        yield Finding(Level.BROKEN, _("The last backup is of %(day)s."), _BOARD, {"day": day})
    elif not (place / good.archive).is_file():
        yield Finding(
            Level.BROKEN,
            _("The newest backup %(name)s is gone from its folder."),
            _("Look who deletes there, and make a new one: ./village backup FILE"),
            {"name": good.archive},
        )
    if not settings.BACKUP_KEY:
        yield Finding(
            Level.WARN,
            _("Backups are not encrypted, and hold no keys."),
            _("Write a passphrase into a file, name it in SMARTBARLEBEN_BACKUP_KEY, and keep it on paper, too."),
        )
    yield from _same_disk(place)
    yield from _too_old(place)


def _same_disk(place: Path) -> Iterator[Finding]:
    if place.stat().st_dev == Path(settings.DATA_DIR).stat().st_dev:
        yield Finding(
            Level.WARN,
            _("Backups lie on the same disk as the village."),
            _("Take a folder on another machine or a disk that is carried away."),
        )


def _too_old(place: Path) -> Iterator[Finding]:
    now = timezone.now()
    old = [
        path.name for path in place.iterdir() if (at := rotation.made_at(path.name)) and at < now - rotation.LONGEST
    ]
    if old:
        yield Finding(
            Level.BROKEN,
            _("The backup %(name)s is older than 400 days and may bring back what was deleted."),
            _("Delete it."),
            {"name": sorted(old)[0]},
        )


def _drill() -> Iterator[Finding]:
    if not settings.BACKUP_DIR:
        yield Finding(
            Level.WARN,
            _("No backup was brought back on trial lately."),
            _("Set SMARTBARLEBEN_BACKUP_DIR to a folder on another disk, and start ./village anew."),
        )
        return
    last, good = queries.latest(KeepingRun.Kind.DRILL), queries.latest_good(KeepingRun.Kind.DRILL)
    if last and last.problem:
        yield Finding(
            Level.BROKEN,
            _("The newest backup could not be brought back on trial: %(problem)s"),
            _("Make a new backup and try again: ./village manage drill"),
            {"problem": in_plain_words(last.problem)},
        )
    elif good is None or good.started_at < timezone.now() - 2 * DRILL_EVERY:
        yield Finding(
            Level.WARN,
            _("No backup was brought back on trial lately."),
            _("Try it now: ./village manage drill"),
        )
    elif not good.loaded and connection.vendor != "postgresql":
        yield Finding(
            Level.WARN,
            _("The trial could read the backup, but not load it: it is of the database before the move."),
            _("Make a new backup and try again: ./village manage drill"),
        )
    elif not good.loaded:
        yield Finding(
            Level.WARN,
            _("The trial could read the backup, but not load it: our account may make no database."),
            _("Give it the right: ALTER ROLE … CREATEDB"),
        )


def register_all() -> None:
    """Register them; called once when the app is ready."""
    register("keeping.backup", _backup, label=_("Backups are made"))
    register("keeping.drill", _drill, label=_("Backups can be brought back"))
