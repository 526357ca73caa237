"""Somebody writes personal data into every public form, and things go wrong: no log knows anything of it."""

import json
import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import DataError, connection
from django.test import Client
from tests.cases.filling import Page, files_in, text_file
from tests.cases.making import make_case
from tests.factories import make_village

from smartbarleben.cases import access, registry, views
from smartbarleben.cases.founding import make_categories
from smartbarleben.jobs import mail
from smartbarleben.watching import lines
from smartbarleben.watching.logfiles import OneWriter

NAME, MAIL, PHONE = "Sieglinde Quendelbaum", "sieglinde.quendelbaum@example.org", "039203 987654"
STREET, TEXT = "Zaunkönigweg 17b", "Mein Nachbar Ottfried Wackernagel stört."
PARTS = ("Sieglinde", "Quendelbaum", "quendelbaum", "039203", "987654", "Zaunk", "Ottfried", "Wackernagel", "stört")
ADDRESS = "203.0.113.77"


@pytest.fixture
def log(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], str]]:
    """Everything that both formats write, with every statement and every request counted as slow."""
    settings.SLOW_QUERY_MS = settings.SLOW_REQUEST_MS = 0
    handlers = []
    for name, formatter in (("json", lines.JsonLines()), ("text", lines.PlainLines())):
        handlers.append(OneWriter(str(tmp_path / "logs" / name), name, 100_000_000))
        handlers[-1].setFormatter(formatter)
        logging.getLogger().addHandler(handlers[-1])
    levels = {"smartbarleben.request": logging.INFO, "django.request": logging.WARNING, "smartbarleben.slow": 0}
    for name, level in levels.items():
        monkeypatch.setattr(logging.getLogger(name), "level", level)
        logging.getLogger().manager._clear_cache()  # type: ignore[attr-defined]

    def read() -> str:
        return "".join(path.read_text() for path in (tmp_path / "logs").rglob("*.jsonl"))

    yield read
    for handler in handlers:
        logging.getLogger().removeHandler(handler)
        handler.close()
    logging.getLogger().manager._clear_cache()  # type: ignore[attr-defined]


@pytest.fixture
def visitor(db: None, settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Client:
    """Somebody with an address of the network; what fails is answered as in public."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    files_in(tmp_path, monkeypatch)
    make_village()
    make_categories()
    return Client(raise_request_exception=False, REMOTE_ADDR=ADDRESS, headers={"User-Agent": "Quendelbaum-Phone"})


def clean(said: str, *more: str) -> None:
    """No line holds what was typed, nor the visitor's address."""
    found = [
        (part, line[:300]) for line in said.splitlines() for part in (*PARTS, ADDRESS, *more) if part and part in line
    ]
    assert not found, found[:5]


def test_forms_of_cases_with_and_without_mistakes(visitor: Client, log: Callable[[], str]) -> None:
    typed = {"text": f"{TEXT} {STREET}", "name": NAME, "email": MAIL, "phone": PHONE}
    secrets = []
    for kind in (one for one in registry.kinds() if one.form):
        path = f"/formular/{kind.word}/"
        Page.open(visitor, path).send(**typed | {"email": "quendelbaum@@", "text": ""})
        sent = Page.open(visitor, path).send(proof=True, files=[text_file(f"{NAME}.txt", TEXT.encode())], **typed)
        if sent.status == 303:
            number, secret = sent.answer["Location"].split("/vorgang/")[1].split("/")[:2]
            secrets += [number, secret]
            follow = Page.open(visitor, f"/formular/vorgang/{number}/{secret}/")
            assert follow.status == 200
            visitor.post(follow.path, {"text": TEXT, "reason": TEXT, "submission": "x"})
            visitor.get(f"/formular/vorgang/{number}/{secret}x/")
        visitor.post("/formular/vorgang/", {"number": "QUENDELBAUM-1", "code": "quendelbaum"})
    assert secrets, "at least one form was taken"
    said = log()
    assert '"route":"cases:form"' in said
    clean(said, *secrets)


@pytest.mark.parametrize(
    ("path", "typed"),
    [
        ("/formular/meine-daten/", {"email": MAIL, "mail": MAIL, "address": MAIL}),
        ("/formular/konto/", {"email": MAIL, "mail": MAIL, "address": MAIL}),
        ("/konto/login/", {"login": MAIL, "password": "Quendelbaum-17!"}),
        ("/konto/password/reset/", {"email": MAIL}),
        ("/verwaltung/login/", {"username": NAME}),
    ],
)
def test_other_doors(visitor: Client, log: Callable[[], str], path: str, typed: dict[str, str]) -> None:
    visitor.get(path)
    visitor.post(path, typed)
    clean(log())


def test_addresses_and_searches(visitor: Client, log: Callable[[], str]) -> None:
    for path in (
        "/suche/?q=Sieglinde+Quendelbaum",
        "/suche/vorschlaege.json?q=Quendelbaum",
        "/Sieglinde/Quendelbaum/",
        "/neues/sieglinde-quendelbaum/",
        "/en/stimmt-noch/Quendelbaum/",
        "/api/v1/places/quendelbaum",
        "/formular/vorgang/QUEN-DELB/Quendelbaum/",
        "/karte/?punkt=Quendelbaum",
    ):
        visitor.get(path, headers={"Referer": f"http://testserver/?mail={MAIL}", "Cookie": f"sessionid={NAME}"})
    visitor.get("/", headers={"Host": "quendelbaum.example.org"})
    said = log()
    assert '"route":"unmatched"' in said
    assert '"status":404' in said
    clean(said)


def test_what_breaks(visitor: Client, log: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    page = Page.open(visitor, "/formular/frage/")

    def explode(request: Any, *args: Any, **kwargs: Any) -> Any:
        secret = request.POST.get("name", "") + NAME
        try:
            raise DataError(f'invalid input syntax: "{secret}"\nDETAIL: {MAIL}')
        except DataError as problem:
            raise RuntimeError(f"{secret} {MAIL} from {ADDRESS}") from problem

    monkeypatch.setattr(views, "render", explode)
    answer = visitor.post("/formular/frage/", page.fields | {"name": NAME, "text": "", "email": MAIL})
    assert answer.status_code == 500
    said = log()
    broken = [json.loads(line) for line in said.splitlines() if line.startswith("{") and "RuntimeError" in line]
    assert broken
    assert broken[0]["request"] == answer["X-Request-ID"]
    assert broken[0]["route"] == "cases:form"
    assert any("test_privacy.py" in line and "explode" in line for line in broken[0]["trace"])
    clean(said)


def test_forms_without_their_proof_of_origin(db: None, log: Callable[[], str]) -> None:
    make_village()
    make_categories()
    careful = Client(enforce_csrf_checks=True, REMOTE_ADDR=ADDRESS)
    assert careful.post("/konto/login/", {"login": NAME, "password": TEXT}).status_code == 403
    said = log()
    assert "CSRF" in said, "the operator reads why"
    clean(said)


def test_work_in_the_background(visitor: Client, log: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(self: Any, row: Any, now: Any) -> Any:
        raise RuntimeError(f"{row.to} refused: {row.subject} {NAME}")

    mail.send(to=MAIL, subject=f"An {NAME}", text=TEXT, reason="tests", key="k")
    monkeypatch.setattr(mail.Outbox, "do", fail)
    assert mail.run_due() == 1
    clean(log())


def test_slow_statements_are_written_without_values(visitor: Client, log: Callable[[], str]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 'Quendelbaum''s', 1 WHERE %s <> ''", [MAIL])
        cursor.execute(f"SELECT '{'Quendelbaum ' * 500}'")
        cursor.execute(f"SELECT 1 WHERE 1 IN ({', '.join(['%s'] * 300)})", list(range(300)))
    said = log()
    assert "SELECT '…', 1 WHERE %s <> '…'" in said
    assert "IN (%s, …)" in said
    clean(said)


def test_a_line_says_what_an_operator_needs(visitor: Client, log: Callable[[], str], settings: Any) -> None:
    settings.SLOW_REQUEST_MS = settings.SLOW_QUERY_MS = 10_000
    case = make_case()
    visitor.get(access.path(case))
    found = [json.loads(line) for line in log().splitlines() if line.startswith("{") and '"cases:follow"' in line]
    (line,) = [one for one in found if one["logger"] == "smartbarleben.request"]
    assert (line["method"], line["status"], line["level"]) == ("GET", 200, "INFO")
    assert line["sql"] > 0
    assert line["ms"] >= line["sql_ms"] >= 0
    assert set(line) == {
        *("time", "level", "logger", "message", "request", "route", "method", "status", "ms", "sql", "sql_ms")
    }
