"""Where things lie in the checkout and in the data folder, without Django."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from smartbarleben.kernel.filelock import try_lock

from . import say

ROOT = Path(__file__).resolve().parents[3]
VENV = ROOT / ".venv"
BUILD = ROOT / "build"
VENV_PYTHON = VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


class Locked(Exception):
    """Another process holds the lock; the message is what it wrote into the lock file."""


def take(path: Path, note: str) -> IO[str]:
    """Lock a file until it is closed or this process ends, and write ``note`` into it. Raises Locked."""
    file = open(path, "a+", encoding="utf-8")  # noqa: SIM115 — the open file is the lock
    if not try_lock(file):
        file.seek(0)
        held_by = file.read().strip()
        file.close()
        raise Locked(held_by)
    file.seek(0)
    file.truncate()
    file.write(note)
    file.flush()
    return file


@contextmanager
def alone(path: Path, waiting: str) -> Iterator[None]:
    """Hold a lock for the length of a block; says ``waiting`` once while another process holds it."""
    import time

    path.parent.mkdir(parents=True, exist_ok=True)
    told = False
    while True:
        try:
            file = take(path, str(os.getpid()))
            break
        except Locked:
            if not told:
                say.line(waiting)
                told = True
            time.sleep(0.3)
    try:
        yield
    finally:
        file.close()


def data_folder(chosen: str | None) -> Path:
    """The data folder as an absolute path: ``chosen``, else SMARTBARLEBEN_DATA, else village-data in the checkout."""
    named = chosen or os.environ.get("SMARTBARLEBEN_DATA")
    return Path(named).expanduser().absolute() if named else ROOT / "village-data"


def make_data_folder(data: Path) -> None:
    """Make the folder and its key, both for the owner only. Raises Trouble where that is impossible."""
    try:
        data.mkdir(mode=0o700, parents=True, exist_ok=True)
        key = data / "secret.key"
        try:
            handle = os.open(key, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            return
        with os.fdopen(handle, "w", encoding="ascii") as file:
            file.write(secrets.token_urlsafe(50))
    except OSError as error:
        raise say.Trouble(
            f"The data folder {data} cannot be used: {error.strerror}. Choose another with --data DIR."
        ) from None


def python_environment(data: Path) -> dict[str, str]:
    """The environment in which the program's own processes run."""
    search = [str(ROOT / "src"), *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(search)),
        "SMARTBARLEBEN_DATA": str(data),
        "DJANGO_SETTINGS_MODULE": "smartbarleben.config.settings",
        "PYTHONUNBUFFERED": "1",
    }
