"""--lan in Chromium: under a name that is not localhost, HTTPS opens what browsers keep for secure contexts."""

import base64
import hashlib
import ipaddress
import os
import shutil
import socket
import ssl
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import sync_playwright
from tests.config.starting import Village, free_port, starting

from smartbarleben.config.testing import find_browser

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "villa.test"
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]


@pytest.fixture(scope="module")
def village(opened: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    data = Path(shutil.copytree(opened, tmp_path_factory.mktemp("lan") / "data"))
    with starting(data, "--lan", "--lan-name", NAME, "--door-port", str(free_port())) as running:
        yield running


def connect(village: Village, name: str, **trust: str) -> str | None:
    context = ssl.create_default_context(**trust)
    with (
        socket.create_connection(("127.0.0.1", village.port), timeout=20) as plain,
        context.wrap_socket(plain, server_hostname=name) as secure,
    ):
        return secure.version()


def test_chain_and_name_hold_for_whoever_trusts_the_authority(village: Village) -> None:
    authority = str(village.data / "tls" / "ca.crt")
    for name in (NAME, "localhost", str(ipaddress.IPv4Address("127.0.0.1"))):
        assert connect(village, name, cafile=authority) == "TLSv1.3"
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(village, "other.test", cafile=authority)
    with pytest.raises(ssl.SSLCertVerificationError):
        connect(village, NAME)


def test_the_terminal_shows_codes_and_steps(village: Village) -> None:
    assert f"https://{NAME}:{village.port}/" in village.output
    assert "█" in village.output
    for device in ("Android", "iPhone", "Windows", "Debian", "Firefox"):
        assert device in village.output


def test_a_name_that_is_not_localhost_is_a_secure_context(village: Village, tmp_path: Path) -> None:
    leaf = x509.load_pem_x509_certificates((village.data / "tls" / "server.crt").read_bytes())[0]
    public = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(public).digest()).decode()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("SMARTBARLEBEN_CHROMIUM") or shutil.which("chromium") or find_browser(),
            args=[
                *FLAGS,
                f"--host-resolver-rules=MAP {NAME} 127.0.0.1",
                f"--ignore-certificate-errors-spki-list={pin}",
            ],
        )
        try:
            page = browser.new_page()
            answer = page.goto(f"https://{NAME}:{village.port}/")
            assert answer is not None
            assert answer.status == 200
            assert "strict-transport-security" not in answer.headers
            assert page.evaluate("location.hostname") == NAME
            assert page.evaluate("isSecureContext") is True
            assert page.evaluate("'serviceWorker' in navigator && 'credentials' in navigator") is True
        finally:
            browser.close()
