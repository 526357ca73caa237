"""The copy of a village: whole, closed in itself, honest about what it is, and the same for the same content."""

import hashlib
import json
import re
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

from smartbarleben.archive import crawling, exporting
from smartbarleben.archive.exporting import CannotExport, export
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


def test_a_copy_is_whole(village: None, tmp_path: Path) -> None:
    report = copy_to(tmp_path / "copy")
    root = tmp_path / "copy"
    assert not broken(root)
    for file in (
        *("index.html", "en/index.html", "neues/~seite-2/index.html", "termine/~ortschaft-nebendorf/index.html"),
        *("termine/flohmarkt/index.html", "en/termine/flohmarkt/termin.ics", "termine/flohmarkt/daten.json"),
        *("feed.atom", "termine/kalender.ics", "offene-daten/termine/daten.csv", "offene-daten/orte/daten.geojson"),
        *(
            "offene-daten/katalog.jsonld",
            "robots.txt",
            "sitemap.xml",
            "formular/frage/index.html",
            "archiv/index.html",
        ),
    ):
        assert (root / file).is_file(), file
    assert "Geheimer Entwurf" not in "".join(
        path.read_text("utf-8", "ignore") for path in root.rglob("*") if path.is_file()
    )
    assert report.files == len([path for path in root.rglob("*") if path.is_file()])
    assert report.bytes == sum(path.stat().st_size for path in root.rglob("*") if path.is_file())
    reasons = {reason for reason, _page in report.left_out.values()}
    assert {"needs a login", "sheets to print were not asked for, or Pango is missing"} <= reasons
    # Nothing that the village has was forgotten: only of these it has nothing.
    assert all(
        name.startswith(("timetables:", "waste:", "content:proof", "content:notice")) for name in report.unseen
    )


def test_every_digest_is_right_and_the_same_content_gives_the_same_bytes(village: None, tmp_path: Path) -> None:
    copy_to(tmp_path / "one")
    copy_to(tmp_path / "two")
    sums = (tmp_path / "one" / "SHA256SUMS").read_text("ascii")
    assert sums == (tmp_path / "two" / "SHA256SUMS").read_text("ascii")
    for line in sums.splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((tmp_path / "one" / name).read_bytes()).hexdigest() == digest
    assert len(sums.splitlines()) == sum(path.is_file() for path in (tmp_path / "one").rglob("*")) - 1


def test_pages_say_what_they_are_and_ask_nobody(village: None, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    copy_to(root)
    for language, words in (("", "Kopie der Website vom 23. November 2026"), ("en/", "copy of the website from")):
        for page in ("index.html", "termine/flohmarkt/index.html", "formular/frage/index.html"):
            text = (root / language / page).read_text("utf-8")
            assert words in text, page
            assert "default-src 'none'" in text.replace("&#x27;", "'"), page
            assert '<script type="module"' not in text
            assert "/verwaltung/" not in text
            assert "<style" not in text
            assert 'method="post"' not in text
        form = (root / language / "formular/frage/index.html").read_text("utf-8")
        assert "rathaus@example.org" in form
        assert "<form" not in re.sub(r"<search.*?</search>", "", form, flags=re.DOTALL)
    everything = "".join(path.read_text("utf-8") for path in root.rglob("*.html"))
    assert "http://localhost" not in everything
    assert f'<link rel="canonical" href="{BASE}/termine/flohmarkt/">' in everything


def test_the_description_names_files_of_the_copy(village: None, tmp_path: Path) -> None:
    root = tmp_path / "copy"
    copy_to(root)
    graph = json.loads((root / "offene-daten/katalog.jsonld").read_text("utf-8"))["@graph"]
    files = [one["dcat:downloadURL"]["@id"] for one in graph if one["@type"] == "dcat:Distribution"]
    assert len(files) > 10
    for address in files:
        assert (root / address.removeprefix(f"{BASE}/")).stat().st_size > 10, address


def test_nothing_is_overwritten_and_nothing_half_is_left(village: None, tmp_path: Path, monkeypatch: Any) -> None:
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


def test_an_empty_folder_is_filled(village: None, tmp_path: Path) -> None:
    (tmp_path / "copy").mkdir()
    copy_to(tmp_path / "copy")
    assert (tmp_path / "copy" / "index.html").is_file()


def test_a_village_that_changes_is_copied_anew(village: None, tmp_path: Path, monkeypatch: Any) -> None:
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


def test_the_house_is_as_before(village: None, tmp_path: Path, client: Client) -> None:
    before = (settings.BASE_URL, settings.ROOT_URLCONF, settings.UI_PAGE_CONTEXT, timezone.now)
    copy_to(tmp_path / "copy")
    assert (settings.BASE_URL, settings.ROOT_URLCONF, settings.UI_PAGE_CONTEXT, timezone.now) == before
    assert client.get("/archiv/").status_code == 404
    assert "/formular/" in client.get("/").content.decode()


def test_a_house_without_a_village_says_so(db: None, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no village yet"):
        call_command("export_village", str(tmp_path / "copy"))
    assert list(tmp_path.iterdir()) == []


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
