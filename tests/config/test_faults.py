"""Before the village opens: full or read-only disk, broken database, wrong clock. A clear word, and no damage."""

import contextlib
import hashlib
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from tests.blueprint import copy_to

from smartbarleben.config import faults
from smartbarleben.config.say import Trouble

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder in which a village has lived."""
    folder = tmp_path / "data"
    folder.mkdir()
    copy_to(folder / "village.sqlite3")
    (folder / "opened.json").write_text("{}")
    return folder


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of thirty megabytes of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("this user may not mount a disk of its own")
    yield folder
    subprocess.run(["umount", folder], check=True)


def fill(disk: Path) -> None:
    """Write until nothing more fits."""
    with contextlib.suppress(OSError), open(disk / "ballast", "wb", buffering=0) as ballast:
        while ballast.write(b"x" * 4096):
            pass
    assert shutil.disk_usage(disk).free == 0


def digest(folder: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


def test_a_sound_house_is_opened_without_a_word(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = digest(data)
    faults.look(data, "", NOW)
    assert digest(data) == before
    assert capsys.readouterr().err == "" or shutil.disk_usage(data).free < faults.SCARCE_BYTES


def test_a_first_start_finds_nothing_to_complain_about(tmp_path: Path) -> None:
    faults.look(tmp_path, "", NOW)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk(data: Path, disk: Path) -> None:
    full = disk / "data"
    shutil.copytree(data, full)
    fill(disk)
    before = digest(full)
    with pytest.raises(Trouble, match=r"The disk is full.* Make room"):
        faults.look(full, "", NOW)
    assert digest(full) == before
    (disk / "ballast").unlink()
    faults.look(full, "", NOW)


def test_a_read_only_disk(data: Path, disk: Path) -> None:
    still = disk / "data"
    shutil.copytree(data, still)
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
    with pytest.raises(Trouble, match=r"Nothing can be written into .*Read-only file system.*--data DIR"):
        faults.look(still, "", NOW)


@contextlib.contextmanager
def nobody() -> Iterator[None]:
    """Without root's right to write everywhere."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(mine)


def test_a_folder_of_somebody_else(data: Path) -> None:
    # Those of the tests lie where nobody else may go.
    with tempfile.TemporaryDirectory() as open_to_all:
        Path(open_to_all).chmod(0o755)
        theirs = Path(shutil.copytree(data, Path(open_to_all) / "data"))
        theirs.chmod(0o555)
        with nobody(), pytest.raises(Trouble, match="Nothing can be written"):
            faults.look(theirs, "", NOW)
        theirs.chmod(0o755)


def _garbage(path: Path) -> None:
    path.write_bytes(b"This is a letter and no database. " * 1000)


def _holes(path: Path) -> None:
    with open(path, "r+b") as file:
        size = path.stat().st_size
        for at in range(4096, size, size // 40):
            file.seek(at // 4096 * 4096)
            file.write(b"\xff" * 4096)


def _cut(path: Path) -> None:
    with open(path, "r+b") as file:
        file.truncate(path.stat().st_size // 2)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (_garbage, "is damaged: it is no SQLite file"),
        (_holes, "is damaged"),
        (_cut, "is damaged"),
        (_empty, "is gone or empty"),
        (Path.unlink, "is gone or empty"),
    ],
)
def test_a_broken_database(data: Path, spoil, said: str) -> None:
    path = data / "village.sqlite3"
    spoil(path)
    before = digest(data)
    with pytest.raises(Trouble, match=said) as trouble:
        faults.look(data, "", NOW)
    assert "./village restore FILE" in str(trouble.value)
    assert digest(data) == before


def test_a_database_elsewhere_is_left_to_itself(data: Path) -> None:
    (data / "village.sqlite3").unlink()
    faults.look(data, "postgres://village@localhost/village", NOW)


def note(data: Path, at: datetime) -> None:
    """Let the village have done something at a time."""
    connection = sqlite3.connect(data / "village.sqlite3")
    connection.execute(
        "INSERT INTO jobs_periodicrun (name, started_at, problem) VALUES ('tests', ?, '')",
        [at.replace(tzinfo=None).isoformat(" ")],
    )
    connection.commit()
    connection.close()


def test_a_clock_that_has_forgotten_the_time(data: Path) -> None:
    note(data, NOW)
    for wrong in (datetime(1970, 1, 1, tzinfo=UTC), NOW - timedelta(days=2)):
        with pytest.raises(Trouble, match=r"clock says .* but the village has entries of .*--trust-clock"):
            faults.look(data, "", wrong)
    faults.look(data, "", datetime(1970, 1, 2, tzinfo=UTC), trust_clock=True)
    for right in (NOW, NOW - timedelta(hours=3), NOW + timedelta(days=400)):
        faults.look(data, "", right)
