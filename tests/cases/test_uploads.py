"""Attachments: what residents send is taken, what could harm is refused with the right reason, whatever its name."""

import io

import pytest
from tests.cases import upload_samples as samples
from tests.cases.upload_samples import docx, jpeg_with, linked, odt, pdf, pdf_object_stream, picture, png, zipped

from smartbarleben.cases.uploads import (
    Accepted,
    Code,
    Kind,
    Limits,
    Refused,
    RefusedError,
    check_count,
    clean_picture,
    examine,
    thumbnail,
)

GOOD = {
    "jpg": (picture(), Kind.JPEG),
    "jpg progressive": (picture(progressive=True), Kind.JPEG),
    "jpg grey": (picture(mode="L"), Kind.JPEG),
    "jpg for print": (picture(mode="CMYK"), Kind.JPEG),
    "jpg with a brightness map behind": (picture() + picture(size=(16, 16)), Kind.JPEG),
    "jpg with a film behind": (picture() + b"\0\0\0\x18ftypmp42" + b"\0" * 500, Kind.JPEG),
    "jpg from Samsung": (
        picture() + b"\0\0\x01\x0aImage_UTC_Data1700000000000SEFH" + b"\0" * 20 + b"SEFT",
        Kind.JPEG,
    ),
    "png": (picture("PNG"), Kind.PNG),
    "png clear": (picture("PNG", mode="RGBA"), Kind.PNG),
    "png palette": (picture("PNG", mode="P"), Kind.PNG),
    "png one bit": (picture("PNG", mode="1"), Kind.PNG),
    "png sixteen bits": (picture("PNG", mode="I;16"), Kind.PNG),
    "webp": (picture("WEBP"), Kind.WEBP),
    "webp exact": (picture("WEBP", lossless=True), Kind.WEBP),
    "webp clear": (picture("WEBP", mode="RGBA", colour=(9, 9, 9, 90)), Kind.WEBP),
    "gif": (picture("GIF", mode="P"), Kind.GIF),
    "heic": (samples.heic(), Kind.HEIC),
    "pdf": (pdf(), Kind.PDF),
    "pdf opens at a page": (pdf(b"/OpenAction [3 0 R /XYZ null null 0]"), Kind.PDF),
    "pdf goes to a page": (
        pdf(b"/OpenAction 5 0 R", more=b"5 0 obj << /S /GoTo /D [3 0 R /Fit] >> endobj"),
        Kind.PDF,
    ),
    "pdf with a link": (pdf(b"/X (https://barleben.example/Launch/JavaScript)"), Kind.PDF),
    "pdf packed": (pdf(more=pdf_object_stream(b"<< /Type /Font >>")), Kind.PDF),
    "text": ("Die Laterne vor Haus 5 flackert. Größe: 3 m\n".encode(), Kind.TEXT),
    "text from old Windows": ("Straße gesperrt, Übergang fehlt\r\n".encode("cp1252"), Kind.TEXT),
    "text in UTF-16": ("Освітлення не працює".encode("utf-16"), Kind.TEXT),
    "text with a heart": (b"<3 Danke an das Rathaus, a < b", Kind.TEXT),
    "docx": (docx(), Kind.DOCX),
    "docx with a link": (docx({"word/_rels/document.xml.rels": linked("hyperlink")}), Kind.DOCX),
    "docx with a picture": (docx({"word/media/image1.png": picture("PNG")}), Kind.DOCX),
    "odt": (odt(), Kind.ODT),
    "odt with LibreOffice's empty part": (odt({"Configurations2/accelerator/current.xml": ""}), Kind.ODT),
    "odt with a picture": (odt({"Pictures/1.jpg": picture()}), Kind.ODT),
}

_EXE = b"MZ" + b"\0" * 200
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600
_ACTION = b"<< /S /JavaScript /JS (app.alert\\(1\\)) >>"

BAD = {
    "nothing": (b"", Code.EMPTY),
    "noise": (bytes(range(256)) * 4, Code.UNKNOWN),
    "too heavy": (b"a" * 10_000_001, Code.TOO_LARGE),
    "svg": (samples.SVG, Code.SVG),
    "svg without a head": (b"<svg onload=alert(1)></svg>", Code.SVG),
    "html": (b"<!DOCTYPE html><script>alert(1)</script>", Code.HTML),
    "html later": (b"Hallo <script>alert(1)</script>", Code.HTML),
    "exe": (_EXE, Code.PROGRAM),
    "shell": (b"#!/bin/sh\nrm -rf /\n", Code.PROGRAM),
    "zip": (zipped({"a.txt": "a"}), Code.ARCHIVE),
    "rar": (b"Rar!\x1a\x07\x01\0" + b"\0" * 50, Code.ARCHIVE),
    "mp4": (b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + b"\0" * 50, Code.VIDEO),
    "m4a": (b"\0\0\0\x18ftypM4A \0\0\0\0M4A isom" + b"\0" * 50, Code.SOUND),
    "mp3": (b"\xff\xfb\x90\x64" + b"\0" * 50, Code.SOUND),
    "eml": (b"From: a@b.example\r\nTo: c@d.example\r\nSubject: Hallo\r\n\r\nText", Code.MAIL),
    "doc": (_OLE, Code.OLD_OFFICE),
    "docx with a password": (_OLE + "EncryptedPackage".encode("utf-16-le"), Code.OFFICE_LOCKED),
    "rtf": (b"{\\rtf1 hello}", Code.OLD_OFFICE),
    "xlsx": (zipped({"[Content_Types].xml": "<Types/>", "xl/workbook.xml": "<a/>"}), Code.OTHER_OFFICE),
    "ods": (zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}), Code.OTHER_OFFICE),
    "odt template": (zipped({"mimetype": "application/vnd.oasis.opendocument.text-template"}), Code.OTHER_OFFICE),
    "tiff": (picture("TIFF"), Code.OTHER_PICTURE),
    "bmp": (picture("BMP"), Code.OTHER_PICTURE),
    "avif": (b"\0\0\0\x1cftypavif\0\0\0\0mif1avif" + b"\0" * 50, Code.OTHER_PICTURE),
    # Pictures
    "100000 by 100000": (png(100_000, 100_000), Code.PICTURE_TOO_LARGE),
    "a line of 40000 px": (png(40_000, 10), Code.PICTURE_TOO_LONG),
    "41 megapixels": (png(8_200, 5_000), Code.PICTURE_TOO_LARGE),
    "jpeg cut off": (picture(size=(600, 600))[:-40], Code.PICTURE_CUT_OFF),
    "png cut off": (picture("PNG")[:-40], Code.PICTURE_CUT_OFF),
    "webp cut off": (picture("WEBP")[:-40], Code.PICTURE_CUT_OFF),
    "gif cut off": (picture("GIF", mode="P")[:-4], Code.PICTURE_CUT_OFF),
    "heic cut off": (samples.heic()[:-40], Code.PICTURE_CUT_OFF),
    "png too short inside": (png(100, 100, b"\0" * 50), Code.PICTURE_CUT_OFF),
    "png with a wrong sum": (picture("PNG").replace(b"IDATx", b"IDATy"), Code.PICTURE_DAMAGED),
    "jpeg of nothing": (b"\xff\xd8\xff\xd9", Code.PICTURE_DAMAGED),
    "jpeg twice framed": (samples.framed_twice(), Code.PICTURE_DAMAGED),
    "jpeg of many scans": (samples.many_scans(), Code.PICTURE_TOO_COMPLEX),
    "jpeg of many segments": (b"\xff\xd8" + b"\xff\xfe\0\2" * 3_000 + picture()[2:], Code.PICTURE_TOO_COMPLEX),
    "jpeg and zip": (picture() + zipped({"a.txt": "a"}), Code.MIXED),
    "jpeg, jpeg and zip": (picture() + picture() + zipped({"a.txt": "a"}), Code.MIXED),
    "zip in a comment": (samples.zip_in_comment(), Code.MIXED),
    "gifar": (picture("GIF", mode="P") + zipped({"A.class": b"\xca\xfe\xba\xbe"}), Code.MIXED),
    "jpeg and html behind": (picture() + b"<html><script>alert(1)</script>", Code.MIXED),
    "jpeg and html in a comment": (jpeg_with(b"<script>alert(1)</script>"), Code.MIXED),
    "jpeg and pdf": (jpeg_with(b"%PDF-1.7"), Code.MIXED),
    "png and php": (picture("PNG") + b"<?php system($_GET[0]);", Code.MIXED),
    "webp and more": (picture("WEBP") + b"more", Code.MIXED),
    "heic and more": (samples.heic() + b"<?php system($_GET[0]);", Code.MIXED),
    # PDF
    "pdf not at the start": (b"\n\n" + pdf(), Code.MIXED),
    "pdf behind html": (b"<html>" + pdf(), Code.MIXED),
    "pdf and zip": (pdf() + zipped({"a.txt": "a"}), Code.MIXED),
    "pdf cut off": (pdf()[:-8], Code.PDF_DAMAGED),
    "pdf locked": (pdf(trailer=b"/Encrypt 8 0 R"), Code.PDF_LOCKED),
    "pdf script": (pdf(b"/OpenAction " + _ACTION), Code.PDF_ACTIVE),
    "pdf script by reference": (pdf(b"/OpenAction 5 0 R", more=b"5 0 obj" + _ACTION + b"endobj"), Code.PDF_ACTIVE),
    "pdf script in disguise": (pdf(b"/AA << /S /J#61va#53cript /JS 5 0 R >>"), Code.PDF_ACTIVE),
    "pdf script after an address": (pdf(b"/X <(http:>/S/JavaScript/Y<)>"), Code.PDF_ACTIVE),
    "pdf opens something": (pdf(b"/OpenAction << /S /URI /URI (https://x.example) >>"), Code.PDF_ACTIVE),
    "pdf opens something elsewhere": (
        pdf(b"/OpenAction 5 0 R", more=b"5 0 obj << /S /URI /URI (https://x.example) >> endobj"),
        Code.PDF_ACTIVE,
    ),
    "pdf launches": (pdf(more=b"5 0 obj << /S/Launch /F (cmd.exe) >> endobj"), Code.PDF_ACTIVE),
    "pdf form with programs": (pdf(b"/AcroForm << /XFA 5 0 R >>"), Code.PDF_ACTIVE),
    "pdf with files": (pdf(b"/Names << /EmbeddedFiles 5 0 R >>"), Code.PDF_ATTACHMENTS),
    "pdf script, packed": (pdf(more=pdf_object_stream(_ACTION)), Code.PDF_ACTIVE),
    "pdf opening, packed": (pdf(more=pdf_object_stream(b"<< /OpenAction << /S /URI >> >>")), Code.PDF_ACTIVE),
    "pdf script, packed without saying so": (pdf(more=pdf_object_stream(_ACTION, b"/N 1")), Code.PDF_ACTIVE),
    "pdf script behind a fake end": (
        pdf(more=pdf_object_stream(_ACTION, b"/Type /ObjStm /First 5 (endobj <<)", filters=b"/ASCIIHexDecode")),
        Code.PDF_UNCHECKED,
    ),
    "pdf script behind a fake end in a comment": (
        pdf(more=pdf_object_stream(_ACTION, b"/Type /ObjStm /First 5 %endobj <<\n", filters=b"/ASCIIHexDecode")),
        Code.PDF_UNCHECKED,
    ),
    "pdf script behind a long dictionary": (
        pdf(
            more=pdf_object_stream(
                _ACTION, b"/Type /ObjStm /First 5 /X (" + b"x" * 9_000 + b")", filters=b"/ASCIIHexDecode"
            )
        ),
        Code.PDF_UNCHECKED,
    ),
    "pdf packed twice": (
        pdf(more=pdf_object_stream(_ACTION, filters=b"[/ASCII85Decode /FlateDecode]")),
        Code.PDF_UNCHECKED,
    ),
    "pdf bomb": (pdf(more=pdf_object_stream(b" " * 45_000_000)), Code.PDF_UNCHECKED),
    # Office
    "docx macro": (docx({"word/vbaProject.bin": _OLE}), Code.OFFICE_MACROS),
    "docm": (docx(types=samples.docx_macro_types()), Code.OFFICE_MACROS),
    "docx with a table inside": (docx({"word/embeddings/sheet.xlsx": zipped({"a": "a"})}), Code.OFFICE_EMBEDDED),
    "docx with a zip as picture": (docx({"word/media/image1.png": zipped({"a": "a"})}), Code.OFFICE_EMBEDDED),
    "docx with a program": (docx({"word/media/image1.png": _EXE}), Code.OFFICE_EMBEDDED),
    "docx with a template from elsewhere": (
        docx({"word/_rels/settings.xml.rels": linked("attachedTemplate")}),
        Code.OFFICE_REMOTE,
    ),
    "docx with DDE": (
        docx(inside='<w:r><w:instrText>DDEA</w:instrText></w:r><w:r><w:instrText>UTO "cmd"</w:instrText></w:r>'),
        Code.OFFICE_REMOTE,
    ),
    "docx with DDE in disguise": (
        docx(inside="<w:r><w:instrText><![CDATA[DD]]><!-- -->&#69; cmd</w:instrText></w:r>"),
        Code.OFFICE_REMOTE,
    ),
    "docx that laughs": (docx({"word/styles.xml": samples.LAUGHS}), Code.OFFICE_TOO_MUCH),
    "docx laughs in UTF-16": (docx({"word/styles.xml": samples.LAUGHS.encode("utf-16")}), Code.OFFICE_TOO_MUCH),
    "docx not well formed": (docx({"word/styles.xml": "<a><b></a>"}), Code.OFFICE_DAMAGED),
    "docx path": (docx({"../../x.xml": "<a/>"}), Code.OFFICE_DAMAGED),
    "docx absolute path": (docx({"/etc/passwd": "a"}), Code.OFFICE_DAMAGED),
    "docx windows path": (docx({"C:\\x.txt": "a"}), Code.OFFICE_DAMAGED),
    "docx with bytes behind": (docx() + b"more", Code.OFFICE_DAMAGED),
    "docx with a hidden middle": (samples.with_gap(docx()), Code.OFFICE_DAMAGED),
    "zip bomb": (samples.zip_bomb(), Code.OFFICE_TOO_MUCH),
    "overlapping bomb": (samples.overlapping_bomb(), Code.OFFICE_TOO_MUCH),
    "small overlapping bomb": (samples.overlapping_bomb(5, 10_000), Code.OFFICE_DAMAGED),
    "many names": (samples.many_entries(), Code.OFFICE_TOO_MUCH),
    "docx that lies about its size": (samples.lying(docx()), Code.OFFICE_DAMAGED),
    "odt macro": (odt({"Basic/Standard/script-lb.xml": "<a/>"}), Code.OFFICE_MACROS),
    "odt event": (odt(inside="<script:event-listener/>"), Code.OFFICE_MACROS),
    "odt locked": (odt(manifest="<manifest:encryption-data/>"), Code.OFFICE_LOCKED),
    "odt object": (odt({"Object 1": _OLE}), Code.OFFICE_EMBEDDED),
    "odt that laughs": (odt({"styles.xml": samples.LAUGHS}), Code.OFFICE_TOO_MUCH),
}


@pytest.mark.parametrize("name", GOOD)
def test_what_residents_send_is_taken_by_its_content(name):
    data, kind = GOOD[name]
    verdict = examine(data, "invoice.exe")
    assert isinstance(verdict, Accepted), verdict
    assert (verdict.kind, verdict.size, verdict.content_type) == (kind, len(data), kind.content_type)
    assert verdict.name == f"invoice.{kind.value}"
    assert len(verdict.sha256) == 64


@pytest.mark.parametrize("name", [name for name, (_, kind) in GOOD.items() if kind.is_picture])
def test_each_picture_that_is_taken_can_be_made_anew(name):
    data, _ = GOOD[name]
    verdict = examine(data, "x")
    assert (verdict.width, verdict.height) == (64, 48)
    again = examine(clean_picture(data), "x")
    assert (again.kind, again.width, again.height) == (Kind.JPEG, 64, 48)
    assert examine(thumbnail(data), "x").kind is Kind.WEBP


@pytest.mark.parametrize("name", BAD)
def test_what_could_harm_is_refused_with_its_reason(name):
    data, code = BAD[name]
    verdict = examine(data, "harmless.jpg")
    assert isinstance(verdict, Refused), verdict
    assert verdict.code is code


@pytest.mark.parametrize("name", BAD)
def test_what_is_refused_cannot_be_cleaned_either(name):
    for make in (clean_picture, thumbnail):
        with pytest.raises(RefusedError):
            make(BAD[name][0])


def test_a_process_that_has_drawn_a_pdf_refuses_what_is_cut_off_all_the_same(monkeypatch):
    monkeypatch.setattr("PIL.ImageFile.LOAD_TRUNCATED_IMAGES", True)
    data, code = BAD["png too short inside"]
    assert examine(data, "harmless.png") == Refused(code)


def test_a_file_a_stream_and_bytes_are_judged_alike(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(picture())
    stream = io.BytesIO(picture())
    stream.read(10)
    assert examine(path, "x.jpg") == examine(stream, "x.jpg") == examine(picture(), "x.jpg")


def test_the_refusal_says_how_much_is_too_much(tmp_path):
    path = tmp_path / "x"
    path.write_bytes(b"a" * 12_300_000)
    assert examine(path, "x.txt").facts == {"size": 12_300_000, "limit": 10_000_000}
    assert examine(png(12_000, 10_000), "x").facts == {"megapixels": 120, "limit": 40}
    assert examine(png(40_000, 10), "x").facts == {"side": 40_000, "limit": 30_000}


def test_formats_that_need_more_memory_have_a_lower_limit_that_is_said():
    verdict = examine(picture("WEBP", size=(300, 200)), "x", Limits(decode_bytes=17 * 30_000))
    assert verdict == Refused(Code.PICTURE_TOO_LARGE, {"megapixels": 1, "limit": 1})


def test_submissions_hold_five_files():
    assert check_count(5) is None
    assert check_count(6) == Refused(Code.TOO_MANY, {"count": 6, "limit": 5})


def test_without_its_decoder_an_iphone_picture_gets_a_friendly_refusal(monkeypatch):
    monkeypatch.setattr("smartbarleben.cases.uploads.pictures.heic_readable", lambda: False)
    assert examine(samples.heic(), "x.heic") == Refused(Code.HEIC_UNREADABLE)
