"""The copy of a village: whole, closed in itself, honest about what it is, and the same for the same content."""

import csv
import hashlib
import json
import os
import re
import signal
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from tests.archive.whole import BASE, barleben, broken, run
from tests.factories import at, make_item, make_place, make_village
from tests.opendata.test_catalogue import mistakes, triples_of_json, triples_of_turtle

from smartbarleben.archive import crawling, exporting
from smartbarleben.archive.exporting import CannotExport, export
from smartbarleben.kernel import drafts
from smartbarleben.opendata.models import Terms
from smartbarleben.places.actions import raise_generation
from smartbarleben.portal import lists

DAY = date(2026, 11, 23)


def silent(_text: str) -> None:
    """What an export says on its way."""


def copy_to(folder: Path, **options: Any) -> exporting.Report:
    return export(folder, **{"base": BASE, "day": DAY, "papers": "none", "told": silent} | options)


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


@pytest.fixture
def village(db: None, monkeypatch: Any) -> None:
    monkeypatch.setattr(lists, "SIZE", 2)
    make_village(("Musterdorf", "Nebendorf"), languages=("de", "en"), name="Musterdorf")
    hall = make_place("Rathaus", slug="rathaus", ortschaft="musterdorf", hours=[(0, "09:00", "18:00")])
    for number in range(3):
        make_item("news", title=f"Neues {number}", slug=f"neues-{number}")
    texts = {"en": {"title": "Flea market", "summary": "Bring things.", "state": "reviewed"}}
    make_item("event", title="Flohmarkt", slug="flohmarkt", place=hall, ortschaft="nebendorf", texts=texts,
              starts_at=at(3, 10), ends_at=at(3, 12))  # fmt: skip
    make_item("news", title="Geheimer Entwurf", slug="geheim", publish=False)
    Terms.objects.update(licence="dl-de-by-2.0")


@pytest.fixture
def short(monkeypatch: Any) -> None:
    """A copy of two pages, for what does not depend on how many there are."""
    monkeypatch.setattr(exporting, "_beginnings", lambda _rules: iter(["/", "/neues/"]))
    monkeypatch.setattr(crawling.Walk, "_named", lambda self, answer, page: iter(()))


@pytest.mark.slow
def test_a_copy_is_whole_and_the_same_for_the_same_content(village: None, tmp_path: Path) -> None:
    report = copy_to(tmp_path / "copy")
    root = tmp_path / "copy"
    files = [path for path in root.rglob("*") if path.is_file()]
    problems = broken(root)
    assert not problems, "\n".join([f"{len(problems)} of them", *problems[:60]])
    assert (report.files, report.bytes) == (len(files), sum(path.stat().st_size for path in files))
    assert report.failed == []
    holds_what_was_promised(root)
    says_what_it_is(root)
    describes_its_own_files(root)
    reasons = {reason for reason, _page in report.left_out.values()}
    assert {
        "sheets to print were not asked for, or Pango is missing",
        "building blocks for editors and developers",
    } <= reasons
    # Nothing that the village has was forgotten: only of these it has nothing.
    expected = ("timetables:", "waste:", "content:", "ui:", "portal:", "map:")
    assert all(name.startswith(expected) for name in report.unseen), report.unseen
    assert not {"portal:home", "portal:list", "portal:item", "content:json", "opendata:file"} & set(report.unseen)

    copy_to(tmp_path / "again")
    sums = (root / "SHA256SUMS").read_text("ascii")
    assert sums == (tmp_path / "again" / "SHA256SUMS").read_text("ascii")
    for line in sums.splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((root / name).read_bytes()).hexdigest() == digest
    assert len(sums.splitlines()) == len(files) - 1


def holds_what_was_promised(root: Path) -> None:
    for file in (
        *("index.html", "en/index.html", "neues/~seite-2/index.html", "termine/flohmarkt/index.html"),
        *("en/termine/flohmarkt/termin.ics", "termine/flohmarkt/daten.json", "termine/flohmarkt/folie/index.html"),
        *("feed.atom", "termine/kalender.ics", "offene-daten/termine/daten.csv", "offene-daten/orte/daten.geojson"),
        *(
            "offene-daten/katalog.jsonld",
            "robots.txt",
            "sitemap.xml",
            "formular/frage/index.html",
            "archiv/index.html",
        ),
        *("suche/dinge.js", "suche/worte-66.js", "a-z/66/index.html", "farben.css"),
    ):
        assert (root / file).is_file(), file
    texts = "".join(path.read_text("utf-8", "ignore") for path in root.rglob("*") if path.is_file())
    assert "Geheimer Entwurf" not in texts
    assert "http://localhost" not in texts
    assert f'<link rel="canonical" href="{BASE}/termine/flohmarkt/">' in texts


def says_what_it_is(root: Path) -> None:
    for language, words in (("", "Kopie der Website vom 23. November 2026"), ("en/", "copy of the website from")):
        for page in ("index.html", "termine/flohmarkt/index.html", "formular/frage/index.html"):
            text = (root / language / page).read_text("utf-8")
            assert words in text, page
            assert "default-src 'none'" in text, page
            assert 'type="module"' not in text
            assert "/verwaltung/" not in text
            assert "<style" not in text
            assert 'method="post"' not in text
        form = (root / language / "formular/frage/index.html").read_text("utf-8")
        assert "rathaus@example.org" in form
        assert "<form" not in re.sub(r"<search.*?</search>", "", form, flags=re.DOTALL)


def describes_its_own_files(root: Path) -> None:
    graph = json.loads((root / "offene-daten/katalog.jsonld").read_text("utf-8"))["@graph"]
    assert list(mistakes(graph)) == []
    turtle = (root / "offene-daten/katalog.ttl").read_text("utf-8")
    assert triples_of_turtle(turtle) == triples_of_json(graph)
    addresses = [one["dcat:downloadURL"]["@id"] for one in graph if one["@type"] == "dcat:Distribution"]
    described = {address.removeprefix(f"{BASE}/") for address in addresses}
    assert described == {path.relative_to(root).as_posix() for path in root.glob("offene-daten/*/daten.*")}
    assert len(described) > 10
    for folder in {(root / name).parent for name in described}:
        says_the_same_in_each_format(folder)


def says_the_same_in_each_format(folder: Path) -> None:
    whole = json.loads((folder / "daten.json").read_text("utf-8"))
    told = whole["dataset"]
    assert told["page"] == f"{BASE}/offene-daten/{folder.name}/"
    names = [field["name"] for field in told["fields"]]
    assert all(list(row) == names for row in whole["rows"])
    with (folder / "daten.csv").open(encoding="utf-8-sig", newline="") as file:
        head, *rows = csv.reader(file, delimiter=";")
    assert (head, len(rows), told["rows"]) == (names, len(whole["rows"]), len(rows))
    assert all(len(row) == len(names) for row in rows)
    if (folder / "daten.geojson").exists():
        features = json.loads((folder / "daten.geojson").read_text("utf-8"))["features"]
        assert len(features) == len(rows)


def test_nothing_is_overwritten_and_nothing_half_is_left(
    village: None, short: None, tmp_path: Path, monkeypatch: Any
) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").write_text("mine")
    with pytest.raises(CommandError, match="is not empty"):
        call_command("export_village", str(full))
    assert [path.name for path in full.iterdir()] == ["mine.txt"]

    def breaks(self: crawling.Walk, told: Any) -> None:
        exporting._write(next(tmp_path.glob(".copy-*")) / "index.html", b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(crawling.Walk, "run", breaks)
    with pytest.raises(CommandError, match="No space left"):
        call_command("export_village", str(tmp_path / "copy"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["full"]
    assert settings.BASE_URL != BASE


def test_sigterm_ends_it_in_order_and_leaves_nothing(
    village: None, short: None, tmp_path: Path, monkeypatch: Any
) -> None:
    before = signal.getsignal(signal.SIGTERM)

    def stopped(self: crawling.Walk, told: Any) -> None:
        exporting._write(next(tmp_path.glob(".copy-*")) / "index.html", b"half")
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(crawling.Walk, "run", stopped)
    try:
        with pytest.raises(SystemExit) as ended:
            call_command("export_village", str(tmp_path / "copy"))
    finally:
        signal.signal(signal.SIGTERM, before)
    assert ended.value.code == 130
    assert list(tmp_path.iterdir()) == []


def test_what_a_killed_one_left_goes_with_the_next(village: None, short: None, tmp_path: Path) -> None:
    left = tmp_path / f".copy-draft.{drafts._machine()}.{os.getpid()}"
    left.mkdir()
    (left / "index.html").write_text("half")
    (tmp_path / ".copy-of-mine").mkdir()
    copy_to(tmp_path / "copy")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".copy-of-mine", "copy"]
    assert (tmp_path / "copy" / "index.html").read_text("utf-8") != "half"


def test_an_empty_folder_is_filled(village: None, short: None, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    copy_to(tmp_path / "copy")
    assert (tmp_path / "copy" / "index.html").is_file()


def test_a_village_that_changes_is_copied_anew(village: None, short: None, tmp_path: Path, monkeypatch: Any) -> None:
    run_before, turns = crawling.Walk.run, []

    def changes(self: crawling.Walk, told: Any) -> crawling.Found:
        found = run_before(self, told)
        turns.append(1)
        if len(turns) == 1:
            make_item("news", title="Eben erst", slug="eben-erst")
        return found

    monkeypatch.setattr(crawling.Walk, "run", changes)
    copy_to(tmp_path / "copy")
    assert len(turns) == 2
    assert "Eben erst" in (tmp_path / "copy" / "neues/index.html").read_text("utf-8")

    def always(self: crawling.Walk, told: Any) -> crawling.Found:
        raise_generation()
        return crawling.Found()

    monkeypatch.setattr(crawling.Walk, "run", always)
    with pytest.raises(CannotExport, match="changes all the time"):
        copy_to(tmp_path / "other")
    assert not (tmp_path / "other").exists()


def test_the_house_is_as_before(village: None, short: None, tmp_path: Path, client: Client) -> None:
    before = (settings.BASE_URL, settings.ROOT_URLCONF, settings.UI_PAGE_CONTEXT, timezone.now)
    copy_to(tmp_path / "copy")
    assert (settings.BASE_URL, settings.ROOT_URLCONF, settings.UI_PAGE_CONTEXT, timezone.now) == before
    assert client.get("/archiv/").status_code == 404
    assert "/formular/" in client.get("/").content.decode()


def test_a_house_without_a_village_says_so(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match=r"\./village init"):
        call_command("export_village", str(tmp_path / "copy"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.endurance
@pytest.mark.slow
@pytest.mark.sqlite_only
def test_barleben_in_all_languages_has_no_broken_link(tmp_path: Path) -> None:
    data = barleben(tmp_path / "data")
    root = tmp_path / "copy"
    said = run(data, "smartbarleben", "export_village", str(root), "--base", BASE, "--papers", "none")
    assert "The village has nothing of" not in said or "content:notice" in said
    problems = broken(root)
    assert not problems, "\n".join([f"{len(problems)} of them", *problems[:60]])
    for language in ("de-simple", "en", "uk", "ar", "pl"):
        assert (root / language / "zustaendig/personalausweis/index.html").is_file()
    texts = [path.read_text("utf-8") for path in root.rglob("*.html")]
    assert len(texts) > 2000
    # What residents hand in is nobody's to copy.
    assert not any("Erika Beispiel" in text or "Wann wird die Hecke" in text for text in texts)
