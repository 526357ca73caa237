"""`./village import ics` and `./village import csv`: told in words, twice is once, nothing left behind by a look."""

import io
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from tests.factories import make_village
from tests.imports.making import calendar, event, table
from tests.imports.test_importing import when

from smartbarleben.content.kinds import Club, Event
from smartbarleben.imports import actions
from smartbarleben.imports.models import Run, Source


@pytest.fixture
def folder(db: None, tmp_path: Path) -> Path:
    make_village()
    return tmp_path


def run(command: str, *words: str, **options: Any) -> str:
    out = io.StringIO()
    call_command(f"import_{command}", *words, stdout=out, stderr=out, **options)
    return out.getvalue()


def put(folder: Path, name: str, content: bytes) -> str:
    path = folder / name
    path.write_bytes(content)
    return str(path)


def test_a_calendar_twice_is_a_calendar_once(folder: Path) -> None:
    file = put(folder, "heimatverein.ics", calendar(event("1", "Fest", when(3)), event("2", "Chor", when(4))))
    assert "2 new" in run("ics", file)
    assert (Event.objects.count(), Source.objects.get().name) == (2, "heimatverein")
    again = run("ics", file)
    assert "2 unchanged" in again
    assert "new" not in again
    assert (Event.objects.count(), Source.objects.count()) == (2, 1)


def test_a_dry_run_tells_and_leaves_nothing(folder: Path) -> None:
    file = put(folder, "vereine.csv", table([{"Name": "Chor"}, {"Name": "Verein", "Farbe": "rot"}]))
    said = run("csv", file, "--as", "clubs", "--dry-run")
    assert "Chor" in said
    assert "2 new" in said
    assert "dry run" in said
    assert not Club.objects.exists()
    assert not Source.objects.exists()


def test_a_wrong_row_says_file_line_column_and_mend(folder: Path) -> None:
    file = put(folder, "vereine.csv", table([{"Name": "Chor", "E-Mail": ""}, {"Name": "Verein", "E-Mail": "keine"}]))
    said = run("csv", file, "--as", "clubs")
    assert "vereine.csv, line 3, column E-Mail: “keine” is no mail address. Write it like post@example.org." in said
    assert Club.objects.get().title == "Chor"


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("kaputt.xlsx", b"PK\x03\x04" + b"\0" * 300, r"kaputt\.xlsx: The Excel file is damaged .* save it again"),
        ("farbe.csv", b"Farbe;Form\r\nrot;rund\r\n", r"farbe\.csv, line 1: The column “Name” is missing; .*Farbe"),
        ("seite.csv", b"<!DOCTYPE html>", r"seite\.csv: This is a web page, not a table\. Look there"),
        ("leer.csv", b"", r"leer\.csv: The file is empty\. Choose"),
    ],
)
def test_a_file_of_which_nothing_can_be_used(folder: Path, name: str, content: bytes, said: str) -> None:
    with pytest.raises(CommandError, match=said):
        run("csv", put(folder, name, content), "--as", "clubs")
    assert not Source.objects.exists()


@pytest.mark.parametrize(("command", "name"), [("csv", "nullen.csv"), ("csv", "nullen.xlsx"), ("ics", "nullen.ics")])
def test_two_gigabytes_of_zeros_are_refused_without_being_read(folder: Path, command: str, name: str) -> None:
    path = folder / name
    with path.open("wb") as file:
        file.truncate(2_000_000_000)
    tracemalloc.start()
    try:
        with pytest.raises(CommandError, match=rf"{name}: The file is larger than 10 MB\. (Cut|Ask)"):
            run(command, str(path))
        assert tracemalloc.get_traced_memory()[1] < 60_000_000
    finally:
        tracemalloc.stop()
    assert not Source.objects.exists()


def test_the_settings_that_staff_gave_a_source_stay(folder: Path) -> None:
    row = actions.add_source(
        name="Heimatverein",
        target="events",
        address="https://example.org/a.ics",
        every_hours=24,
        publish=False,
        when_gone="keep",
    )
    file = put(folder, "a.ics", calendar(event("1", "Fest", when(3))))
    run("ics", file, "--name", "Heimatverein")
    row.refresh_from_db()
    assert (row.publish, row.when_gone, row.address) == (False, "keep", "https://example.org/a.ics")
    assert not Event.objects.get().live
    with pytest.raises(CommandError, match=r"another ortschaft.*--name"):
        run("ics", file, "--name", "Heimatverein", "--ortschaft", "ebendorf", "--dry-run")
    with pytest.raises(CommandError, match=r"brings events.*--name"):
        run("csv", file, "--name", "Heimatverein", "--as", "clubs")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["nichts.ics"], "no such file"),
        (["https://user:pw@example.org/a.ics"], "user name"),
        (["http://127.0.0.1/a.ics"], "private network"),
        (["FILE", "--ortschaft", "atlantis"], "no Ortschaft 'atlantis'. Known: barleben"),
        (["FILE", "--as", "waste", "--tour", "x"], "no tour 'x'. Known: none"),
        (["FILE", "--as", "waste"], r"a\.ics: A calendar does not say for which collection tour"),
    ],
)
def test_what_cannot_be_is_told_in_words(folder: Path, words: list[str], said: str) -> None:
    file = put(folder, "a.ics", calendar(event("1", "Restmüll", when(3))))
    with pytest.raises(CommandError, match=said):
        run("ics", *(file if word == "FILE" else word for word in words))
    assert not Source.objects.exists()


def test_an_import_that_broke_off_keeps_what_it_knows_and_goes_on(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from smartbarleben.imports import carrying_out

    file = put(folder, "a.ics", calendar(*(event(str(one), f"Fest {one}", when(3 + one)) for one in range(60))))
    real, calls = carrying_out._write_part, []

    def breaks(*args: Any) -> None:
        calls.append(1)
        if len(calls) == 2:
            raise KeyboardInterrupt
        real(*args)

    monkeypatch.setattr(carrying_out, "_write_part", breaks)
    with pytest.raises(KeyboardInterrupt):
        run("ics", file)
    assert (Event.objects.count(), Source.objects.count()) == (actions.BATCH, 1)
    said = run("ics", file)
    assert f"{60 - actions.BATCH} new" in said
    assert f"{actions.BATCH} unchanged" in said
    assert set(Run.objects.values_list("state", flat=True)) == {"dropped", "done"}
