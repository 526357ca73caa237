"""The bare picture in a JPEG file. Pure.

What phones put behind the picture is let pass, because nearly every phone does: a second JPEG (brightness map), a
short film, Samsung's own block. It is never decoded and never kept.
"""

import re
import struct

from .skeleton import LONGEST_ICC, CutOffError, DamagedError, Skeleton, TooComplexError, TrailingError

_SOI, _EOI, _SOS = 0xD8, 0xD9, 0xDA
_APP0, _APP1, _APP2, _ADOBE, _COMMENT = 0xE0, 0xE1, 0xE2, 0xEE, 0xFE
_TABLES = frozenset({0xC4, 0xDB, 0xDD})
_PLAIN_FRAMES, _PROGRESSIVE = frozenset({0xC0, 0xC1}), 0xC2
_RESTARTS = frozenset({*range(0xD0, 0xD8), 0x01})
_JFIF = b"\xff\xe0\x00\x10JFIF\x00\x01\x02\x00\x00\x01\x00\x01\x00\x00"
_FILL = re.compile(rb"\xff+")
_SCAN_END = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]")
_PADDING = re.compile(rb"[\x00\xff\s]*")

_MOST_SEGMENTS = 2_000
_MOST_SCANS = 30
# Each scan of a progressive picture visits every block, however short it is.
_MOST_SCANNED_PIXELS = 500_000_000
# The decoder shrinks by whole powers of two down to at least 2560 px, so this is the most it ever paints.
_MOST_PAINTED_BYTES = 4 * 5_120 * 5_120


def read(data: bytes) -> Skeleton:
    """Walk a whole JPEG. Raises the errors of `skeleton`."""
    try:
        return _Walk(data).skeleton()
    except (IndexError, struct.error) as problem:
        raise CutOffError from problem


class _Walk:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.kept = [b"\xff\xd8"]
        self.frame: tuple[int, int, int, int] | None = None
        self.scans = 0
        self.exif: bytes | None = None
        self.icc: bytes | None = None

    def skeleton(self) -> Skeleton:
        at = 2
        for _ in range(_MOST_SEGMENTS):
            marker, at = self._marker(at)
            if marker == _EOI:
                break
            if marker not in _RESTARTS:
                at = self._segment(marker, at)
        else:
            raise TooComplexError
        if self.frame is None or not self.scans:
            raise DamagedError
        _check_rest(self.data[at:])
        width, height, samples, progressive = self.frame
        if self.scans * width * height > _MOST_SCANNED_PIXELS and self.scans > 1:
            raise TooComplexError
        # With several scans the decoder keeps all coefficients, two bytes for each sample.
        held = 2 * samples if progressive or self.scans > 1 else 0
        return Skeleton(
            "JPEG",
            width,
            height,
            b"".join([*self.kept, b"\xff\xd9"]),
            held + min(4 * width * height, _MOST_PAINTED_BYTES),
            self.exif,
            self.icc,
        )

    def _marker(self, at: int) -> tuple[int, int]:
        fill = _FILL.match(self.data, at)
        if fill is None:
            raise CutOffError if at >= len(self.data) else DamagedError
        return self.data[fill.end()], fill.end() + 1

    def _segment(self, marker: int, at: int) -> int:
        length = int.from_bytes(self.data[at : at + 2])
        end = at + length
        if length < 2:
            raise DamagedError
        if end > len(self.data):
            raise CutOffError
        body = self.data[at + 2 : end]
        if marker == _SOS:
            return self._scan(at, end)
        if marker in _TABLES:
            self.kept.append(b"\xff" + self.data[at - 1 : end])
        elif marker in _PLAIN_FRAMES or marker == _PROGRESSIVE:
            self._frame(marker, body)
            self.kept.append(b"\xff" + self.data[at - 1 : end])
        elif marker == _APP0 and body.startswith(b"JFIF\0"):
            self.kept.append(_JFIF)
        elif marker == _ADOBE and body.startswith(b"Adobe") and len(body) >= 12:
            # Says how the colours are stored; without it some pictures turn green.
            self.kept.append(b"\xff\xee\x00\x0e" + body[:12])
        elif marker == _APP1 and body.startswith(b"Exif\0\0"):
            self.exif = self.exif or body
        elif marker == _APP2 and body.startswith(b"ICC_PROFILE\0\x01\x01") and len(body) <= LONGEST_ICC:
            self.icc = body[14:]
        elif not (_APP0 <= marker < 0xF0 or marker == _COMMENT):
            raise DamagedError
        return end

    def _frame(self, marker: int, body: bytes) -> None:
        precision, height, width, components = struct.unpack_from(">BHHB", body)
        if self.frame or precision != 8 or not width or not height or components not in (1, 3, 4):
            raise DamagedError
        factors = [divmod(body[7 + 3 * n], 16) for n in range(components)]
        if not all(1 <= across <= 4 and 1 <= down <= 4 for across, down in factors):
            raise DamagedError
        widest, highest = max(across for across, _ in factors), max(down for _, down in factors)
        blocks = -(-width // (8 * widest)) * -(-height // (8 * highest))
        samples = 64 * blocks * sum(across * down for across, down in factors)
        self.frame = (width, height, samples, marker == _PROGRESSIVE)

    def _scan(self, at: int, end: int) -> int:
        self.scans += 1
        if self.frame is None:
            raise DamagedError
        if self.scans > _MOST_SCANS:
            raise TooComplexError
        finish = _SCAN_END.search(self.data, end)
        if finish is None:
            raise CutOffError
        self.kept.append(b"\xff\xda" + self.data[at : finish.start()])
        return finish.start()


def _check_rest(rest: bytes) -> None:
    second_picture = rest.startswith(b"\xff\xd8\xff")
    film = rest[4:8] == b"ftyp"
    samsung = rest.rstrip(b"\0").endswith(b"SEFT")
    if not (second_picture or film or samsung or _PADDING.fullmatch(rest)):
        raise TrailingError
