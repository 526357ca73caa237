"""Files as other programs write them: they know nothing of our samples, and we know nothing of theirs."""

import io
from collections.abc import Callable

import pytest
from PIL import Image
from pypdf import PdfWriter
from pypdf.actions import JavaScript
from pypdf.annotations import Link
from pypdf.generic import Fit

from smartbarleben.cases.uploads import Accepted, Code, Kind, examine


def written(change: Callable[[PdfWriter], object]) -> bytes:
    writer = PdfWriter()
    writer.add_blank_page(595, 842)
    change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


@pytest.mark.parametrize(
    "change",
    [
        lambda writer: None,
        lambda writer: writer.add_metadata({"/Author": "Anna Beispiel", "/Title": "JavaScript / Launch"}),
        lambda writer: writer.add_outline_item(title="Seite 1", page_number=0),
        lambda writer: setattr(writer, "open_destination", "Seite"),
        lambda writer: writer.add_annotation(0, Link(rect=(0, 0, 9, 9), url="https://barleben.example/Launch")),
        lambda writer: writer.add_annotation(0, Link(rect=(0, 0, 9, 9), target_page_index=0, fit=Fit.fit())),
    ],
    ids=["plain", "words", "outline", "opens at a page", "link", "inner link"],
)
def test_ordinary_pdfs_are_taken(change):
    verdict = examine(written(change), "x.pdf")
    assert isinstance(verdict, Accepted), verdict


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda writer: writer.add_open_action(JavaScript("app.alert(1)")), Code.PDF_ACTIVE),
        (lambda writer: writer.add_attachment("a.exe", b"MZ"), Code.PDF_ATTACHMENTS),
        (lambda writer: writer.encrypt("geheim", algorithm="RC4-128"), Code.PDF_LOCKED),
    ],
    ids=["script", "attachment", "password"],
)
def test_pdfs_that_do_more_than_show_pages_are_refused(change, code):
    assert examine(written(change), "x.pdf").code is code


def test_a_scan_saved_as_pdf_is_taken():
    out = io.BytesIO()
    Image.effect_noise((600, 800), 90).save(out, "PDF", save_all=True, append_images=[Image.new("RGB", (600, 800))])
    assert examine(out.getvalue(), "scan.pdf").kind is Kind.PDF


def test_a_photo_with_two_pictures_in_one_file_is_taken_as_its_first():
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(
        out, "MPO", save_all=True, append_images=[Image.new("RGB", (8, 6), "blue")]
    )
    verdict = examine(out.getvalue(), "x.jpg")
    assert (verdict.kind, verdict.width, verdict.height) == (Kind.JPEG, 40, 30)
