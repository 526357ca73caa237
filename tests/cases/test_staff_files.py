"""Staff send files along: judged and cleaned like everybody's, never lost by a mistake, there for the person."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image
from tests.cases.filling import files_in, text_file
from tests.cases.making import fresh, make_case, make_worker
from tests.factories import make_village

from smartbarleben.cases import access, actions
from smartbarleben.cases.models import Attachment, Case, Sort
from smartbarleben.cases.status import Status
from smartbarleben.jobs.models import OutgoingMail
from smartbarleben.people.models import User

INBOX = "/verwaltung/vorgaenge/"


@pytest.fixture(autouse=True)
def storage(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files_in(tmp_path, monkeypatch)


@pytest.fixture
def worker(db: None) -> User:
    make_village()
    return make_worker("anna")


@pytest.fixture
def desk(client: Client, worker: User) -> Client:
    client.force_login(worker)
    return client


class Sheet:
    """The form of one verb on the page of a case, as a browser without JavaScript has it."""

    def __init__(self, desk: Client, case: Case, key: str, answer: Any = None) -> None:
        self.desk, self.case, self.key = desk, case, key
        self.address = f"{INBOX}{case.number}/"
        self.answer = answer or desk.get(self.address)
        self.soup = BeautifulSoup(self.answer.content.decode(), "html.parser")
        self.form = self.soup.select_one(f"#{key}-dateien").find_parent("form") if self.status != 302 else None

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def kept(self) -> list[str]:
        """The names of the files that go out with it."""
        return [one.get_text() for one in self.form.select(".sb-kept bdi")]

    @property
    def text(self) -> str:
        """What stands in the field."""
        return self.form.select_one("textarea").get_text().strip()

    @property
    def refusals(self) -> str:
        """What is said at the field for files."""
        return " ".join(one.get_text(" ") for one in self.form.select(".sb-error"))

    def press(self, tun: str = "", *, files: Any = (), text: str | None = None, **more: Any) -> "Sheet":
        """Press a button of the form."""
        hidden = {one["name"]: one["value"] for one in self.form.select("input[type=hidden]")}
        given: dict[str, Any] = hidden | more | {f"{self.key}-text": self.text if text is None else text}
        if tun:
            given["tun"] = tun
        if files:
            given[f"{self.key}-files"] = list(files)
        return Sheet(self.desk, self.case, self.key, self.desk.post(self.address, given))

    def leave_out(self, name: str) -> "Sheet":
        """Press the button beside a file that is kept."""
        [row] = [one for one in self.form.select(".sb-kept li") if name in one.get_text()]
        return self.press(weg=row.select_one("button[name=weg]")["value"])


def photo(name: str = "plan.jpg") -> SimpleUploadedFile:
    target = io.BytesIO()
    exif = Image.Exif()
    exif[0x010F] = "Kamera"
    Image.new("RGB", (60, 40), "red").save(target, "JPEG", exif=exif)
    return SimpleUploadedFile(name, target.getvalue(), "image/jpeg")


def sent(case: Case, reason: str = "cases.answer") -> OutgoingMail:
    return OutgoingMail.objects.get(reason=reason, to=case.contact.email)


def test_files_go_out_with_an_answer_and_lie_on_the_persons_page(desk: Client) -> None:
    case = make_case()
    done = Sheet(desk, case, "answer").press("answer", text="Hier ist der Plan.", files=[photo(), text_file()])
    assert done.status == 302
    entry = case.entries.get(sort=Sort.ANSWER)
    assert [one.name for one in entry.attachments.order_by("pk")] == ["plan.jpg", "Brief.txt"]
    with entry.attachments.get(name="plan.jpg").file.open("rb") as stored:
        assert not Image.open(stored).getexif()
    mail = sent(case)
    for words in (mail.text, mail.html):
        assert "plan.jpg, Brief.txt" in words
        assert access.path(case) in words
    person = Client()
    shown = person.get(access.path(case)).content.decode()
    links = re.findall(r'href="([^"]+/(?:plan\.jpg|Brief\.txt))"', shown)
    assert len(links) == 2
    assert b"".join(person.get(links[1]).streaming_content) == b"Guten Tag"


def test_files_go_out_with_a_question(desk: Client) -> None:
    case = make_case()
    assert Sheet(desk, case, "ask").press("ask", text="Ist es hier?", files=[photo()]).status == 302
    assert case.entries.get(sort=Sort.QUESTION).attachments.get().name == "plan.jpg"
    assert "plan.jpg" in sent(case, "cases.question").text


def test_a_mail_without_files_says_nothing_about_them(desk: Client) -> None:
    case = make_case()
    Sheet(desk, case, "answer").press("answer", text="Ja.")
    assert "Datei" not in sent(case).text


def test_what_is_refused_is_said_and_nothing_typed_is_lost(desk: Client) -> None:
    case = make_case()
    bad = SimpleUploadedFile("spiel.exe", b"MZ" + b"\0" * 200, "application/octet-stream")
    large = SimpleUploadedFile("riesig.txt", b"a" * 10_000_001, "text/plain")
    sheet = Sheet(desk, case, "answer").press("answer", text="Anbei.", files=[bad, text_file(), large])
    assert sheet.status == 422
    assert sheet.text == "Anbei."
    assert sheet.kept == ["Brief.txt"]
    assert "spiel.exe" in sheet.refusals
    assert "riesig.txt" in sheet.refusals
    assert sheet.soup.select_one('[role=alert] a[href="#answer-dateien"]')
    assert not OutgoingMail.objects.filter(reason="cases.answer").exists()
    assert sheet.press("answer").status == 302
    assert [one.name for one in case.entries.get(sort=Sort.ANSWER).attachments.all()] == ["Brief.txt"]


@pytest.mark.parametrize("key", ["answer", "ask"])
def test_files_stay_through_an_empty_text_and_can_be_left_out(desk: Client, key: str) -> None:
    case = make_case()
    sheet = Sheet(desk, case, key).press(key, text="", files=[text_file(), photo()])
    assert (sheet.status, sheet.kept) == (422, ["Brief.txt", "plan.jpg"])
    sheet = sheet.press(key, text="", files=[text_file("zwei.txt", b"zwei")])
    assert sheet.kept == ["Brief.txt", "plan.jpg", "zwei.txt"]
    sheet = sheet.leave_out("plan.jpg")
    assert (sheet.status, sheet.kept) == (200, ["Brief.txt", "zwei.txt"])
    assert sheet.press(key, text="Bitte sehr.").status == 302
    assert sorted(Attachment.objects.values_list("name", flat=True)) == ["Brief.txt", "zwei.txt"]


def test_leaving_a_file_out_keeps_the_words(desk: Client) -> None:
    sheet = Sheet(desk, make_case(), "answer").press("vorlage", text="Guten Tag,", files=[text_file()])
    assert (sheet.text, sheet.kept) == ("Guten Tag,", ["Brief.txt"])
    sheet = sheet.leave_out("Brief.txt")
    assert (sheet.text, sheet.kept) == ("Guten Tag,", [])


def test_who_was_slower_keeps_the_files(desk: Client) -> None:
    case = make_case()
    sheet = Sheet(desk, case, "answer")
    actions.person_wrote(case=case, text="Hat sich erledigt.")
    sheet = sheet.press("answer", text="Der Plan.", files=[text_file()])
    assert (sheet.status, sheet.kept) == (409, ["Brief.txt"])
    assert sheet.press("answer_close").status == 302
    assert case.entries.get(sort=Sort.ANSWER).attachments.get().name == "Brief.txt"
    assert fresh(case).status == Status.CLOSED


def test_two_presses_send_each_file_once(desk: Client) -> None:
    case = make_case()
    sheet = Sheet(desk, case, "answer")
    for _again in range(2):
        assert sheet.press("answer", text="Der Plan.", files=[text_file()]).status == 302
    assert Attachment.objects.count() == 1
    assert OutgoingMail.objects.filter(reason="cases.answer").count() == 1


def test_files_that_were_forgotten_are_not_taken_for_sent(desk: Client) -> None:
    case = make_case()
    sheet = Sheet(desk, case, "answer")
    assert sheet.press("answer", text="Der Plan.").status == 302
    back = sheet.press("answer", text="Der Plan.", files=[text_file()])
    assert (back.status, back.kept) == (409, ["Brief.txt"])
    assert back.press("answer", text="Hier ist er wirklich.").status == 302
    last = case.entries.filter(sort=Sort.ANSWER).latest("pk")
    assert last.attachments.get().name == "Brief.txt"


def test_a_sixth_file_is_refused_in_words(desk: Client) -> None:
    many = [text_file(f"{number}.txt", str(number).encode()) for number in range(6)]
    sheet = Sheet(desk, make_case(), "answer").press("answer", text="Viel.", files=many)
    assert (sheet.status, len(sheet.kept)) == (422, 5)
    assert "5.txt" in sheet.refusals
    assert not sheet.form.select("input[type=file]")


def test_whose_case_was_merged_hears_of_the_files_they_can_open(desk: Client, worker: User) -> None:
    case, other = make_case("Eins"), make_case("Zwei")
    actions.merge(case=other, into=case, by=worker)
    Sheet(desk, case, "ask").press("ask", text="Ist es hier?", files=[photo("frage.jpg")])
    Sheet(desk, case, "answer").press("answer", text="Der Plan.", files=[photo("antwort.jpg")])
    assert "frage.jpg" not in sent(other, "cases.question").text
    assert "antwort.jpg" in sent(other).text
    assert "antwort.jpg" in Client().get(access.path(other)).content.decode()
