"""Fetches a file from an address that somebody typed, without lending a hand against the house's own network. Pure.

Server-side request forgery: an address such as http://192.168.0.1/ or a name that leads there would let a stranger
look through this server at machines that only it can reach. So only http and https are asked, every address a name
leads to must be public, the connection goes to exactly the address that was checked (a name may lead elsewhere a
moment later), and each redirect is checked like the first address.
"""

import http.client
import ipaddress
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import SplitResult, quote, urljoin, urlsplit, urlunsplit

from smartbarleben.kernel.wording import gettext_noop

from .incoming import MAX_BYTES
from .trouble import FileError

MAX_SECONDS = 30.0
MAX_REDIRECTS = 5
MAX_ADDRESS = 2000
# A name with more of them is no calendar's.
MAX_ADDRESSES = 6
AGENT = "SmartBarleben (calendar and list import)"
# Networks in which an IPv4 address hides in an IPv6 one.
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


def is_public(address: str) -> bool:
    """Whether an IP address lies in the open internet, also when it hides in an IPv6 address."""
    try:
        one = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(one, ipaddress.IPv6Address):
        if one.scope_id is not None or one.is_site_local:
            return False
        hidden = one.ipv4_mapped or one.sixtofour or (one.teredo[1] if one.teredo else None)
        if one in _NAT64:
            hidden = ipaddress.IPv4Address(int(one) & 0xFFFFFFFF)
        if hidden is not None:
            return is_public(str(hidden))
    return one.is_global and not (
        one.is_multicast or one.is_reserved or one.is_loopback or one.is_link_local or one.is_unspecified
    )


def look_up(host: str, port: int) -> list[str]:
    """The IP addresses of a name. Raises OSError where there are none."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


@dataclass(frozen=True, slots=True)
class Rules:
    """What may be asked. The tests have a server of their own on this machine and say so; nothing else may."""

    allows: Callable[[str], bool] = is_public
    ports: frozenset[int] = frozenset({80, 443, 8080, 8443})
    look_up: Callable[[str, int], list[str]] = look_up
    max_bytes: int = MAX_BYTES
    max_seconds: float = MAX_SECONDS


PUBLIC = Rules()


@dataclass(frozen=True, slots=True)
class Fetched:
    """What came back; ``body`` is None when the server says that nothing has changed since ``etag``."""

    body: bytes | None
    address: str
    etag: str = ""
    last_modified: str = ""


@dataclass(slots=True)
class _Deadline:
    """Ends a connection that takes too long, however slowly its bytes drip."""

    ends: float
    sockets: list[socket.socket] = field(default_factory=list)
    over: bool = False

    def left(self) -> float:
        return self.ends - time.monotonic()

    def cut(self) -> None:
        self.over = True
        for one in self.sockets:
            try:
                one.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue


def checked(address: str, rules: Rules = PUBLIC) -> str:
    """The address as it will be asked: webcal becomes https. Raises FileError for what is no web address."""
    return urlunsplit(_parts(address, rules))


def _refuse(problem: str, mend: str, **values: Any) -> FileError:
    return FileError(problem, mend, **values)


def _parts(address: str, rules: Rules) -> SplitResult:
    text = address.strip()
    whole = gettext_noop("Copy the whole address from the browser; it begins with https://.")
    if len(text) > MAX_ADDRESS or any(ord(letter) < 33 or ord(letter) == 127 or letter == "\\" for letter in text):
        raise _refuse(gettext_noop("This is no web address."), whole)
    scheme, colon, rest = text.partition("://")
    if scheme.lower() in {"webcal", "webcals"} and colon:
        text = f"https://{rest}"
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").encode("idna").decode() if ":" not in (parts.hostname or "") else parts.hostname
    except (ValueError, UnicodeError):
        raise _refuse(gettext_noop("This is no web address."), whole) from None
    if parts.scheme not in {"http", "https"} or not host:
        raise _refuse(gettext_noop("Only addresses with https:// or http:// can be fetched."), whole)
    if "@" in parts.netloc:
        raise _refuse(
            gettext_noop("The address holds a user name."),
            gettext_noop("Ask for an address that opens without logging in."),
        )
    if (port or (443 if parts.scheme == "https" else 80)) not in rules.ports:
        raise _refuse(
            gettext_noop("The address names the unusual port %(port)d."),
            gettext_noop("Ask for the file on a usual web address."),
            port=port or 0,
        )
    shown = f"[{host}]" if ":" in host else host
    netloc = f"{shown}:{port}" if port is not None else shown
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    return SplitResult(parts.scheme, netloc, path, quote(parts.query, safe="/?%:@!$&'()*+,;=~-._"), "")


def _ips(parts: SplitResult, rules: Rules, deadline: _Deadline) -> list[str]:
    """The IP addresses to connect to, one after the other. Every address of the name must be allowed."""
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    found: list[str] = []
    failed: list[Exception] = []

    def ask() -> None:
        try:
            found.extend(rules.look_up(host, port))
        except (OSError, UnicodeError) as problem:
            failed.append(problem)

    # The system's look-up has no time limit of its own.
    asking = threading.Thread(target=ask, daemon=True)
    asking.start()
    asking.join(max(deadline.left(), 0))
    if failed or not found or asking.is_alive():
        raise _refuse(
            gettext_noop("Nobody knows the name %(host)s."),
            gettext_noop("Check the address for typing errors."),
            host=host,
        )
    if not all(rules.allows(one) for one in found):
        raise _refuse(
            gettext_noop("%(host)s leads into a private network, not into the internet."),
            gettext_noop("Upload the file instead, or ask for a public address."),
            host=host,
        )
    return found[:MAX_ADDRESSES]


class _Plain(http.client.HTTPConnection):
    """Talks to one of the checked IP addresses, whatever the name leads to by now."""

    def __init__(self, parts: SplitResult, ips: list[str], deadline: _Deadline) -> None:
        port = parts.port or (443 if parts.scheme == "https" else 80)
        super().__init__(parts.hostname or "", port, timeout=max(deadline.left(), 0.001))
        self._ips, self._deadline, self._secure = ips, deadline, parts.scheme == "https"

    def connect(self) -> None:
        raw = self._reached()
        raw.settimeout(max(self._deadline.left(), 0.001))
        self._deadline.sockets.append(raw)
        self.sock = raw
        if self._secure:
            self.sock = ssl.create_default_context().wrap_socket(raw, server_hostname=self.host)
            self._deadline.sockets.append(self.sock)

    def _reached(self) -> socket.socket:
        """The first address that takes a connection; one that is silent gets its share of the time."""
        for number, ip in enumerate(self._ips[:-1]):
            share = self._deadline.left() / (len(self._ips) - number)
            try:
                return socket.create_connection((ip, self.port), timeout=max(share, 0.001))
            except OSError:
                # Often the first is an IPv6 address, and this network has none.
                continue
        return socket.create_connection((self._ips[-1], self.port), timeout=max(self._deadline.left(), 0.001))


def fetch(address: str, *, etag: str = "", last_modified: str = "", rules: Rules = PUBLIC) -> Fetched:
    """The file at an address, or None as its body when it has not changed since. Raises FileError in words."""
    deadline = _Deadline(time.monotonic() + rules.max_seconds)
    watch = threading.Timer(rules.max_seconds, deadline.cut)
    watch.daemon = True
    watch.start()
    try:
        return _followed(address, etag, last_modified, rules, deadline)
    finally:
        watch.cancel()


def _followed(address: str, etag: str, last_modified: str, rules: Rules, deadline: _Deadline) -> Fetched:
    parts = _parts(address, rules)
    for _step in range(MAX_REDIRECTS + 1):
        connection = _Plain(parts, _ips(parts, rules, deadline), deadline)
        answer = None
        try:
            answer = _asked(connection, parts, etag, last_modified)
            if answer.status in {301, 302, 303, 307, 308}:
                parts = _next(parts, answer.getheader("Location") or "", rules)
                continue
            return _answered(answer, urlunsplit(parts), rules, deadline)
        except (OSError, http.client.HTTPException, EOFError) as problem:
            raise _unreachable(parts, problem, deadline) from None
        finally:
            # The answer holds the socket on its own.
            if answer is not None:
                answer.close()
            connection.close()
    raise _refuse(
        gettext_noop("The address leads on and on to others."),
        gettext_noop("Ask for the address of the file itself."),
    )


def _asked(connection: _Plain, parts: SplitResult, etag: str, last_modified: str) -> http.client.HTTPResponse:
    headers = {
        "User-Agent": AGENT,
        "Accept": "text/calendar, text/csv, */*;q=0.5",
        "Accept-Encoding": "identity",
        "Connection": "close",
    }
    if etag:
        headers["If-None-Match"] = etag
    if last_modified:
        headers["If-Modified-Since"] = last_modified
    connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers=headers)
    return connection.getresponse()


def _next(parts: SplitResult, location: str, rules: Rules) -> SplitResult:
    there = _parts(urljoin(urlunsplit(parts), location), rules)
    if parts.scheme == "https" and there.scheme == "http":
        raise _refuse(
            gettext_noop("The address leads from https to an address without encryption."),
            gettext_noop("Ask for an https address."),
        )
    return there


def _unreachable(parts: SplitResult, problem: Exception, deadline: _Deadline) -> FileError:
    host = parts.hostname or ""
    if deadline.over or isinstance(problem, TimeoutError):
        return _refuse(gettext_noop("%(host)s took too long to answer."), gettext_noop("Try again later."), host=host)
    if isinstance(problem, ssl.SSLError):
        return _refuse(
            gettext_noop("The certificate of %(host)s does not fit."),
            gettext_noop("Tell whoever runs that site."),
            host=host,
        )
    return _refuse(
        gettext_noop("%(host)s does not answer as it should."),
        gettext_noop("Open the address in a browser; try again later."),
        host=host,
    )


def _answered(answer: http.client.HTTPResponse, address: str, rules: Rules, deadline: _Deadline) -> Fetched:
    host = urlsplit(address).hostname or ""
    told = (answer.getheader("ETag") or "")[:200], (answer.getheader("Last-Modified") or "")[:100]
    if answer.status == 304:
        return Fetched(None, address, *told)
    if answer.status != 200:
        mend = (
            gettext_noop("Ask for an address that opens without logging in.")
            if answer.status in {401, 403}
            else gettext_noop("Open the address in a browser and look whether it has moved.")
        )
        raise _refuse(
            gettext_noop("%(host)s answers with the error %(status)d."), mend, host=host, status=answer.status
        )
    body = _read(answer, rules, deadline)
    if deadline.over:
        raise TimeoutError
    return Fetched(body, address, *told)


def _read(answer: http.client.HTTPResponse, rules: Rules, deadline: _Deadline) -> bytes:
    """The body, unpacked while it comes, so that a small answer cannot fill the memory."""
    encoding = (answer.getheader("Content-Encoding") or "identity").strip().lower()
    if encoding not in {"identity", "", "gzip", "x-gzip", "deflate"}:
        raise _refuse(
            gettext_noop("The server packs its answer in a way that nobody asked for."),
            gettext_noop("Tell whoever runs that site."),
        )
    unpack = zlib.decompressobj(zlib.MAX_WBITS | 32) if encoding not in {"identity", ""} else None
    parts: list[bytes] = []
    size = 0
    while not deadline.over and (raw := answer.read1(65_536)):
        try:
            piece = unpack.decompress(raw, rules.max_bytes + 1 - size) if unpack else raw
        except zlib.error:
            raise _refuse(gettext_noop("The answer is damaged."), gettext_noop("Try again later.")) from None
        size += len(piece)
        if size > rules.max_bytes or (unpack and unpack.unconsumed_tail):
            raise _refuse(
                gettext_noop("The file is larger than %(most)d MB."),
                gettext_noop("Ask for a calendar or list of this place only."),
                most=rules.max_bytes // 1_000_000,
            )
        parts.append(piece)
    expected = answer.length
    if expected:
        raise _refuse(gettext_noop("The answer broke off in the middle."), gettext_noop("Try again later."))
    return b"".join(parts)
