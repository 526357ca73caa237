"""What simulated residents do: read, search, look at the map, ask, send a photo, follow their case.

Each action is due at a moment that was drawn before the run, whether or not the one before is answered (an open
loop): an answer that comes late counts from when its action was due, as for a person who waits.
"""

import asyncio
import base64
import json
import random
import re
import ssl
import uuid
from collections import defaultdict
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import quote, urlencode

from .wire import Answer, Wire

# How often, out of a hundred, a resident does what.
SHARES = {
    "browse": 38, "again": 16, "search": 12, "suggest": 10, "map": 6, "api": 4, "ask": 5, "photo": 3, "follow": 6,
}  # fmt: skip
_PAGES = ("/", "/neues/", "/termine/", "/orte/", "/abfall/", "/zustaendig/", "/sperrungen/", "/karte/", "/aemter/")
_LANGUAGES = ("",) * 14 + ("/en", "/en", "/uk", "/ar", "/pl", "/de-simple")
_WORDS = ("Abfall", "Sommerfest", "Ausweis", "Bibliothek", "Sprechstunde", "Hecke", "Kita", "Konzert", "Bauarbeiten")
_API = ("/api/v1/village", "/api/v1/items/?limit=20", "/api/v1/places/")
_TILES = ("13/4335/2693", "13/4336/2693", "13/4335/2694", "13/4336/2694")
_ITEM = re.compile(r'href="((?:/[a-z-]+)?/(?:neues|termine|sperrungen|orte)/[a-z0-9-]+/)"')
_ASSET = re.compile(r'(?:href|src)="(/static/[^"]+)"')


@dataclass
class Diary:
    """What all residents saw together. Latencies in seconds by action; problems in words."""

    latencies: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    problems: list[str] = field(default_factory=list)
    # Marks of what the village said it had taken in, with the number it gave: the proof that nothing is lost.
    taken: dict[str, str] = field(default_factory=dict)
    files: int = 0


class _Fields(HTMLParser):
    """The hidden fields of the page's form, and the riddle that a browser solves."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, str] = {}
        self.riddle = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take note of inputs."""
        given = dict(attrs)
        self.riddle = given.get("data-challenge") or self.riddle
        if tag == "input" and given.get("type") == "hidden" and given.get("name"):
            self.fields[str(given["name"])] = given.get("value") or ""


def solve(riddle: str) -> str:
    """What a browser with JavaScript puts into the form; takes a moment, so it is done in another process."""
    import altcha

    challenge = altcha.Challenge.from_dict(json.loads(riddle))
    return altcha.Payload(challenge, altcha.solve_challenge(challenge)).to_base64()


def address_of(mark: str) -> str:
    """Where the answer to the form with this mark goes."""
    return f"versuch{mark}@example.org"


class Wrong(Exception):
    """The village answered something else than it should."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form that is ready to be sent; ``mark`` stands in its text."""

    path: str
    mark: str
    content_type: str
    body: bytes
    has_photo: bool


class Resident:
    """One person with a connection, a language and a memory."""

    def __init__(
        self, number: int, port: int, diary: Diary, solver: Executor, photo: bytes, tls: ssl.SSLContext | None = None
    ) -> None:
        self.chance = random.Random(number)  # noqa: S311 (a simulation)
        network = 127 if tls else 10
        self.wire = Wire(port, f"{network}.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", tls)
        self.diary, self.solver, self.photo, self.number = diary, solver, photo, number
        self.language = self.chance.choice(_LANGUAGES)
        self.tags: dict[str, str] = {}
        self.links: list[str] = []
        self.case = ""
        self.has_assets = False

    async def live(self, start: float, seconds: float, think_s: float) -> None:
        """Do what is due until ``seconds`` after ``start`` on the loop's clock."""
        loop = asyncio.get_running_loop()
        due = start + self.chance.uniform(0, think_s)
        while due < start + seconds:
            await asyncio.sleep(max(0.0, due - loop.time()))
            name = self.chance.choices(list(SHARES), list(SHARES.values()))[0]
            if name == "follow" and not self.case:
                name = "ask"
            action: Callable[[], Awaitable[None]] = getattr(self, f"_{name}")
            try:
                await action()
                self.diary.latencies[name].append(loop.time() - due)
            except (OSError, ValueError, Wrong, asyncio.IncompleteReadError) as problem:
                self.wire.close()
                self.diary.problems.append(f"{name}: {type(problem).__name__} {problem}"[:200])
            due += self.chance.expovariate(1 / think_s)
        self.wire.close()

    async def _get(self, path: str, *allowed: int, **headers: str) -> Answer:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = await self.wire.ask("GET", path, headers=named | {"Accept-Encoding": "identity"})
        if answer.status not in (allowed or (200,)):
            raise Wrong(f"{re.sub(r'/vorgang/.*', '/vorgang/…', path)} answered {answer.status}")
        return answer

    async def _page(self, path: str) -> None:
        answer = await self._get(path)
        if tag := answer.headers.get("etag"):
            self.tags[path] = tag
        self.links = _ITEM.findall(answer.text)[:40] or self.links
        if not self.has_assets:
            self.has_assets = True
            for asset in dict.fromkeys(_ASSET.findall(answer.text)):
                await self._get(asset)

    async def _browse(self) -> None:
        if self.links and self.chance.random() < 0.5:
            await self._page(self.chance.choice(self.links))
        else:
            await self._page(self.language + self.chance.choice(_PAGES))

    async def _again(self) -> None:
        if not self.tags:
            return await self._browse()
        path = self.chance.choice(list(self.tags))
        answer = await self._get(path, 200, 304, If_None_Match=self.tags[path])
        if answer.status == 200 and "etag" in answer.headers:
            self.tags[path] = answer.headers["etag"]
        return None

    async def _search(self) -> None:
        await self._get(f"{self.language}/suche/?q={quote(self.chance.choice(_WORDS))}")

    async def _suggest(self) -> None:
        word = self.chance.choice(_WORDS)
        for length in (3, 4, 5):
            await self._get(f"{self.language}/suche/vorschlaege.json?q={quote(word[:length])}")

    async def _map(self) -> None:
        await self._page(f"{self.language}/karte/")
        for tile in _TILES:
            await self._get(f"/karte/marken/{tile}.json")

    async def _api(self) -> None:
        await self._get(self.chance.choice(_API))

    async def _ask(self) -> None:
        await self._send("frage", b"")

    async def _photo(self) -> None:
        await self._send("hinweis", self.photo)

    async def _send(self, word: str, photo: bytes) -> None:
        await self.hand_in(await self.filled(word, photo))

    async def filled(self, word: str, photo: bytes) -> "Filled":
        """Fetch a form, solve its riddle and fill it in."""
        path = f"{self.language}/formular/{word}/"
        page = _Fields()
        page.feed((await self._get(path)).text)
        proof = await asyncio.get_running_loop().run_in_executor(self.solver, solve, page.riddle)
        mark = uuid.uuid4().hex
        typed = {
            **page.fields,
            "altcha": proof,
            "text": f"Eine Frage aus dem Versuch, Kennwort {mark}: Wann ist Sprechstunde?",
            "name": "Erika Versuch",
            "email": address_of(mark),
        }
        if photo:
            return Filled(path, mark, *_multipart(typed, photo), has_photo=True)
        return Filled(path, mark, "application/x-www-form-urlencoded", urlencode(typed).encode(), has_photo=False)

    async def hand_in(self, form: "Filled") -> None:
        """Send a form and look at the receipt. Raises Wrong."""
        headers = {"Origin": self.wire.origin, "Content-Type": form.content_type}
        answer = await self.wire.ask("POST", form.path, headers=headers, body=form.body)
        found = re.search(r"/vorgang/([^/]+)/([^/]+)/", answer.headers.get("location", ""))
        if answer.status not in {302, 303} or not found:
            raise Wrong(f"{form.path} answered {answer.status}")
        self.diary.taken[form.mark] = found[1]
        self.diary.files += form.has_photo
        self.case = f"{self.language}/formular/vorgang/{found[1]}/{found[2]}/"
        await self._get(answer.headers["location"])

    async def _follow(self) -> None:
        await self._get(self.case)


def _multipart(fields: dict[str, str], photo: bytes) -> tuple[str, bytes]:
    edge = base64.b16encode(uuid.uuid4().bytes).decode()
    parts = [
        f'--{edge}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    parts.append(
        f'--{edge}\r\nContent-Disposition: form-data; name="files"; filename="foto.jpg"\r\n'
        "Content-Type: image/jpeg\r\n\r\n".encode()
        + photo
        + b"\r\n"
    )
    return f"multipart/form-data; boundary={edge}", b"".join([*parts, f"--{edge}--\r\n".encode()])
