"""Forms as a browser without JavaScript fills them in: what the page holds is sent again, and what a person types."""

import json
import re
from pathlib import Path
from typing import Any, Self

import altcha
from bs4 import BeautifulSoup, Tag
from django.core.files.storage import FileSystemStorage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from smartbarleben.cases.models import Attachment, Case


def files_in(folder: Path, monkeypatch: Any) -> None:
    """Let attachments of this test lie in a folder of its own."""
    monkeypatch.setattr(Attachment._meta.get_field("file"), "storage", FileSystemStorage(folder))


def text_file(name: str = "Brief.txt", content: bytes = b"Guten Tag") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content, "text/plain")


class Page:
    """A page with a form. ``answer`` is the server's last answer."""

    def __init__(self, client: Client, path: str, answer: Any) -> None:
        self.client, self.path, self.answer = client, path, answer
        self.soup = (
            BeautifulSoup(answer.content.decode(), "html.parser")
            if answer.content
            else BeautifulSoup("", "html.parser")
        )

    @classmethod
    def open(cls, client: Client, path: str, **headers: str) -> Self:
        """Ask for a page."""
        return cls(client, path, client.get(path, **headers))

    @property
    def status(self) -> int:
        return self.answer.status_code

    @property
    def form(self) -> Tag:
        return self.soup.select_one("main form")

    @property
    def fields(self) -> dict[str, str]:
        """Everything that the page would send again by itself."""
        found = {}
        for one in self.form.select("input[name], textarea[name], select[name]"):
            kind = one.get("type", "")
            if kind == "file" or (kind in ("radio", "checkbox") and not one.has_attr("checked")):
                continue
            if one.name == "textarea":
                found[one["name"]] = one.get_text().removeprefix("\n")
            elif one.name == "select":
                chosen = one.select_one("option[selected]") or one.select_one("option")
                found[one["name"]] = chosen["value"]
            else:
                found[one["name"]] = one.get("value", "")
        return found

    @property
    def kept(self) -> list[str]:
        """Names of the files that the page shows as kept."""
        return [one.get_text(" ", strip=True) for one in self.soup.select(".kept__name > bdi")]

    @property
    def errors(self) -> str:
        return words(self.soup, ".error-summary")

    def solved(self) -> str:
        """What a browser with JavaScript puts into the form."""
        asked = self.form.select_one("[data-challenge]")["data-challenge"]
        challenge = altcha.Challenge.from_dict(json.loads(asked))
        solution = altcha.solve_challenge(challenge)
        return altcha.Payload(challenge, solution).to_base64()

    def send(
        self, *, files: Any = (), proof: bool = False, headers: dict[str, str] | None = None, **typed: str
    ) -> "Page":
        """Press "Send"; with ``proof`` as a browser with JavaScript does."""
        data: dict[str, Any] = self.fields | typed
        if proof:
            data["altcha"] = self.solved()
        if files:
            data["files"] = list(files)
        return Page(self.client, self.path, self.client.post(self.path, data, headers=headers or {}))

    def case(self) -> Case:
        """The case that the receipt's address names."""
        assert self.status == 303, (self.status, words(self.soup))
        number = re.search(r"/vorgang/([^/]+)/", self.answer["Location"])[1]
        return Case.objects.get(number=number)

    def follow(self) -> "Page":
        """Go where the answer points."""
        return Page.open(self.client, self.answer["Location"])


def words(soup: BeautifulSoup, selector: str = "main") -> str:
    """The words below a selector, white space as people see it."""
    return re.sub(r"\s+", " ", " ".join(one.get_text(" ") for one in soup.select(selector))).strip()
