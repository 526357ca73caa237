"""Tables of strangers: delimiters, encodings, headings, cells, and files made to do harm."""

import io
import tracemalloc
import zipfile
from datetime import date, datetime
from datetime import time as clock
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.imports.making import repacked, table, workbook

from smartbarleben.imports import columns, tables
from smartbarleben.imports.columns import CellError, Column
from smartbarleben.imports.trouble import FileError, Report
from smartbarleben.imports.workbooks import workbook_rows

COLUMNS = (
    Column("name", ("Name", "Titel", "Title"), columns.text(40), True, "Beispiel"),
    Column("mail", ("E-Mail", "Mail"), columns.mail, example="a@example.org"),
    Column("lat", ("Breite", "Latitude"), columns.number(-90, 90), False, "52,2", None),
    Column("day", ("Datum", "Date"), columns.day, example="24.12.2026"),
    Column("open", ("Offen", "Open"), columns.yes_no, False, "ja", False),
)


def read(content: bytes, name: str = "orte.csv") -> tuple[list[dict[str, Any]], Report]:
    report = Report(name)
    return [row.values for row in tables.read(content, name, COLUMNS, report)], report


ROW = {"Name": "Bücherei", "E-Mail": "b@example.org", "Breite": "52,2019", "Datum": "24.12.2026", "Offen": "ja"}
VALUES = {"name": "Bücherei", "mail": "b@example.org", "lat": 52.2019, "day": "2026-12-24", "open": True}


@pytest.mark.parametrize("delimiter", [";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_whatever_an_office_program_writes_is_read(delimiter: str, encoding: str) -> None:
    assert read(table([ROW], delimiter, encoding))[0] == [VALUES]


def test_commas_between_and_points_in_numbers() -> None:
    rows, _report = read(table([{**ROW, "Breite": "52.2019"}], ","))
    assert rows == [VALUES]


def test_an_excel_file_gives_the_same() -> None:
    head = ["name", "E-MAIL", "Latitude", "Datum", "Offen"]
    content = workbook([head, ["Bücherei", "b@example.org", 52.2019, date(2026, 12, 24), True], [None] * 5])
    assert read(content, "orte.xlsx")[0] == [VALUES]


def test_excel_cells_read_as_people_see_them() -> None:
    content = workbook([["Name"], [39179.0], [datetime.fromisoformat("2026-12-24T18:30")], [clock(9, 5)], [12.5]])
    assert [row["name"] for row in read(content, "a.xlsx")[0]] == ["39179", "2026-12-24 18:30", "09:05", "12.5"]


def test_a_wrong_cell_costs_its_row_only_and_says_where_it_is() -> None:
    rows, report = read(table([ROW, {**ROW, "E-Mail": "keine"}, ROW]))
    assert len(rows) == 2
    [trouble] = report.told
    assert (trouble.file, trouble.line, trouble.column) == ("orte.csv", 3, "E-Mail")
    assert "post@example.org" in trouble.said()
    assert report.spares("anything"), "which entry the row was, nobody can tell"


def test_a_time_past_midnight_says_file_line_column_and_how_to_write_it() -> None:
    report = Report("termine.csv")
    clocks = (Column("name", ("Name",), columns.text(40), True), Column("end", ("Ende",), columns.clock))
    content = table([{"Name": "Tanz", "Ende": "23:30"}, {"Name": "Ball", "Ende": "25:30"}])
    assert [row.values["end"] for row in tables.read(content, "termine.csv", clocks, report)] == ["23:30"]
    [trouble] = report.told
    assert (trouble.file, trouble.line, trouble.column) == ("termine.csv", 3, "Ende")
    assert "1:30" in trouble.said()


def test_lines_are_counted_with_cells_of_several_lines() -> None:
    _rows, report = read(b'Name;E-Mail\r\n"A\r\nB";\r\nC;falsch\r\n')
    assert report.told[0].line == 4


def test_an_unknown_column_is_told_and_left_out() -> None:
    rows, report = read(table([{"Name": "A", "Farbe": "rot"}]))
    assert rows == [{"name": "A"}]
    assert report.told[0].column == "Farbe"
    assert not report.spares("anything")


def test_a_template_reads_back() -> None:
    rows, report = read(tables.template(COLUMNS))
    assert rows[0]["name"] == "Beispiel"
    assert report.count == 0


def bomb(megabytes: int) -> bytes:
    """An XLSX file whose sheet unpacks to so many megabytes of nothing."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook([["Name"]]))) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for info in old.infolist():
            if "sheet1" not in info.filename:
                new.writestr(info.filename, old.read(info))
        with new.open("xl/worksheets/sheet1.xml", "w", force_zip64=True) as part:
            part.write(b"<worksheet>" + b" " * 1000)
            for _ in range(megabytes):
                part.write(b"\0" * 1_000_000)
    return out.getvalue()


ENTITIES = b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;">]>
<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row><c t="inlineStr"><is>
<t>&b;</t></is></c></row></sheetData></worksheet>"""
GOOD = workbook([["Name"], ["A"]])
WRONG = {
    "empty": (b"", "is empty"),
    "blank": (b"  \r\n \r\n", "is empty"),
    "bytes": (bytes(range(256)) * 20, "no table"),
    "picture": (b"\x89PNG\r\n\x1a\n" + b"\0" * 200, "no table"),
    "paper": (b"%PDF-1.7 ...", "no table"),
    "web page": (b"<!DOCTYPE html><html><body>Anmelden</body></html>", "web page"),
    "old excel": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "old or a locked Excel"),
    "another zip": (b"PK\x03\x04" + b"\0" * 300, "damaged"),
    "cut excel": (GOOD[: len(GOOD) // 2], "damaged"),
    "broken sheet": (repacked(GOOD, sheet1=b"<worksheet><sheetData><row>"), "damaged"),
    "no sheet": (repacked(GOOD, sheet1=b""), ""),
    "entities": (repacked(GOOD, sheet1=ENTITIES), "instructions"),
    "utf-16 entities": (repacked(GOOD, sheet1=ENTITIES.decode().encode("utf-16")), "encoding"),
    "ebcdic": (repacked(GOOD, sheet1=ENTITIES.decode().encode("cp500")), "encoding"),
    "wrong column": (b"Farbe;Form\r\nrot;rund\r\n", "column \u201cName\u201d is missing"),
    "one column twice": (b"Name;Titel\r\na;b\r\n", "Two columns mean the same"),
    "open quote": (b'Name;Mail\r\n"' + b"x" * 200_000 + b"\r\n", "cannot be read"),
    "many rows": (b"Name\r\n" + b"a\r\n" * 1_000_000, "more than 20000 rows"),
    "many columns": (b";".join(b"a%d" % number for number in range(5000)), "more than 200 columns"),
    "large": (b"Name\r\n" + b"x" * 10_000_001, "larger than 10 MB"),
}


@pytest.mark.parametrize("name", WRONG)
def test_what_is_no_table_is_refused_in_words_and_in_little_memory(name: str) -> None:
    content, said = WRONG[name]
    tracemalloc.start()
    try:
        with pytest.raises(FileError) as caught:
            read(content, "liste.csv")
        assert said in str(caught.value)
        assert str(caught.value).startswith("liste.csv")
        assert caught.value.trouble.mend
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()


def test_two_gigabytes_of_zeros_are_refused_before_they_are_there() -> None:
    content = bomb(2000)
    assert len(content) < 3_000_000
    tracemalloc.start()
    with pytest.raises(FileError, match="would unpack to more than"):
        read(content, "bombe.xlsx")
    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


def test_a_sheet_that_names_its_millionth_row_is_not_filled_up() -> None:
    sheet = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        b'<dimension ref="A1:XFD1048576"/><sheetData>'
        b'<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c></row>'
        b'<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData></worksheet>'
    )
    content = repacked(GOOD, sheet1=sheet)
    rows = list(workbook_rows(content, "weit.xlsx", 500, 20))
    assert rows[0] == (1, ["Name"])
    assert len(rows) <= 502
    assert all(cells == [] for _line, cells in rows[1:])
    assert read(content, "weit.xlsx")[0] == []


@pytest.mark.parametrize(
    ("read_cell", "cell", "value"),
    [
        (columns.day, "1.2.2027", "2027-02-01"),
        (columns.clock, "18 Uhr", "18:00"),
        (columns.clock, "9.05", "09:05"),
        (columns.clock, "18:30:00", "18:30"),
        (columns.web, "www.example.org", "https://www.example.org"),
        (columns.yes_no, "Nein", False),
        (columns.number(0, 9), "1,5", 1.5),
    ],
)
def test_cells_as_people_write_them(read_cell: columns.Read, cell: str, value: Any) -> None:
    assert read_cell(cell) == value


@pytest.mark.parametrize(
    ("read_cell", "cell"),
    [
        (columns.day, "31.2.2027"),
        (columns.day, "24.12.2026 18:00"),
        (columns.day, "bald"),
        (columns.clock, "25:00"),
        (columns.clock, "99:00"),
        (columns.clock, "12:75"),
        (columns.web, "javascript:alert(1)"),
        (columns.web, "https://user:pw@example.org/"),
        (columns.mail, "a@b"),
        (columns.number(0, 9), "nan"),
        (columns.number(0, 9), "inf"),
        (columns.yes_no, "vielleicht"),
        (columns.choice({"kita": ("Kita",)}), "Schloss"),
        (columns.text(3), "vier"),
    ],
)
def test_cells_that_cannot_be_say_how_to_write_them(read_cell: columns.Read, cell: str) -> None:
    with pytest.raises(CellError) as caught:
        read_cell(cell)
    assert caught.value.mend


@given(st.binary(max_size=300))
def test_whatever_the_bytes_the_answer_is_rows_or_words(content: bytes) -> None:
    try:
        read(content, "wild")
    except FileError as problem:
        assert problem.trouble.mend  # noqa: PT017


@given(st.lists(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=40), min_size=1, max_size=4))
def test_quoted_cells_come_back(cells: list[str]) -> None:
    quoted = "\r\n".join('"' + cell.replace('"', '""') + '"' for cell in ["Name", *cells])
    found, report = read(quoted.encode())
    wanted = [" ".join(cell.split()) for cell in cells if cell.strip()]
    assert len(found) + report.count == len(wanted)
    assert [row["name"] for row in found] == [words for words in wanted if len(words) <= 40 and words]
