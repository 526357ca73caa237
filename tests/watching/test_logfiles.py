"""Log files stay small, young and whole, also with several processes."""

import errno
import json
import logging
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.config.paths import ROOT
from smartbarleben.watching.log_settings import logging_settings
from smartbarleben.watching.logfiles import KEEP_SECONDS, OneWriter, prune

DAY = 24 * 3600


def write(handler: OneWriter, text: str) -> None:
    handler.emit(logging.LogRecord("smartbarleben.tests", logging.INFO, "", 0, text, (), None))


def test_a_full_file_is_followed_by_another_and_all_stay_within_the_bound(tmp_path: Path) -> None:
    handler = OneWriter(str(tmp_path), "web", limit_bytes=20_000)
    for number in range(600):
        write(handler, f"{number} " + "x" * 90)
    handler.close()
    files = list(tmp_path.iterdir())
    assert sum(path.stat().st_size for path in files) <= 20_000 + 1_200
    assert len(files) > 10
    newest = "".join(path.read_text() for path in files)
    assert "599 xx" in newest
    assert "\n0 xx" not in newest, "the oldest went first"
    assert all(path.stat().st_mode & 0o777 == 0o600 for path in files)


def test_a_day_has_its_own_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    handler = OneWriter(str(tmp_path), "web", limit_bytes=1_000_000)
    now = time.time()
    write(handler, "today")
    monkeypatch.setattr(time, "time", lambda: now + DAY)
    write(handler, "tomorrow")
    handler.close()
    assert sorted(path.read_text() for path in tmp_path.iterdir()) == ["today\n", "tomorrow\n"]


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 500)), max_size=12), st.integers(0, 2_000))
def test_nothing_is_kept_longer_than_two_weeks_and_the_newest_always(
    tmp_path_factory: pytest.TempPathFactory, files: list[tuple[int, int]], limit: int
) -> None:
    folder, now = tmp_path_factory.mktemp("logs"), time.time()
    for number, (days, size) in enumerate(files):
        path = folder / f"web-{number}.jsonl"
        path.write_bytes(b"x" * size)
        os.utime(path, (now - days * DAY - number, now - days * DAY - number))
    (folder / "notes.txt").write_text("of somebody else")
    prune(folder, limit, now)
    left = [path.stat() for path in folder.glob("*.jsonl")]
    # A file holds a day at most, so its oldest line is a day older than its last.
    assert all(now - one.st_mtime <= KEEP_SECONDS <= 13 * DAY for one in left)
    assert sum(one.st_size for one in left) <= max(limit, max((one.st_size for one in left), default=0))
    if any(days < 13 for days, _size in files):
        assert left
    assert (folder / "notes.txt").exists()


def test_a_folder_that_cannot_be_written_to_costs_only_the_lines(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file in the place of the folder")
    handler = OneWriter(str(tmp_path / "logs"), "web", limit_bytes=1_000)
    write(handler, "lost")
    handler.close()


def test_a_full_disk_takes_no_line_of_the_days_before(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for day in range(5):
        (tmp_path / f"web-{day}.jsonl").write_text("why the disk is full\n")
        os.utime(tmp_path / f"web-{day}.jsonl", (time.time() - day * DAY,) * 2)
    before = sorted(path.name for path in tmp_path.iterdir())
    handler, real, clock = OneWriter(str(tmp_path), "web", limit_bytes=1_000_000), os.write, time.monotonic()
    tries = []

    def full(file: int, data: bytes) -> int:
        tries.append(1)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    for minute in range(400):
        monkeypatch.setattr(time, "monotonic", lambda minute=minute: clock + minute * 60)
        write(handler, "lost")
        write(handler, "lost, too")
    assert len(tries) == 400, "the second of each minute rests"
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    monkeypatch.setattr(os, "write", real)
    monkeypatch.setattr(time, "monotonic", lambda: clock + 500 * 60)
    write(handler, "room again")
    handler.close()
    assert "room again\n" in [path.read_text() for path in tmp_path.iterdir()]


WRITER = """
import logging, sys
from smartbarleben.watching.logfiles import OneWriter
handler = OneWriter(sys.argv[1], "web", 10_000_000)
for number in range(2000):
    handler.emit(logging.LogRecord("x", 20, "", 0, f"{sys.argv[2]}-{number}-" + "y" * 200, (), None))
"""


def test_processes_that_write_at_the_same_time_lose_and_mix_nothing(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    running = [
        subprocess.Popen([sys.executable, "-c", WRITER, str(tmp_path), str(number)], env=environment)
        for number in range(3)
    ]
    assert [process.wait(60) for process in running] == [0, 0, 0]
    lines = [line for path in tmp_path.iterdir() for line in path.read_text().splitlines()]
    assert sorted(lines) == sorted(f"{one}-{number}-" + "y" * 200 for one in range(3) for number in range(2000))


@pytest.mark.parametrize(("role", "megabytes", "files"), [("web", 100, True), ("", 100, False), ("web", 0, False)])
def test_only_processes_with_a_role_write_files(role: str, megabytes: int, files: bool, tmp_path: Path) -> None:
    made = logging_settings(
        debug=False, format="json", level="WARNING", role=role, folder=tmp_path, megabytes=megabytes
    )
    assert ("file" in made["root"]["handlers"]) is files
    assert json.dumps(made["handlers"]["console"]["level"]) == '"WARNING"'
