"""Fetching from addresses that somebody typed: what may be asked, and a server that does everything wrong."""

import gzip
import http.server
import socket
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.imports import addresses
from smartbarleben.imports.addresses import PUBLIC, Rules, checked, fetch, is_public
from smartbarleben.imports.trouble import FileError

INNER = [
    *(
        "127.0.0.1",
        "127.9.9.9",
        "0.0.0.0",  # noqa: S104
        "10.0.0.1",
        "172.16.3.4",
        "192.168.178.1",
        "169.254.169.254",
        "100.64.0.1",
    ),
    *("224.0.0.1", "255.255.255.255", "240.0.0.1", "198.18.0.1", "192.0.2.1"),
    *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "ff02::1", "fec0::1"),
    *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::"),
    *("2001:db8::1", "::ffff:169.254.169.254", "fd00:ec2::254", "no address", ""),
]


@pytest.mark.parametrize("address", INNER)
def test_addresses_within_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["9.9.9.9", "193.99.144.80", "2a02:2e0:3fe:1001:302::", "::ffff:9.9.9.9"])
def test_addresses_of_the_internet_are(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses(v=4))
def test_hidden_in_ipv6_an_address_is_judged_as_itself(address: Any) -> None:
    assert is_public(f"::ffff:{address}") == is_public(str(address))
    assert not is_public(f"64:ff9b::{address}") or is_public(str(address))


@pytest.mark.parametrize(
    "address",
    [
        *(
            "file:///etc/passwd",
            "ftp://example.org/a.ics",
            "gopher://example.org/",
            "javascript:alert(1)",
            "",
            "https://",
        ),
        *(
            "http://user:pw@example.org/",
            "https://example.org:22/",
            "https://exa mple.org/",
            "https://example.org\\@x/",
        ),
        *(
            "//example.org/a.ics",
            "https://example.org:99999/",
            "http://[::1",
            "https://a\r\nHost: b/",
            "data:text/csv,a",
        ),
    ],
)
def test_what_is_no_web_address_is_refused_in_words(address: str) -> None:
    with pytest.raises(FileError) as caught:
        checked(address)
    assert caught.value.trouble.mend


def test_webcal_is_https_and_umlauts_are_written_out() -> None:
    assert checked("webcal://example.org/verein.ics") == "https://example.org/verein.ics"
    assert checked("https://bücher.example/Termine für alle.ics".replace(" ", "%20")) == (
        "https://xn--bcher-kva.example/Termine%20f%C3%BCr%20alle.ics"
    )


@pytest.mark.parametrize(
    "address",
    [
        *(
            "http://127.0.0.1/",
            "http://localhost/",
            "http://[::1]/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0/",
        ),
        *("http://127.1/", "http://[::ffff:127.0.0.1]/", "http://017700000001/"),
    ],
)
def test_this_machine_is_never_asked_whatever_it_is_called(address: str) -> None:
    with pytest.raises(FileError) as caught:
        fetch(address)
    assert caught.value.trouble.mend


def test_one_inner_address_among_public_ones_is_enough_to_refuse() -> None:
    rules = replace(PUBLIC, look_up=lambda host, port: ["9.9.9.9", "10.0.0.1"])
    with pytest.raises(FileError, match="private network"):
        fetch("https://example.org/", rules=rules)


class _Handler(http.server.BaseHTTPRequestHandler):
    seen: list[tuple[str, dict[str, str]]] = []

    def log_message(self, *args: Any) -> None:
        pass

    def do_GET(self) -> None:
        type(self).seen.append((self.path, dict(self.headers)))
        body = b"BEGIN:VCALENDAR"
        match self.path.partition("?")[0]:
            case "/good.ics":
                if self.headers.get("If-None-Match") == '"a"':
                    self._say(304, b"")
                else:
                    self._say(200, body, ETag='"a"', **{"Last-Modified": "Mon, 01 Jan 2030 00:00:00 GMT"})
            case "/to-good":
                self._say(302, b"", Location="/good.ics")
            case "/to-inner":
                self._say(302, b"", Location="http://169.254.169.254/latest/meta-data/")
            case "/to-file":
                self._say(302, b"", Location="file:///etc/passwd")
            case "/round":
                self._say(302, b"", Location="/round?again")
            case "/missing":
                self._say(404, b"nothing")
            case "/locked":
                self._say(401, b"")
            case "/large":
                self._say(200, b"x" * 200_001)
            case "/bomb":
                self._say(200, gzip.compress(b"\0" * 50_000_000), **{"Content-Encoding": "gzip"})
            case "/packed":
                self._say(200, gzip.compress(body), **{"Content-Encoding": "gzip"})
            case "/odd":
                self._say(200, body, **{"Content-Encoding": "br"})
            case "/short":
                self.send_response(200)
                self.send_header("Content-Length", "1000")
                self.end_headers()
                self.wfile.write(b"BEGIN")
            case "/drip":
                self.send_response(200)
                self.end_headers()
                for _ in range(100):
                    try:
                        self.wfile.write(b"x")
                        self.wfile.flush()
                    except OSError:
                        return
                    time.sleep(0.1)

    def _say(self, status: int, body: bytes, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@pytest.fixture(scope="module")
def server() -> Iterator[http.server.ThreadingHTTPServer]:
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    running.daemon_threads = True
    thread = threading.Thread(target=running.serve_forever, daemon=True)
    thread.start()
    yield running
    running.shutdown()
    running.server_close()
    thread.join(10)


@pytest.fixture
def here(server: http.server.ThreadingHTTPServer) -> tuple[str, Rules]:
    """The server's address, and rules that allow exactly it: only tests can say so."""
    _Handler.seen.clear()
    port = server.server_address[1]
    own = Rules(allows=lambda address: address == "127.0.0.1", ports=frozenset({port}), max_bytes=200_000)
    return f"http://127.0.0.1:{port}", own


def test_a_file_comes_with_its_marks_and_the_second_time_only_if_it_is_new(here: tuple[str, Rules]) -> None:
    home, rules = here
    first = fetch(f"{home}/good.ics", rules=rules)
    assert (first.body, first.etag) == (b"BEGIN:VCALENDAR", '"a"')
    again = fetch(f"{home}/good.ics", etag=first.etag, last_modified=first.last_modified, rules=rules)
    assert again.body is None
    sent = _Handler.seen[-1][1]
    assert sent["If-None-Match"] == '"a"'
    assert "Cookie" not in sent
    assert "Authorization" not in sent


def test_redirects_are_followed_and_packed_answers_unpacked(here: tuple[str, Rules]) -> None:
    home, rules = here
    assert fetch(f"{home}/to-good", rules=rules).body == b"BEGIN:VCALENDAR"
    assert fetch(f"{home}/packed", rules=rules).body == b"BEGIN:VCALENDAR"


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/to-inner", ""),
        ("/to-file", "https://"),
        ("/round", "on and on"),
        ("/missing", "error 404"),
        ("/locked", "error 401"),
        ("/large", "larger than"),
        ("/bomb", "larger than"),
        ("/odd", "nobody asked for"),
        ("/short", "broke off"),
        ("/hangs", "does not answer"),
    ],
)
def test_what_a_server_does_wrong_is_said_in_words(here: tuple[str, Rules], path: str, said: str) -> None:
    home, rules = here
    with pytest.raises(FileError) as caught:
        fetch(home + path, rules=rules)
    assert said in str(caught.value)
    assert caught.value.trouble.mend


def test_the_connection_goes_to_the_address_that_was_checked(here: tuple[str, Rules]) -> None:
    """The name leads elsewhere a moment later (DNS rebinding): the second answer is never asked for."""
    home, rules = here
    answers = iter([["127.0.0.1"], ["10.0.0.1"], ["10.0.0.1"]])
    port = home.rpartition(":")[2]
    cunning = replace(rules, look_up=lambda host, port: next(answers))
    fetched = fetch(f"http://umgezogen.example:{port}/good.ics", rules=cunning)
    assert fetched.body == b"BEGIN:VCALENDAR"
    assert next(answers) == ["10.0.0.1"]
    assert _Handler.seen[-1][1]["Host"] == f"umgezogen.example:{port}"


def test_the_next_address_is_tried_where_the_first_takes_no_connection(here: tuple[str, Rules]) -> None:
    """Many names lead to an IPv6 address first, and many networks have none."""
    home, rules = here
    port = home.rpartition(":")[2]
    both = {"127.0.0.3", "127.0.0.1"}
    two = replace(rules, allows=both.__contains__, look_up=lambda host, port: ["127.0.0.3", "127.0.0.1"])
    assert fetch(f"http://zwei.example:{port}/good.ics", rules=two).body == b"BEGIN:VCALENDAR"
    strict = replace(two, allows=lambda address: address == "127.0.0.1")
    _Handler.seen.clear()
    with pytest.raises(FileError, match="private network"):
        fetch(f"http://zwei.example:{port}/good.ics", rules=strict)
    assert _Handler.seen == [], "one address that may not be asked is enough, whichever it is"


def test_where_no_address_takes_a_connection_it_is_said_once(here: tuple[str, Rules]) -> None:
    home, rules = here
    port = home.rpartition(":")[2]
    none = replace(rules, allows=lambda address: True, look_up=lambda host, port: ["127.0.0.3", "127.0.0.4"])
    with pytest.raises(FileError, match="does not answer"):
        fetch(f"http://zwei.example:{port}/good.ics", rules=none)


def test_a_first_address_that_swallows_everything_leaves_time_for_the_next(
    here: tuple[str, Rules], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, rules = here
    port = home.rpartition(":")[2]
    real, given = socket.create_connection, []

    def connect(where: tuple[str, int], timeout: float) -> socket.socket:
        given.append((where[0], timeout))
        if where[0] == "127.0.0.3":
            raise TimeoutError
        return real(where, timeout=timeout)

    monkeypatch.setattr(socket, "create_connection", connect)
    many = ["127.0.0.3", "127.0.0.3", "127.0.0.1"]
    swallowed = replace(rules, allows=lambda address: True, look_up=lambda host, port: many)
    assert fetch(f"http://drei.example:{port}/good.ics", rules=swallowed).body == b"BEGIN:VCALENDAR"
    assert [ip for ip, _timeout in given] == many
    assert given[0][1] <= rules.max_seconds / 3
    assert given[1][1] <= rules.max_seconds / 2


def test_a_server_that_drips_is_given_up_though_there_is_always_something_to_read(here: tuple[str, Rules]) -> None:
    home, rules = here
    with pytest.raises(FileError, match="took too long") as caught:
        fetch(f"{home}/drip", rules=replace(rules, max_seconds=0.5))
    assert caught.value.trouble.mend


def test_whatever_is_waited_for_ends_with_the_time_that_the_rules_give(
    here: tuple[str, Rules], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, rules = here
    real, given = socket.create_connection, []

    def connect(*where: Any, timeout: float) -> socket.socket:
        given.append(timeout)
        return real(*where, timeout=timeout)

    monkeypatch.setattr(socket, "create_connection", connect)
    fetch(f"{home}/to-good", rules=rules)
    first, second = given
    assert rules.max_seconds >= first >= second > 0, "a redirect gets no new time"


def test_a_name_server_that_says_nothing_is_given_up() -> None:
    silent = threading.Event()

    def look_up(host: str, port: int) -> list[str]:
        silent.wait(60)
        return ["9.9.9.9"]

    try:
        with pytest.raises(FileError, match="Nobody knows the name"):
            fetch("https://example.org/", rules=replace(PUBLIC, look_up=look_up, max_seconds=0.05))
    finally:
        silent.set()


def test_a_server_that_says_nothing_is_given_up(here: tuple[str, Rules]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        rules = replace(here[1], ports=frozenset({port}), max_seconds=0.2)
        with pytest.raises(FileError, match="too long"):
            fetch(f"http://127.0.0.1:{port}/", rules=rules)


def test_production_asks_by_the_strict_rules() -> None:
    assert PUBLIC.allows is addresses.is_public
    assert PUBLIC.ports == {80, 443, 8080, 8443}
