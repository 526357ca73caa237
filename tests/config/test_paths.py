"""The data folder belongs to its owner, and locks hold between processes."""

import stat
import subprocess
import sys
from pathlib import Path

import pytest

from smartbarleben.config import paths, say


def test_data_folder_and_key_are_for_the_owner_only(tmp_path: Path) -> None:
    data = tmp_path / "deep" / "village"
    paths.make_data_folder(data)
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert stat.S_IMODE((data / "secret.key").stat().st_mode) == 0o600
    assert len((data / "secret.key").read_text()) >= 50


def test_the_key_survives_later_starts(tmp_path: Path) -> None:
    paths.make_data_folder(tmp_path)
    key = (tmp_path / "secret.key").read_text()
    paths.make_data_folder(tmp_path)
    assert (tmp_path / "secret.key").read_text() == key


def test_a_file_in_the_way_is_explained(tmp_path: Path) -> None:
    (tmp_path / "village").write_text("")
    with pytest.raises(say.Trouble, match="Choose another with --data DIR"):
        paths.make_data_folder(tmp_path / "village" / "data")


def test_a_lock_tells_who_holds_it_and_ends_with_its_process(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from smartbarleben.config import paths\n"
        "held = paths.take(Path(sys.argv[1]), 'process 4711'); print('held', flush=True); sys.stdin.read()"
    )
    lock = tmp_path / "some.lock"
    holder = subprocess.Popen(
        [sys.executable, "-c", code, lock],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=paths.python_environment(tmp_path),
    )
    assert holder.stdout is not None
    assert holder.stdin is not None
    with holder:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(paths.Locked, match="process 4711"):
            paths.take(lock, "me")
        holder.kill()
        holder.wait()
    paths.take(lock, "me").close()
    assert lock.read_text() == "me"


def test_the_chosen_folder_comes_before_the_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMARTBARLEBEN_DATA", str(tmp_path / "from-environment"))
    assert paths.data_folder(None) == tmp_path / "from-environment"
    assert paths.data_folder(str(tmp_path / "chosen")) == tmp_path / "chosen"
    monkeypatch.delenv("SMARTBARLEBEN_DATA")
    assert paths.data_folder(None) == paths.ROOT / "village-data"
