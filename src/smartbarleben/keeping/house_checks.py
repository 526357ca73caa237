"""The doctor looks at the machine: room on the disk, folders, keys, what browsers get, the clock."""

import os
import shutil
import stat
import tempfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from smartbarleben.jobs import trust
from smartbarleben.jobs.models import PeriodicRun
from smartbarleben.people.models import AuditEntry

from .checks import Finding, Level, register

# Below the first mails and pictures will not fit before long, below the second nothing is saved soon.
SCARCE_BYTES, NONE_BYTES = 2_000_000_000, 200_000_000
# Two machines never agree to the second.
SKEW = timedelta(minutes=5)


def disk(free: int, share: float) -> Iterator[Finding]:
    """Judge what is free on the disk of the data folder, in bytes and as a share of all."""
    values = {"free": f"{free / 1e9:.1f}"}
    mend = _("Make room on the disk: delete old logs and what does not belong to the village, or get a larger one.")
    if free < NONE_BYTES:
        yield Finding(Level.BROKEN, _("The disk is full: %(free)s GB are free."), mend, values)
    elif free < SCARCE_BYTES or share < 0.05:
        yield Finding(Level.WARN, _("The disk is nearly full: %(free)s GB are free."), mend, values)
    else:
        yield Finding(Level.OK, _("The disk has room: %(free)s GB are free."), values=values)


def _disk() -> Iterator[Finding]:
    usage = shutil.disk_usage(settings.DATA_DIR)
    yield from disk(usage.free, usage.free / usage.total)


def is_writable(folder: Path) -> str:
    """Really write a file into a folder and take it away; what the system says against it, or ""."""
    try:
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as file:
            file.write(b"x" * 4096)
            file.flush()
            os.fsync(file.fileno())
    except OSError as problem:
        return problem.strerror or str(problem)
    return ""


def _folders() -> Iterator[Finding]:
    data = Path(settings.DATA_DIR)
    for folder in (data, *(data / name for name in ("media", "uploads", "maps", "mail", "tls"))):
        # Those below are made when they are needed.
        if folder.is_dir() and (problem := is_writable(folder)):
            yield Finding(
                Level.BROKEN,
                _("Nothing can be written into %(folder)s: %(problem)s."),
                _("Give the folder to the user who starts ./village, and see that its disk is not read-only."),
                {"folder": folder, "problem": problem},
            )


def _private() -> Iterator[Finding]:
    if os.name == "nt":
        return
    data = Path(settings.DATA_DIR)
    for path in (data, data / "secret.key", data / "tls" / "ca.key", data / "tls" / "server.key"):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077:
            yield Finding(
                Level.WARN,
                _("Others on this machine can read %(path)s."),
                _("Let only its owner in: chmod go-rwx %(path)s"),
                {"path": path},
            )


def _static() -> Iterator[Finding]:
    if not (Path(settings.STATIC_ROOT) / "staticfiles.json").is_file():
        yield Finding(
            Level.BROKEN,
            _("Styles and scripts of the pages are missing."),
            _("Start ./village once with a network; it makes them."),
        )


def clock(now: datetime, newest: datetime | None) -> Iterator[Finding]:
    """Judge the machine's clock by the newest thing that the village wrote down."""
    if newest and newest > now + SKEW:
        yield Finding(
            Level.BROKEN,
            _("The clock says %(now)s, but the village wrote something down at %(newest)s."),
            _("Set the machine's clock: timedatectl set-ntp true. If it is right now, it was wrong then."),
            {name: f"{timezone.localtime(at):%Y-%m-%d %H:%M}" for name, at in (("now", now), ("newest", newest))},
        )


def leapt(leap: trust.Leap | None) -> Iterator[Finding]:
    """Judge a clock that stands far after the last moment that the village knows."""
    if leap:
        yield Finding(
            Level.BROKEN,
            _(
                "The clock says %(now)s, but the village was last awake on %(seen)s. "
                "Nothing is deleted until somebody says that the clock is right."
            ),
            _(
                "Look at a calendar. If the date is right: say so at /verwaltung/zustand/, or ./village manage "
                "trust_clock. If not, set the clock: timedatectl set-ntp true"
            ),
            {name: f"{timezone.localtime(at):%Y-%m-%d}" for name, at in (("now", leap.now), ("seen", leap.seen))},
        )


def _clock() -> Iterator[Finding]:
    now = timezone.now()
    yield from clock(now, newest_entry())
    yield from leapt(trust.leap(now))


def newest_entry() -> datetime | None:
    """When the village last wrote something down with a time. Two queries."""
    times = [
        AuditEntry.objects.aggregate(newest=Max("at"))["newest"],
        PeriodicRun.objects.aggregate(newest=Max("started_at"))["newest"],
    ]
    return max((time for time in times if time), default=None)


def register_all() -> None:
    """Register them; called once when the app is ready."""
    register("keeping.disk", _disk, label=_("Room on the disk"))
    register("keeping.folders", _folders, label=_("Folders can be written to"))
    register("keeping.private", _private, label=_("Only the owner can read the keys"))
    register("keeping.static", _static, label=_("Styles and scripts are there"))
    register("keeping.clock", _clock, label=_("The clock is right"))
