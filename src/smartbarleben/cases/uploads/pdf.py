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
_NAME_WITH_ESCAPE = re.compile(rb"/[^\x00\s()<>\[\]{}/%]*#[^\x00\s()<>\[\]{}/%]*")
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
_ESCAPED_SIGN = re.compile(rb"\\.", re.DOTALL)
_FILTER = re.compile(rb"/Filter" + _GAP + rb"(\[[^\]]{0,200}\]|/[A-Za-z0-9]+|\d)")
_FLATE = re.compile(rb"\[?" + _GAP + rb"/(?:FlateDecode|Fl)" + _GAP + rb"\]?")
_PREDICTED = re.compile(rb"/Predictor" + _GAP + rb"(?!1" + _END + rb")")
_LONGEST_DICTIONARY = 16_384
_HEAD = 512
_CHUNK = 65_536
_MOST_OPENINGS = 50
_MOST_STREAMS = 20_000


def check(data: bytes, limits: Limits) -> None:
    """Raises RefusedError unless the PDF begins at its first byte, ends where it says and does nothing by itself."""
    end = data.rfind(b"%%EOF")
    if end < 0 or data[end + 5 :].strip(b"\0 \t\r\n\x0c\x1a"):
        raise RefusedError(Code.PDF_DAMAGED)
    _search(data, data)
    budget = limits.pdf_unpacked_bytes
    for number, stream in enumerate(_STREAM.finditer(data)):
        if number >= _MOST_STREAMS:
            raise RefusedError(Code.PDF_UNCHECKED)
        dictionary = _dictionary(data[max(0, stream.start() - _LONGEST_DICTIONARY) : stream.start()])
        said = _OBJECT_STREAM.search(dictionary) is not None
        if said or _OBJECT_STREAM_HEAD.match(_inflated(data, stream.end(), _HEAD)[0]):
            objects = _objects(dictionary if said else b"", data, stream.end(), budget)
            budget -= len(objects)
            _search(objects, data)


def _search(part: bytes, whole: bytes) -> None:
    plain = _ADDRESS.sub(b"()", _plain_names(part))
    if _LOCKED.search(plain):
        raise RefusedError(Code.PDF_LOCKED)
    if _ACTIVE.search(plain):
        raise RefusedError(Code.PDF_ACTIVE)
    if _ATTACHED.search(plain):
        raise RefusedError(Code.PDF_ATTACHMENTS)
    for number, opening in enumerate(_OPENING.finditer(plain)):
        if number >= _MOST_OPENINGS or not _only_goes_to_a_page(plain, opening.end(), whole):
            raise RefusedError(Code.PDF_ACTIVE)


def _plain_names(part: bytes) -> bytes:
    return _NAME_WITH_ESCAPE.sub(
        lambda name: _ESCAPED.sub(lambda sign: bytes((int(sign[1], 16),)), name[0]),
        part,
    )


def _only_goes_to_a_page(plain: bytes, at: int, whole: bytes) -> bool:
    """Office programs write "open at page 1" into every file: a destination, or an action of the kind GoTo."""
    if _DESTINATION.match(plain, at):
        return True
    if inline := _DICTIONARY.match(plain, at):
        return _GO_TO.search(inline[1]) is not None
    reference = _REFERENCE.match(plain, at)
    if reference is None:
        return False
    # The kinds of action that do something are refused by name wherever they stand; a reference into an object stream
    # can therefore be let pass. One that stands openly must say what it is.
    target = re.compile(rb"(?<!\d)" + reference[1] + rb"[\x00\s]+" + reference[2] + rb"[\x00\s]+obj")
    return all(
        _DESTINATION.match(whole, found.end()) or _GO_TO.search(whole, found.end(), found.end() + 2_000)
        for found in target.finditer(whole)
    )


def _dictionary(before: bytes) -> bytes:
    """What stands between the last object's end and a "stream", read plainly.

    Whoever hides something may write an end of an object into a string or a comment. Where the brackets say that an
    end may be such a fake, the piece before it counts too: rather too much than too little.
    """
    for boundary in reversed(list(_BOUNDARY.finditer(before))):
        piece = before[boundary.end() :]
        line = before[max(before.rfind(b"\n", 0, boundary.start()), before.rfind(b"\r", 0, boundary.start())) + 1 :]
        counted = _ESCAPED_SIGN.sub(b"", piece)
        balanced = counted.count(b"(") == counted.count(b")") and counted.count(b"<<") == counted.count(b">>")
        if balanced and b"%" not in line[: boundary.start() - (len(before) - len(line))]:
            return _plain_names(piece)
    return _plain_names(before)


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
