"""The keys of a village lie outside the repository, and only its owner reads them."""

import subprocess
import sys
from pathlib import Path

import pytest
from tests.config import production

from smartbarleben.config.paths import ROOT

_PRINT = """
import hashlib
from smartbarleben.config import settings as made
key = made.SECRET_KEY
print(hashlib.sha256(key.encode()).hexdigest(), len(key), getattr(made, "SECURE_HSTS_SECONDS", 0))
"""


def started(data: Path, **more: str) -> subprocess.CompletedProcess[str]:
    """A process of a village that has read its settings and prints its key's digest."""
    command = [sys.executable, "-c", _PRINT]
    environment = production.environment(data, **more)
    return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)


def test_the_key_is_its_owners_alone(tmp_path: Path) -> None:
    data = tmp_path / "data"
    first, second = started(data), started(data)
    assert first.stdout == second.stdout, first.stderr
    assert int(first.stdout.split()[1]) >= 50
    assert (data / "secret.key").stat().st_mode & 0o777 == 0o600
    assert data.stat().st_mode & 0o777 == 0o700
    assert started(tmp_path / "other").stdout != first.stdout, "each village has a key of its own"


def test_hsts_is_a_year_and_may_be_tried_for_an_hour(tmp_path: Path) -> None:
    assert started(tmp_path).stdout.split()[2] == "31536000"
    assert started(tmp_path, SMARTBARLEBEN_HSTS="3600").stdout.split()[2] == "3600"
    assert started(tmp_path, SMARTBARLEBEN_LAN="1").stdout.split()[2] == "0"
    assert started(tmp_path, SMARTBARLEBEN_BASE_URL="http://dorf.example.org").stdout.split()[2] == "0"


@pytest.mark.parametrize("typed", ["a year", "-1", "1e9", "31_536_000", "99999999999"])
def test_a_wrong_time_is_said_at_the_start(tmp_path: Path, typed: str) -> None:
    done = started(tmp_path, SMARTBARLEBEN_HSTS=typed)
    assert done.returncode != 0
    assert "SMARTBARLEBEN_HSTS is no number of seconds" in done.stderr


def test_the_proxy_that_the_docs_describe_takes_forged_headers_away() -> None:
    """WSGI makes one name of X-Forwarded-For and X_Forwarded_For; nginx drops the latter, Caddy must be told."""
    caddy, nginx = ((ROOT / "deploy" / name).read_text(encoding="utf-8") for name in ("Caddyfile", "nginx.conf"))
    assert "request_header -*_*" in caddy
    assert "underscores_in_headers" not in nginx
    assert "proxy_set_header X-Forwarded-For $remote_addr;" in nginx
    assert "proxy_set_header X-Forwarded-Proto $scheme;" in nginx
