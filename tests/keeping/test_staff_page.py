"""The page on backups: which there are, what the last trial said, and asking for one now."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.test import Client
from django.utils import timezone, translation
from tests.factories import make_village
from wagtail.users.models import UserProfile

from smartbarleben.jobs.models import Job
from smartbarleben.keeping import explaining, rotation
from smartbarleben.keeping.models import KeepingRun
from smartbarleben.people.models import AuditEntry, User
from smartbarleben.people.roles import ADMINISTRATOR, EDITOR, sync

PATH = "/verwaltung/sicherungen/"


def signed_in(role: str, language: str = "en") -> Client:
    sync()
    user = User.objects.create_user(f"person-{role}", "p@example.org", "ein-gutes-passwort", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    UserProfile.objects.update_or_create(user=user, defaults={"preferred_language": language})
    browser = Client()
    browser.force_login(user)
    return browser


@pytest.fixture
def place(db: None, settings: Any, tmp_path: Path) -> Path:
    """A folder of backups with three archives and something else."""
    settings.SECOND_FACTOR_REQUIRED = False
    make_village()
    place = tmp_path / "safe"
    place.mkdir()
    settings.DATA_DIR, settings.BACKUP_DIR, settings.BACKUP_KEY = tmp_path / "data", str(place), "a file"
    for days, encrypted in ((0, True), (1, True), (40, False)):
        at = timezone.now() - timedelta(days=days)
        (place / rotation.name_of(at, encrypted=encrypted)).write_bytes(b"x" * 3_000_000)
    (place / "holiday.jpg").write_bytes(b"not ours")
    return place


def page(browser: Client) -> BeautifulSoup:
    answer = browser.get(PATH)
    assert answer.status_code == 200
    return BeautifulSoup(answer.content.decode(), "html.parser")


def run(kind: str, hours: int, **more: Any) -> KeepingRun:
    at = timezone.now() - timedelta(hours=hours)
    return KeepingRun.objects.create(
        **{"kind": kind, "started_at": at, "ended_at": at, "archive": "village-x"} | more
    )


def test_the_backups_there_are_the_newest_first(place: Path) -> None:
    soup = page(signed_in(ADMINISTRATOR))
    rows = [row.get_text(" ", strip=True) for row in soup.select("tbody tr")]
    assert len(rows) == 3
    names = sorted((path.name for path in place.glob("village-*")), reverse=True)
    assert all(name in row for name, row in zip(names, rows, strict=True))
    assert "3.0 MB" in rows[0]
    assert ["encrypted" in row for row in rows] == [True, True, False]
    assert "holiday" not in soup.get_text()
    assert f"./village restore {place}/{names[0]}" in soup.get_text()
    assert len(soup.select("h1")) == 1


def test_what_the_last_trial_said(place: Path) -> None:
    browser = signed_in(ADMINISTRATOR)
    assert "No backup was brought back on trial lately." in page(browser).get_text()
    run("drill", 30, files=12, rows=3400, loaded=True)
    said = "12 files and 3,400 rows of the database came back as they were."
    assert said in page(browser).select_one("#trial").find_next("div").get_text()
    run("drill", 2, problem="cases_case has 3 rows and had 4. Take the backup before.")
    run("drill", 0, ended_at=None)
    trial = page(browser).select_one("#trial").find_next("div")
    assert "The backup is not whole: cases_case has 3 rows and had 4." in trial.get_text()
    assert "job-note--bad" in trial["class"]


def test_a_folder_that_is_away_is_named(place: Path, settings: Any) -> None:
    settings.BACKUP_DIR = str(place / "usb")
    text = page(signed_in(ADMINISTRATOR)).get_text()
    assert f"The folder {place / 'usb'} is not there." in text
    settings.BACKUP_DIR = ""
    assert "SMARTBARLEBEN_BACKUP_DIR" in page(_again()).get_text()


def _again() -> Client:
    browser = Client()
    browser.force_login(User.objects.get())
    return browser


def test_a_button_asks_for_one_and_never_for_two(place: Path, settings: Any) -> None:
    browser = signed_in(ADMINISTRATOR)
    for _press in range(2):
        answer = browser.post(PATH, {"what": "drill"})
        job = Job.objects.get(task="keeping.drill")
        assert answer.headers["Location"] == f"/verwaltung/auftraege/{job.pk}/"
    browser.post(PATH, {"what": "backup"})
    assert Job.objects.filter(task="keeping.backup").count() == 1
    assert AuditEntry.objects.filter(verb="keeping.asked_for").count() == 3
    settings.BACKUP_DIR = ""
    assert browser.post(PATH, {"what": "backup"}).headers["Location"] == PATH
    assert Job.objects.filter(task="keeping.backup").count() == 1


def test_only_administrators(place: Path) -> None:
    assert signed_in(EDITOR).get(PATH).status_code == 302
    assert Client().get(PATH).status_code == 302
    assert PATH in signed_in(ADMINISTRATOR).get("/verwaltung/").content.decode()


def test_many_runs_cost_no_more_queries(place: Path, django_assert_max_num_queries: Any) -> None:
    browser = signed_in(ADMINISTRATOR)
    page(browser)
    for hours in range(40):
        run("backup", hours, files=3, size=10**7, rows=9)
    with django_assert_max_num_queries(12):
        assert len(page(browser).select(".sb-board__row")) == 30


@pytest.mark.parametrize(
    ("problem", "german"),
    [
        ("/mnt/a could not be written: No space left on device. Free some space.", "Speicher"),
        ("The folder for backups /mnt/usb is not there. Make it, or connect its disk.", "/mnt/usb"),
        ("The archive is damaged or cut off. Take another copy of it, or the backup before.", "beschädigt"),
        ("people_user has 0 rows and had 1. Take the backup before.", "people_user"),
        ("This passphrase does not open the archive.", "Passphrase"),
    ],
)
def test_problems_are_told_in_german(problem: str, german: str) -> None:
    words = explaining.in_plain_words(problem)
    with translation.override("de"):
        assert german in str(words)
        assert " the " not in str(words)
    with translation.override("en"):
        assert "%(" not in str(words)
    assert str(explaining.in_plain_words("something unheard of")) == "something unheard of"
