"""What is built for browsers is the same whoever builds it."""

import subprocess
from pathlib import Path
from typing import Any

import pytest

from smartbarleben.config import frontend


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
