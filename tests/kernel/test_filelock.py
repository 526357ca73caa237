"""A lock is held by one open file, in whatever process, and ends with it."""

from pathlib import Path

from smartbarleben.kernel.filelock import try_lock


def test_one_holds_it_until_it_is_closed(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with open(path, "a", encoding="utf-8") as first, open(path, "a", encoding="utf-8") as second:
        assert try_lock(first)
        assert not try_lock(second)
        first.close()
        assert try_lock(second)
