"""The start script itself: it finds a Python, or says how to get one."""

import importlib.util
import os
import shutil
import subprocess
import sys
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

import pytest

from smartbarleben.config import paths

TOOLS = ("sh", "dirname")


def load() -> ModuleType:
    loader = SourceFileLoader("village_script", str(paths.ROOT / "village"))
    spec = importlib.util.spec_from_loader("village_script", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    loader.exec_module(module)
    return module


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the script whose cli only names its interpreter, on a machine with nothing but a shell."""
    package = tmp_path / "checkout" / "src" / "smartbarleben" / "config"
    package.mkdir(parents=True)
    (package / "cli.py").write_text("import sys\ndef main(words):\n    print(sys.executable, *words)\n    return 7\n")
    shutil.copy(paths.ROOT / "village", package.parents[2])
    tools = tmp_path / "bin"
    tools.mkdir()
    for tool in TOOLS:
        (tools / tool).symlink_to(shutil.which(tool) or "/bin/" + tool)
    monkeypatch.setenv("PATH", str(tools))
    monkeypatch.setenv("HOME", str(tmp_path))
    for name in ("PYENV_ROOT", "PYENV_VERSION", "XDG_DATA_HOME", "PYTHONPATH"):
        monkeypatch.delenv(name, raising=False)
    return package.parents[2]


def broken(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("#!/bin/sh\necho 'pyenv: command not found in these versions' >&2\nexit 127\n")
    path.chmod(0o755)


def start(checkout: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([checkout / "village", *words], capture_output=True, text=True, cwd=checkout)


def test_without_any_python_it_says_how_to_get_one(checkout: Path) -> None:
    done = start(checkout)
    assert done.returncode == 1
    assert "Python 3.12 or newer" in done.stderr
    assert "apt install python3" in done.stderr


def test_pyenv_version_is_found_behind_a_failing_shim(checkout: Path, tmp_path: Path) -> None:
    broken(tmp_path / "bin" / "python3")
    broken(tmp_path / "bin" / "uv")
    folder = tmp_path / ".pyenv" / "versions" / "3.13.0" / "bin"
    folder.mkdir(parents=True)
    (folder / "python").symlink_to(os.path.realpath(sys.executable))
    done = start(checkout, "--port", "1")
    assert done.returncode == 7, done.stderr
    assert done.stdout.strip().endswith("--port 1")


def test_old_python_hands_over_to_a_new_one(monkeypatch: pytest.MonkeyPatch) -> None:
    script = load()
    handed: list[list[str]] = []

    class Handed(Exception):
        pass

    def execv(_path: str, command: list[str]) -> None:
        handed.append(command)
        raise Handed

    monkeypatch.setattr(script.sys, "version_info", (3, 9, 1, "final", 0))
    monkeypatch.setattr(script.sys, "argv", ["village", "help"])
    monkeypatch.setattr(script, "candidates", lambda: iter(["/old/python3", "/new/python3"]))
    monkeypatch.setattr(script, "suits", lambda python: python == "/new/python3")
    monkeypatch.setattr(script.os, "execv", execv)
    with pytest.raises(Handed):
        script.main()
    assert handed == [["/new/python3", str(paths.ROOT / "village"), "help"]]


def test_old_python_alone_explains(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    script = load()
    monkeypatch.setattr(script.sys, "version_info", (3, 9, 1, "final", 0))
    monkeypatch.setattr(script, "candidates", lambda: iter([]))
    assert script.main() == 1
    message = capsys.readouterr().err
    assert "This is Python 3.9.1" in message
    assert all(word in message for word in ("apt install", "brew install", "winget", "pyenv install", "uv python"))


def test_a_failing_uv_is_no_candidate(checkout: Path, tmp_path: Path) -> None:
    broken(tmp_path / "bin" / "uv")
    assert list(load().candidates()) == []


def test_script_is_readable_for_python_3_8() -> None:
    import ast

    ast.parse((paths.ROOT / "village").read_text(encoding="utf-8"), feature_version=(3, 8))
