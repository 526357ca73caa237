"""The bare picture in PNG, WebP and GIF files. Pure."""

import struct
import zlib

from .skeleton import LONGEST_ICC, CutOffError, DamagedError, Skeleton, TooComplexError, TrailingError

_PNG_HEAD = b"\x89PNG\r\n\x1a\n"
_PNG_PAINTING = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
# By colour type: the bytes that one pixel has in Pillow's memory.
_PNG_PIXEL_BYTES = {0: 1, 2: 4, 3: 1, 4: 4, 6: 4}
_MOST_PIECES = 50_000
_MOST_GIF_BLOCKS = 200_000
# libwebp holds two canvases, Pillow a copy as bytes and the picture itself; measured.
_WEBP_PIXEL_BYTES = 17


def read_png(data: bytes) -> Skeleton:
    """Walk a whole PNG (of an animation only the still picture is kept). Raises the errors of `skeleton`."""
    at, kept, header = len(_PNG_HEAD), [_PNG_HEAD], b""
    exif = icc = None
    for _ in range(_MOST_PIECES):
        if at + 12 > len(data):
            raise CutOffError
        length, name = struct.unpack_from(">I4s", data, at)
        end = at + 12 + length
        if end > len(data):
            raise CutOffError
        body = data[at + 8 : end - 4]
        if (not header) != (name == b"IHDR"):
            raise DamagedError
        if name in _PNG_PAINTING:
            if zlib.crc32(data[at + 4 : end - 4]) != struct.unpack_from(">I", data, end - 4)[0]:
                raise DamagedError
            kept.append(data[at:end])
        elif name == b"eXIf":
            exif = body
        elif name == b"iCCP":
            icc = _png_profile(body)
        header = header or body
        at = end
        if name == b"IEND":
            break
    else:
        raise TooComplexError
    if data[at:].strip(b"\0"):
        raise TrailingError
    if len(header) != 13:
        raise DamagedError
    width, height, depth, colour = struct.unpack_from(">IIBB", header)
    if not width or not height or colour not in _PNG_PIXEL_BYTES or depth not in (1, 2, 4, 8, 16):
        raise DamagedError
    # Sixteen bits a colour cost no more memory, but twice the time.
    each = _PNG_PIXEL_BYTES[colour] * max(1, depth // 8)
    return Skeleton("PNG", width, height, b"".join(kept), each * width * height, exif, icc)


def _png_profile(body: bytes) -> bytes | None:
    packed = body.partition(b"\0")[2][1:]
    unpacker = zlib.decompressobj()
    try:
        profile = unpacker.decompress(packed, LONGEST_ICC)
    except zlib.error:
        return None
    return profile if unpacker.eof else None


def read_webp(data: bytes) -> Skeleton:
    """Walk a whole WebP (of an animation only the first frame is kept). Raises the errors of `skeleton`."""
    if len(data) < 20:
        raise CutOffError
    (size,) = struct.unpack_from("<I", data, 4)
    if size + 8 > len(data):
        raise CutOffError
    if data[size + 8 :].strip(b"\0"):
        raise TrailingError
    chunks = _webp_chunks(data[12 : size + 8])
    found: dict[bytes, bytes] = {}
    for name, body in chunks:
        found.setdefault(name, body)
    frame = found
    if b"ANMF" in found:
        frame = dict(reversed(_webp_chunks(found[b"ANMF"][16:])))
    picture = next((name for name in (b"VP8 ", b"VP8L") if name in frame), None)
    if picture is None:
        raise DamagedError
    width, height = _webp_size(picture, frame[picture])
    kept = _webp_chunk(picture, frame[picture])
    if picture == b"VP8 " and b"ALPH" in frame:
        extended = struct.pack("<I", 0x10) + (width - 1).to_bytes(3, "little") + (height - 1).to_bytes(3, "little")
        kept = _webp_chunk(b"VP8X", extended) + _webp_chunk(b"ALPH", frame[b"ALPH"]) + kept
    icc = found.get(b"ICCP", b"")
    return Skeleton(
        "WEBP",
        width,
        height,
        b"RIFF" + struct.pack("<I", len(kept) + 4) + b"WEBP" + kept,
        _WEBP_PIXEL_BYTES * width * height,
        found.get(b"EXIF"),
        icc if 0 < len(icc) <= LONGEST_ICC else None,
    )


def _webp_chunks(data: bytes) -> list[tuple[bytes, bytes]]:
    found: list[tuple[bytes, bytes]] = []
    at = 0
    while at + 8 <= len(data):
        name, length = struct.unpack_from("<4sI", data, at)
        if at + 8 + length > len(data):
            raise CutOffError
        found.append((name, data[at + 8 : at + 8 + length]))
        if len(found) > _MOST_PIECES:
            raise TooComplexError
        at += 8 + length + length % 2
    return found


def _webp_chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) % 2)


def _webp_size(name: bytes, body: bytes) -> tuple[int, int]:
    if name == b"VP8 " and len(body) >= 10 and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack_from("<HH", body, 6)
        width, height = width & 0x3FFF, height & 0x3FFF
    elif name == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        raise DamagedError
    if not width or not height:
        raise DamagedError
    return width, height


def read_gif(data: bytes) -> Skeleton:
    """Walk a whole GIF; only the first frame is kept. Raises the errors of `skeleton`."""
    try:
        return _gif(data)
    except (IndexError, struct.error) as problem:
        raise CutOffError from problem


def _gif(data: bytes) -> Skeleton:
    width, height, flags = struct.unpack_from("<HHB", data, 6)
    at = 13 + _palette_bytes(flags)
    kept, control, painted = [data[:at]], b"", False
    blocks = 0
    while data[at] != 0x3B:
        start = at
        if data[at] == 0x21:
            at, blocks = _after_blocks(data, at + 2, blocks)
            if data[start + 1] == 0xF9:
                control = data[start:at]
        elif data[at] == 0x2C:
            left, top, across, down, local = struct.unpack_from("<HHHHB", data, at + 1)
            at, blocks = _after_blocks(data, at + 10 + _palette_bytes(local) + 1, blocks)
            if not painted:
                kept += [control, data[start:at]]
                width, height, painted = max(width, left + across), max(height, top + down), True
        else:
            raise DamagedError
    # Some programs write the end twice.
    if data[at + 1 :].strip(b"\0;"):
        raise TrailingError
    if not painted or not width or not height:
        raise DamagedError
    return Skeleton("GIF", width, height, b"".join([*kept, b"\x3b"]), width * height)


def _palette_bytes(flags: int) -> int:
    return 3 << (flags & 7) + 1 if flags & 0x80 else 0


def _after_blocks(data: bytes, at: int, blocks: int) -> tuple[int, int]:
    while length := data[at]:
        at += 1 + length
        blocks += 1
        if blocks > _MOST_GIF_BLOCKS:
            raise TooComplexError
    return at + 1, blocks
