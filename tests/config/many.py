"""Several servers of one village: web processes and workers as `./village` starts them, and nginx in front."""

import contextlib
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from ipaddress import ip_address
from pathlib import Path

import psutil

from smartbarleben.config import authority, paths

PROXY_FILE = paths.ROOT / "deploy" / "nginx.conf"
_WRAPPER = """
{user}
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
worker_processes 1;
events {{ worker_connections 512; }}
http {{
  log_format upstreams '$request_method $status $upstream_addr';
  {temp}
  include {folder}/site.conf;
}}
"""


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on just now, all different."""
    with contextlib.ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]


@dataclass
class Unit:
    """One ./village of several: what a unit of systemd would run."""

    name: str
    words: list[str]
    environment: dict[str, str]
    log: Path
    port: int = 0
    process: "subprocess.Popen[bytes] | None" = field(default=None)

    def start(self) -> None:
        """Start it without waiting."""
        with open(self.log, "ab") as file:
            self.process = subprocess.Popen(
                [sys.executable, paths.ROOT / "village", *self.words],
                stdin=subprocess.DEVNULL, stdout=file, stderr=file, env=self.environment, start_new_session=True,
            )  # fmt: skip

    @property
    def output(self) -> str:
        """Everything printed so far."""
        return self.log.read_text(encoding="utf-8", errors="replace")

    def wait_for(self, pattern: str, times: int = 1) -> None:
        """Until the output holds a pattern so often; fails when the unit ends first."""
        until = time.monotonic() + 600
        while len(re.findall(pattern, self.output)) < times:
            assert self.process is not None
            assert self.process.poll() is None, self.output
            assert time.monotonic() < until, self.output
            time.sleep(0.05)

    def child(self) -> psutil.Process:
        """The process below ./village that does the work, with its own children below it."""
        assert self.process is not None
        return psutil.Process(self.process.pid).children()[0]

    def kill(self) -> None:
        """What does the work stands still with requests in its hands, then dies by SIGKILL, all of it at once."""
        victim = self.child()
        group = [victim, *victim.children(recursive=True)]
        for process in group:
            process.suspend()
        time.sleep(1.0)
        for process in group:
            process.kill()

    def is_back(self) -> bool:
        """Whether its own port says that it is well, as soon as it has had the time to start."""
        until = time.monotonic() + 120
        while time.monotonic() < until:
            asked = f"http://127.0.0.1:{self.port}/healthz"
            with contextlib.suppress(OSError), urllib.request.urlopen(asked, timeout=5):
                return True
            time.sleep(0.2)
        return False

    def page(self, path: str) -> str:
        """A page, asked of this unit past the proxy."""
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", headers={"X-Forwarded-Proto": "https"})
        with urllib.request.urlopen(asked, timeout=20) as answer:
            return str(answer.read().decode())

    def end(self) -> None:
        """Stop it as systemd does."""
        if self.process is None or self.process.poll() is not None:
            return
        left = psutil.Process(self.process.pid).children(recursive=True)
        self.process.send_signal(signal.SIGTERM)
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(25)
        for process in left:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.process.kill()
        self.process.wait()


@dataclass(frozen=True)
class Proxy:
    """nginx with the file of deploy/, open at a port, with a certificate for 127.0.0.1."""

    port: int
    tls: ssl.SSLContext
    log: Path

    def asked_again(self, method: str) -> int:
        """How many requests of a method were given to more than one web process."""
        rows = [row.split(" ", 2) for row in self.log.read_text().splitlines()]
        return sum(row[0] == method and "," in row[2] for row in rows)


@contextlib.contextmanager
def proxy(nginx: str, folder: Path, port: int, webs: list[int]) -> Iterator[Proxy]:
    """Run nginx with the very file that docs/operations.md shows; only what is the operator's is replaced."""
    folder.mkdir()
    files = authority.Files(folder / "tls")
    authority.ensure(files, ["localhost"], [ip_address("127.0.0.1")], datetime.now(UTC))
    log = folder / "upstreams.log"
    log.touch()
    ours = {
        "    listen 80;": f"    listen 127.0.0.1:{free_ports(1)[0]};",
        "    listen [::]:80;\n": "",
        "listen 443 ssl": f"listen 127.0.0.1:{port} ssl",
        "    listen [::]:443 ssl http2;\n": "",
        "dorf.example.org;": "127.0.0.1;",
        "/etc/letsencrypt/live/dorf.example.org/fullchain.pem": str(files.leaf),
        "/etc/letsencrypt/live/dorf.example.org/privkey.pem": str(files.leaf_key),
        "/var/log/nginx/smartbarleben.log crit": f"{folder}/site.log info",
        "/srv/village/program/deploy": str(PROXY_FILE.parent),
        **{f"127.0.0.1:{8001 + number} ": f"127.0.0.1:{own} " for number, own in enumerate(webs)},
    }
    text = PROXY_FILE.read_text(encoding="utf-8")
    for theirs, mine in ours.items():
        assert theirs in text, f"deploy/nginx.conf no longer says {theirs!r}"
        text = text.replace(theirs, mine)
    head, _off, tail = text.rpartition("access_log off;")
    (folder / "site.conf").write_text(f"{head}access_log {log} upstreams;{tail}", encoding="utf-8")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temp = " ".join(f"{kind}_temp_path {folder}/{kind};" for kind in kinds)
    user = "user root;" if os.geteuid() == 0 else ""
    whole = folder / "nginx.conf"
    whole.write_text(_WRAPPER.format(user=user, folder=folder, temp=temp), encoding="utf-8")
    checked = subprocess.run([nginx, "-t", "-p", folder, "-c", whole], capture_output=True, text=True)
    assert checked.returncode == 0, checked.stderr
    with subprocess.Popen([nginx, "-p", folder, "-c", whole], stderr=subprocess.DEVNULL) as process:
        try:
            yield Proxy(port, ssl.create_default_context(cafile=str(files.authority)), log)
        finally:
            process.terminate()


def find_nginx() -> str | None:
    """nginx; where it is missing and this is root on Debian, it is installed first, as Chromium is."""
    where = os.pathsep.join([os.environ.get("PATH", ""), "/usr/sbin"])
    found, apt = shutil.which("nginx", path=where), shutil.which("apt-get")
    if found or not apt or os.geteuid() != 0:
        return found
    told = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", "nginx-light"]):
        subprocess.run([apt, "-q", *words], env=told, capture_output=True)
    return shutil.which("nginx", path=where)
