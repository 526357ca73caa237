"""A small HTTP/1.1 client for measuring: 16 connections that each ask again as soon as they are answered.

Forms are sent once each: a run with bodies ends when all are sent.

Written here because the client must cost less than the server it measures, on the one core that is left to it. It is
bounded in time and only ever speaks to 127.0.0.1.
"""

import asyncio
import time
import urllib.request
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import repeat
from statistics import median

HOST = "127.0.0.1"
CONNECTIONS = 16


@dataclass
class Sample:
    """What one run saw: seconds of each answer, bytes of one answer, answers that were not what was expected."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    body_bytes: int = 0
    failures: int = 0

    @property
    def requests_per_s(self) -> float:
        """Answers a second over the whole run."""
        return len(self.latencies) / self.seconds if self.seconds else 0.0

    def percentile_ms(self, share: float) -> float:
        """The latency in milliseconds that ``share`` (0 to 1) of the answers did not exceed."""
        ordered = sorted(self.latencies)
        return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000 if ordered else 0.0


class _Connection(asyncio.Protocol):
    def __init__(self, requests: Iterator[bytes], sample: Sample, until: float, status: bytes) -> None:
        self.requests, self.sample, self.until, self.status = requests, sample, until, status
        self.buffer = bytearray()
        self.expected = -1
        self.in_parts = False
        self.sent_at = 0.0
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)  # noqa: S101 (what create_connection gives)
        self.transport = transport
        self._send()

    def _send(self) -> None:
        request = next(self.requests, None)
        if request is None:
            self.until = 0.0
            self.transport.close()
            return
        self.buffer.clear()
        self.expected = -1
        self.sent_at = time.perf_counter()
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if self.expected < 0:
            end = self.buffer.find(b"\r\n\r\n")
            if end < 0:
                return
            head = bytes(self.buffer[:end]).lower()
            mark = head.find(b"content-length:")
            length = 0 if mark < 0 else int(head[mark + 15 :].split(b"\r\n", 1)[0])
            if not head.startswith(b"http/1.1 " + self.status):
                self.sample.failures += 1
            self.sample.body_bytes = length
            self.expected = end + 4 + length
            self.in_parts = b"transfer-encoding: chunked" in head
        if self.in_parts:
            # A file that is written while it is read has no length before its end.
            self.sample.body_bytes = len(self.buffer)
            is_whole = self.buffer.endswith(b"\r\n0\r\n\r\n")
        else:
            is_whole = len(self.buffer) >= self.expected
        if is_whole:
            now = time.perf_counter()
            self.sample.latencies.append(now - self.sent_at)
            if now < self.until:
                self._send()
            else:
                self.transport.close()

    def connection_lost(self, error: Exception | None) -> None:
        if error is not None or time.perf_counter() < self.until:
            self.sample.failures += 1
        if not self.done.done():
            self.done.set_result(None)


async def _run(port: int, requests: Iterator[bytes], seconds: float, status: bytes, connections: int) -> Sample:
    loop = asyncio.get_running_loop()
    sample = Sample()
    started = time.perf_counter()
    until = started + seconds
    pairs = [
        await loop.create_connection(lambda: _Connection(requests, sample, until, status), HOST, port)
        for _ in range(connections)
    ]
    await asyncio.wait([protocol.done for _transport, protocol in pairs], timeout=seconds + 20)
    for transport, _protocol in pairs:
        transport.abort()
    sample.seconds = time.perf_counter() - started
    return sample


def measure(
    port: int,
    path: str,
    *,
    seconds: float,
    headers: tuple[tuple[str, str], ...] = (),
    status: int = 200,
    connections: int = CONNECTIONS,
    bodies: Sequence[str] = (),
) -> Sample:
    """Ask for ``path`` on this machine for ``seconds``, and return what was seen.

    Answers of another ``status`` count as failures.
    With ``bodies`` each is posted once, from an address of its own behind a proxy, and the run ends with the last.
    """
    given = "".join(f"{name}: {value}\r\n" for name, value in headers)
    host = f"Host: {HOST}:{port}\r\n"
    requests: Iterator[bytes]
    if bodies:
        requests = iter([_post(path, host + given, body, number) for number, body in enumerate(bodies)])
    else:
        requests = repeat(f"GET {path} HTTP/1.1\r\n{host}{given}\r\n".encode())
    return asyncio.run(_run(port, requests, seconds, str(status).encode(), connections))


def unchanged(port: int, path: str, *, seconds: float, rounds: int) -> list[Sample]:
    """Ask for a page that the browser has already; every answer is a 304.

    When the minute changes it is another page, so such a round is measured again, and the last try counts as it is.
    """
    samples = []
    for _round in range(rounds):
        for _try in range(3):
            with urllib.request.urlopen(f"http://{HOST}:{port}{path}", timeout=60) as answer:
                known = (("If-None-Match", answer.headers["ETag"]),)
            sample = measure(port, path, seconds=seconds, headers=known, status=304)
            if not sample.failures:
                break
        samples.append(sample)
    return samples


def _post(path: str, head: str, body: str, number: int) -> bytes:
    sent = body.encode()
    address = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
    return (
        f"POST {path} HTTP/1.1\r\n{head}X-Forwarded-For: {address}\r\n"
        f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(sent)}\r\n\r\n"
    ).encode() + sent


def middle(values: list[float]) -> float:
    """The median, 0 for none."""
    return median(values) if values else 0.0
