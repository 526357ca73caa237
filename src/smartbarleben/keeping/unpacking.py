"""The first half of bringing a village back: out of the archive into a folder beside the one where it will live.

Nothing here needs Django or a database; whatever is wrong is found before anything lies under its final name.
"""

import contextlib
import hashlib
import hmac
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from smartbarleben.kernel.drafts import draft

from .archive import DATABASES, ArchiveReader, Manifest
from .encrypting import Damaged
from .trouble import KeepingTrouble

ERASURES, KEY = "erasures.jsonl", "secret.key"
# Beside the files themselves: indexes that are made anew, a journal, air to breathe.
_SPARE_BYTES = 100_000_000


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What lies in the folder now. ``dump`` is the copy of a PostgreSQL database, None for SQLite.

    ``lines``: how many deletions the list holds, ``newer`` of them from another list than the archive's.
    ``key_lost``: the folder got a new key, and the deletions can no longer be recognised.
    """

    manifest: Manifest
    data: Path
    dump: Path | None
    files: int
    lines: int
    newer: int
    key_lost: bool


def key_check(key: str) -> str:
    """By which a secret.key is known again, without saying anything about it."""
    return hmac.new(key.strip().encode(), b"smartbarleben backup: is this the key?", hashlib.sha256).hexdigest()[:32]


@contextlib.contextmanager
def opened(path: Path, passphrase: str = "") -> Iterator[ArchiveReader]:
    """An archive by its path. Raises KeepingTrouble."""
    try:
        source: IO[bytes] = open(path, "rb")  # noqa: SIM115
    except OSError as error:
        raise KeepingTrouble(f"{path} cannot be read: {error.strerror}. Is the name right?") from None
    with source:
        yield ArchiveReader(source, passphrase)


def require_known(manifest: Manifest, known: set[str]) -> None:
    """Raise KeepingTrouble where the archive's database is ahead of this program.

    ``known`` are the migrations of this program as "app.name"; what belongs to none of its apps is somebody else's.
    """
    apps = {name.partition(".")[0] for name in known}
    unknown = sorted(name for name in manifest.migrations if name.partition(".")[0] in apps and name not in known)
    if unknown:
        raise KeepingTrouble(
            f"This archive was made by a newer version of the program (it knows {unknown[0]}, this one does not). "
            "Update the program, then bring it back."
        )


def migrations_of(source: Path) -> set[str]:
    """The migrations that lie in the rooms of a checkout ("src/smartbarleben"), as "app.name"."""
    return {
        f"{path.parent.parent.name}.{path.stem}"
        for path in source.glob("*/migrations/*.py")
        if path.stem != "__init__"
    }


@contextlib.contextmanager
def beside(target: Path) -> Iterator[Path]:
    """A folder next to ``target`` that is gone after the block, whatever happened; what killed processes left, too.

    Raises KeepingTrouble where the target is not empty or no folder can be made.
    """
    if target.is_file() or (target.is_dir() and any(target.iterdir())):
        raise KeepingTrouble(
            f"{target} is not empty. A village comes back into an empty folder only: choose another with --data DIR, "
            "or move what is there away (keep its erasures.jsonl)."
        )
    if os.path.ismount(target):
        raise KeepingTrouble(f"{target} is a disk of its own. Choose a folder on it: --data {target / 'village'}")
    with contextlib.ExitStack() as stack:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            folder = stack.enter_context(draft(target.parent, f".{target.name}.back-"))
            folder.mkdir(mode=0o700)
        except OSError as error:
            raise KeepingTrouble(
                f"No folder can be made in {target.parent}: {error.strerror}. Choose another place with --data DIR."
            ) from None
        yield folder


def unpack(
    reader: ArchiveReader,
    folder: Path,
    *,
    erasures: Path | None = None,
    key: Path | None = None,
    new_key: bool = False,
) -> Unpacked:
    """Unpack into ``folder``/data, prove every file, put the key and the list of deletions in place.

    Raises KeepingTrouble.
    """
    manifest = reader.manifest
    free = shutil.disk_usage(folder).free
    if free < manifest.size + _SPARE_BYTES:
        raise KeepingTrouble(
            f"There is too little space: the village takes {manifest.size / 1e6:,.0f} MB, "
            f"{free / 1e6:,.0f} MB are free. Make room or choose another disk with --data DIR."
        )
    wanted = _key_text(manifest, key, new_key)
    found = reader.unpack(folder)
    data, dump = folder / "data", folder / DATABASES["postgresql"]
    data.mkdir(mode=0o700, exist_ok=True)
    data.chmod(0o700)
    if DATABASES[manifest.database] not in found:
        raise Damaged("The archive holds no database. Take another copy of it, or the backup before.")
    if manifest.database == "sqlite":
        (folder / DATABASES["sqlite"]).replace(data / "village.sqlite3")
    if wanted is not None:
        _write_private(data / KEY, wanted)
    elif key_check((data / KEY).read_text(encoding="ascii")) != manifest.key_check:
        raise Damaged("The key in the archive is not the village's. Take another copy of it.")
    lines, newer = _merge_erasures(data / ERASURES, erasures)
    return Unpacked(
        manifest=manifest,
        data=data,
        dump=dump if manifest.database == "postgresql" else None,
        files=len(found),
        lines=lines,
        newer=newer,
        key_lost=wanted is not None and key_check(wanted) != manifest.key_check,
    )


def _key_text(manifest: Manifest, given: Path | None, new: bool) -> str | None:
    """The key to write; None where the archive brings it."""
    if given is not None:
        try:
            text = given.read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            raise KeepingTrouble(f"{given} cannot be read as a key. Name the village's own secret.key.") from None
        if key_check(text) != manifest.key_check:
            raise KeepingTrouble(f"{given} is the key of another village. Name the secret.key of this one.")
        return text
    if manifest.keys:
        return None
    if new:
        return secrets.token_urlsafe(50)
    raise KeepingTrouble(
        "This archive holds no keys, because it is not encrypted. Name the village's own: --secret-key FILE. "
        "If it is lost: --new-key; then links and codes that residents have end, and everybody signs in again."
    )


def _write_private(path: Path, text: str) -> None:
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(text)


def read_erasures(path: Path) -> dict[str, str]:
    """The deletions of a list: token → line. Torn lines are left out; a missing file holds none."""
    found = {}
    try:
        texts = path.read_text(encoding="ascii").splitlines()
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError) as error:
        raise KeepingTrouble(f"{path} cannot be read as a list of deletions: {error}") from None
    for text in texts:
        with contextlib.suppress(ValueError, KeyError, TypeError):
            line = json.loads(text)
            if all(isinstance(line[name], str) for name in ("token", "person", "at")):
                found[line["token"]] = text
    return found


def _merge_erasures(path: Path, other: Path | None) -> tuple[int, int]:
    """Add the deletions of another list; how many there are now, and how many of them are new."""
    lines = read_erasures(path)
    if other is not None and not other.is_file():
        raise KeepingTrouble(
            f"{other} is not there. Name the erasures.jsonl of the village, or leave --erasures out."
        )
    newer = {token: text for token, text in read_erasures(other).items() if token not in lines} if other else {}
    if newer:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "a", encoding="ascii") as file:
            file.writelines(f"\n{text}\n" for text in newer.values())
            file.flush()
            os.fsync(file.fileno())
    return len(lines) + len(newer), len(newer)


def put_in_place(data: Path, target: Path) -> None:
    """Give the folder its name, in one step. Raises KeepingTrouble where somebody else was quicker."""
    try:
        if target.is_dir():
            target.rmdir()
        data.replace(target)
    except OSError as error:
        raise KeepingTrouble(
            f"{target} is not empty any more: {error.strerror}. Choose another with --data DIR."
        ) from None
