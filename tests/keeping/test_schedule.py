"""Backups by themselves: made, rotated, tried out, and never two at once. On both databases."""

import errno
import json
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.utils import timezone
from tests.factories import make_village
from tests.keeping.making import PASSPHRASE

from smartbarleben.jobs import clock, trust, work
from smartbarleben.jobs.models import Job, State
from smartbarleben.keeping import (
    actions,
    bringing_back,
    drill,
    encrypting,
    making,
    queries,
    rotation,
    schedule,
    unpacking,
)
from smartbarleben.keeping.models import KeepingRun
from smartbarleben.keeping.trouble import KeepingTrouble
from smartbarleben.kernel import drafts
from smartbarleben.people import erasures

POSTGRES = os.environ.get("DATABASE_URL", "").startswith("postgres")

# Slow tests are left out on PostgreSQL, and only there a trial makes a database of its own.
slow_but_on_postgresql = pytest.mark.usefixtures("place") if POSTGRES else pytest.mark.slow


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """The passphrase's cost is not what these tests are about."""
    monkeypatch.setattr(encrypting, "_COST", {"n": 2, "r": 1, "p": 1})


@pytest.fixture
def place(db: None, settings: Any, tmp_path: Path) -> Path:
    """A data folder of this test's own, and the folder for its backups."""
    data, place = tmp_path / "data", tmp_path / "safe"
    (data / "media").mkdir(parents=True)
    (data / "media" / "dorf.jpg").write_bytes(b"\xff\xd8 a picture")
    (data / "secret.key").write_text(settings.SECRET_KEY)
    place.mkdir()
    key = tmp_path / "backup.key"
    key.write_text(PASSPHRASE)
    settings.DATA_DIR, settings.MEDIA_ROOT = data, data / "media"
    settings.BACKUP_DIR, settings.BACKUP_KEY, settings.BACKUP_KEEP = str(place), str(key), [2, 0, 0]
    make_village()
    return place


def archives(place: Path) -> list[str]:
    return sorted(path.name for path in place.iterdir() if rotation.made_at(path.name))


def test_a_backup_a_day_and_old_ones_go(place: Path) -> None:
    now = timezone.now()
    (place / "holiday.jpg").write_bytes(b"not ours")
    for days in (3, 2, 1, 0):
        run = actions.scheduled_backup(now=now - timedelta(days=days))
        assert run.problem == ""
        assert run.encrypted
        assert run.size == (place / run.archive).stat().st_size
        assert run.rows > 100
        assert run.files == 3
    assert archives(place) == [rotation.name_of(now - timedelta(days=days), encrypted=True) for days in (1, 0)]
    assert (place / "holiday.jpg").exists()
    assert not [path for path in place.iterdir() if path.name.startswith(".")]
    assert KeepingRun.objects.count() == 4
    assert [run.started_at for run in queries.runs(2)] == [now, now - timedelta(days=1)]


def test_while_the_clock_cannot_be_believed_no_backup_goes(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(trust, "set_by_network", lambda: False)
    now, wrong = timezone.now(), timezone.now() + timedelta(days=1500)
    trust.note(now)
    for days in (3, 2, 1, 0):
        (place / rotation.name_of(now - timedelta(days=days), encrypted=True)).write_bytes(b"x")
    KeepingRun.objects.create(kind="backup", started_at=now, ended_at=now)
    ahead = actions.scheduled_backup(now=wrong)
    assert len(archives(place)) == 5
    assert KeepingRun.objects.count() == 2
    # Set right again, nobody takes the archive from the future for the newest.
    assert drill.newest(place, now).name == rotation.name_of(now, encrypted=True)
    last = queries.latest("backup")
    assert last is not None
    assert last.pk != ahead.pk


def test_what_a_killed_process_left_is_cleared_away(place: Path) -> None:
    now = timezone.now()
    for name, days in ((".village-1.tar.gz.7.part", 2), (".village-2.tar.gz.8.part", 0), (".mine", 9)):
        (place / name).write_bytes(b"half")
        os.utime(place / name, ((now - timedelta(days=days)).timestamp(),) * 2)
    (place / ".copy-abc").mkdir()
    (place / ".copy-abc" / "copy").write_bytes(b"half")
    os.utime(place / ".copy-abc", ((now - timedelta(days=2)).timestamp(),) * 2)
    actions.scheduled_backup(now=now)
    assert sorted(path.name for path in place.glob(".*")) == [".mine", ".village-2.tar.gz.8.part"]


def test_the_list_of_deletions_lies_beside_them(place: Path) -> None:
    assert not actions.copy_erasures()
    erasures.note("petra@example.org")
    assert actions.copy_erasures()
    assert not actions.copy_erasures()
    assert (place / "erasures.jsonl").read_bytes() == erasures.path().read_bytes()
    assert b"petra" not in (place / "erasures.jsonl").read_bytes()


@pytest.mark.parametrize("kind", ["backup", "drill"])
def test_what_nobody_foresaw_never_counts_as_a_good_run(
    place: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    now = timezone.now()

    def fail(*_words: object, **_named: object) -> None:
        raise ZeroDivisionError

    if kind == "drill":
        actions.scheduled_backup(now=now)
    monkeypatch.setattr(making, "make_backup", fail)
    monkeypatch.setattr(unpacking, "unpack", fail)
    with pytest.raises(ZeroDivisionError):
        actions.scheduled_backup(now=now) if kind == "backup" else drill.try_out(now=now)
    last = queries.latest(kind)
    assert last is not None
    assert last.problem == "ZeroDivisionError"
    assert queries.latest_good(kind) is None


def test_a_folder_that_is_not_connected_is_never_made(place: Path, settings: Any) -> None:
    settings.BACKUP_DIR = str(place / "usb")
    with pytest.raises(KeepingTrouble, match="connect its disk"):
        actions.scheduled_backup(now=timezone.now())
    last = queries.latest("backup")
    assert last is not None
    assert "connect its disk" in last.problem
    assert queries.latest_good("backup") is None
    assert not (place / "usb").exists()


def test_the_empty_place_of_a_disk_is_never_filled(place: Path) -> None:
    """A folder at which a disk is mounted is still there when the disk is not."""
    good = place / actions.scheduled_backup(now=timezone.now() - timedelta(days=1)).archive
    good.rename(place.parent / "on the disk")
    with pytest.raises(KeepingTrouble, match="Connect its disk"):
        actions.scheduled_backup(now=timezone.now())
    with pytest.raises(KeepingTrouble, match="Connect its disk"):
        actions.copy_erasures()
    assert list(place.iterdir()) == []
    (place / "this-one").touch()
    assert actions.scheduled_backup(now=timezone.now()).problem == ""


def test_what_a_killed_backup_left_goes_even_where_no_other_succeeds(
    place: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It may be what fills the disk: then no backup would ever succeed again."""
    left = [f".copy-draft.{drafts._machine()}.{os.getpid()}"]
    left.append(f".village-20260101T000000Z.tar.gz.draft.{drafts._machine()}.{os.getpid()}.part")
    for name in left:
        (place / name).write_bytes(b"half")

    def full(*_words: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(making, "_copy_database", full)
    with pytest.raises(KeepingTrouble, match="No space left"):
        actions.scheduled_backup(now=timezone.now())
    assert list(place.iterdir()) == []


def test_a_backup_by_hand_clears_away_what_a_killed_one_left(place: Path) -> None:
    (place / f".copy-draft.{drafts._machine()}.{os.getpid()}").mkdir()
    making.make_backup(target=place / "mine.tar.gz")
    assert [path.name for path in place.iterdir()] == ["mine.tar.gz"]


def test_the_data_folder_is_no_place_for_backups(place: Path, settings: Any) -> None:
    settings.BACKUP_DIR = str(Path(settings.DATA_DIR) / "media")
    with pytest.raises(KeepingTrouble, match="part of the data folder"):
        actions.scheduled_backup(now=timezone.now())


def test_a_file_or_folder_that_does_not_fit_is_named(place: Path, settings: Any) -> None:
    for target, said in (
        (Path(settings.DATA_DIR) / "backup.tar.gz", "part of the data folder"),
        (place / "nowhere" / "backup.tar.gz", "Make it first"),
        (place / "there", "is there already"),
    ):
        (place / "there").write_text("precious")
        with pytest.raises(KeepingTrouble, match=said):
            making.make_backup(target=target)
    assert [path.name for path in place.iterdir()] == ["there"]
    assert (place / "there").read_text() == "precious"


@slow_but_on_postgresql
def test_the_newest_is_brought_back_on_trial(place: Path, settings: Any) -> None:
    actions.scheduled_backup(now=timezone.now() - timedelta(days=1))
    newest = actions.scheduled_backup(now=timezone.now())
    run = drill.try_out(now=timezone.now())
    assert (run.problem, run.archive, run.loaded) == ("", newest.archive, True)
    assert (run.files, run.rows) == (newest.files, newest.rows)
    assert sorted(path.name for path in Path(settings.DATA_DIR).iterdir()) == ["media", "secret.key"]
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_database WHERE datname LIKE 'village_drill_%%'")
            assert cursor.fetchone() == (0,)


def test_a_trial_says_what_is_wrong(place: Path) -> None:
    with pytest.raises(KeepingTrouble, match="no backup"):
        drill.try_out(now=timezone.now())
    made = place / actions.scheduled_backup(now=timezone.now()).archive
    raw = made.read_bytes()
    made.write_bytes(raw[: len(raw) // 2])
    with pytest.raises(KeepingTrouble, match="damaged or cut off"):
        drill.try_out(now=timezone.now() + timedelta(minutes=1))
    last = queries.latest("drill")
    assert last is not None
    assert "damaged or cut off" in last.problem
    assert not last.loaded


def test_what_the_second_half_says_is_handed_on(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(unpacked: unpacking.Unpacked, environment: dict[str, str]) -> bringing_back.Settled:
        raise KeepingTrouble("cases_case has 3 rows and had 4. Take the backup before.")

    monkeypatch.setattr(bringing_back, "settle", refuse)
    monkeypatch.setattr(drill, "_database", lambda vendor: _no_database())
    actions.scheduled_backup(now=timezone.now())
    with pytest.raises(KeepingTrouble, match="3 rows"):
        drill.try_out(now=timezone.now())
    last = queries.latest("drill")
    assert last is not None
    assert "3 rows and had 4" in last.problem


class _no_database:
    def __enter__(self) -> str:
        return ""

    def __exit__(self, *_problem: object) -> None:
        return None


@pytest.fixture
def jobs(place: Path) -> Job:
    """A job that another process holds."""
    now = timezone.now()
    return Job.objects.create(
        task="keeping.backup", state=State.RUNNING, lease="other", due_at=now + timedelta(minutes=2)
    )


def test_never_two_at_once(place: Path, jobs: Job) -> None:
    mine = Job.objects.create(task="keeping.backup", state=State.RUNNING, lease="mine", due_at=jobs.due_at)
    token = work._current.set(mine)
    try:
        schedule.save()
        assert archives(place) == []
        # The other process was killed: its lease has ended.
        Job.objects.filter(pk=jobs.pk).update(due_at=timezone.now() - timedelta(seconds=1))
        schedule.save()
        assert len(archives(place)) == 1
    finally:
        work._current.reset(token)


def test_it_is_in_the_clock_only_where_a_folder_is_set(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "_work", {})
    settings.BACKUP_DIR = ""
    schedule.register()
    assert list(clock.registered()) == []
    settings.BACKUP_DIR, settings.BACKUP_HOURS = "/srv/backups", 12
    schedule.register()
    every = {piece.name: piece.every for piece in clock.registered()}
    assert every == {
        "keeping.backup": timedelta(hours=12),
        "keeping.drill": timedelta(days=7),
        "keeping.erasures": timedelta(hours=1),
    }


def test_runs_are_forgotten_with_the_archives(db: None) -> None:
    now = timezone.now()
    for days in (0, 399, 401):
        KeepingRun.objects.create(kind="backup", started_at=now - timedelta(days=days), ended_at=now)
    assert actions.forget_old(now=now) == 1
    assert KeepingRun.objects.count() == 2


def test_a_list_with_torn_lines_is_read(tmp_path: Path) -> None:
    path = tmp_path / "erasures.jsonl"
    line = json.dumps({"token": "a", "person": "b", "at": "2026-11-23T12:00:00+00:00"})
    path.write_text(f'{line}\n{{"token": "to\n\n[]\n{{"token": 3, "person": "b", "at": "c"}}\n')
    assert unpacking.read_erasures(path) == {"a": line}
    assert unpacking.read_erasures(tmp_path / "none") == {}
