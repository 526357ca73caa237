"""The lobby and the desks: who is slow waits there and keeps nobody from being answered."""

import io
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from typing import Any

import pytest
from tests.browser.serving import House, manage, serving

from smartbarleben.config import desks
from smartbarleben.config.desks import Desks


def environ(method: str = "GET", body: Any = None, length: int | str = 0, path: str = "/") -> dict[str, Any]:
    given = body if body is not None else io.BytesIO()
    return {"REQUEST_METHOD": method, "PATH_INFO": path, "CONTENT_LENGTH": str(length), "wsgi.input": given}


class Dripping:
    """A body that comes when the test says so."""

    def __init__(self, content: bytes) -> None:
        self.content = io.BytesIO(content)
        self.go = threading.Event()

    def read(self, size: int) -> bytes:
        assert self.go.wait(30)
        return self.content.read(size)


def ask(house: Desks, given: dict[str, Any]) -> tuple[str, bytes]:
    said: list[str] = []
    answer = house(given, lambda status, headers, exc_info=None: said.append(status))
    body = b"".join(answer)
    if hasattr(answer, "close"):
        answer.close()
    return said[0], body


def echo(given: dict[str, Any], start_response: Any) -> list[bytes]:
    start_response("200 OK", [])
    return [given["wsgi.input"].read(int(given["CONTENT_LENGTH"] or 0)) or b"nothing"]


def test_people_who_are_still_speaking_take_no_desk() -> None:
    house = Desks(echo, count=2)
    slow = [Dripping(b"x" * 10) for _number in range(20)]
    said: list[tuple[str, bytes]] = []
    threads = [
        threading.Thread(target=lambda one=one: said.append(ask(house, environ("POST", one, 10))), daemon=True)
        for one in slow
    ]
    for thread in threads:
        thread.start()
    assert ask(house, environ()) == ("200 OK", b"nothing")
    assert not said
    for one in slow:
        one.go.set()
    for thread in threads:
        thread.join(30)
    assert said == [("200 OK", b"x" * 10)] * 20


def test_a_question_with_a_body_that_never_comes_takes_no_desk() -> None:
    assert ask(Desks(echo, count=1), environ("GET", Dripping(b"x"), 1)) == ("200 OK", b"nothing")


def test_people_who_listen_slowly_take_no_desk(tmp_path: Path) -> None:
    path = tmp_path / "large"
    path.write_bytes(b"y" * 3_000_000)

    def application(given: dict[str, Any], start_response: Any) -> Any:
        start_response("200 OK", [])
        if given["PATH_INFO"] == "/file":
            return given["wsgi.file_wrapper"](path.open("rb"), 8192)
        if given["PATH_INFO"] == "/stream":
            return (b"z" * 50_000 for _number in range(60))
        return [b"small"]

    house = Desks(application, count=2)
    answers = [house(environ(path=name), lambda *given: None) for name in ("/file", "/stream") * 10]
    slow = [iter(one) for one in answers]
    begun = [next(one) for one in slow]
    assert all(begun)
    assert ask(house, environ()) == ("200 OK", b"small")
    for number, one in enumerate(slow):
        assert len(begun[number]) + sum(map(len, one)) == 3_000_000
        answers[number].close()  # type: ignore[attr-defined]


def test_a_generator_is_walked_by_the_desk_that_began_it() -> None:
    names: list[str] = []

    def application(given: dict[str, Any], start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [])
        for _number in range(3):
            names.append(threading.current_thread().name)
            yield b"x" * 900_000

    status, body = ask(Desks(application, count=3), environ())
    assert (status, len(body)) == ("200 OK", 2_700_000)
    assert len(set(names)) == 1
    assert names[0].startswith("desk")


def test_half_a_form_is_none_and_a_form_without_end_is_refused() -> None:
    asked: list[str] = []

    def application(given: dict[str, Any], start_response: Any) -> list[bytes]:
        asked.append(given["PATH_INFO"])
        return echo(given, start_response)

    house = Desks(application)
    assert ask(house, environ("POST", io.BytesIO(b"half"), 100))[0].startswith("400")
    assert ask(house, environ("POST", io.BytesIO(), desks.LARGEST_FORM + 1))[0].startswith("413")
    assert ask(house, environ("POST", io.BytesIO(), "many"))[0].startswith("400")
    assert asked == []
    large = environ("POST", io.BytesIO(b"map"), 3, "/verwaltung/karte/")
    assert ask(house, large) == ("200 OK", b"map")


def test_a_broken_page_is_answered_and_its_desk_goes_on(caplog: pytest.LogCaptureFixture) -> None:
    def application(given: dict[str, Any], start_response: Any) -> list[bytes]:
        if given["PATH_INFO"] == "/broken":
            raise RuntimeError("broken")
        return echo(given, start_response)

    house = Desks(application, count=1)
    assert ask(house, environ(path="/broken"))[0].startswith("500")
    assert ask(house, environ()) == ("200 OK", b"nothing")
    assert "no answer could be made" in caplog.text


@pytest.fixture(scope="module")
def house(opened: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    data = copytree(opened, tmp_path_factory.mktemp("slow") / "data")
    manage(data, "smartbarleben", "migrate", "-v", "0")
    (data / "media" / "images").mkdir(parents=True, exist_ok=True)
    (data / "media" / "images" / "gross.jpg").write_bytes(b"x" * 8_000_000)
    with serving(data) as running:
        yield running


DRIPS = {
    "the head": b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    "a form": b"POST /formular/frage/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 500\r\n"
    b"Content-Type: application/x-www-form-urlencoded\r\n\r\ntext=",
    "a picture": b"GET /media/images/gross.jpg HTTP/1.1\r\nHost: localhost\r\n\r\n",
    "a list": b"GET /offene-daten/abfalltermine/daten.json HTTP/1.1\r\nHost: localhost\r\n\r\n",
}


@pytest.mark.slow
@pytest.mark.sqlite_only
@pytest.mark.parametrize("what", DRIPS)
def test_fifty_slow_visitors_keep_nobody_waiting(house: House, what: str) -> None:
    """They hang for the whole test; each of the others is answered meanwhile."""
    port = int(house.url.rsplit(":", 1)[1])
    slow = []
    try:
        for _number in range(50):
            one = socket.create_connection(("127.0.0.1", port), timeout=30)
            # As little as the system takes: what is not read stays with the server.
            one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 2048)
            one.sendall(DRIPS[what])
            slow.append(one)
        time.sleep(1)
        for path in ("/", "/neues/", "/healthz", "/formular/frage/", "/suche/?q=Abfall") * 2:
            with socket.create_connection(("127.0.0.1", port), timeout=60) as other:
                other.sendall(f"GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n".encode())
                assert other.recv(12) == b"HTTP/1.1 200", path
            for one in slow[::10]:
                if what in {"the head", "a form"}:
                    one.send(b"x")
    finally:
        for one in slow:
            one.close()
