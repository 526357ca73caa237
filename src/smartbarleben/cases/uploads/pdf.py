"""Whether a PDF only shows pages. Pure; no PDF library, because a scan that may err on the safe side is enough.

How it looks: names written with escapes (``/J#61vaScript``) are read plainly; the whole file is searched, whatever
its table of contents says; object streams (where modern files keep most objects) are unpacked and searched too. A
file whose object streams we cannot unpack, because they are filtered in an unusual way or lie about their size, is
refused as unchecked.

Refused: encryption, JavaScript, actions on opening other than "go to a page", programs to start, attached files,
forms with their own scripts (XFA), films.

Not detected: attacks on the viewer itself inside fonts, pictures and content streams; links that lead somewhere
bad; forms that send their entries when somebody clicks; what a viewer makes of a file so broken that it repairs it
in its own way. Staff should therefore open PDFs in the browser's own viewer, and they are sent with ``Content-
Disposition: attachment``. Text on a page that says "/JavaScript" in an uncompressed stream leads to a refusal
although it is harmless.
"""

import re
import zlib

from .verdict import Code, Limits, RefusedError

_ESCAPED = re.compile(rb"#([0-9A-Fa-f]{2})")
_NAME_WITH_ESCAPE = re.compile(rb"/[^\x00\s()<>\[\]{}/%#]*#[0-9A-Fa-f]{2}[^\x00\s()<>\[\]{}/%]*")
# A link's address may say "/Launch". Nothing that ends or starts a string is inside, so no object hides here.
_ADDRESS = re.compile(rb"\((?:https?|mailto):[^\x00\s()<>\\]{0,2000}\)")
_END = rb"(?![^\x00\s()<>\[\]{}/%])"
_LOCKED = re.compile(rb"/Encrypt" + _END)
_ACTIVE = re.compile(rb"/(?:JavaScript|Launch|ImportData|XFA|RichMedia|Rendition|GoToE)" + _END)
_ATTACHED = re.compile(rb"/(?:EmbeddedFiles?|FileAttachment)" + _END)
_OPENING = re.compile(rb"/OpenAction" + _END)
_GAP = rb"(?:[\x00\s]|%[^\r\n]*[\r\n])*"
_REFERENCE = re.compile(_GAP + rb"(\d{1,10})[\x00\s]+(\d{1,5})[\x00\s]+R" + _END)
_DESTINATION = re.compile(_GAP + rb"(?:\[|\()")
_DICTIONARY = re.compile(_GAP + rb"<<([^<>]{0,2000})>>")
_GO_TO = re.compile(rb"/S" + _GAP + rb"/GoTo" + _END)
_STREAM = re.compile(rb"(?<!end)stream[ \t]*(?:\r\n|\n|\r)")
_OBJECT_STREAM = re.compile(rb"/ObjStm" + _END + rb"|/First" + _END)
_OBJECT_STREAM_HEAD = re.compile(rb"[\x00\s]*(?:%[^\r\n]*[\r\n][\x00\s]*)*\d+[\x00\s]+\d+[\x00\s]")
_BOUNDARY = re.compile(rb"endobj|endstream")
_FILTER = re.compile(rb"/Filter" + _GAP + rb"(\[[^\]]{0,200}\]|/[A-Za-z0-9]+|\d)")
_FLATE = re.compile(rb"\[?" + _GAP + rb"/(?:FlateDecode|Fl)" + _GAP + rb"\]?")
_PREDICTED = re.compile(rb"/Predictor" + _GAP + rb"(?!1" + _END + rb")")
_LONGEST_DICTIONARY = 8_192
_MOST_BOUNDARIES = 4
_HEAD = 512
_CHUNK = 65_536
_MOST_OPENINGS = 5
_MOST_ESCAPES = 20_000
_MOST_STREAMS = 10_000


def check(data: bytes, limits: Limits) -> None:
    """Raises RefusedError unless the PDF begins at its first byte, ends where it says and does nothing by itself."""
    end = data.rfind(b"%%EOF")
    if end < 0 or data[end + 5 :].strip(b"\0 \t\r\n\x0c\x1a"):
        raise RefusedError(Code.PDF_DAMAGED)
    opened = _search(data)
    budget = limits.pdf_unpacked_bytes
    for number, stream in enumerate(_STREAM.finditer(data)):
        if number >= _MOST_STREAMS:
            raise RefusedError(Code.PDF_UNCHECKED)
        dictionary, sure = _dictionary(data, stream.start())
        said = not sure or _OBJECT_STREAM.search(dictionary) is not None
        if said or _OBJECT_STREAM_HEAD.match(_inflated(data, stream.end(), _HEAD)[0]):
            objects = _objects(dictionary if said else b"", data, stream.end(), budget)
            budget -= len(objects)
            opened |= _search(objects)
    if len(opened) > _MOST_OPENINGS or not all(_goes_to_a_page(data, *reference) for reference in opened):
        raise RefusedError(Code.PDF_ACTIVE)


def _search(part: bytes) -> set[tuple[bytes, bytes]]:
    """The objects (number, generation) that this part wants opened. Raises RefusedError for what is worse."""
    plain = _ADDRESS.sub(b"()", _plain_names(part))
    if _LOCKED.search(plain):
        raise RefusedError(Code.PDF_LOCKED)
    if _ACTIVE.search(plain):
        raise RefusedError(Code.PDF_ACTIVE)
    if _ATTACHED.search(plain):
        raise RefusedError(Code.PDF_ATTACHMENTS)
    opened = set()
    for opening in _OPENING.finditer(plain):
        # Office programs write "open at page 1" into every file: a destination, or an action of the kind GoTo.
        inline = _DICTIONARY.match(plain, opening.end())
        if _DESTINATION.match(plain, opening.end()) or (inline and _GO_TO.search(inline[1])):
            continue
        reference = _REFERENCE.match(plain, opening.end())
        if reference is None:
            raise RefusedError(Code.PDF_ACTIVE)
        opened.add((reference[1], reference[2]))
    return opened


def _goes_to_a_page(data: bytes, number: bytes, generation: bytes) -> bool:
    """Whether an object that stands openly in the file is a destination or a GoTo.

    One inside an object stream is let pass: the kinds of action that do harm are refused by name wherever they stand.
    """
    target = re.compile(rb"(?<!\d)" + number + rb"[\x00\s]+" + generation + rb"[\x00\s]+obj")
    return all(
        _DESTINATION.match(data, found.end()) or _GO_TO.search(data, found.end(), found.end() + 2_000)
        for found in target.finditer(data)
    )


def _plain_names(part: bytes) -> bytes:
    plain, escapes = _NAME_WITH_ESCAPE.subn(
        lambda name: _ESCAPED.sub(lambda sign: bytes((int(sign[1], 16),)), name[0]), part, count=_MOST_ESCAPES
    )
    if escapes == _MOST_ESCAPES:
        raise RefusedError(Code.PDF_UNCHECKED)
    return plain


def _dictionary(data: bytes, stream: int) -> tuple[bytes, bool]:
    """What stands between the last object's end and a "stream", read plainly, and whether that is sure to be all.

    Whoever hides something may write an end of an object into a string or a comment. Where the brackets say that an
    end may be such a fake, the piece before it counts too: rather too much than too little.
    """
    first = max(0, stream - _LONGEST_DICTIONARY)
    before = data[first:stream]
    boundaries = list(_BOUNDARY.finditer(before))
    for boundary in reversed(boundaries[-_MOST_BOUNDARIES:]):
        piece = before[boundary.end() :]
        counted = piece.replace(b"\\\\", b"").replace(b"\\(", b"").replace(b"\\)", b"")
        balanced = counted.count(b"(") == counted.count(b")") and counted.count(b"<<") == counted.count(b">>")
        line = max(before.rfind(b"\n", 0, boundary.start()), before.rfind(b"\r", 0, boundary.start()))
        if balanced and before.find(b"%", line + 1, boundary.start()) < 0:
            return _plain_names(piece), True
    return _plain_names(before), not first and not boundaries


def _objects(dictionary: bytes, data: bytes, start: int, budget: int) -> bytes:
    """The unpacked objects of the stream at `start`; an empty dictionary stands for one that did not say its kind."""
    filters = _FILTER.findall(dictionary)
    if dictionary and not filters:
        # Not packed, so the search of the whole file has seen it.
        return b""
    if dictionary and (len(filters) > 1 or not _FLATE.fullmatch(filters[0]) or _PREDICTED.search(dictionary)):
        raise RefusedError(Code.PDF_UNCHECKED)
    objects, complete = _inflated(data, start, budget)
    if dictionary and not complete:
        raise RefusedError(Code.PDF_UNCHECKED)
    return objects


def _inflated(data: bytes, start: int, most: int) -> tuple[bytes, bool]:
    """Up to `most` unpacked bytes and whether they are all there are; nothing where nothing is packed."""
    unpacker = zlib.decompressobj()
    parts: list[bytes] = []
    left = most
    for at in range(start, len(data), _CHUNK):
        piece = data[at : at + _CHUNK]
        while piece and left > 0 and not unpacker.eof:
            try:
                parts.append(unpacker.decompress(piece, left))
            except zlib.error:
                return b"".join(parts), False
            left -= len(parts[-1])
            piece = unpacker.unconsumed_tail
        if unpacker.eof or left <= 0:
            break
    return b"".join(parts), unpacker.eof
