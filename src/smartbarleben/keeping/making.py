"""Making an archive of the village while it is open."""

import tomllib
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from django.conf import settings
from django.db import connection
from django.utils import timezone

from smartbarleben.kernel.drafts import draft
from smartbarleben.places.models import Municipality

from . import belongings, postgres_copy, postgres_server, sqlite_copy
from .archive import DATA, DATABASES, FORMAT, ArchiveWriter, Manifest, appearing
from .trouble import KeepingTrouble
from .unpacking import key_check

type Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Made:
    """An archive that is whole and on the disk. ``size`` is its own, ``files`` and ``rows`` what is in it."""

    path: Path
    size: int
    files: int
    rows: int
    encrypted: bool
    keys: bool


def make_backup(
    *, target: Path, passphrase: str = "", with_keys: bool = False, say: Say = lambda words: None
) -> Made:
    """Save database and files into ``target``, which appears when it is whole. Raises KeepingTrouble.

    The database is copied first, as it is at one moment; a file belongs to the disk before its row is written, so
    every row of the copy finds its file, and what comes later does no harm. Keys go only into an archive that is
    encrypted, or where ``with_keys`` says so: whoever has them can act for the village.
    """
    data = Path(settings.DATA_DIR)
    keys = bool(passphrase) or with_keys
    target = Path(target).absolute()
    if not target.parent.is_dir():
        raise KeepingTrouble(f"The folder {target.parent} is not there. Make it first, or choose another.")
    if not belongings.may_hold_backups(target.parent, data):
        raise KeepingTrouble(
            f"{target.parent} is part of the data folder. Save into another folder, best on another machine."
        )
    # The copy lies where the archive will: it holds everything, and that folder is the operator's choice.
    with appearing(target) as file, draft(target.parent, ".copy-") as folder:
        folder.mkdir(mode=0o700)
        say("database")
        copy = folder / "copy"
        rows, migrations = _copy_database(copy)
        kept = [(name, path) for name, path in belongings.files(data) if keys or not belongings.is_key(name)]
        manifest = Manifest(
            format=FORMAT,
            program=program_version(),
            made_at=timezone.now().isoformat(timespec="seconds"),
            municipality=Municipality.objects.values_list("name", flat=True).first() or "",
            database=connection.vendor,
            migrations=migrations,
            rows=rows,
            keys=keys,
            key_check=key_check(settings.SECRET_KEY),
            size=copy.stat().st_size + sum(_size(path) for _name, path in kept),
        )
        say("files")
        writer = ArchiveWriter(file, manifest, passphrase)
        try:
            writer.add(DATABASES[connection.vendor], copy)
            for name, path in kept:
                writer.add(DATA + name, path)
            writer.finish()
        finally:
            writer.abandon()
    return Made(target, target.stat().st_size, writer.count, sum(rows.values()), bool(passphrase), keys)


def _size(path: Path) -> int:
    """Its bytes; 0 when it has gone meanwhile."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def _copy_database(target: Path) -> tuple[dict[str, int], list[str]]:
    """Copy it; rows of each table and migrations, as they are in the copy."""
    if connection.vendor == "postgresql":
        return postgres_copy.dump(postgres_server.address(connection.settings_dict), target)
    sqlite_copy.snapshot(Path(connection.settings_dict["NAME"]), target)
    return sqlite_copy.rows(target), sqlite_copy.migrations(target)


@cache
def program_version() -> str:
    """The program's version, as its checkout names it."""
    with open(settings.ROOT / "pyproject.toml", "rb") as file:
        return str(tomllib.load(file)["project"]["version"])
