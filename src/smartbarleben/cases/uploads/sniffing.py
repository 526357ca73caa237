"""What a file is by its first bytes, and whether it is something else as well. Pure."""

import re

from .verdict import Code, Kind, RefusedError

_HEAD = 4_096
_HTML_HEAD = 1_500
_ZIP_END = b"PK\x05\x06"
_ZIP_END_BYTES = 22
_LONGEST_ZIP_COMMENT = 65_535

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_STARTS: tuple[tuple[bytes, Kind | Code], ...] = (
    (b"\xff\xd8\xff", Kind.JPEG),
    (b"\x89PNG\r\n\x1a\n", Kind.PNG),
    (b"GIF87a", Kind.GIF),
    (b"GIF89a", Kind.GIF),
    (b"%PDF-", Kind.PDF),
    (b"II*\0", Code.OTHER_PICTURE),
    (b"MM\0*", Code.OTHER_PICTURE),
    (b"8BPS", Code.OTHER_PICTURE),
    (b"\0\0\1\0", Code.OTHER_PICTURE),
    (b"\xff\x0a", Code.OTHER_PICTURE),
    (b"\0\0\0\x0cJXL ", Code.OTHER_PICTURE),
    (b"\0\0\0\x0cjP  ", Code.OTHER_PICTURE),
    (b"{\\rtf", Code.OLD_OFFICE),
    (b"MZ", Code.PROGRAM),
    (b"\x7fELF", Code.PROGRAM),
    (b"#!", Code.PROGRAM),
    (b"\xca\xfe\xba\xbe", Code.PROGRAM),
    (b"\xcf\xfa\xed\xfe", Code.PROGRAM),
    (b"\x4c\0\0\0\x01\x14\x02\0", Code.PROGRAM),
    (b"%!PS", Code.PROGRAM),
    (b"Rar!", Code.ARCHIVE),
    (b"7z\xbc\xaf\x27\x1c", Code.ARCHIVE),
    (b"\x1f\x8b", Code.ARCHIVE),
    (b"BZh", Code.ARCHIVE),
    (b"\xfd7zXZ\0", Code.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", Code.ARCHIVE),
    (b"MSCF", Code.ARCHIVE),
    (b"PK\x05\x06", Code.ARCHIVE),
    (b"\x1a\x45\xdf\xa3", Code.VIDEO),
    (b"\0\0\1\xba", Code.VIDEO),
    (b"\0\0\1\xb3", Code.VIDEO),
    (b"FLV\1", Code.VIDEO),
    (b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", Code.VIDEO),
    (b"ID3", Code.SOUND),
    (b"OggS", Code.SOUND),
    (b"fLaC", Code.SOUND),
    (b"#!AMR", Code.SOUND),
)
_RIFF: dict[bytes, Kind | Code] = {b"WEBP": Kind.WEBP, b"AVI ": Code.VIDEO, b"WAVE": Code.SOUND}
_HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")
_MPEG_SOUND = tuple(bytes((0xFF, second)) for second in (0xE3, 0xF1, 0xF2, 0xF3, 0xF9, 0xFA, 0xFB))
_SOUND_BRANDS = (b"M4A ", b"M4B ")

_TAG = re.compile(
    rb"<(?:!doctype|!--|html|head|body|script|iframe|object|embed|meta|title|style|img|a|p|div|table|xml)[\s>/]", re.I
)
_ACTIVE_TAG = re.compile(rb"<(?:!doctype\s+html|html|head|body|script|iframe|svg)[\s>/]", re.I)
_SVG = re.compile(rb"<(?:[a-z]+:)?svg[\s>]", re.I)
_MAIL_HEADER = re.compile(
    rb"^(?:return-path|received|from|to|subject|date|message-id|mime-version|delivered-to|content-type):\s",
    re.I | re.M,
)
_MAIL_HEADERS = 3
_CONTROLS = re.compile(rb"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_LEAST_PLAIN = 0.7


def kind_of(data: bytes) -> Kind | None:
    """The kind by content; None is a zip file, which `office` looks into. Raises RefusedError for everything else."""
    # Sounds of old phones begin like a script.
    found: Kind | Code | None = next((kind for start, kind in reversed(_STARTS) if data.startswith(start)), None)
    if data.startswith(b"PK\x03\x04"):
        return None
    if data.startswith(b"RIFF"):
        found = _RIFF.get(data[8:12])
    elif data[4:8] == b"ftyp":
        found = _by_brand(data)
    elif data[:2] == b"BM" and data[6:10] == b"\0\0\0\0":
        found = Code.OTHER_PICTURE
    elif data[257:262] == b"ustar":
        found = Code.ARCHIVE
    elif data.startswith(_OLE):
        found = Code.OFFICE_LOCKED if "EncryptedPackage".encode("utf-16-le") in data else Code.OLD_OFFICE
    elif data.startswith(_MPEG_SOUND):
        found = Code.SOUND
    if found is None:
        _check_text(data)
        return Kind.TEXT
    if isinstance(found, Code):
        raise RefusedError(found)
    return found


def check_single(data: bytes, kind: Kind) -> None:
    """Raises RefusedError for a picture or PDF that another program would read as something else."""
    tail = data[-_ZIP_END_BYTES - _LONGEST_ZIP_COMMENT :]
    at = tail.rfind(_ZIP_END)
    while at >= 0:
        comment = int.from_bytes(tail[at + 20 : at + 22], "little")
        if at + _ZIP_END_BYTES + comment == len(tail):
            raise RefusedError(Code.MIXED)
        at = tail.rfind(_ZIP_END, 0, at)
    head = data[:_HTML_HEAD]
    if _ACTIVE_TAG.search(head) or (kind is not Kind.PDF and b"%PDF-" in head):
        raise RefusedError(Code.MIXED)


def _by_brand(data: bytes) -> Kind | Code:
    size = min(int.from_bytes(data[:4]), 200)
    brands = [data[8:12], *(data[at : at + 4] for at in range(16, size - 3, 4))]
    if b"avif" in brands or b"avis" in brands:
        return Code.OTHER_PICTURE
    if brands[0] in _HEIC_BRANDS:
        return Kind.HEIC
    return Code.SOUND if brands[0] in _SOUND_BRANDS else Code.VIDEO


def _check_text(data: bytes) -> None:
    """Plain text in UTF-8, UTF-16 with its mark, or as old Windows programs write it."""
    if b"%PDF-" in data[:1_024]:
        raise RefusedError(Code.MIXED)
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        try:
            data = data.decode("utf-16").encode()
        except UnicodeError:
            raise RefusedError(Code.UNKNOWN) from None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if _CONTROLS.search(data):
        raise RefusedError(Code.UNKNOWN)
    try:
        data.decode()
    except UnicodeDecodeError:
        _check_old_text(data)
    head = data[:_HEAD].lstrip()
    if _SVG.search(head):
        raise RefusedError(Code.SVG)
    if _TAG.match(head) or _ACTIVE_TAG.search(head[:_HTML_HEAD]):
        raise RefusedError(Code.HTML)
    if head.startswith(b"<?xml"):
        raise RefusedError(Code.UNKNOWN)
    headers = {header[0].lower() for header in _MAIL_HEADER.finditer(head)}
    if len(headers) >= _MAIL_HEADERS and _MAIL_HEADER.match(head):
        raise RefusedError(Code.MAIL)


def _check_old_text(data: bytes) -> None:
    try:
        data.decode("cp1252")
    except UnicodeDecodeError:
        raise RefusedError(Code.UNKNOWN) from None
    plain = sum(1 for _ in re.finditer(rb"[\x09\x0a\x0d\x20-\x7e]", data[:_HEAD]))
    if plain < _LEAST_PLAIN * min(len(data), _HEAD):
        raise RefusedError(Code.UNKNOWN)
