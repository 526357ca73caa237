"""One archive of a whole village: a gzipped tar, encrypted where there is a passphrase, written and read as a stream.

    manifest.json            whose village, made when and by which program, migrations, rows of each table
    database/village.sqlite3 a copy of the database (or database/village.pgdump, for pg_restore)
    data/…                   the files of the data folder
    checksums.json           SHA-256 of each file before it

The checksums come last, because each file is read once only; an archive without them was cut off. Without encryption
any tar opens it.
"""

import contextlib
import gzip
import hashlib
import io
import json
import os
import tarfile
import time
import zlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from pathlib import Path, PurePosixPath
from typing import IO, Any, cast

from smartbarleben.kernel.drafts import draft

from .encrypting import MARK, Damaged, DecryptingReader, EncryptingWriter, check_passphrase
from .trouble import KeepingTrouble

FORMAT = 1
MANIFEST, CHECKSUMS = "manifest.json", "checksums.json"
DATABASES = {"sqlite": "database/village.sqlite3", "postgresql": "database/village.pgdump"}
DATA = "data/"
_GZIP = b"\x1f\x8b"
_BLOCK = 1024 * 1024
# What is read into memory at once, because somebody may write to it meanwhile.
_SMALL = 4 * _BLOCK
_LARGEST_NOTE = 64 * _BLOCK
# A digest in JSON, with what stands around it.
_LINE = 80


@dataclass(frozen=True, slots=True)
class Manifest:
    """What an archive says about itself. ``rows``: table → how many; ``size``: bytes of all files, about.

    ``migrations`` are "app.name". ``key_check`` is a keyed digest by which the village's secret.key is known again;
    ``keys``: it is in the archive. ``made_at`` is ISO 8601 with a time zone.
    """

    format: int
    program: str
    made_at: str
    municipality: str
    database: str
    migrations: list[str]
    rows: dict[str, int]
    keys: bool
    key_check: str
    size: int

    @property
    def made(self) -> datetime:
        """When the database was copied."""
        return datetime.fromisoformat(self.made_at)


def _read_manifest(raw: bytes) -> Manifest:
    try:
        said = json.loads(raw)
        if int(said["format"]) > FORMAT:
            raise KeepingTrouble(
                f"This archive was made by a newer version of the program ({said.get('program', 'unknown')}). "
                "Update the program, then bring it back."
            )
        manifest = Manifest(**{field.name: said[field.name] for field in fields(Manifest)})
        if manifest.made.tzinfo is None or manifest.database not in DATABASES:
            raise ValueError("not as we write it")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Damaged("This is no archive of a village, or its beginning is damaged.") from None
    return manifest


@contextlib.contextmanager
def appearing(target: Path) -> Iterator[IO[bytes]]:
    """A new file that has its name only when it is whole and on the disk. Raises KeepingTrouble where one is there
    already, or the disk says no; then nothing is left behind.
    """
    if target.exists():
        raise KeepingTrouble(f"{target} is there already. Choose another name, or take it away first.")
    try:
        with draft(target.parent, f".{target.name}.", ".part") as path:
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_BINARY", 0), 0o600)
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            path.replace(target)
            sync_folder(target.parent)
    except OSError as error:
        about = f" ({error.filename})" if error.filename and not str(error.filename).endswith(".part") else ""
        words = f"{target} could not be written: {error.strerror or error}{about}."
        raise KeepingTrouble(f"{words} Free some space or choose another folder.") from error


def sync_folder(folder: Path) -> None:
    """A new name survives a power cut only when its folder is on the disk, too; Windows knows no such thing."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


class ArchiveWriter:
    """Adds files to an archive; `finish` adds the checksums. ``target`` stays open."""

    def __init__(self, target: IO[bytes], manifest: Manifest, passphrase: str = "") -> None:
        self._target = _Sink(target)
        below = cast(IO[bytes], self._target)
        self._sealed = EncryptingWriter(below, check_passphrase(passphrase)) if passphrase else None
        below = cast(IO[bytes], self._sealed or below)
        # Without a name and a time in it two archives of the same village differ only where the village does.
        self._gzip = gzip.GzipFile(filename="", mode="wb", compresslevel=6, fileobj=below, mtime=0)
        self._tar = tarfile.open(mode="w|", fileobj=self._gzip, format=tarfile.PAX_FORMAT)  # noqa: SIM115
        self._sums: dict[str, str] = {}
        self.size = 0
        self._note(MANIFEST, asdict(manifest))

    @property
    def count(self) -> int:
        """How many files were added."""
        return len(self._sums)

    def _note(self, name: str, said: Any) -> None:
        raw = json.dumps(said, indent=1).encode("ascii")
        self._tar.addfile(_member(name, len(raw), time.time()), io.BytesIO(raw))

    def add(self, name: str, path: Path) -> bool:
        """Add a file; False when it has gone meanwhile. Raises KeepingTrouble when it changes while it is read."""
        try:
            source = open(path, "rb")  # noqa: SIM115
        except FileNotFoundError:
            return False
        except OSError as error:
            raise _unreadable(path, error) from error
        with source:
            there = os.fstat(source.fileno())
            size, stream = there.st_size, cast(IO[bytes], source)
            if size <= _SMALL:
                raw = _Hashing(source, path).read()
                size, stream = len(raw), io.BytesIO(raw)
            reader = _Hashing(stream, path)
            try:
                self._tar.addfile(_member(name, size, there.st_mtime), cast(IO[bytes], reader))
                # tarfile keeps all that it has written, and a village has very many files.
                self._tar.members.clear()  # type: ignore[attr-defined]
            except OSError as error:
                if reader.total < size and not error.errno:
                    raise KeepingTrouble(f"{path} became shorter while it was read. Try again in a moment.") from None
                raise
        self._sums[name] = reader.digest.hexdigest()
        self.size += size
        return True

    def finish(self) -> None:
        """Write the checksums and the ends of all layers."""
        self._note(CHECKSUMS, self._sums)
        self._close()

    def abandon(self) -> None:
        """Let go of everything without writing any more; fine after `finish`, too."""
        self._target.target = None
        with contextlib.suppress(Exception):
            self._close()

    def _close(self) -> None:
        self._tar.close()
        self._gzip.close()
        if self._sealed:
            self._sealed.close()


class _Sink:
    """Where the bytes go: the target, and nowhere once the archive was given up. The layers write when they close."""

    def __init__(self, target: IO[bytes]) -> None:
        self.target: IO[bytes] | None = target

    def write(self, data: Any) -> int:
        return self.target.write(data) if self.target else len(data)

    def flush(self) -> None:
        """The target is flushed by whoever opened it."""


def _unreadable(path: Path, error: OSError) -> KeepingTrouble:
    return KeepingTrouble(
        f"{path} cannot be read: {error.strerror or error}. Give it to the user who starts ./village; if the disk "
        "is failing, save what else is on it first."
    )


def _member(name: str, size: int, mtime: float) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size, member.mtime, member.mode = size, int(mtime), 0o600
    return member


class _Hashing:
    """Reads on behalf of tarfile and sums up what went by."""

    def __init__(self, source: IO[bytes], path: Path) -> None:
        self._source, self._path = source, path
        self.digest, self.total = hashlib.sha256(), 0

    def read(self, size: int = -1) -> bytes:
        try:
            data = self._source.read(size)
        except OSError as error:
            # Not to be taken for a full disk on the other side.
            raise _unreadable(self._path, error) from error
        self.digest.update(data)
        self.total += len(data)
        return data


class ArchiveReader:
    """An archive that is read from its beginning to its end: ``manifest`` first, then `unpack`.

    Raises KeepingTrouble (WrongPassphrase, Damaged) with what to do.
    """

    def __init__(self, source: IO[bytes], passphrase: str = "") -> None:
        start = source.read(len(MARK))
        source.seek(0)
        self.encrypted = start == MARK
        if self.encrypted and not passphrase:
            raise KeepingTrouble("The archive is encrypted. Name its passphrase: --key FILE or --passphrase.")
        if not self.encrypted and not start.startswith(_GZIP):
            raise Damaged("This file is no archive that ./village backup has made, or its beginning is damaged.")
        self._plain: Any = io.BufferedReader(DecryptingReader(source, passphrase)) if self.encrypted else source
        with _as_damage():
            self._gzip = gzip.GzipFile(fileobj=self._plain)
            self._tar = tarfile.open(mode="r|", fileobj=self._gzip)  # noqa: SIM115
            first = self._tar.next()
            if first is None or first.name != MANIFEST or not first.isreg():
                raise Damaged("This is no archive of a village, or its beginning is damaged.")
            self.manifest = _read_manifest(self._small(first))

    def _small(self, member: tarfile.TarInfo, *, more: int = 0) -> bytes:
        if member.size > _LARGEST_NOTE + more:
            raise Damaged(f"{member.name} in the archive is far too large.")
        stream = self._tar.extractfile(member)
        return stream.read() if stream else b""

    def unpack(self, folder: Path) -> dict[str, str]:
        """Write all files below ``folder`` (which exists and is empty) and prove them; name → SHA-256.

        Names lead nowhere else. Raises KeepingTrouble; what was written by then is the caller's to remove.
        """
        found: dict[str, str] = {}
        promised: dict[str, str] | None = None
        lines = 0
        with _as_damage():
            while member := self._tar.next():
                self._tar.members.clear()  # type: ignore[attr-defined]
                if promised is not None:
                    raise Damaged("The archive goes on behind its end.")
                if member.name == CHECKSUMS:
                    promised = json.loads(self._small(member, more=lines))
                    continue
                # One line for each file, however many there are; each letter of a name may take six.
                lines += 6 * len(member.name) + _LINE
                target = folder / safe_name(member, found)
                found[member.name] = self._write(member, target)
            while self._gzip.read(_BLOCK):
                pass
            while self._plain.read(_BLOCK):
                pass
        if promised is None:
            raise Damaged(
                "The archive ends too early: it was cut off. Take another copy of it, or the backup before."
            )
        if wrong := sorted(name for name in found.keys() | promised.keys() if found.get(name) != promised.get(name)):
            raise Damaged(f"The archive is damaged: {wrong[0]} is not what was saved. Take another copy of it.")
        return found

    def _write(self, member: tarfile.TarInfo, target: Path) -> str:
        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        source = self._tar.extractfile(member)
        if source is None:
            raise Damaged(f"{member.name} in the archive cannot be read.")
        digest = hashlib.sha256()
        handle = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
        with os.fdopen(handle, "wb") as file:
            while block := source.read(_BLOCK):
                digest.update(block)
                with _as_no_space(target):
                    file.write(block)
            with _as_no_space(target):
                file.flush()
                os.fsync(file.fileno())
        os.utime(target, (member.mtime, member.mtime))
        return digest.hexdigest()


def safe_name(member: tarfile.TarInfo, taken: dict[str, str]) -> PurePosixPath:
    """Where a member may be written below a folder of ours. Raises Damaged for anything that leads elsewhere."""
    name = PurePosixPath(member.name)
    ours = member.name in DATABASES.values() or member.name.startswith(DATA)
    # Elsewhere than on Windows these are signs like any other.
    dangerous = {"\0", *("\\:" if os.name == "nt" else "")}
    plain = str(name) == member.name and ".." not in name.parts and not set(member.name) & dangerous
    if not (member.isreg() and ours and plain) or member.name in taken:
        raise Damaged(
            f"The archive holds something that no backup of ours holds ({member.name[:80]!r}). "
            "Somebody may have changed it: do not use it."
        )
    return name


# What tarfile, zlib, json and the times of files say of bytes that nobody of us wrote.
_BROKEN = (tarfile.TarError, EOFError, zlib.error, ValueError, OverflowError, RecursionError)


@contextlib.contextmanager
def _as_damage() -> Iterator[None]:
    """What the layers below say about bytes that are wrong, in our words."""
    try:
        yield
    except (*_BROKEN, gzip.BadGzipFile) as error:
        raise Damaged("The archive is damaged or cut off. Take another copy of it, or the backup before.") from error


@contextlib.contextmanager
def _as_no_space(target: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise KeepingTrouble(
            f"{target} could not be written: {error.strerror or error}. Free some space and try again."
        ) from error
