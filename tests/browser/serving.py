"""Villages for browser tests: a prepared data folder, the real web server on it, Chromium with the tests' flags."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.blueprint import copy_to

from smartbarleben.config.paths import ROOT, make_data_folder, python_environment
from smartbarleben.config.testing import BROWSERS

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync", "--disable-dev-shm-usage"),
]
EDITOR = "testredaktion"


@dataclass(frozen=True)
class House:
    """A village that is open: its address, its data folder, real paths by key and language, the editor's password."""

    url: str
    data: Path
    samples: dict[str, dict[str, str]]
    password: str

    def has(self, key: str) -> bool:
        """Whether the data have something at this public address."""
        return key in self.samples

    def path(self, key: str, language: str) -> str:
        """A real path of a public address in a language."""
        assert key in self.samples, f"samples.py has nothing for {key}"
        return self.samples[key][language]


def chromium() -> str | None:
    """The browser that `./village test` found, else Debian's."""
    return os.environ.get("SMARTBARLEBEN_CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


def _environment(data: Path, url: str = "http://localhost:8000") -> dict[str, str]:
    environment = {
        key: value
        for key, value in python_environment(data).items()
        if key not in {"DATABASE_URL", "COVERAGE_PROCESS_START"}
    }
    for name in ("DEBUG", "LAN", "PROXY", "HOSTS", "MAIL_URL"):
        environment.pop(f"SMARTBARLEBEN_{name}", None)
    return environment | {"SMARTBARLEBEN_BASE_URL": url, "SMARTBARLEBEN_SELF_URL": url}


def manage(data: Path, *words: str) -> str:
    """Run a module or a management command on a data folder; what it prints."""
    done = subprocess.run(
        [sys.executable, "-m", *words], cwd=ROOT, env=_environment(data), capture_output=True, text=True
    )
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout[-2000:]}{done.stderr[-4000:]}"
    return done.stdout


def prepare(data: Path, village: Path) -> None:
    """Make a data folder with tables, the village, an editor's account and the list of samples."""
    make_data_folder(data)
    copy_to(data / "village.sqlite3")
    manage(data, "smartbarleben", "load_village", str(village))
    said = manage(data, "smartbarleben", "add_staff", EDITOR, "--role", "editor")
    (data / "editor.txt").write_text(said.split()[1], encoding="ascii")
    (data / "samples.json").write_text(manage(data, "tests.browser.samples"), encoding="utf-8")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(url, timeout=30).close()
            return
        except urllib.error.HTTPError as answer:
            # It answers; whether well is for the tests to say.
            answer.close()
            return
        except OSError:
            open_yet = server.poll() is None and time.monotonic() < end
            assert open_yet, log.read_text(errors="replace")[-4000:]
            time.sleep(0.1)


@contextlib.contextmanager
def serving(data: Path) -> Iterator[House]:
    """Serve a data folder as `./village` does; the server is gone after the block."""
    port = _free_port()
    url = f"http://127.0.0.1:{port}"
    log = data / "server.log"
    with open(log, "wb") as output:
        server = subprocess.Popen(
            [sys.executable, "-m", "smartbarleben.config.child", "web", "127.0.0.1", str(port)],
            cwd=ROOT,
            env=_environment(data, url),
            stdin=subprocess.PIPE,
            stdout=output,
            stderr=output,
        )
    try:
        _wait(url + "/", server, log)
        samples = data / "samples.json"
        password = data / "editor.txt"
        yield House(
            url,
            data,
            json.loads(samples.read_text(encoding="utf-8")) if samples.exists() else {},
            password.read_text(encoding="ascii") if password.exists() else "",
        )
    finally:
        server.terminate()
        try:
            server.wait(20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()
        if server.stdin:
            server.stdin.close()
