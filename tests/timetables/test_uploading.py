"""Timetables over the web: read first, taken over when somebody says so; and staff hear when one ends."""

import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.files.storage import storages
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone, translation
from tests.factories import make_village
from tests.timetables.making import feed, make_feed

from smartbarleben.jobs import work
from smartbarleben.jobs.models import OutgoingMail
from smartbarleben.people.models import User
from smartbarleben.people.roles import ADMINISTRATOR, CASE_WORKER, EDITOR
from smartbarleben.timetables import actions, uploading, warning
from smartbarleben.timetables.models import Feed, Upload, UploadState
from smartbarleben.timetables.words import SENTENCES, said
from smartbarleben.ui.dates import today

PAGE = "/verwaltung/fahrplaene/"


@pytest.fixture
def editor(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    settings.SECOND_FACTOR_REQUIRED = False
    settings.STORAGES = settings.STORAGES | {
        "private": {"BACKEND": "django.core.files.storage.FileSystemStorage", "OPTIONS": {"location": tmp_path}}
    }
    monkeypatch.setattr(Upload._meta.get_field("file"), "storage", storages["private"])
    make_village(lon=11.6, lat=52.2)
    return signed_in(EDITOR)


def signed_in(role: str) -> Client:
    user = User.objects.create_user(role.lower()[:4], f"{role[:4]}@example.org", "ein-gutes-passwort", is_staff=True)
    user.groups.add(Group.objects.get(name=role))
    browser = Client()
    browser.force_login(user)
    return browser


def words(answer: Any) -> str:
    return " ".join(BeautifulSoup(answer.content, "html.parser").select_one(".sb-column").get_text(" ").split())  # type: ignore[union-attr]


def send(editor: Client, content: bytes, name: str = "bus.zip") -> Upload:
    answer = editor.post(PAGE, {"file": SimpleUploadedFile(name, content), "attribution": "Bus GmbH"})
    assert answer.status_code == 302
    return Upload.objects.latest("pk")


@pytest.fixture
def long_ago(monkeypatch: pytest.MonkeyPatch) -> None:
    """The sample feed is about June 2026."""
    real = actions.import_feed
    monkeypatch.setattr(actions, "import_feed", lambda **given: real(today=date(2026, 6, 9), **given))


@pytest.mark.usefixtures("long_ago")
def test_a_file_is_read_first_and_taken_over_on_a_press(editor: Client, tmp_path: Path) -> None:
    row = send(editor, feed())
    assert BeautifulSoup(editor.get(f"{PAGE}datei/{row.pk}/").content, "html.parser").select_one(
        "meta[http-equiv=refresh]"
    )
    work.run_due()
    row.refresh_from_db()
    assert row.state == UploadState.READY, row.report
    assert not Feed.objects.exists()
    assert "2026" in words(editor.get(f"{PAGE}datei/{row.pk}/"))
    editor.post(f"{PAGE}datei/{row.pk}/uebernehmen/")
    editor.post(f"{PAGE}datei/{row.pk}/uebernehmen/")
    work.run_due()
    row.refresh_from_db()
    assert (row.state, row.file.name) == (UploadState.DONE, "")
    taken = Feed.objects.get()
    assert (taken.attribution, taken.file_name) == ("Bus GmbH", "bus.zip")
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]
    assert "Bus GmbH" in words(editor.get(PAGE))


@pytest.mark.parametrize("content", [b"no zip", feed()[:200], b""], ids=["text", "cut", "empty"])
def test_a_broken_file_changes_nothing_and_says_why(editor: Client, content: bytes) -> None:
    make_feed()
    row = send(editor, content)
    work.run_due()
    row.refresh_from_db()
    assert row.state == UploadState.FAILED
    page = words(editor.get(f"{PAGE}datei/{row.pk}/"))
    with translation.override("de"):
        german = said(row.report["problem"]), said(row.report["mend"])
    assert german != (row.report["problem"], row.report["mend"])
    assert all(part in page for part in german), page
    assert Feed.objects.count() == 1


@pytest.mark.usefixtures("long_ago")
def test_what_is_being_taken_over_cannot_be_discarded_any_more(editor: Client) -> None:
    row = send(editor, feed())
    work.run_due()
    assert uploading.approve(upload=row)
    # The colleague's page still has the button.
    answer = editor.post(f"{PAGE}datei/{row.pk}/verwerfen/", follow=True)
    assert answer.redirect_chain[-1][0] == f"{PAGE}datei/{row.pk}/"
    work.run_due()
    assert Upload.objects.get(pk=row.pk).state == UploadState.DONE
    assert Feed.objects.exists()


def test_a_file_that_is_discarded_while_it_is_read_stays_away(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = send(editor, feed())
    real = actions.import_feed

    def read(**given: Any) -> Any:
        done = real(today=date(2026, 6, 9), **given)
        assert uploading.discard(upload=Upload.objects.get(pk=row.pk))
        return done

    monkeypatch.setattr(actions, "import_feed", read)
    work.run_due()
    assert not Upload.objects.exists()


@pytest.mark.usefixtures("long_ago")
def test_a_server_that_is_killed_after_taking_over_comes_to_an_end_with_it(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = send(editor, feed())
    work.run_due()
    uploading.approve(upload=row)
    with monkeypatch.context() as killed:
        killed.setattr(uploading, "_report", lambda *given: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            uploading.take(upload=row.pk)
    assert Upload.objects.get(pk=row.pk).state == UploadState.TAKING
    uploading.take(upload=row.pk)
    assert Upload.objects.get(pk=row.pk).state == UploadState.DONE
    assert Feed.objects.count() == 1


def test_work_that_failed_for_good_is_said_and_not_waited_for(
    editor: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(**given: Any) -> Any:
        raise OSError("No space left on device")

    monkeypatch.setattr(actions, "import_feed", full)
    row = send(editor, feed())
    for hours in range(30):
        work.run_due(timezone.now() + timedelta(hours=hours))
    page = BeautifulSoup(editor.get(f"{PAGE}datei/{row.pk}/").content, "html.parser")
    assert page.select_one(".sb-column [role=alert]")
    assert not page.select_one("meta[http-equiv=refresh]")


def test_uploads_that_nobody_takes_over_go(editor: Client, tmp_path: Path) -> None:
    row = send(editor, b"no zip")
    assert [one for one in tmp_path.rglob("*") if one.is_file()]
    assert uploading.forget_old(now=row.at + timedelta(days=3)) == 1
    assert not [one for one in tmp_path.rglob("*") if one.is_file()]


def test_removing_asks_first(editor: Client) -> None:
    make_feed()
    assert editor.get(f"{PAGE}probe/entfernen/").status_code == 200
    assert Feed.objects.exists()
    editor.post(f"{PAGE}probe/entfernen/")
    assert not Feed.objects.exists()


def test_staff_hear_once_when_a_timetable_ends_soon(editor: Client) -> None:
    signed_in(ADMINISTRATOR)
    row = make_feed(full_until=today() + timedelta(days=15))
    warning.warn()
    assert not OutgoingMail.objects.filter(reason="timetables.ends").exists()
    assert "sb-timetables" not in editor.get("/verwaltung/").content.decode()
    Feed.objects.filter(pk=row.pk).update(full_until=today() + timedelta(days=14))
    for _day in range(3):
        warning.warn()
    [mail] = OutgoingMail.objects.filter(reason="timetables.ends")
    assert "Verkehrsbetriebe" in mail.subject
    assert "sb-timetables" in editor.get("/verwaltung/").content.decode()


def test_case_workers_may_not(editor: Client) -> None:
    make_feed()
    worker = signed_in(CASE_WORKER)
    assert worker.get(PAGE).status_code in {302, 403}
    worker.post(f"{PAGE}probe/entfernen/")
    assert Feed.objects.exists()


def test_the_page_costs_few_queries(editor: Client, django_assert_max_num_queries: Any) -> None:
    for number in range(8):
        make_feed(key=f"probe-{number}")
    editor.get(PAGE)
    with django_assert_max_num_queries(16):
        assert editor.get(PAGE).status_code == 200


SOURCES = ("reading", "feeds", "calls", "actions")


def test_every_sentence_of_the_readers_is_known_to_the_translators() -> None:
    """A reader says its sentences as literals; each that ends a problem or a mend stands in the list."""
    folder = Path(uploading.__file__).parent
    code = "".join((folder / f"{name}.py").read_text(encoding="utf-8") for name in SOURCES)
    told = re.findall(
        r'f?"([A-Z][^"]* [^"]*[.?])"',
        "".join(re.findall(r"(?s)(?:raise FeedError\(|said = |problem = |mend = ).*?\n *(?=\S)[^\n]*", code)),
    )
    told += re.findall(r'_skip\([^"]*"?[^",]*"?, [^"]*"([a-z][^"]+)"', code)
    known = [re.sub(r"%\(\w+\)s", "x", sentence) for sentence in SENTENCES]
    missing = {one for one in told if re.sub(r"\{[^}]*\}", "x", one) not in known}
    assert len(told) > 20
    assert not missing
