"""Asking the village for everything: its own application answers in this process, nothing goes over a network."""

import io
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import parse_qsl, unquote_to_bytes, urldefrag, urljoin, urlsplit

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from . import rewriting
from .addressing import SCRIPT, LeftOut, Rules, Spot

FAILED = "the village answers"
NOT_FOUND = "the village itself has nothing there"
# Files that name other addresses of the village in whole.
_SPEAKING = ("application/atom+xml", "application/xml", "application/json", "application/ld+json")


@dataclass(frozen=True, slots=True)
class Answer:
    """What the application said."""

    status: int
    type: str
    body: bytes
    location: str = ""


class Village:
    """The application, asked as a web server would ask it."""

    def __init__(self) -> None:
        self._application = WSGIHandler()

    def ask(self, address: str) -> Answer:
        """The answer to a GET for a path with its query."""
        path, _mark, query = address.partition("?")
        told: dict[str, Any] = {}

        def start(status: str, headers: Iterable[tuple[str, str]], _trouble: object = None) -> None:
            told["status"] = int(status.split()[0])
            told["headers"] = {name.lower(): value for name, value in headers}

        parts = self._application(
            {
                "REQUEST_METHOD": "GET",
                "SCRIPT_NAME": "",
                "PATH_INFO": unquote_to_bytes(path).decode("latin-1"),
                "QUERY_STRING": query,
                "SERVER_NAME": "localhost",
                "SERVER_PORT": "80",
                "SERVER_PROTOCOL": "HTTP/1.1",
                "HTTP_HOST": "localhost",
                "REMOTE_ADDR": "127.0.0.1",
                "wsgi.version": (1, 0),
                "wsgi.url_scheme": "http",
                "wsgi.input": io.BytesIO(),
                "wsgi.errors": io.StringIO(),
                "wsgi.multithread": False,
                "wsgi.multiprocess": False,
                "wsgi.run_once": False,
            },
            start,
        )
        try:
            body = b"".join(parts)
        finally:
            if close := getattr(parts, "close", None):
                close()
        headers = told["headers"]
        kind = headers.get("content-type", "").partition(";")[0]
        return Answer(told["status"], kind, body, headers.get("location", ""))


@dataclass(frozen=True, slots=True)
class Copied:
    """Where a file of the copy comes from, and its media type."""

    address: str
    type: str


@dataclass
class Found:
    """What a walk has brought: the files by their place, addresses that answer with another address, and
    what was left out: why, and the page that named it first.
    """

    files: dict[str, Copied] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, tuple[str, str]] = field(default_factory=dict)


def is_own_script(address: str, media_type: str) -> bool:
    """Whether this is a script of the program, and not data that a script reads."""
    return media_type in {"text/javascript", "application/javascript"} and address.startswith(settings.STATIC_URL)


class Walk:
    """From the first addresses to everything that they name. ``keep(file, body)`` stores what was answered."""

    def __init__(self, rules: Rules, base: str, keep: Callable[[str, bytes], None]) -> None:
        self.rules, self.base, self._keep = rules, base.rstrip("/"), keep
        self.village = Village()
        self.found = Found()
        self._queue: deque[Spot] = deque()
        # What was seen, each with the address that named it.
        self._named_by: dict[str, str] = {}
        self._whole = re.compile(re.escape(self.base) + r"(/[^\s\"'<>\\)]*)?")

    def inside(self, address: str, page: str) -> str | None:
        """The path with query that an address on a page means, None for one that leads elsewhere."""
        joined = urldefrag(urljoin(f"http://village{page}", address)).url
        parts = urlsplit(joined)
        if parts.netloc != "village" or parts.scheme != "http":
            if joined != self.base and not joined.startswith((f"{self.base}/", f"{self.base}?")):
                return None
            parts = urlsplit(joined[len(self.base) :] or "/")
        path = parts.path or "/"
        return f"{path}?{parts.query}" if parts.query else path

    def see(self, address: str, page: str = "") -> None:
        """Take an address into the walk, unless it is known. ``page`` names it."""
        there = self.rules.spot(address, self.filters(page))
        if isinstance(there, LeftOut):
            self.found.left_out.setdefault(address.partition("?")[0], (there.reason, page))
        elif there.address not in self._named_by:
            self._named_by[there.address] = page
            self._queue.append(there)

    @staticmethod
    def filters(page: str) -> dict[str, str]:
        """The filters of a page's own address."""
        return dict(parse_qsl(page.partition("?")[2]))

    def run(self, told: Callable[[int], None]) -> Found:
        """Ask for everything that was seen, until nothing new comes; ``told`` hears of every thousandth answer."""
        count = 0
        while self._queue:
            spot = self._queue.popleft()
            count += 1
            if count % 1000 == 0:
                told(count)
            self._take(spot, self.village.ask(spot.address))
        return self.found

    def _take(self, spot: Spot, answer: Answer) -> None:
        if answer.status in {301, 302, 308} and (target := self.inside(answer.location, spot.address)):
            self.found.moved[spot.address] = target
            self.see(target, spot.address)
            return
        if answer.status != 200:
            self._leave(spot, NOT_FOUND if answer.status == 404 else f"{FAILED} {answer.status}")
            return
        if is_own_script(spot.address, answer.type) and rewriting.is_module(answer.body.decode()):
            self._leave(spot, SCRIPT)
            return
        for name in self._named(answer, spot.address):
            self.see(name, spot.address)
        self.found.files[spot.file] = Copied(spot.address, answer.type)
        self._keep(spot.file, answer.body)

    def target(self, address: str, page: str) -> Spot | None:
        """Where an address that a page names lies in the copy, None where the copy has nothing there."""
        there = self.rules.spot(address, self.filters(page))
        for _turn in range(5):
            if isinstance(there, LeftOut):
                return None
            if there.address not in self.found.moved:
                return there if there.file in self.found.files else None
            there = self.rules.spot(self.found.moved[there.address])
        return None

    def _leave(self, spot: Spot, reason: str) -> None:
        self.found.left_out[spot.address] = (reason, self._named_by[spot.address])

    def _named(self, answer: Answer, page: str) -> Iterator[str]:
        """The addresses of the village that an answer names."""
        if answer.type == "text/html":
            page_text = answer.body.decode()
            # Examples in code are written out in signs of HTML.
            text, names = unescape(page_text), rewriting.addresses(page_text)
        elif answer.type == "text/css":
            text, names = "", rewriting.style_addresses(answer.body.decode())
        elif answer.type in _SPEAKING:
            text, names = answer.body.decode(), iter(())
        else:
            return
        for name in names:
            if (inside := self.inside(name, page)) is not None:
                yield inside
        for whole in self._whole.finditer(text):
            if (inside := self.inside(whole[0].rstrip(".,;:"), page)) is not None:
                yield inside
