"""The plain HTTP door beside --lan: where a device fetches the certificate before it can trust the village.

It hands out the authority's public certificate, a profile for Apple's devices and one explaining page; everything
else leads to the HTTPS address.
"""

import base64
import hashlib
import html
import plistlib
import threading
import uuid
from collections.abc import Callable
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from .trust_steps import DEVICES

PAGE = Path(__file__).with_name("door.html")


def apple_profile(certificate: bytes, name: str) -> bytes:
    """A configuration profile that carries the authority's certificate (DER)."""

    def identity(part: str) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, part + hashlib.sha256(certificate).hexdigest()))

    return plistlib.dumps(
        {
            "PayloadType": "Configuration",
            "PayloadVersion": 1,
            "PayloadIdentifier": "smartbarleben.lan",
            "PayloadUUID": identity("profile"),
            "PayloadDisplayName": name,
            "PayloadDescription": "Trust for a village in the local network.",
            "PayloadContent": [
                {
                    "PayloadType": "com.apple.security.root",
                    "PayloadVersion": 1,
                    "PayloadIdentifier": "smartbarleben.lan.ca",
                    "PayloadUUID": identity("certificate"),
                    "PayloadDisplayName": name,
                    "PayloadCertificateFileName": "smartbarleben-ca.crt",
                    "PayloadContent": certificate,
                }
            ],
        }
    )


def page(addresses: list[str], door: str, fingerprint: str) -> bytes:
    """The explaining page in German and English."""

    def sections(english: bool) -> str:
        parts = []
        for device in DEVICES:
            steps = device.english if english else device.german
            rows = "".join(f"<li>{html.escape(step.replace('{door}', door))}</li>" for step in steps)
            parts.append(f"<details><summary>{html.escape(device.name)}</summary><ol>{rows}</ol></details>")
        return "\n".join(parts)

    links = "".join(f'<li><a href="{html.escape(address)}/">{html.escape(address)}</a></li>' for address in addresses)
    template = Template(PAGE.read_text(encoding="utf-8"))
    text = template.substitute(
        german=sections(False), english=sections(True), links=links, fingerprint=html.escape(fingerprint)
    )
    return text.encode()


def style_digest(text: bytes) -> str:
    """The CSP source that allows exactly the page's own style element."""
    style = text.split(b"<style>")[1].split(b"</style>")[0]
    return f"'sha256-{base64.b64encode(hashlib.sha256(style).digest()).decode()}'"


class Door:
    """The running door. ``certificate`` is asked at each request, because it may be renewed meanwhile."""

    def __init__(
        self,
        host: str,
        port: int,
        *,
        certificate: Callable[[], bytes],
        fingerprint: Callable[[], str],
        addresses: list[str],
    ) -> None:
        known = {urlsplit(address).hostname: address for address in addresses}

        class Handler(BaseHTTPRequestHandler):
            timeout = 10
            server_version, sys_version = "SmartBarleben", ""

            def do_GET(self) -> None:
                path = self.path.partition("?")[0]
                here = self.headers.get("Host", "") or f"{host}:{port}"
                if path == "/ca.crt":
                    self._answer(certificate(), "application/x-x509-ca-cert", "smartbarleben-ca.crt")
                elif path == "/ca.mobileconfig":
                    profile = apple_profile(certificate(), "SmartBarleben")
                    self._answer(profile, "application/x-apple-aspen-config", "smartbarleben.mobileconfig")
                elif path == "/":
                    self._answer(page(addresses, f"http://{here}", fingerprint()), "text/html; charset=utf-8")
                else:
                    target = known.get(urlsplit(f"//{here}").hostname, addresses[0])
                    self.send_response(HTTPStatus.FOUND)
                    self.send_header("Location", target + self.path)
                    self.send_header("Content-Length", "0")
                    self.end_headers()

            do_HEAD = do_GET

            def _answer(self, content: bytes, kind: str, filename: str = "") -> None:
                self.send_response(HTTPStatus.OK)
                self.send_header("Content-Type", kind)
                self.send_header("Content-Length", str(len(content)))
                self.send_header("Cache-Control", "no-store")
                self.send_header("X-Content-Type-Options", "nosniff")
                if filename:
                    self.send_header("Content-Disposition", f'attachment; filename="{filename}"')
                else:
                    policy = f"default-src 'none'; style-src {style_digest(content)}; frame-ancestors 'none'"
                    self.send_header("Content-Security-Policy", policy)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self._server = ThreadingHTTPServer((host, port), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, daemon=True, name="door")
        self._thread.start()

    def close(self) -> None:
        """Stop answering."""
        self._server.shutdown()
        self._server.server_close()
