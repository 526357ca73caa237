"""The Python environment: stamps, interrupted installs, two starts at once; and what the locks may hold."""

import json
import re
import subprocess
import threading
import time
from pathlib import Path

import pytest

from smartbarleben.config import environment, paths, say

LOCKS = (environment.RUNTIME, environment.TEST, environment.NODE)


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """A checkout in a temporary folder whose venv and pip only write down that they were called."""
    called: list[str] = []
    root = tmp_path / "checkout"
    venv = root / ".venv"
    venv.mkdir(parents=True)
    python = venv / "python"
    for lock in LOCKS:
        (root / lock).write_text("django==6.1.3 \\\n    --hash=sha256:00\n")
    monkeypatch.setattr(environment, "ROOT", root)
    monkeypatch.setattr(environment, "BUILD", root / "build")
    monkeypatch.setattr(environment, "VENV", venv)
    monkeypatch.setattr(environment, "VENV_PYTHON", python)
    monkeypatch.setattr(environment, "STAMP", venv / "village.json")

    def make() -> None:
        called.append("make")
        python.touch()
        environment._write_stamp({"python": "3.13.0"})

    monkeypatch.setattr(environment, "_make", make)
    monkeypatch.setattr(environment, "_works", python.exists)
    monkeypatch.setattr(environment, "_install_with_uv", lambda lock: False)

    def install(lock: str, _total: int) -> None:
        called.append(lock)
        time.sleep(0.2)

    monkeypatch.setattr(environment, "_install_with_pip", install)
    return called


def test_first_start_makes_and_installs_and_the_second_does_nothing(calls: list[str]) -> None:
    environment.ensure(environment.RUNTIME)
    environment.ensure(environment.RUNTIME)
    assert calls == ["make", environment.RUNTIME]


def test_changed_lock_is_installed_again_into_the_same_environment(calls: list[str]) -> None:
    environment.ensure(environment.RUNTIME)
    (environment.ROOT / environment.RUNTIME).write_text("django==6.1.4 \\\n    --hash=sha256:01\n")
    environment.ensure(environment.RUNTIME)
    assert calls == ["make", environment.RUNTIME, environment.RUNTIME]


def test_interrupted_install_is_made_anew(calls: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_lock: str, _total: int) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(environment, "_install_with_pip", interrupted)
        with pytest.raises(KeyboardInterrupt):
            environment.ensure(environment.RUNTIME)
    assert not environment.installed(environment.RUNTIME)
    environment.ensure(environment.RUNTIME)
    assert calls == ["make", "make", environment.RUNTIME]
    assert environment.installed(environment.RUNTIME)


def test_damaged_stamp_counts_as_none(calls: list[str]) -> None:
    environment.ensure(environment.RUNTIME)
    environment.STAMP.write_text("{half", encoding="utf-8")
    assert not environment.installed(environment.RUNTIME)


def test_two_starts_at_once_install_once(calls: list[str]) -> None:
    starts = [threading.Thread(target=environment.ensure, args=(environment.RUNTIME,)) for _ in range(2)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert calls == ["make", environment.RUNTIME]


def test_unreachable_packages_give_a_clear_message(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = tmp_path / "python"
    fake.write_text("#!/bin/sh\necho 'ERROR: No matching distribution found for django'\nexit 1\n")
    fake.chmod(0o755)
    monkeypatch.setattr(environment, "VENV_PYTHON", fake)
    with pytest.raises(say.Trouble, match=r"No matching distribution(.|\n)*network connection"):
        environment._install_with_pip(environment.RUNTIME, 1)


def test_locks_carry_versions_and_hashes_and_no_address() -> None:
    for lock in LOCKS:
        text = (paths.ROOT / lock).read_text(encoding="utf-8")
        assert "://" not in text, lock
        assert not re.search(r"^\s*--(?!hash)", text, re.MULTILINE), lock
        for package in re.split(r"^(?=[\w.-]+(?:\[[^\]]*\])?==)", text, flags=re.MULTILINE)[1:]:
            assert "--hash=sha256:" in package, package.splitlines()[0]
    text = (paths.ROOT / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    for name, package in json.loads(text)["packages"].items():
        assert "resolved" not in package, name
        assert not name or package["integrity"].startswith("sha512-")


def test_both_locks_pin_the_same_versions() -> None:
    def pins(lock: str) -> dict[str, str]:
        text = (paths.ROOT / lock).read_text(encoding="utf-8")
        return dict(re.findall(r"^([\w.-]+)(?:\[[^\]]*\])?==([^\s;]+)", text, re.MULTILINE))

    runtime, test = pins(environment.RUNTIME), pins(environment.TEST)
    assert {name: test.get(name) for name in runtime} == runtime


def test_environment_in_use_is_noticed() -> None:
    code = "from smartbarleben.config import environment; print(environment.inside())"
    variables = {"PYTHONPATH": str(paths.ROOT / "src")}
    inside = subprocess.run([paths.VENV_PYTHON, "-c", code], env=variables, capture_output=True, text=True)
    assert inside.stdout.strip() == "True"
