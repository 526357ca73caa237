"""A PostgreSQL cluster for one test run: in a temporary folder, reachable only by a socket in it, gone afterwards."""

import contextlib
import glob
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

from . import say

# A test cluster may lose everything in a power cut; waiting for the disk would only cost time.
_OPTIONS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "64MB",
}


def find_binaries() -> Path:
    """The folder with initdb and postgres. Raises Trouble where PostgreSQL is not installed."""
    folders = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=_version, reverse=True)
    folders += glob.glob("/opt/homebrew/opt/postgresql*/bin") + glob.glob("/usr/pgsql-*/bin")
    found = shutil.which("initdb")
    # A wrapper on the PATH may stand alone; the server's own folder holds both programs.
    for folder in [*map(Path, folders), *([Path(found).resolve().parent] if found else [])]:
        if all(shutil.which(name, path=str(folder)) for name in ("initdb", "postgres")):
            return folder
    raise say.Trouble(
        "PostgreSQL is not installed, so its tests cannot run. On Debian and Ubuntu: apt install postgresql"
    )


def _version(folder: str) -> float:
    with contextlib.suppress(ValueError):
        return float(Path(folder).parent.name)
    return 0.0


def _unprivileged() -> dict[str, Any]:
    """Arguments for Popen that drop root's rights, because PostgreSQL refuses to run as root."""
    if sys.platform == "win32" or os.geteuid() != 0:
        return {}
    import pwd

    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise say.Trouble("PostgreSQL does not run as root, and this machine has neither a user postgres nor nobody.")


@contextlib.contextmanager
def cluster() -> Iterator[str]:
    """Run a fresh cluster for the length of a block; gives its DATABASE_URL. Raises Trouble."""
    binaries = find_binaries()
    rights = _unprivileged()
    # Socket paths must be short, so the folder lies in /tmp even where TMPDIR is deep.
    folder = Path(tempfile.mkdtemp(prefix="village-pg-", dir="/tmp" if os.path.isdir("/tmp") else None))  # noqa: S108
    if rights:
        os.chown(folder, rights["user"], rights["group"])
    environment = {"PATH": f"{binaries}{os.pathsep}{os.environ.get('PATH', '')}", "LC_ALL": "C.UTF-8", "TZ": "UTC"}
    server: subprocess.Popen[bytes] | None = None
    try:
        made = subprocess.run(
            [binaries / "initdb", "-D", folder / "data", "-U", "village", "-A", "trust", "-E", "UTF8", "--no-sync"],
            capture_output=True,
            text=True,
            cwd=folder,
            env=environment,
            **rights,
        )
        if made.returncode:
            raise say.Trouble(f"PostgreSQL could not make a cluster:\n{made.stderr.strip()}")
        settings = [word for name, value in _OPTIONS.items() for word in ("-c", f"{name}={value}")]
        with open(folder / "server.log", "wb") as log:
            server = subprocess.Popen(
                [binaries / "postgres", "-D", folder / "data", "-k", folder, *settings],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd=folder,
                env=environment,
                start_new_session=True,
                **rights,
            )
        _wait(binaries, folder, environment, server)
        yield f"postgres://village@{quote(str(folder), safe='')}/postgres"
    finally:
        if server is not None and server.poll() is None:
            server.send_signal(signal.SIGINT)
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.send_signal(signal.SIGQUIT)
                server.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _wait(binaries: Path, folder: Path, environment: dict[str, str], server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        ready = subprocess.run([binaries / "pg_isready", "-q", "-h", folder], env=environment, capture_output=True)
        if ready.returncode == 0:
            return
        time.sleep(0.1)
    raise say.Trouble(f"PostgreSQL did not start:\n{(folder / 'server.log').read_text(errors='replace').strip()}")
