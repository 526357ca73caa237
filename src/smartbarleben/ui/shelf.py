"""Rendered pages at hand: a public page is a function of its ETag, so the same tag means the same bytes.

Bounded in bytes, shared by the threads of one process, least recently asked for goes first. What a page looks like
compressed is kept beside it, because compressing costs more than everything else once a page is rendered.
"""

import gzip
from collections import OrderedDict
from dataclasses import dataclass, field
from threading import Lock

# Pages that are not worth a place: feeds of everything, long lists.
LARGEST_BYTES = 300_000
# Below this, headers weigh more than what compression saves.
SMALLEST_GZIP_BYTES = 1_000


# What gains by compression; pictures and PDFs are packed already.
_WORDS = ("text/", "application/json", "application/atom+xml", "application/ld+json", "image/svg+xml")


@dataclass(slots=True)
class Page:
    """The answer to a page's address: its body and its headers, the content type among them."""

    body: bytes
    headers: dict[str, str]
    _packed: bytes | None = field(default=None)

    def packed(self) -> bytes | None:
        """The body in gzip, None where that gains nothing. Made once, then kept."""
        if not self.headers.get("Content-Type", "").startswith(_WORDS):
            return None
        if self._packed is None and len(self.body) >= SMALLEST_GZIP_BYTES:
            # A fixed time makes the same page the same bytes.
            self._packed = gzip.compress(self.body, compresslevel=6, mtime=0)
        return self._packed


class Shelf:
    """Pages by ETag, up to ``limit_bytes`` of bodies (compressed ones counted at a quarter more)."""

    def __init__(self, limit_bytes: int) -> None:
        self._limit = limit_bytes
        self._pages: OrderedDict[str, Page] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def get(self, tag: str) -> Page | None:
        """The page with this ETag, if it is at hand."""
        with self._lock:
            page = self._pages.get(tag)
            if page is not None:
                self._pages.move_to_end(tag)
            return page

    def put(self, tag: str, page: Page) -> None:
        """Keep a page; the ones asked for least recently make room."""
        size = _size(page)
        if len(page.body) > LARGEST_BYTES or size > self._limit:
            return
        with self._lock:
            if tag in self._pages:
                return
            self._pages[tag] = page
            self._bytes += size
            while self._bytes > self._limit:
                _tag, gone = self._pages.popitem(last=False)
                self._bytes -= _size(gone)

    def __len__(self) -> int:
        return len(self._pages)


def _size(page: Page) -> int:
    return len(page.body) * 5 // 4 + 1000
