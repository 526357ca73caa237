"""Attachments as residents send them, and as somebody would who means harm. All made here, none is anybody's file."""

import io
import struct
import zipfile
import zlib

from PIL import Image

SECRET = b"Geheim-4711-Anna-Beispiel"


def picture(form="JPEG", size=(64, 48), mode="RGB", colour=None, **options) -> bytes:
    """A small picture in two colours, so that it has an inside."""
    image = Image.new(mode, size, colour)
    image.paste(Image.new(mode, (size[0] // 2, size[1] // 2), 1 if mode in ("L", "P", "1") else None))
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def quartered(form="JPEG", **options) -> bytes:
    """64 by 32: red, green on top, blue, white below; so that each turn and mirror can be told apart."""
    image = Image.new("RGB", (64, 32), "white")
    for box, colour in (((0, 0, 32, 16), "red"), ((32, 0, 64, 16), "lime"), ((0, 16, 32, 32), "blue")):
        image.paste(colour, box)
    out = io.BytesIO()
    image.save(out, form, **options)
    return out.getvalue()


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def png(width: int, height: int, rows: bytes = b"", *, depth=8, colour=2, extra: bytes = b"") -> bytes:
    """A PNG whose header says what we like."""
    header = png_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0))
    body = png_chunk(b"IDAT", zlib.compress(rows, 9)) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + header + extra + body


def jpeg_with(segment: bytes, marker: int = 0xFE, base: bytes | None = None) -> bytes:
    """A JPEG with one more segment right at its beginning."""
    base = base or picture()
    return base[:2] + bytes((0xFF, marker)) + struct.pack(">H", len(segment) + 2) + segment + base[2:]


def zipped(parts: dict[str, bytes | str], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as package:
        for name, part in parts.items():
            stored = zipfile.ZIP_STORED if name == "mimetype" else method
            package.writestr(zipfile.ZipInfo(name), part, stored)
    return out.getvalue()


_TYPES = (
    '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    'wordprocessingml.document.main+xml"/></Types>'
)
_WORD = (
    '<?xml version="1.0" encoding="UTF-8"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/'
    'main"><w:body><w:p><w:r><w:t>Sehr geehrte Damen und Herren</w:t></w:r>{}</w:p></w:body></w:document>'
)
_LINKS = (
    '<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" '
    'Target="https://barleben.example/x" TargetMode="External"/></Relationships>'
)


def docx(extra: dict[str, bytes | str] | None = None, *, inside: str = "", types: str = _TYPES) -> bytes:
    """A letter as Word writes it, with more parts or more words in its paragraph."""
    word = {"[Content_Types].xml": types, "word/document.xml": _WORD.format(inside)}
    return zipped(word | (extra or {}))


def docx_macro_types() -> str:
    return _TYPES.replace("officedocument.wordprocessingml.document.main", "ms-word.document.macroEnabled.main")


def linked(kind: str) -> str:
    """A relationship of a Word document to something outside."""
    return _LINKS.format(kind)


def odt(extra: dict[str, bytes | str] | None = None, *, inside: str = "", manifest: str = "") -> bytes:
    """A letter as LibreOffice writes it."""
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content '
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:script="urn:oasis:names:tc:opendocument:xmlns:script:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:scripts/>'
        f"<office:body><office:text><text:p>Guten Tag</text:p>{inside}</office:text></office:body>"
        "</office:document-content>"
    )
    listing = (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
        f'<manifest:file-entry manifest:full-path="/">{manifest}</manifest:file-entry></manifest:manifest>'
    )
    parts = {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content}
    return zipped(parts | {"META-INF/manifest.xml": listing} | (extra or {}))


def pdf(catalog: bytes = b"", *, more: bytes = b"", trailer: bytes = b"") -> bytes:
    """One empty page; `catalog` is added to the root object, `more` are further objects."""
    return (
        b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R " + catalog + b" >>\nendobj\n"
        b"2 0 obj\n<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n"
        b"3 0 obj\n<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] >>\nendobj\n" + more + b"\n"
        b"trailer\n<< /Root 1 0 R /Size 9 " + trailer + b" >>\n%%EOF\n"
    )


def pdf_object_stream(objects: bytes, dictionary: bytes = b"/Type /ObjStm /N 1 /First 5", *, filters=b"/FlateDecode"):
    """An object stream as modern programs write it, for `pdf(more=…)`."""
    packed = zlib.compress(b"4 0  " + objects)
    head = b"9 0 obj\n<< " + dictionary + b" /Filter " + filters + b" /Length %d >>\n" % len(packed)
    return head + b"stream\n" + packed + b"\nendstream\nendobj\n"


def zip_bomb(unpacked_megabytes: int = 300) -> bytes:
    """A Word document whose text unpacks to a thousand times its weight."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        with package.open("word/document.xml", "w") as part:
            for _ in range(unpacked_megabytes):
                part.write(b" " * 1_000_000)
    return out.getvalue()


def overlapping_bomb(entries: int = 1_000, kernel_bytes: int = 10_000_000) -> bytes:
    """10 GB in 100 kB: every name in the table of contents points at the same packed part."""
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    kernel = b"\0" * kernel_bytes
    packed = packer.compress(kernel) + packer.flush()
    sizes = struct.pack("<LLL", zlib.crc32(kernel), len(packed), kernel_bytes)
    body = struct.pack("<4s5H", b"PK\x03\x04", 20, 0, 8, 0, 33) + sizes + struct.pack("<HH", 17, 0)
    body += b"word/document.xml" + packed
    directory = b""
    for number in range(entries):
        name = (
            b"word/document.xml" if not number else b"[Content_Types].xml" if number == 1 else b"word/%d.xml" % number
        )
        directory += struct.pack("<4s6H", b"PK\x01\x02", 20, 20, 0, 8, 0, 33) + sizes
        directory += struct.pack("<5H2L", len(name), 0, 0, 0, 0, 0, 0) + name
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, entries, entries, len(directory), len(body), 0)
    return body + directory + end


def many_entries(entries: int = 60_000) -> bytes:
    """A package with nothing in it but names."""
    directory = b"".join(
        struct.pack("<4s6H3L5H2L", b"PK\x01\x02", 20, 20, 0, 0, 0, 33, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0)
        + b"%06d" % number
        for number in range(entries)
    )
    body = b"PK\x03\x04" + b"\0" * 26
    return body + directory + struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, entries, entries, len(directory), 30, 0)


LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(f'<!ENTITY {chr(98 + n)} "{f"&{chr(97 + n)};" * 10}">' for n in range(9))
    + "]><l>&j;</l>"
)
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def heic(size=(64, 48), colour="teal", **options) -> bytes:
    """As an iPhone writes it."""
    import pillow_heif

    out = io.BytesIO()
    pillow_heif.from_pillow(Image.new("RGB", size, colour)).save(out, quality=50, **options)
    return out.getvalue()


def framed_twice() -> bytes:
    """A JPEG whose first header says 1 by 1 and whose second one says the truth."""
    base = picture()
    at = base.index(b"\xff\xc0")
    frame = base[at : at + 19]
    return base[:at] + frame[:5] + b"\0\1\0\1" + frame[9:] + base[at:]


def many_scans() -> bytes:
    """A progressive JPEG that asks to be gone through again and again."""
    base = picture(progressive=True)
    last = base[base.rindex(b"\xff\xda") : -2]
    return base[:-2] + last * 40 + base[-2:]


def zip_in_comment() -> bytes:
    """A whole picture and a whole zip file that share all their bytes."""
    package = zipped({"a.txt": "a"})
    base = jpeg_with(package)
    at = base.index(b"PK\x05\x06")
    behind = len(base) - at - 22
    return base[: at + 20] + struct.pack("<H", behind) + base[at + 22 :]


def with_gap(package: bytes) -> bytes:
    """A package with a stranger's bytes between its last part and its table of contents."""
    at = package.index(b"PK\x01\x02")
    (offset,) = struct.unpack_from("<L", package, len(package) - 6)
    return package[:at] + b"stranger" * 20 + package[at:-6] + struct.pack("<LH", offset + 160, 0)


def lying(package: bytes) -> bytes:
    """A package whose table of contents promises less than a part holds."""
    at = package.index(b"PK\x01\x02")
    return package[: at + 24] + struct.pack("<L", 5) + package[at + 28 :]
