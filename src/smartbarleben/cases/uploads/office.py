"""Word and OpenDocument texts: packages of XML that must hold a text and nothing that runs. Pure.

The package is measured by its table of contents before anything is unpacked, and each part is unpacked only up to
the size that the table promised. Refused: macros, scripts, ActiveX, documents and programs inside the document,
parts that are loaded from elsewhere when it is opened, automatic data exchange (DDE), passwords, XML with a DOCTYPE
(entities), packages within packages, anything that overlaps, hides between the parts or unpacks to far more than it
weighs.

Not detected: attacks on the office program inside pictures or fonts, pictures that are loaded from the internet by
a field (they tell the sender that somebody looked), links that lead somewhere bad, macro addresses hidden in
escaped attributes.
"""

import html
import io
import re
import struct
import zipfile
import zlib
from dataclasses import dataclass
from xml.parsers import expat

from .verdict import Code, Kind, Limits, RefusedError

_LOCAL, _CENTRAL_END, _LARGE = b"PK\x03\x04", b"PK\x05\x06", b"PK\x06\x07"
_END_BYTES = 22
_MOST_DIRECTORY_BYTES = 1_000_000
# A data descriptor, which some programs write behind each part.
_MOST_GAP_BYTES = 24
_LONGEST_NAME = 250
_SMALL_XML_BYTES = 1_000_000
_FREE_RATIO_BYTES = 1_000_000
_MOST_ELEMENTS, _MOST_ATTRIBUTES, _DEEPEST = 500_000, 500_000, 500

_WORD_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
_ODT = b"application/vnd.oasis.opendocument.text"
_INSIDE = (
    _LOCAL,
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"MZ",
    b"\x7fELF",
    b"Rar!",
    b"7z\xbc\xaf",
    b"\x1f\x8b",
    b"#!",
    b"%PDF-",
)
_MACRO_NAMES = re.compile(
    r"vbaproject|vbadata|activex|(^|/)(basic|scripts)/|\.(bin\.rels|vbs|js|exe|dll|bat|cmd|ps1)$"
)
_EMBEDDED_NAMES = re.compile(r"/embeddings/|oleobject")
_HARMLESS_LINKS = ("/hyperlink",)
_FIELD = re.compile(rb"<(?:[^\s<>/:]+:)?instrText[^>]*>([^<]*)<|[\s:]instr\s*=\s*[\"']([^\"']*)")
# What may stand between letters without being seen.
_UNSEEN = re.compile(rb"<!--.*?-->|<!\[CDATA\[|\]\]>", re.DOTALL)
_EXCHANGE = re.compile(r"(?<![A-Za-z])DDE(AUTO)?(?![A-Za-z])", re.IGNORECASE)
_ODF_SCRIPT = re.compile(rb"<(?:[^\s<>/:]+:)?(?:event-listener|script)[\s/>]|vnd\.sun\.star\.script:|[\"']macro:")
_ODF_EXCHANGE = re.compile(rb"<(?:[^\s<>/:]+:)?dde-[a-z-]+[\s/>]")


def check(data: bytes, limits: Limits) -> Kind:
    """DOCX or ODT. Raises RefusedError for everything else that is a zip file."""
    _check_measure(data)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            entries = package.infolist()
            kind = _kind([entry.filename for entry in entries], data)
            _check_entries(entries, data, limits)
            tally = _Tally()
            for entry in entries:
                _check_part(entry.filename, _part(entry, data), kind, limits, tally)
    except (
        zipfile.BadZipFile,
        zlib.error,
        struct.error,
        UnicodeError,
        ValueError,
        NotImplementedError,
        OverflowError,
    ):
        raise RefusedError(Code.OFFICE_DAMAGED) from None
    return kind


def _check_measure(data: bytes) -> None:
    """The table of contents is small, complete and the last thing in the file, so reading it costs little."""
    end = len(data) - _END_BYTES
    if end < 0 or data[end : end + 4] != _CENTRAL_END or data[max(0, end - 20) : end].startswith(_LARGE):
        raise RefusedError(Code.OFFICE_DAMAGED)
    disk, start_disk, here, entries, size, offset, comment = struct.unpack_from("<4H2LH", data, end + 4)
    if size > _MOST_DIRECTORY_BYTES:
        raise RefusedError(Code.OFFICE_TOO_MUCH)
    if disk or start_disk or comment or here != entries or offset + size != end:
        raise RefusedError(Code.OFFICE_DAMAGED)


def _kind(names: list[str], data: bytes) -> Kind:
    known = set(names)
    if "word/document.xml" in known and "[Content_Types].xml" in known:
        return Kind.DOCX
    if names[:1] == ["mimetype"]:
        media_type = data[38 : 38 + len(_ODT) + 1]
        if media_type.startswith(_ODT) and not media_type.endswith((b"-", b".")):
            return Kind.ODT
        raise RefusedError(Code.OTHER_OFFICE)
    if "[Content_Types].xml" in known or "Index/Document.iwa" in known:
        raise RefusedError(Code.OTHER_OFFICE)
    raise RefusedError(Code.ARCHIVE)


def _check_entries(entries: list[zipfile.ZipInfo], data: bytes, limits: Limits) -> None:
    unpacked = sum(entry.file_size for entry in entries)
    if len(entries) > limits.office_entries or unpacked > limits.office_unpacked_bytes:
        raise RefusedError(Code.OFFICE_TOO_MUCH)
    if unpacked > _FREE_RATIO_BYTES + limits.office_ratio * len(data):
        raise RefusedError(Code.OFFICE_TOO_MUCH)
    if len({entry.filename.casefold() for entry in entries}) < len(entries):
        raise RefusedError(Code.OFFICE_DAMAGED)
    if any(entry.flag_bits & 0x41 for entry in entries):
        raise RefusedError(Code.OFFICE_LOCKED)
    at = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        # zipfile moves offsets when bytes stand before the package; those count as hidden here.
        if not 0 <= entry.header_offset - at <= _MOST_GAP_BYTES or not _is_plain_path(entry.filename):
            raise RefusedError(Code.OFFICE_DAMAGED)
        at = _start(entry, data) + entry.compress_size
    directory = struct.unpack_from("<L", data, len(data) - 6)[0]
    if not 0 <= directory - at <= _MOST_GAP_BYTES:
        raise RefusedError(Code.OFFICE_DAMAGED)


def _is_plain_path(name: str) -> bool:
    steps = name.removesuffix("/").split("/")
    odd = any(step in ("", ".", "..") for step in steps) or any(sign in name for sign in "\\:\0")
    return name.isprintable() and len(name) <= _LONGEST_NAME and not odd


def _start(entry: zipfile.ZipInfo, data: bytes) -> int:
    """Where a part's bytes begin; its own header must name it as the table of contents does."""
    magic, _flags, method, name_size, extra_size = struct.unpack_from("<4s2xHH16x2H", data, entry.header_offset)
    start = entry.header_offset + 30
    name = data[start : start + name_size]
    written = entry.orig_filename.encode("utf-8" if entry.flag_bits & 0x800 else "cp437")
    if magic != _LOCAL or method != entry.compress_type or name != written:
        raise RefusedError(Code.OFFICE_DAMAGED)
    return int(start + name_size + extra_size)


def _part(entry: zipfile.ZipInfo, data: bytes) -> bytes:
    start = _start(entry, data)
    packed = data[start : start + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        part = packed
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
        part = unpacker.decompress(packed, entry.file_size + 1)
        if not unpacker.eof or unpacker.unused_data:
            raise RefusedError(Code.OFFICE_DAMAGED)
    else:
        raise RefusedError(Code.OFFICE_DAMAGED)
    if len(part) != entry.file_size or zlib.crc32(part) != entry.CRC:
        raise RefusedError(Code.OFFICE_DAMAGED)
    return part


@dataclass(slots=True)
class _Tally:
    """Counted over all parts of a document: many middling parts cost as much as one huge one."""

    elements: int = 0
    attributes: int = 0


def _check_part(name: str, part: bytes, kind: Kind, limits: Limits, tally: _Tally) -> None:
    low = name.casefold()
    if _MACRO_NAMES.search(low):
        raise RefusedError(Code.OFFICE_MACROS)
    if _EMBEDDED_NAMES.search(low) or part.startswith(_INSIDE):
        raise RefusedError(Code.OFFICE_EMBEDDED)
    # LibreOffice puts an empty file for its shortcuts into every text.
    if not part or not low.endswith((".xml", ".rels", ".rdf", ".vml", ".svg")):
        return
    small = low.endswith(".rels") or low in ("[content_types].xml", "meta-inf/manifest.xml")
    if len(part) > (_SMALL_XML_BYTES if small else limits.office_xml_bytes):
        raise RefusedError(Code.OFFICE_TOO_MUCH)
    if part.startswith((b"\xff\xfe", b"\xfe\xff")):
        # Word writes some parts so; the searches below need them as the others are.
        part = part.decode("utf-16").encode()
    tally.attributes += part.count(b"=")
    if tally.attributes > _MOST_ATTRIBUTES:
        raise RefusedError(Code.OFFICE_TOO_MUCH)
    elements = _elements(part, tally, wanted=small)
    if low.endswith(".rels"):
        _check_links(elements)
    elif low == "[content_types].xml":
        _check_types(elements)
    elif low == "meta-inf/manifest.xml":
        _check_manifest(elements)
    elif kind is Kind.DOCX:
        fields = "".join(
            html.unescape((text or value).decode()) for text, value in _FIELD.findall(_UNSEEN.sub(b"", part))
        )
        if _EXCHANGE.search(fields):
            raise RefusedError(Code.OFFICE_REMOTE)
    elif _ODF_SCRIPT.search(part):
        raise RefusedError(Code.OFFICE_MACROS)
    elif _ODF_EXCHANGE.search(part):
        raise RefusedError(Code.OFFICE_REMOTE)


type _Element = tuple[str, dict[str, str]]


def _elements(part: bytes, tally: _Tally, *, wanted: bool) -> list[_Element]:
    """The elements (local names) of well-formed UTF-8 where `wanted`. No DOCTYPE, so that no entity can grow."""
    found: list[_Element] = []
    depth = 0
    # UTF-8 forced upon the parser: a declared encoding in which the searches above would be blind is an error.
    parser = expat.ParserCreate("UTF-8", " ")

    def doctype(*_: object) -> None:
        raise RefusedError(Code.OFFICE_TOO_MUCH)

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        tally.elements += 1
        depth += 1
        # The parser keeps every element that is still open.
        if depth > _DEEPEST or tally.elements > _MOST_ELEMENTS:
            raise RefusedError(Code.OFFICE_TOO_MUCH)
        if wanted:
            short = {key.rpartition(" ")[2]: value for key, value in attributes.items()}
            found.append((name.rpartition(" ")[2], short))

    def end(_name: str) -> None:
        nonlocal depth
        depth -= 1

    parser.StartDoctypeDeclHandler = doctype
    parser.StartElementHandler = start
    parser.EndElementHandler = end
    try:
        parser.Parse(part, True)
    except expat.ExpatError:
        raise RefusedError(Code.OFFICE_DAMAGED) from None
    return found


def _check_links(elements: list[_Element]) -> None:
    for _name, attributes in elements:
        if attributes.get("TargetMode", "").casefold() != "external":
            continue
        if not attributes.get("Type", "").endswith(_HARMLESS_LINKS):
            raise RefusedError(Code.OFFICE_REMOTE)


def _check_types(elements: list[_Element]) -> None:
    said = [attributes.get("ContentType", "") for _name, attributes in elements]
    if any("macroenabled" in kind.casefold() or "vba" in kind.casefold() for kind in said):
        raise RefusedError(Code.OFFICE_MACROS)
    if not any(kind == _WORD_MAIN for kind in said):
        raise RefusedError(Code.OTHER_OFFICE)


def _check_manifest(elements: list[_Element]) -> None:
    if any(name == "encryption-data" for name, _ in elements):
        raise RefusedError(Code.OFFICE_LOCKED)
    if any("oleobject" in attributes.get("media-type", "") for _, attributes in elements):
        raise RefusedError(Code.OFFICE_EMBEDDED)
