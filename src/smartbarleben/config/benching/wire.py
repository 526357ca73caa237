"""One resident's connection: HTTP/1.1 as a browser speaks it, kept open, with the cookies of forms."""

import asyncio
import ssl
from dataclasses import dataclass, field

HOST = "127.0.0.1"
PATIENCE_S = 60.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: status, headers by lower-case name, body."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """The body as text."""
        return self.body.decode("utf-8", "replace")


@dataclass
class Wire:
    """A connection of one resident behind a proxy; ``address`` is the one that the proxy would name.

    With ``tls`` there is a real proxy at the port, and the connection really comes from ``address`` (127.0.0.0/8).
    """

    port: int
    address: str
    tls: ssl.SSLContext | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    _reader: asyncio.StreamReader | None = None
    _writer: asyncio.StreamWriter | None = None

    @property
    def origin(self) -> str:
        """What a browser names as the origin of a form."""
        return f"{'https' if self.tls else 'http'}://{HOST}:{self.port}"

    async def ask(
        self, method: str, path: str, *, headers: dict[str, str] | None = None, body: bytes = b""
    ) -> Answer:
        """Send a request and read the whole answer. Raises OSError, TimeoutError or ValueError for half a one."""
        async with asyncio.timeout(PATIENCE_S):
            fresh = self._writer is None
            try:
                return await self._once(method, path, headers or {}, body)
            except (asyncio.IncompleteReadError, ConnectionError):
                # A connection that was kept open may be closed by the server just then; browsers ask again, too.
                self.close()
                if fresh or method != "GET":
                    raise
                return await self._once(method, path, headers or {}, body)

    async def _once(self, method: str, path: str, headers: dict[str, str], body: bytes) -> Answer:
        if self._writer is None or self._reader is None:
            self._reader, self._writer = await asyncio.open_connection(
                HOST, self.port, limit=2**20, ssl=self.tls, local_addr=(self.address, 0) if self.tls else None
            )
        lines = [f"{method} {path} HTTP/1.1", f"Host: {HOST}:{self.port}", f"X-Forwarded-For: {self.address}"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        if self.cookies:
            lines.append("Cookie: " + "; ".join(f"{name}={value}" for name, value in self.cookies.items()))
        if body or method == "POST":
            lines.append(f"Content-Length: {len(body)}")
        self._writer.write("\r\n".join([*lines, "", ""]).encode() + body)
        await self._writer.drain()
        head = (await self._reader.readuntil(b"\r\n\r\n")).decode("latin-1").split("\r\n")
        status = int(head[0].split(" ", 2)[1])
        found: dict[str, str] = {}
        for line in filter(None, head[1:]):
            name, _colon, value = line.partition(":")
            if name.lower() == "set-cookie":
                key, _equals, rest = value.strip().partition("=")
                self.cookies[key] = rest.partition(";")[0]
            found[name.lower()] = value.strip()
        content = b"" if status in {204, 304} or method == "HEAD" else await self._body(found)
        if found.get("connection", "").lower() == "close":
            self.close()
        return Answer(status, found, content)

    async def _body(self, headers: dict[str, str]) -> bytes:
        assert self._reader is not None  # noqa: S101 (opened before)
        if headers.get("transfer-encoding", "").lower() != "chunked":
            return await self._reader.readexactly(int(headers.get("content-length", "0")))
        parts = []
        while size := int((await self._reader.readline()).strip() or b"0", 16):
            parts.append(await self._reader.readexactly(size))
            await self._reader.readline()
        await self._reader.readline()
        return b"".join(parts)

    def close(self) -> None:
        """Hang up."""
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None
