"""--lan: the authority and its short lead, renewal, the plain door, and the QR codes in the terminal."""

import io
import ipaddress
import plistlib
import re
import socket
import ssl
import subprocess
import urllib.request
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.error import HTTPError

import pytest
import zxingcpp
from cryptography import x509
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from smartbarleben.config import authority, door, lan, network

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
NAMES = ["villa", "villa.local", "villa.test"]
ADDRESSES: list[network.Address] = [ipaddress.IPv4Address("192.168.1.20"), ipaddress.IPv6Address("fd12::20")]


def files_in(folder: Path, **kwargs: object) -> authority.Files:
    files = authority.Files(folder / "tls")
    authority.ensure(files, NAMES, ADDRESSES, datetime.now(UTC))
    return files


def shake_hands(chain: Path, key: Path, trusted: Path, name: str) -> None:
    """A TLS handshake in memory, with verification of chain and name. Raises SSLCertVerificationError."""
    server_context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_context.load_cert_chain(chain, key)
    pipes = [ssl.MemoryBIO() for _ in range(2)]
    server = server_context.wrap_bio(pipes[0], pipes[1], server_side=True)
    client = ssl.create_default_context(cafile=str(trusted)).wrap_bio(pipes[1], pipes[0], server_hostname=name)
    for _ in range(4):
        for side in (client, server):
            try:
                side.do_handshake()
            except ssl.SSLWantReadError:
                continue


@pytest.mark.parametrize("name", [*NAMES, "localhost", "192.168.1.20", "fd12::20", "127.0.0.1"])
def test_devices_that_trust_the_authority_accept_every_name(tmp_path: Path, name: str) -> None:
    files = files_in(tmp_path)
    shake_hands(files.leaf, files.leaf_key, files.authority, name)


def test_other_names_are_refused(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        shake_hands(files.leaf, files.leaf_key, files.authority, "other.local")


def test_a_stolen_key_cannot_speak_for_a_bank(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    certificate = x509.load_pem_x509_certificate(files.authority.read_bytes())
    authority._make_leaf(files, certificate, ["bank.example"], [], datetime.now(UTC))
    with pytest.raises(ssl.SSLCertVerificationError, match="permitted subtree violation"):
        shake_hands(files.leaf, files.leaf_key, files.authority, "bank.example")


def test_keys_are_for_the_owner_only(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    assert files.folder.stat().st_mode & 0o777 == 0o700
    assert files.authority_key.stat().st_mode & 0o777 == 0o600
    assert files.leaf_key.stat().st_mode & 0o777 == 0o600


def test_own_requests_trust_the_world_and_the_village(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    system = ssl.get_default_verify_paths().cafile
    known = Path(system).read_text().count("BEGIN CERTIFICATE") if system and Path(system).is_file() else 0
    assert files.trust.read_text().count("BEGIN CERTIFICATE") == known + 1
    assert files.authority.read_text() in files.trust.read_text()


def test_lifetimes(tmp_path: Path) -> None:
    files = authority.Files(tmp_path)
    assert authority.ensure(files, NAMES, ADDRESSES, NOW) == {"authority", "leaf"}
    leaf, ca = x509.load_pem_x509_certificates(files.leaf.read_bytes())
    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc == timedelta(days=397)
    assert leaf.not_valid_before_utc < NOW, "a phone's clock may be slow"
    assert ca.not_valid_after_utc - NOW > timedelta(days=3650)


@given(days=st.integers(0, 4000))
@settings(max_examples=25, deadline=None)
def test_a_running_village_always_has_a_valid_certificate(
    tmp_path_factory: pytest.TempPathFactory, days: int
) -> None:
    files = authority.Files(tmp_path_factory.mktemp("tls"))
    authority.ensure(files, NAMES, ADDRESSES, NOW)
    later = NOW + timedelta(days=days)
    made = authority.ensure(files, NAMES, ADDRESSES, later)
    leaf, ca = x509.load_pem_x509_certificates(files.leaf.read_bytes())
    assert leaf.not_valid_after_utc - later >= timedelta(days=30)
    assert ca.not_valid_after_utc >= leaf.not_valid_after_utc
    assert ("leaf" in made) == (days > 366)
    assert not authority.ensure(files, NAMES, ADDRESSES, later), "the second look changes nothing"


def test_new_address_renews_the_leaf_and_keeps_the_authority(tmp_path: Path) -> None:
    files = authority.Files(tmp_path)
    authority.ensure(files, NAMES, ADDRESSES, NOW)
    before = files.authority.read_bytes()
    moved: list[network.Address] = [ipaddress.IPv4Address("10.0.0.7")]
    assert authority.ensure(files, NAMES, moved, NOW) == {"leaf"}
    assert files.authority.read_bytes() == before
    assert not authority.ensure(files, NAMES, [], NOW), "an address that went away needs no new certificate"


def test_new_name_needs_a_new_authority_but_not_while_running(tmp_path: Path) -> None:
    files = authority.Files(tmp_path)
    authority.ensure(files, NAMES, ADDRESSES, NOW)
    assert not authority.ensure(files, [*NAMES, "new.example"], ADDRESSES, NOW, keep_authority=True)
    assert authority.ensure(files, [*NAMES, "new.example"], ADDRESSES, NOW) == {"authority", "leaf"}


def test_half_written_files_are_made_anew(tmp_path: Path) -> None:
    files = authority.Files(tmp_path)
    authority.ensure(files, NAMES, ADDRESSES, NOW)
    files.leaf.write_text("-----BEGIN CERT")
    assert authority.ensure(files, NAMES, ADDRESSES, NOW) == {"leaf"}


@pytest.fixture
def running_door(tmp_path: Path) -> Iterator[tuple[str, authority.Files]]:
    files = files_in(tmp_path)
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = door.Door(
        "127.0.0.1",
        port,
        certificate=lambda: authority.authority_der(files),
        fingerprint=lambda: authority.fingerprint(files),
        addresses=["https://villa.test:8443", "https://127.0.0.1:8443"],
    )
    yield f"http://127.0.0.1:{port}", files
    server.close()


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object) -> None:
        return None


def fetch(address: str, **headers: str) -> tuple[int, dict[str, str], bytes]:
    request = urllib.request.Request(address, headers=headers)
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=10) as answer:
            return answer.status, dict(answer.headers), answer.read()
    except HTTPError as answer:
        with answer:
            return answer.code, dict(answer.headers), answer.read()


def test_the_door_hands_out_the_certificate(running_door: tuple[str, authority.Files]) -> None:
    address, files = running_door
    status, headers, body = fetch(f"{address}/ca.crt")
    assert (status, headers["Content-Type"]) == (200, "application/x-x509-ca-cert")
    assert x509.load_der_x509_certificate(body) == x509.load_pem_x509_certificate(files.authority.read_bytes())
    assert b"PRIVATE" not in body


def test_the_door_hands_out_a_profile_for_apple(running_door: tuple[str, authority.Files]) -> None:
    address, files = running_door
    status, headers, body = fetch(f"{address}/ca.mobileconfig")
    assert (status, headers["Content-Type"]) == (200, "application/x-apple-aspen-config")
    payload = plistlib.loads(body)["PayloadContent"][0]
    assert payload["PayloadType"] == "com.apple.security.root"
    assert payload["PayloadContent"] == authority.authority_der(files)


def test_the_page_explains_every_device_in_two_languages(running_door: tuple[str, authority.Files]) -> None:
    address, files = running_door
    status, headers, body = fetch(f"{address}/")
    text = body.decode()
    assert status == 200
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert door.style_digest(body) in headers["Content-Security-Policy"]
    assert text.count("<h1") == 1
    for device in door.DEVICES:
        assert text.count(f"<summary>{device.name}</summary>") == 2
    assert authority.fingerprint(files) in text
    assert f"wget {address}/ca.crt" in text
    assert 'href="https://villa.test:8443/"' in text


@pytest.mark.parametrize(
    ("host", "target"),
    [
        ("127.0.0.1:8080", "https://127.0.0.1:8443/termine/?x=1"),
        ("villa.test:8080", "https://villa.test:8443/termine/?x=1"),
        ("evil.example", "https://villa.test:8443/termine/?x=1"),
    ],
)
def test_everything_else_leads_to_https(running_door: tuple[str, authority.Files], host: str, target: str) -> None:
    status, headers, body = fetch(f"{running_door[0]}/termine/?x=1", Host=host)
    assert (status, headers["Location"], body) == (302, target, b"")


def test_a_hostile_host_header_does_no_harm(running_door: tuple[str, authority.Files]) -> None:
    _status, _headers, body = fetch(f"{running_door[0]}/", Host='"><script>alert(1)</script>')
    assert b"<script" not in body


def test_this_machine_has_no_loopback_among_its_addresses() -> None:
    assert not [address for address in network.addresses() if address.is_loopback or address.is_link_local]


def test_the_terminal_shows_a_code_that_cameras_read(capsys: pytest.CaptureFixture[str]) -> None:
    lan.show_qr("https://villa.test:8443/")
    rows = [row[2:] for row in capsys.readouterr().out.splitlines()[1:]]
    halves = {"█": (1, 1), "▀": (1, 0), "▄": (0, 1), " ": (0, 0), "\xa0": (0, 0)}
    modules = [[halves[sign][half] for sign in row] for row in rows for half in (0, 1)]
    small = Image.new("L", (len(rows[0]), len(modules)))
    small.putdata([255 * module for line in modules for module in line])
    picture = small.resize((small.width * 8, small.height * 8), Image.Resampling.NEAREST)
    assert zxingcpp.read_barcode(picture).text == "https://villa.test:8443/"


def test_a_terminal_without_block_characters_shows_the_address(monkeypatch: pytest.MonkeyPatch) -> None:
    out = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    monkeypatch.setattr("sys.stdout", out)
    lan.show_qr("https://villa.test:8443/")
    out.flush()
    assert out.buffer.getvalue().decode().strip() == "https://villa.test:8443/"  # type: ignore[attr-defined]


def test_openssl_agrees(tmp_path: Path) -> None:
    files = files_in(tmp_path)
    done = subprocess.run(
        ["openssl", "verify", "-x509_strict", "-purpose", "sslserver", "-CAfile", files.authority, files.leaf],
        capture_output=True,
        text=True,
    )
    assert re.search(r": OK$", done.stdout.strip()), done.stderr
