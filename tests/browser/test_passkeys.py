"""Second factors in Chromium, over HTTPS under a name that is not localhost, as in the town hall's own network."""

import base64
import hashlib
import hmac
import re
import shutil
import struct
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from playwright.sync_api import Page, expect, sync_playwright
from tests.browser.serving import EDITOR, FLAGS, chromium, manage
from tests.config.starting import Village, free_port, starting

pytestmark = [pytest.mark.browser, pytest.mark.slow]

NAME = "villa.test"


@dataclass(frozen=True)
class Desk:
    """A browser page in the village's network."""

    page: Page
    url: str
    password: str
    name: str = EDITOR

    def go(self, path: str) -> None:
        """Open a page of the village."""
        self.page.goto(self.url + path)

    def sign_in(self) -> None:
        """Name and password; what comes then is for the test."""
        self.go("/konto/login/")
        self.page.fill("input[name=login]", self.name)
        self.page.fill("input[name=password]", self.password)
        self.page.locator("form:has(input[name=password]) button[type=submit]").click()

    def confirm_access(self) -> None:
        """Give the password again where a page asks for it."""
        if "reauthenticate" in self.page.url:
            self.page.fill("input[name=password]", self.password)
            self.page.locator("form:has(input[name=password]) button[type=submit]").click()

    def sign_out(self) -> None:
        """Forget who was here."""
        self.page.context.clear_cookies()

    @property
    def path(self) -> str:
        """Where the browser is."""
        return urlsplit(self.page.url).path


@pytest.fixture(scope="module")
def village(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    data = Path(shutil.copytree(prepared, tmp_path_factory.mktemp("passkeys") / "data"))
    with starting(data, "--lan", "--lan-name", NAME, "--door-port", str(free_port())) as running:
        yield running


@pytest.fixture
def desk(village: Village) -> Iterator[Desk]:
    program = chromium()
    if program is None:
        pytest.skip("Chromium is missing. On Debian and Ubuntu: apt install chromium")
    leaf = x509.load_pem_x509_certificates((village.data / "tls" / "server.crt").read_bytes())[0]
    public = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    pin = base64.b64encode(hashlib.sha256(public).digest()).decode()
    names = [f"--host-resolver-rules=MAP {NAME} 127.0.0.1", f"--ignore-certificate-errors-spki-list={pin}"]
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *names])
        page = browser.new_page(locale="de-DE", viewport={"width": 360, "height": 760})
        yield Desk(page, f"https://{NAME}:{village.port}", (village.data / "editor.txt").read_text(encoding="ascii"))
        browser.close()


def code_of(secret: str, moment: float) -> str:
    """What an authenticator app shows (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(moment) // 30), hashlib.sha1).digest()
    start = digest[-1] & 15
    number = struct.unpack(">I", digest[start : start + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def give_finger(page: Page) -> None:
    """A device with a fingerprint reader on which somebody always lays a finger; it holds no passkey yet."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})


def test_a_passkey_is_set_up_and_opens_the_workspace_without_a_password(desk: Desk) -> None:
    give_finger(desk.page)
    desk.sign_in()
    desk.go("/konto/2fa/webauthn/add/")
    desk.confirm_access()
    desk.page.check("input[type=checkbox]")
    desk.page.click("#mfa_webauthn_add")
    desk.page.wait_for_url(lambda url: "/konto/2fa/" in url and "/add/" not in url, wait_until="load")
    expect(desk.page.locator("h1")).to_be_visible()

    desk.sign_out()
    desk.go("/verwaltung/")
    assert desk.path == "/konto/login/"
    desk.page.click("#passkey_login")
    desk.page.wait_for_url(re.compile(r"^https://[^/]+/verwaltung/$"))

    # With a second factor the password alone no longer opens anything.
    desk.sign_out()
    desk.sign_in()
    assert desk.path == "/konto/2fa/authenticate/"
    desk.page.click("#mfa_webauthn_authenticate")
    desk.page.wait_for_url(re.compile(r"^https://[^/]+/verwaltung/$"))


def test_a_browser_without_a_passkey_is_told_so(desk: Desk) -> None:
    give_finger(desk.page)
    desk.go("/konto/login/")
    desk.page.click("#passkey_login")
    expect(desk.page.locator("#account-error")).to_be_visible()


def test_an_authenticator_app_is_set_up_and_asked_for(village: Village, desk: Desk) -> None:
    said = manage(village.data, "smartbarleben", "add_staff", "kode", "--role", "editor")
    desk = replace(desk, name="kode", password=said.split()[1])
    page = desk.page
    desk.sign_in()
    desk.go("/konto/2fa/totp/activate/")
    desk.confirm_access()
    secret = page.input_value("#authenticator_secret")
    page.fill("input[name=code]", "000000")
    page.locator("form:has(input[name=code]) button[type=submit]").click()
    expect(page.locator("[role=alert]:visible")).to_be_visible()
    assert page.input_value("#authenticator_secret") == secret
    now = time.time()
    page.fill("input[name=code]", code_of(secret, now))
    page.locator("form:has(input[name=code]) button[type=submit]").click()
    page.wait_for_url("**/recovery-codes/**")
    assert len(page.input_value("#recovery_codes").split()) >= 8

    desk.sign_out()
    desk.sign_in()
    assert desk.path == "/konto/2fa/authenticate/"
    # No code opens anything twice; the next one is good already.
    page.fill("input[name=code]", code_of(secret, now + 30))
    page.locator("form:has(input[name=code]) button[type=submit]").first.click()
    page.wait_for_url(re.compile(r"^https://[^/]+/verwaltung/$"))
