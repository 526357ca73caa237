"""The A4 sheet: what is on it, that a phone reads its code, that it opens no connection and cannot be abused."""

import io
import shutil
import subprocess
import sys
import threading

import pypdf
import pytest
import zxingcpp
from PIL import Image
from tests.factories import at, make_item

from smartbarleben.content.channels import notice
from smartbarleben.ui import paper

WEASYPRINT = "weasyprint"


def read(answer) -> pypdf.PdfReader:
    assert answer.status_code == 200
    assert answer["Content-Type"] == "application/pdf"
    return pypdf.PdfReader(io.BytesIO(answer.content))


def text_of(pdf: pypdf.PdfReader) -> str:
    return " ".join(" ".join(page.extract_text().split()) for page in pdf.pages)


def test_sheet_says_what_when_where_and_by_whom(one, get):
    item = one("event", starts_at=at(3, 18), ends_at=at(3, 20), is_example=True)
    pdf = read(get(item, "aushang.pdf"))
    said = text_of(pdf)
    for part in ("Gemeinde", "Barleben", "Straße am Breiteweg", "18–20 Uhr", "Bürgerhaus", "Breiteweg 50"):
        assert part in said
    for part in ("Alles Weitere steht hier.", "Gemeinde Barleben", "Oktober 2026", item.slug):
        assert part in said.replace(" ​", "")
    assert len(pdf.pages) == 1
    width, height = pdf.pages[0].mediabox[2:]
    assert (round(float(width)), round(float(height))) == (595, 842)


def test_sheet_is_tagged_and_says_title_and_language(one, get):
    for language in ("de", "ar"):
        catalog = read(get(one("news"), "aushang.pdf", language)).trailer["/Root"]
        assert catalog["/Lang"] == language
        assert catalog["/MarkInfo"]["/Marked"]
        assert "/StructTreeRoot" in catalog
        assert b"pdfuaid" in catalog["/Metadata"].get_object().get_data()
    assert "Straße am Breiteweg" in read(get(one("news"), "aushang.pdf")).metadata.title


def test_fonts_are_our_own_and_travel_with_the_sheet(one, get):
    names = set()
    for page in read(get(one("news"), "aushang.pdf", "ar")).pages:
        for font in page["/Resources"]["/Font"].values():
            names.add(str(font.get_object()["/BaseFont"]))
    assert any("Fira" in name for name in names)
    assert any("Noto" in name and "Arabic" in name for name in names)


def test_a_phone_reads_the_code(one, get, tmp_path):
    if not shutil.which("pdftoppm"):
        pytest.skip("pdftoppm (poppler-utils) is not installed, so the sheet cannot be turned into a picture")
    item = one("closure")
    for language in ("de", "ar"):
        sheet = tmp_path / f"{language}.pdf"
        sheet.write_bytes(get(item, "aushang.pdf", language).content)
        subprocess.run(["pdftoppm", "-r", "100", "-png", "-singlefile", sheet, tmp_path / language], check=True)
        prefix = "" if language == "de" else "/ar"
        found = [code.text for code in zxingcpp.read_barcodes(Image.open(tmp_path / f"{language}.png"))]
        assert found == [f"http://localhost:8000{prefix}/sperrungen/{item.slug}/"]


def test_long_text_runs_on_to_more_pages_and_nothing_is_cut_off(one, get):
    pdf = read(get(one("news", body="<p>Wort </p>" * 120 + "<p>Schlusswort</p>"), "aushang.pdf"))
    assert len(pdf.pages) >= 2
    assert "Schlusswort" in text_of(pdf)


def test_text_that_just_overflows_is_set_smaller_instead(one, get, monkeypatch):
    item = one("news", body="<p>Zeile</p>" * 12)
    assert len(read(get(item, "aushang.pdf")).pages) == 1
    notice._drawn.clear()
    monkeypatch.setattr(notice, "_SMALLER", ())
    assert len(read(get(item, "aushang.pdf")).pages) == 2


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/x.png",
        "https://localhost:8000/static/ui/print.css",
        "file:///etc/passwd",
        "http://localhost:8000/static/../../../../etc/passwd",
        "http://localhost:8000/static/%2e%2e/secret.key",
        "http://localhost:8000/media/x.png",
        "http://localhost:8000.evil.example/static/ui/print.css",
        "data:text/css,*{}",
        "ftp://localhost/static/ui/print.css",
        "http://localhost:8000/static/no/such.css",
    ],
)
def test_only_our_own_static_files_are_read(url):
    assert paper.static_file(url) is None


def test_our_own_stylesheet_is_found():
    assert paper.static_file("http://localhost:8000/static/ui/print.css?v=1").name == "print.css"


def test_text_with_a_foreign_picture_opens_no_connection(one, get, monkeypatch):
    import socket

    def refuse(*args, **kwargs):
        raise AssertionError("a connection was opened")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    item = one("news", body='<p>Bild: <img src="http://192.0.2.1/x.png" alt="Baum"></p>')
    assert "Straße" in text_of(read(get(item, "aushang.pdf")))


def test_same_sheet_is_drawn_once_until_something_changes(one, get, monkeypatch):
    item = one("news")
    drawn = []
    monkeypatch.setattr(notice, "notice_pdf", lambda html: drawn.append(html) or b"%PDF-")
    for query in ("", "?a=1", "?a=2"):
        get(item, f"aushang.pdf{query}")
    assert len(drawn) == 1
    get(item, "aushang.pdf", "ar")
    assert len(drawn) == 2
    make_item("news")
    get(item, "aushang.pdf")
    assert len(drawn) == 3


def test_few_sheets_are_kept():
    for number in range(notice.KEPT + 8):
        notice._keep((str(number),), b"")
    assert len(notice._drawn) == notice.KEPT
    assert ("0",) not in notice._drawn


def test_without_pango_the_address_says_what_to_install(one, get, monkeypatch):
    item = one("news")
    for missing in (ImportError, OSError):
        monkeypatch.delitem(sys.modules, WEASYPRINT, raising=False)
        monkeypatch.setattr("builtins.__import__", failing_import(missing))
        for language in ("de", "ar"):
            answer = get(item, "aushang.pdf", language)
            assert answer.status_code == 503
            html = answer.content.decode()
            assert paper.INSTALL in html
            assert f'<html lang="{language}"' in html
            assert "no-store" in answer["Cache-Control"]
        assert get(item, "folie/").status_code == 200
        monkeypatch.undo()


def failing_import(error: type[Exception]):
    real = __import__

    def imported(name, *args, **kwargs):
        if name.partition(".")[0] == WEASYPRINT:
            raise error("cannot load library 'libpango-1.0-0'")
        return real(name, *args, **kwargs)

    return imported


def test_many_at_once_are_asked_to_come_back(one, get, monkeypatch):
    item = one("news")
    monkeypatch.setattr(paper, "_places", threading.BoundedSemaphore(1))
    with paper._places:
        answer = get(item, "aushang.pdf")
    assert answer.status_code == 503
    assert answer["Retry-After"]
    assert get(item, "aushang.pdf").status_code == 200
