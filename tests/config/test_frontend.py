"""What is built for browsers is the same whoever builds it."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from smartbarleben.config import frontend
from smartbarleben.config.say import Trouble


def test_a_developer_s_switch_does_not_shape_what_every_start_shares(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    seen: dict[str, str] = {}

    def run(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        seen.update(options["env"])
        return subprocess.CompletedProcess(command, 0, "", "")

    monkeypatch.setenv("SMARTBARLEBEN_DEBUG", "1")
    monkeypatch.setattr(subprocess, "run", run)
    frontend._run_own("Collecting", ["smartbarleben", "collectstatic"], tmp_path)
    assert seen["SMARTBARLEBEN_DATA"] == str(tmp_path)
    assert "SMARTBARLEBEN_DEBUG" not in seen


def test_where_all_is_there_nothing_is_written(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The program's folder is read-only for a hardened service and in a container."""
    frontend.ensure(data=tmp_path)

    def read_only(*_words: Any) -> None:
        raise Trouble("the folder is read-only")

    monkeypatch.setattr(frontend, "alone", read_only)
    frontend.ensure(data=tmp_path)
    monkeypatch.setattr(frontend, "_has_static", lambda: False)
    with pytest.raises(Trouble):
        frontend.ensure(data=tmp_path)


def test_a_checkout_may_move_without_being_built_anew(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    prints = []
    for name, text in (("here", "same"), ("there", "same"), ("elsewhere", "other")):
        root = tmp_path / name
        (root / "src").mkdir(parents=True)
        (root / "src" / "page.css").write_text(text)
        monkeypatch.setattr(frontend, "ROOT", root)
        prints.append(frontend.fingerprint([root / "src" / "page.css"], "lock"))
    assert prints[0] == prints[1] != prints[2]
