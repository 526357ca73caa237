"""An archive: whole or refused, never half there, and it writes nowhere but where it should."""

import errno
import hashlib
import io
import json
import os
import tarfile
import time
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.keeping.making import PASSPHRASE, manifest, members, small_archive, write_members

from smartbarleben.keeping import archive, encrypting, unpacking
from smartbarleben.keeping.archive import ArchiveReader, ArchiveWriter, appearing
from smartbarleben.keeping.encrypting import Damaged
from smartbarleben.keeping.trouble import KeepingTrouble


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The passphrase's cost is not what these tests are about."""
    monkeypatch.setattr(encrypting, "_COST", {"n": 2, "r": 1, "p": 1})


def unpacked(path: Path, folder: Path, passphrase: str = "") -> dict[str, str]:
    folder.mkdir()
    with open(path, "rb") as source:
        return ArchiveReader(source, passphrase).unpack(folder)


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_what_goes_in_comes_out_with_times_and_for_the_owner_only(tmp_path: Path, passphrase: str) -> None:
    path = small_archive(tmp_path, passphrase=passphrase)
    assert path.stat().st_mode & 0o777 == 0o600
    found = unpacked(path, tmp_path / "out", passphrase)
    there = tmp_path / "out" / "data" / "media" / "picture.jpg"
    assert there.read_bytes() == (tmp_path / "picture.jpg").read_bytes()
    assert found["data/media/picture.jpg"] == hashlib.sha256(there.read_bytes()).hexdigest()
    assert int(there.stat().st_mtime) == int((tmp_path / "picture.jpg").stat().st_mtime)
    assert there.stat().st_mode & 0o777 == 0o600


def test_without_encryption_any_tar_opens_it_and_says_what_is_in_it(tmp_path: Path) -> None:
    found = {member.name: raw for member, raw in members(small_archive(tmp_path))}
    assert next(iter(found)) == "manifest.json"
    assert list(found)[-1] == "checksums.json"
    said = json.loads(found["manifest.json"])
    assert said["rows"] == {"fields": 2}
    assert said["migrations"] == ["people.0001_initial"]
    sums = json.loads(found["checksums.json"])
    assert sums["data/secret.key"] == hashlib.sha256(b"a key").hexdigest()


def test_an_encrypted_archive_shows_nothing_without_its_passphrase(tmp_path: Path) -> None:
    path = small_archive(tmp_path, passphrase=PASSPHRASE)
    assert b"Musterdorf" not in path.read_bytes()
    with open(path, "rb") as source, pytest.raises(KeepingTrouble, match="--key FILE"):
        ArchiveReader(source)
    with open(path, "rb") as source, pytest.raises(KeepingTrouble, match="does not open"):
        ArchiveReader(source, "eine andere Passphrase")


def test_something_else_is_no_archive(tmp_path: Path) -> None:
    for raw in (b"", b"PK\x03\x04", b"\x1f\x8b but not really", os.urandom(5000)):
        other = tmp_path / "other"
        other.write_bytes(raw)
        with open(other, "rb") as source, pytest.raises(Damaged):
            ArchiveReader(source)


@given(st.data())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
def test_a_cut_off_or_changed_archive_is_refused(tmp_path: Path, data: st.DataObject) -> None:
    raw = (tmp_path / "small.tar.gz").read_bytes() if (tmp_path / "small.tar.gz").exists() else b""
    raw = raw or small_archive(tmp_path).read_bytes()
    at = data.draw(st.integers(10, len(raw) - 9))
    broken = raw[:at] if data.draw(st.booleans()) else raw[:at] + bytes([raw[at] ^ 0x55]) + raw[at + 1 :]
    path, out = tmp_path / "broken.tar.gz", tmp_path / f"out-{time.monotonic_ns()}"
    path.write_bytes(broken)
    with pytest.raises(KeepingTrouble):
        unpacked(path, out)


def test_without_checksums_it_was_cut_off(tmp_path: Path) -> None:
    path = small_archive(tmp_path)
    write_members(path, members(path)[:-1])
    with pytest.raises(Damaged, match="too early"):
        unpacked(path, tmp_path / "out")


def test_a_file_that_is_not_what_was_saved_is_named(tmp_path: Path) -> None:
    path = small_archive(tmp_path)
    found = members(path)
    changed = [(member, b"another key" if member.name.endswith("secret.key") else raw) for member, raw in found]
    write_members(path, changed)
    with pytest.raises(Damaged, match=r"secret\.key is not what was saved"):
        unpacked(path, tmp_path / "out")


def _hostile(name: str, kind: bytes = tarfile.REGTYPE, link: str = "") -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, link
    return member


@pytest.mark.parametrize(
    "member",
    [
        _hostile("data/../../outside"),
        _hostile("/outside-of-everything"),
        _hostile("data//outside"),
        _hostile("data/./outside"),
        _hostile("elsewhere/file"),
        _hostile("data/link", tarfile.SYMTYPE, "/etc/passwd"),
        _hostile("data/link", tarfile.LNKTYPE, "data/secret.key"),
        _hostile("data/pipe", tarfile.FIFOTYPE),
        _hostile("data/folder", tarfile.DIRTYPE),
        _hostile("data/secret.key"),
    ],
    ids=lambda member: f"{member.name}-{member.type!r}",
)
def test_nothing_is_written_elsewhere(tmp_path: Path, member: tarfile.TarInfo) -> None:
    path = small_archive(tmp_path)
    found = members(path)
    write_members(path, [*found[:-1], (member, b"hostile"), found[-1]])
    with pytest.raises(Damaged, match="do not use it"):
        unpacked(path, tmp_path / "deep")
    assert not list(tmp_path.glob("outside*"))
    assert not Path("/outside-of-everything").exists()


def test_what_follows_behind_the_end_is_refused(tmp_path: Path) -> None:
    path = small_archive(tmp_path)
    write_members(path, [*members(path), (_hostile("data/more"), b"more")])
    with pytest.raises(Damaged, match="behind its end"):
        unpacked(path, tmp_path / "out")


def test_an_archive_of_a_newer_program_asks_for_it(tmp_path: Path) -> None:
    path = small_archive(tmp_path, about=manifest(format=99))
    with open(path, "rb") as source, pytest.raises(KeepingTrouble, match="newer version"):
        ArchiveReader(source)
    known = {"people.0001_initial", "cases.0001_cases"}
    unpacking.require_known(manifest(), known)
    with pytest.raises(KeepingTrouble, match="Update the program"):
        unpacking.require_known(manifest(migrations=["cases.0999_of_tomorrow"]), known)
    # An app that this program no longer has says nothing about which of the two is newer.
    unpacking.require_known(manifest(migrations=["gone.0001_initial"]), known)


def test_a_target_that_is_there_is_never_overwritten(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("precious")
    with pytest.raises(KeepingTrouble, match="is there already"), appearing(tmp_path / "there"):
        pass
    assert (tmp_path / "there").read_text() == "precious"


class _Full:
    """A disk that is full after a while."""

    def __init__(self, file: Any, room: int) -> None:
        self.file, self.room = file, room

    def write(self, data: bytes) -> int:
        self.room -= len(data)
        if self.room < 0:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return int(self.file.write(data))


@pytest.mark.parametrize("passphrase", ["", PASSPHRASE])
def test_a_full_disk_leaves_no_half_archive(tmp_path: Path, passphrase: str) -> None:
    big = tmp_path / "big"
    big.write_bytes(os.urandom(3_000_000))

    def save() -> None:
        with appearing(tmp_path / "target") as file:
            writer = ArchiveWriter(_Full(file, 1_500_000), manifest(), passphrase)  # type: ignore[arg-type]
            try:
                writer.add("data/big", big)
                writer.finish()
            finally:
                writer.abandon()

    with pytest.raises(KeepingTrouble, match="No space left"):
        save()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["big"]


def test_ten_thousands_of_files_come_back_with_all_their_digests(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The list of digests grows with the village; what reads it must not take that for an attack."""
    monkeypatch.setattr(archive, "_LARGEST_NOTE", 2_000)
    (tmp_path / "one").write_bytes(b"x")
    with open(tmp_path / "target", "wb") as file:
        writer = ArchiveWriter(file, manifest())
        for number in range(200):
            writer.add(f"data/media/Blumenbeet Übersicht {number} 🌻.jpg", tmp_path / "one")
        writer.finish()
    folder = tmp_path / "there"
    folder.mkdir()
    with open(tmp_path / "target", "rb") as source:
        assert len(ArchiveReader(source).unpack(folder)) == 200


def test_memory_does_not_grow_with_what_was_written(tmp_path: Path) -> None:
    (tmp_path / "one").write_bytes(b"x")

    def peak(count: int) -> int:
        with open(os.devnull, "wb") as file:
            writer = ArchiveWriter(file, manifest())
            tracemalloc.start()
            for number in range(count):
                writer.add(f"data/uploads/{number:08}", tmp_path / "one")
            most = tracemalloc.get_traced_memory()[1]
            tracemalloc.stop()
            writer.abandon()
        return most

    # A name and its digest are kept for the end, some 300 bytes; all that tarfile knows of a file is five times that.
    assert (peak(3_000) - peak(500)) / 2_500 < 600


def test_a_file_that_shrinks_while_it_is_read_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "_SMALL", 10)
    log = tmp_path / "growing"
    log.write_bytes(b"x" * 1000)
    real = os.fstat

    def larger(handle: int) -> Any:
        said = real(handle)
        return os.stat_result((*said[:6], said.st_size + 500, *said[7:])) if said.st_size == 1000 else said

    monkeypatch.setattr(os, "fstat", larger)
    with open(tmp_path / "target", "wb") as file:
        writer = ArchiveWriter(file, manifest())
        with pytest.raises(KeepingTrouble, match="became shorter"):
            writer.add("data/growing", log)
        writer.abandon()


class _Failing(io.BytesIO):
    """A file on a disk that fails after a while."""

    def read(self, size: int | None = -1) -> bytes:
        raise OSError(errno.EIO, os.strerror(errno.EIO))


@pytest.mark.parametrize("small", [10, 10_000])
def test_a_file_that_cannot_be_read_is_named_and_nobody_is_sent_to_make_room(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small: int
) -> None:
    monkeypatch.setattr(archive, "_SMALL", small)
    path = tmp_path / "picture.jpg"
    path.write_bytes(b"x" * 1000)
    real = open

    def opened(name: Any, *words: Any, **more: Any) -> Any:
        return _Opened(real(name, *words, **more)) if name == path else real(name, *words, **more)

    class _Opened(_Failing):
        def __init__(self, file: Any) -> None:
            super().__init__()
            self.file = file

        def fileno(self) -> int:
            return int(self.file.fileno())

        def close(self) -> None:
            self.file.close()
            super().close()

    def save() -> None:
        with appearing(tmp_path / "target") as file:
            writer = ArchiveWriter(file, manifest())
            try:
                writer.add("data/media/picture.jpg", path)
            finally:
                writer.abandon()

    monkeypatch.setattr(archive, "open", opened, raising=False)
    with pytest.raises(KeepingTrouble, match=r"picture\.jpg cannot be read: Input/output error") as told:
        save()
    assert "Free some space" not in str(told.value)
    assert [one.name for one in tmp_path.iterdir()] == ["picture.jpg"]


def test_times_and_notes_that_nobody_of_us_wrote_are_damage(tmp_path: Path) -> None:
    path = small_archive(tmp_path)
    found = members(path)
    deep = b"[" * 100_000
    write_members(path, [(found[0][0], deep), *found[1:]])
    with open(path, "rb") as source, pytest.raises(Damaged):
        ArchiveReader(source)
    write_members(path, [*found[:-1], (found[-1][0], deep)])
    with pytest.raises(Damaged):
        unpacked(path, tmp_path / "there")


def test_a_file_that_has_gone_meanwhile_is_left_out(tmp_path: Path) -> None:
    with open(tmp_path / "target", "wb") as file:
        writer = ArchiveWriter(file, manifest())
        assert not writer.add("data/gone", tmp_path / "gone")
        writer.finish()
    assert writer.count == 0
