"""The program's own Python environment in .venv, made from the locks. Standard library only: it comes first."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from . import say
from .paths import BUILD, ROOT, VENV, VENV_PYTHON, alone

STAMP = VENV / "village.json"
RUNTIME = "requirements.txt"
TEST = "requirements-test.txt"
NODE = "requirements-node.txt"
MAP = "requirements-map.txt"


def digest(lock: str) -> str:
    """The fingerprint of a lock file in the checkout."""
    return hashlib.sha256((ROOT / lock).read_bytes()).hexdigest()


def _stamp() -> dict[str, str]:
    try:
        found = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def _write_stamp(stamp: dict[str, str]) -> None:
    fresh = STAMP.with_suffix(".new")
    fresh.write_text(json.dumps(stamp), encoding="utf-8")
    fresh.replace(STAMP)


def installed(lock: str) -> bool:
    """Whether .venv holds exactly what a lock asks for, as far as its stamp knows."""
    return _stamp().get(lock) == digest(lock)


def inside() -> bool:
    """Whether this process runs in .venv."""
    return Path(sys.prefix) == VENV or Path(sys.prefix).resolve() == VENV.resolve()


def ensure(*locks: str) -> None:
    """Make .venv hold these locks. A second start at the same time waits; a half-made environment is made anew.

    Raises Trouble when the packages cannot be fetched.
    """
    if all(map(installed, locks)) and VENV_PYTHON.exists():
        return
    with alone(BUILD / "setup.lock", "· Another ./village is setting up here; waiting for it …"):
        if "installing" in _stamp() or not _works():
            _make()
        for lock in locks:
            install_here(lock)


def install_here(lock: str) -> None:
    """Install one lock into .venv unless it is there already; the caller holds the set-up lock."""
    if not installed(lock):
        _install(lock)


def _works() -> bool:
    check = "import sys, pip; sys.exit(sys.version_info < (3, 12) or sys.prefix == sys.base_prefix)"
    try:
        return subprocess.run([VENV_PYTHON, "-c", check], capture_output=True, timeout=60).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _make() -> None:
    base = getattr(sys, "_base_executable", None) or sys.executable
    version = ".".join(map(str, sys.version_info[:3]))
    with say.step(f"Making the Python environment {VENV} with Python {version}"):
        shutil.rmtree(VENV, ignore_errors=True)
        made = subprocess.run([base, "-m", "venv", "--clear", VENV], capture_output=True, text=True)
        if made.returncode:
            raise say.Trouble(
                f"Python could not make {VENV}:\n{(made.stderr or made.stdout).strip()}\n"
                "On Debian and Ubuntu: sudo apt install python3-venv. Then start again."
            )
        _write_stamp({"python": version})


def _install(lock: str) -> None:
    _write_stamp({**{key: value for key, value in _stamp().items() if key != lock}, "installing": lock})
    total = len(re.findall(r"^[\w.-]+(?:\[[^\]]*\])?==", (ROOT / lock).read_text(encoding="utf-8"), re.MULTILINE))
    with say.step(f"Installing {total} Python package{'s' if total > 1 else ''} from {lock}"):
        if not _install_with_uv(lock):
            _install_with_pip(lock, total)
    stamp = {key: value for key, value in _stamp().items() if key != "installing"}
    _write_stamp({**stamp, lock: digest(lock)})


def _install_with_uv(lock: str) -> bool:
    """uv is several times faster; where it is missing, broken (a pyenv shim) or finds nothing, pip does it."""
    uv = shutil.which("uv")
    if not uv:
        return False
    try:
        if subprocess.run([uv, "--version"], capture_output=True, timeout=30, cwd=ROOT).returncode:
            return False
    except (OSError, subprocess.TimeoutExpired):
        return False
    command = [uv, "pip", "install", "--quiet", "--python", str(VENV_PYTHON), "--require-hashes", "-r", lock]
    if subprocess.run(command, cwd=ROOT, capture_output=True).returncode:
        say.line("  uv could not fetch them; trying pip")
        return False
    return True


def _install_with_pip(lock: str, total: int) -> None:
    command = [
        *(str(VENV_PYTHON), "-m", "pip", "install", "--require-hashes", "-r", lock),
        *("--no-input", "--disable-pip-version-check", "--progress-bar", "off"),
    ]
    lines: list[str] = []
    collected = 0
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as pip:
        try:
            for text in pip.stdout or ():
                lines.append(text.rstrip())
                if text.startswith("Collecting "):
                    collected += 1
                    if collected % 25 == 0:
                        say.line(f"  {collected} of about {total} fetched")
                elif text.startswith("Installing collected packages"):
                    say.line("  unpacking")
        except KeyboardInterrupt:
            pip.terminate()
            raise
    if pip.returncode:
        tail = "\n".join(f"  {text}" for text in lines[-8:])
        raise say.Trouble(
            f"The Python packages could not be installed. pip said:\n{tail}\n"
            "Check the network connection and start again; everything else stays as it is."
        )


def reenter(script_arguments: list[str]) -> int:
    """Start ./village again inside .venv; the answer is its exit code."""
    command = [str(VENV_PYTHON), str(ROOT / "village"), *script_arguments]
    if os.name != "nt":
        os.execv(command[0], command)
    return subprocess.call(command)
