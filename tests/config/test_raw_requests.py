"""What no browser sends, byte by byte, to the real web server."""

import re
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.blueprint import copy_to
from tests.browser.serving import House, serving

from smartbarleben.config.paths import make_data_folder

pytestmark = pytest.mark.slow
HIDDEN = b"GET /geheim HTTP/1.1\r\nHost: localhost\r\n\r\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A village without a municipality: its pages answer 503, which is an answer."""
    data: Path = tmp_path_factory.mktemp("raw") / "data"
    make_data_folder(data)
    copy_to(data / "village.sqlite3")
    (data / "samples.json").write_text("{}")
    (data / "editor.txt").write_text("x")
    with serving(data) as running:
        yield running


def answers(house: House, sent: bytes, *, end: bool = True) -> tuple[list[int], bytes]:
    """The status codes that come back for these bytes on one connection, and all that came."""
    host, port = house.url.removeprefix("http://").split(":")
    came = b""
    with socket.create_connection((host, int(port)), timeout=20) as line:
        line.settimeout(3)
        try:
            line.sendall(sent)
            if end:
                line.shutdown(socket.SHUT_WR)
            while piece := line.recv(65_536):
                came += piece
        except OSError:
            pass
    return [int(code) for code in re.findall(rb"(?m)^HTTP/1\.1 (\d{3})", came)], came


def head(*lines: str, method: str = "POST", path: str = "/formular/frage/") -> bytes:
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: localhost", *lines, "", ""]).encode("latin-1")
