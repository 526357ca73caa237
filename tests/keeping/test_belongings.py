"""What belongs to a village and what only to its machine."""

from pathlib import Path

import pytest

from smartbarleben.keeping import belongings
from smartbarleben.keeping.trouble import KeepingTrouble


def names(data: Path) -> list[str]:
    return [name for name, _path in belongings.files(data)]


def test_what_people_put_there_is_saved_whatever_it_is_called(tmp_path: Path) -> None:
    for name in (
        "village.sqlite3", "village.sqlite3-wal", "background.lock", "opened.json", ".start-x", "backups/old.tar.gz",
        "update.json",
        "maps/making-1/features.geojson", "maps/one.pmtiles", "media/a.lock", "media/opened.json", "media/backups/x",
        "media/.hidden", "uploads/village.sqlite3", "secret.key", "tls/ca.key",
    ):  # fmt: skip
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert names(tmp_path) == [
        "maps/one.pmtiles",
        "media/.hidden",
        "media/a.lock",
        "media/backups/x",
        "media/opened.json",
        "secret.key",
        "tls/ca.key",
        "uploads/village.sqlite3",
    ]
    assert [name for name in names(tmp_path) if belongings.is_key(name)] == ["secret.key", "tls/ca.key"]


def test_media_on_another_disk_are_saved_and_circles_end(tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "other"
    data.mkdir()
    other.mkdir()
    (other / "dorf.jpg").write_text("picture")
    (other / "again").symlink_to(other)
    (data / "media").symlink_to(other)
    (data / "broken").symlink_to(tmp_path / "nowhere")
    assert names(data) == ["media/dorf.jpg"]


def test_a_disk_that_is_not_connected_makes_no_archive_that_looks_whole(tmp_path: Path) -> None:
    (tmp_path / "secret.key").write_text("key")
    (tmp_path / "media").symlink_to(tmp_path.parent / "vanished")
    with pytest.raises(KeepingTrouble, match="Connect its disk"):
        names(tmp_path)


def test_backups_never_lie_among_what_they_save(tmp_path: Path) -> None:
    data = tmp_path / "data"
    assert belongings.may_hold_backups(tmp_path, data)
    assert belongings.may_hold_backups(tmp_path / "data2", data)
    assert belongings.may_hold_backups(data / "backups", data)
    assert not belongings.may_hold_backups(data, data)
    assert not belongings.may_hold_backups(data / "media", data)
