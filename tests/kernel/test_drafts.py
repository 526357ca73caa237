"""Drafts: gone when their process is, and nobody else's are touched."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.kernel import drafts
from smartbarleben.kernel.drafts import draft, tidy


def left_by(folder: Path, process: int, machine: str = "", before: str = ".copy-", after: str = "") -> Path:
    """A draft as a killed process leaves it: a folder with something in it."""
    path = folder / f"{before}draft.{machine or drafts._machine()}.{process}{after}"
    path.mkdir()
    (path / "half").write_text("personal")
    return path


def dead_process() -> int:
    """The number of a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return process.pid


def test_a_draft_is_gone_after_the_block_unless_it_got_another_name(tmp_path: Path) -> None:
    with draft(tmp_path, ".a-") as path:
        path.mkdir()
        (path / "file").write_text("x")
    assert list(tmp_path.iterdir()) == []
    with draft(tmp_path, ".a-", ".part") as path:
        path.write_text("whole")
        path.rename(tmp_path / "whole")
    assert [one.name for one in tmp_path.iterdir()] == ["whole"]


def test_what_a_killed_process_left_goes_and_what_a_living_one_writes_stays(tmp_path: Path) -> None:
    gone, alive = left_by(tmp_path, dead_process()), left_by(tmp_path, os.getppid())
    assert tidy(tmp_path, ".copy-") == 1
    assert (gone.exists(), alive.exists()) == (False, True)


def test_in_a_container_the_next_process_has_the_same_number(tmp_path: Path) -> None:
    left_by(tmp_path, os.getpid())
    with draft(tmp_path, ".copy-") as path:
        path.mkdir()
        assert [one.name for one in path.iterdir()] == []


def test_two_drafts_of_one_process_at_once_leave_each_other_alone(tmp_path: Path) -> None:
    with draft(tmp_path, ".copy-") as first:
        first.write_text("first")
        with draft(tmp_path, ".copy-") as second:
            second.write_text("second")
            assert first.read_text() == "first"
        assert first.read_text() == "first"


def test_another_machine_gets_a_day(tmp_path: Path) -> None:
    path = left_by(tmp_path, dead_process(), machine="elsewhere")
    assert tidy(tmp_path, ".copy-") == 0
    assert tidy(tmp_path, ".copy-", now=time.time() + 25 * 3600) == 1
    assert not path.exists()


@pytest.mark.parametrize("name", [".copy-old-7", ".copy-abc", "draft.pdf", ".copy-draft.x.7.txt", ".mine"])
def test_what_is_not_marked_is_never_touched(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("precious")
    assert tidy(tmp_path, ".copy-", now=time.time() + 1e9) == 0
    assert (tmp_path / name).read_text() == "precious"


@given(st.text(st.characters(codec="utf-8", exclude_characters="/\0"), max_size=60))
def test_any_name_of_a_machine_makes_a_name_that_is_known_again(node: str) -> None:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(drafts.platform, "node", lambda: node)
        assert drafts._MARK.fullmatch(f"draft.{drafts._machine()}.{os.getpid()}")
