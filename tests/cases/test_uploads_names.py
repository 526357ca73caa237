"""Names of attachments: whatever somebody calls a file, what we show is one harmless line with the right ending."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.kernel.common import thorough

from smartbarleben.cases.uploads import Kind, safe_name

_DEVICES = {"con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³")}


@pytest.mark.parametrize(
    ("claimed", "shown"),
    [
        ("Laterne Haus 5.JPG", "Laterne Haus 5.jpg"),
        ("IMG_0815.jpeg", "IMG_0815.jpeg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("..\\..\\boot.ini", "boot.ini.jpg"),
        ("C:\\Users\\Anna\\Foto.jpg", "Foto.jpg"),
        ("photo.exe", "photo.jpg"),
        ("Rechnung.pdf.exe", "Rechnung.pdf.jpg"),
        ("a\0b.jpg", "ab.jpg"),
        ("Foto\u202egpj.exe", "Fotogpj.jpg"),
        ("zwei\r\nZeilen.jpg", "zwei Zeilen.jpg"),
        ("CON", "_CON.jpg"),
        ("con.jpg", "_con.jpg"),
        ("lpt¹.png", "_lpt¹.jpg"),
        ("Konrad.jpg", "Konrad.jpg"),
        ("<script>.jpg", "_script_.jpg"),
        ('a"b|c?d*e:f.jpg', "a_b_c_d_e_f.jpg"),
        ("🌳🚧 Baustelle.jpg", "🌳🚧 Baustelle.jpg"),
        ("صورة المصباح.jpg", "صورة المصباح.jpg"),
        ("Müller.jpg", "Müller.jpg"),
        ("", "Anhang.jpg"),
        ("...", "Anhang.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("x" * 300 + ".jpg", "x" * 76 + ".jpg"),
        ("A\b\u0300.jpg", "\u00c0.jpg"),
        ("Sitzung vom 3.11", "Sitzung vom 3.11.jpg"),
    ],
)
def test_a_name_is_made_harmless_and_stays_readable(claimed, shown):
    assert safe_name(claimed, Kind.JPEG) == shown


@thorough
@given(
    st.text(max_size=400) | st.text(alphabet="./\\.:CONcon\u202e\0\n 1eÄ\u0301jpg", max_size=60),
    st.sampled_from(Kind),
)
def test_no_name_is_a_path_a_device_or_a_trick(claimed, kind):
    name = safe_name(claimed, kind)
    stem, dot, suffix = name.rpartition(".")
    assert stem
    assert dot
    assert not set(name) & set('/\\<>:"|?*\n\r\0')
    assert not {unicodedata.category(sign) for sign in name} & {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}
    assert not name.startswith((".", " ", "-"))
    assert name.partition(".")[0].strip().casefold() not in _DEVICES
    assert len(name) <= 80
    assert len(name.encode()) <= 200
    assert safe_name(f"x.{suffix}", kind) == f"x.{suffix}"
    assert safe_name(name, kind) == name
