"""Hostile files cost little: each is answered within two seconds of computing and 300 MB, in a process of its own."""

import json
import random
import subprocess
import sys
import zlib
from pathlib import Path

import pytest
from tests.cases import upload_samples as samples
from tests.cases.upload_samples import docx, jpeg_with, pdf, pdf_object_stream, picture, png, png_chunk, zipped

pytestmark = pytest.mark.slow

_MOST_SECONDS = 2.0
_MOST_MEGABYTES = 300
_ROOT = Path(__file__).parents[2]
_CHILD = """
import json, resource, sys
from pathlib import Path
from smartbarleben.cases.uploads import Accepted, clean_picture, examine
before = resource.getrusage(resource.RUSAGE_SELF).ru_utime
verdict = examine(Path(sys.argv[1]), "x")
used = resource.getrusage(resource.RUSAGE_SELF)
seconds = used.ru_utime + used.ru_stime - before
if isinstance(verdict, Accepted) and verdict.kind.is_picture:
    clean_picture(Path(sys.argv[1]))
# ru_maxrss would still count the parent that this process was forked from.
peak = int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024
print(json.dumps([seconds, peak, type(verdict).__name__, str(getattr(verdict, "code", ""))]))
"""


def _rows(width: int, height: int, pixel_bytes: int) -> bytes:
    """Rows of the slowest kind (Paeth), packed as tightly as they can be."""
    packer = zlib.compressobj(9)
    row = b"\4" + b"\1" * (width * pixel_bytes)
    return b"".join(packer.compress(row) for _ in range(height)) + packer.flush()


def _packed_png(width: int, height: int, *, colour: int, pixel_bytes: int, depth: int = 8) -> bytes:
    head = png(width, height, depth=depth, colour=colour)
    body = png_chunk(b"IDAT", _rows(width, height, pixel_bytes)) + png_chunk(b"IEND", b"")
    return head[:33] + body


def _scans() -> bytes:
    """A progressive picture of 16 megapixels that is gone through as often as we allow."""
    base = picture(size=(4_000, 4_000), progressive=True)
    last = base[base.rindex(b"\xff\xda") : -2]
    return base[:-2] + last * (30 - base.count(b"\xff\xda")) + base[-2:]


def _gif_of_crumbs() -> bytes:
    head = picture("GIF", mode="P")
    return head[:-1] + b"\x21\xfe" + b"\1a" * 4_900_000 + b"\0\x3b"


def _pdf_of_streams() -> bytes:
    return pdf(
        more=(b"9 0 obj <</Filter/FlateDecode>> stream\n" + zlib.compress(b"1 1 ") + b"\nendstream endobj\n") * 90_000
    )


def _pdf_of_brackets() -> bytes:
    return pdf(more=b"/A#41#4" * 1_300_000)


def _heavy(xml: str, name: str = "word/styles.xml") -> bytes:
    """A Word document that holds enough of what does not pack to be allowed so much XML."""
    return docx({"word/media/image1.jpg": random.Random(1).randbytes(400_000), name: xml})


HOSTILE = {
    "100000 by 100000": lambda: png(100_000, 100_000),
    "png of 40 megapixels": lambda: _packed_png(7_300, 5_470, colour=6, pixel_bytes=4),
    "png of 28 megapixels, deep": lambda: _packed_png(5_300, 5_300, colour=6, pixel_bytes=8, depth=16),
    "png of 40 megapixels, palette": lambda: picture("PNG", size=(7_300, 5_470), mode="P"),
    "png with a bursting profile": lambda: png(
        8, 8, extra=png_chunk(b"iCCP", b"x\0\0" + zlib.compress(b"\0" * 100_000_000))
    ),
    "png of crumbs": lambda: png(8, 8, extra=png_chunk(b"tEXt", b"") * 800_000),
    "jpeg of 40 megapixels": lambda: picture(size=(7_300, 5_470), mode="CMYK"),
    "jpeg of many scans": _scans,
    "jpeg of crumbs": lambda: b"\xff\xd8" + b"\xff\xfe\0\2" * 2_400_000,
    "jpeg of fill bytes": lambda: b"\xff\xd8" + b"\xff" * 9_900_000,
    "webp of 13 megapixels": lambda: picture("WEBP", size=(3_600, 3_600), mode="RGBA", lossless=True, method=0),
    "webp of 40 megapixels": lambda: picture("WEBP", size=(7_300, 5_470), method=0),
    "gif of 40 megapixels": lambda: picture("GIF", size=(7_300, 5_470), mode="P"),
    "gif of crumbs": _gif_of_crumbs,
    "heic of 24 megapixels": lambda: samples.heic(size=(5_712, 4_284)),
    "zip bomb": lambda: samples.zip_bomb(1_000),
    "overlapping bomb": samples.overlapping_bomb,
    "many names": lambda: samples.many_entries(60_000),
    "docx that laughs": lambda: docx({"word/styles.xml": samples.LAUGHS}),
    "docx of crumbs": lambda: _heavy("<a>" + "<b/>" * 4_000_000 + "</a>"),
    "docx of links": lambda: _heavy("<a>" + "<b/>" * 240_000 + "</a>", "word/_rels/a.rels"),
    "docx of open brackets": lambda: _heavy("<a>" + "&lt;" * 4_000_000 + "</a>"),
    "docx of comments": lambda: _heavy("<a>" + "<!--" * 4_000_000 + "</a>"),
    "docx of fields": lambda: _heavy("<a>" + "<w:instrText>" * 1_400_000 + "</a>"),
    "docx of deep brackets": lambda: _heavy("<a>" * 6_000_000),
    "docx of names": lambda: _heavy("<a" + "".join(f" a{n}='1'" for n in range(490_000)) + "/>"),
    "docx of many parts": lambda: docx(
        {"word/media/image1.jpg": random.Random(1).randbytes(500_000)}
        | {f"word/{n}.xml": "<a>" + "<b/>" * 100_000 + "<b c='d'/>" * 100_000 + "</a>" for n in range(25)}
    ),
    "pdf of streams": _pdf_of_streams,
    "pdf of brackets": _pdf_of_brackets,
    "pdf of fake ends": lambda: pdf(more=(b"(\\)endobj)" * 100 + b"stream\n") * 9_000),
    "pdf of long dictionaries": lambda: pdf(more=(b"(\\(" * 300 + b" stream\n") * 9_900),
    "pdf of object streams": lambda: pdf(more=pdf_object_stream(b"<<>>" * 9_000) * 9_900),
    "pdf of spaces": lambda: pdf(b"/Filter" + b" " * 9_900_000),
    "pdf of open actions": lambda: pdf(b"/OpenAction 5 0 R " * 500_000),
    "pdf of objects": lambda: pdf(b"/OpenAction 5 0 R", more=b"5 0 obj\n" * 1_200_000),
    "pdf bomb": lambda: pdf(more=pdf_object_stream(b"/#41" * 12_000_000)),
    "jpeg and zip": lambda: picture(size=(3_000, 3_000)) + zipped({"a": b"a" * 1_000_000}),
    "jpeg and endless zip ends": lambda: jpeg_with(b"PK\5\6" * 16_000),
    "text": lambda: b"<" * 10_000_000,
    "headers": lambda: b"From: " * 1_600_000,
    "old text": lambda: b"\xe4" * 5_000 + b"a" * 9_000_000,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_answered_soon_and_in_little_memory(name, tmp_path):
    path = tmp_path / "sample"
    path.write_bytes(HOSTILE[name]())
    assert path.stat().st_size <= 10_100_000
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, str(path)],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=_ROOT,
        env={"PYTHONPATH": str(_ROOT / "src")},
        check=False,
    )
    assert done.returncode == 0, done.stderr[-500:]
    seconds, megabytes, verdict, code = json.loads(done.stdout)
    print(f"{name}: {seconds:.2f} s, {megabytes:.0f} MB, {verdict} {code}")  # shown when it fails, and with -s
    assert seconds < _MOST_SECONDS
    assert megabytes < _MOST_MEGABYTES
