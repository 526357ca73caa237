"""What somebody with bad intentions would try first, and what comes of it."""

import csv
import io
import json
import subprocess
import sys
from collections.abc import Iterator
from email import message_from_bytes
from email.policy import default
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from django.core.cache import cache
from django.core.files.base import ContentFile
from django.test import Client
from tests.cases.making import make_case, make_worker
from tests.config import production
from tests.config.test_permissions import signed_in
from tests.factories import at, make_item, make_place, make_village
from tests.imports.making import calendar, event, make_source, repacked, workbook
from wagtail.admin.rich_text import get_rich_text_editor_widget
from wagtail.documents.models import Document

from smartbarleben.cases import access, actions
from smartbarleben.content import registry
from smartbarleben.content.models import Item
from smartbarleben.imports import actions as importing
from smartbarleben.imports import carrying_out
from smartbarleben.jobs import composing
from smartbarleben.jobs import mail as outbox
from smartbarleben.people.actions import add_staff
from smartbarleben.people.models import User
from smartbarleben.people.roles import ADMINISTRATOR, EDITOR
from smartbarleben.ui import http

HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'></title></textarea>"
BREAKING_OUT = "</script><script>alert(3)</script><!--\u2028"


@pytest.fixture(autouse=True)
def house(db: None, settings: Any, tmp_path: Any) -> Iterator[None]:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.MEDIA_ROOT = tmp_path / "media"
    make_village()
    cache.clear()
    yield
    cache.clear()


def tags(page: str) -> set[str]:
    """What a browser would run: scripts without an address, handlers, addresses that are programs."""
    found = set()
    for one in BeautifulSoup(page, "html5lib").find_all(True):
        found |= {f"{one.name}[{name}]" for name in one.attrs if name.startswith("on")}
        if (
            one.name == "script"
            and not one.get("src")
            and one.get("type") not in ("application/json", "application/ld+json")
        ):
            found.add(str(one)[:80])
        for name in ("href", "src", "action", "formaction"):
            if str(one.get(name, "")).strip().lower().startswith(("javascript:", "data:text", "vbscript:")):
                found.add(f"{one.name}[{name}={one[name]}]")
    return found


# --- Addresses that lead away ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "away",
    ["https://evil.example/", "//evil.example", "/\\evil.example", "\\\\evil.example", "https:evil.example",
     "javascript:alert(1)", "http:///evil.example", "https://localhost@evil.example/", " //evil.example"],
)  # fmt: skip
def test_no_address_leads_away_after_signing_in_or_out(away: str) -> None:
    add_staff(username="petra", role=EDITOR, email="petra@example.org", password="ein-gutes-passwort")
    browser = Client()
    signed = browser.post("/konto/login/", {"login": "petra", "password": "ein-gutes-passwort", "next": away})
    assert signed.status_code == 302
    before = browser.get("/verwaltung/login/", {"next": away})
    out = browser.post("/konto/logout/", {"next": away})
    for answer in (signed, before, out):
        assert answer["Location"].startswith("/"), answer["Location"]
        assert not answer["Location"].startswith(("//", "/\\")), answer["Location"]


@pytest.mark.parametrize("about", ["//evil.example/", "@evil.example/", "https://evil.example/", "/\\evil.example"])
def test_the_page_that_a_message_is_about_is_one_of_ours(about: str, client: Client) -> None:
    page = BeautifulSoup(client.get("/formular/frage/", {"ueber": about}).content.decode(), "html5lib")
    leads = {
        urlsplit(str(one[name])).hostname for name in ("href", "action", "src") for one in page.select(f"[{name}]")
    }
    assert "evil.example" not in leads
    assert not any(one.get("value") for one in page.select('[name="about"]'))


# --- Words that want to be programs ------------------------------------------------------------------------------


def test_hostile_words_of_a_calendar_stay_words(client: Client) -> None:
    source = make_source(target="events")
    more = (
        f"DESCRIPTION:<p>{HOSTILE} {BREAKING_OUT}</p>" + "x " * 400,
        f"LOCATION:{HOSTILE}",
        "URL:javascript:alert(4)",
    )
    content = calendar(event("1", HOSTILE + BREAKING_OUT, "20300601T180000Z", *more))
    run = importing.look(source=source, content=content, file_name="a.ics")
    carrying_out.carry_out(run=carrying_out.begin(run=run, shown=run.plan_digest))
    item = Item.objects.get(kind="event")
    for path in (f"/termine/{item.slug}/", "/termine/", "/", "/termine/monat/2030-06/", "/suche/?q=alert"):
        assert not tags(client.get(path).content.decode()), path
    assert item.source_url == ""


@pytest.mark.parametrize("kind", ["event", "news", "notice", "club", "service", "wish"])
def test_hostile_words_of_editors_stay_words_in_every_channel(kind: str, client: Client) -> None:
    item = make_item(kind, title=HOSTILE + BREAKING_OUT, summary=HOSTILE, slug="x", starts_at=at(1), ends_at=at(2))
    start = f"/{registry.kind(kind).path}/x/"
    page = client.get(start).content.decode()
    assert not tags(page)
    for script in BeautifulSoup(page, "html5lib").select('script[type="application/ld+json"]'):
        json.loads(script.string or "")
    assert HOSTILE not in page
    for channel in ("daten.json", "vorlesen.txt", "termin.ics"):
        answer = client.get(f"{start}{channel}")
        # Whatever stands in them, no browser may take them for a page.
        assert "html" not in answer.get("Content-Type", "") or answer.status_code == 404, channel
        assert answer["X-Content-Type-Options"] == "nosniff"
    assert HOSTILE not in client.get("/feed.atom").content.decode()
    assert item.pk


@pytest.mark.parametrize(
    "address", ["javascript:alert(1)", " JaVaScRiPt:alert(1)", "data:text/html,<script>", "vbscript:x"]
)
def test_the_editor_keeps_no_programs(address: str, client: Client) -> None:
    """What the browser of an editor sends is not trusted either: links and blocks are made anew from a list."""
    widget = get_rich_text_editor_widget("default")
    link = {"type": "LINK", "mutability": "MUTABLE", "data": {"url": address}}
    image = {"type": "IMAGE", "mutability": "IMMUTABLE", "data": {"src": "x", "onerror": "alert(1)"}}
    block = {"key": "a", "text": HOSTILE, "type": "unstyled", "depth": 0, "inlineStyleRanges": [],
             "entityRanges": [{"key": 0, "offset": 0, "length": 9}]}  # fmt: skip
    raw = {"key": "b", "text": " ", "type": "atomic", "depth": 0, "inlineStyleRanges": [],
           "entityRanges": [{"key": 1, "offset": 0, "length": 1}]}  # fmt: skip
    typed = json.dumps({"blocks": [block, raw], "entityMap": {"0": link, "1": image}})
    body = widget.value_from_datadict({"body": typed}, {}, "body")
    make_item("news", slug="x", body=body)
    assert not tags(client.get("/neues/x/").content.decode())


def test_hostile_mail_stays_words_in_the_inbox() -> None:
    worker = make_worker(role=ADMINISTRATOR)
    case = make_case(HOSTILE + BREAKING_OUT, who=actions.Who(name=HOSTILE, email="a@example.org"), where=HOSTILE)
    browser = Client()
    browser.force_login(worker)
    for path in ("/verwaltung/vorgaenge/", f"/verwaltung/vorgaenge/{case.number}/"):
        page = browser.get(path).content.decode()
        assert HOSTILE not in page
        assert "<img src=x" not in page
    assert not tags(browser.get(access.path(case)).content.decode())


# --- Files -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "entity",
    [
        '<!ENTITY e SYSTEM "file:///etc/passwd">',
        '<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;"><!ENTITY e "&b;&b;&b;">',
    ],
    ids=["a file of the server", "a text that grows"],
)
def test_a_table_reads_no_other_file_and_does_not_grow(entity: str) -> None:
    rows = [["Titel", "Datum"], ["Fest", "01.06.2030"]]
    sheet = (
        f'<?xml version="1.0"?><!DOCTYPE x [{entity}]>'
        '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
        '<c r="A1" t="inlineStr"><is><t>Titel</t></is></c><c r="B1" t="inlineStr"><is><t>Datum</t></is></c></row>'
        '<row r="2"><c r="A2" t="inlineStr"><is><t>&e;</t></is></c>'
        '<c r="B2" t="inlineStr"><is><t>01.06.2030</t></is></c></row></sheetData></worksheet>'
    )
    content = repacked(workbook(rows), sheet1=sheet.encode())
    run = importing.look(source=make_source(target="events"), content=content, file_name="a.xlsx")
    said = json.dumps(run.details) + json.dumps(run.skipped)
    assert "root:" not in said
    assert "aaaaaaaaaa" not in said


@pytest.mark.parametrize("path", ["../secret.key", "..%2fsecret.key", "%2e%2e/%2e%2e/secret.key", "....//secret.key"])
def test_no_folder_is_left_by_any_way_to_files(path: str, client: Client) -> None:
    for start in ("/media/images/", "/static/", "/kartendaten/", "/dokumente/1/", "/offene-daten/"):
        answer = client.get(f"{start}{path}")
        assert answer.status_code in (301, 400, 404), start
        assert b"secret" not in getattr(answer, "content", b"")[:60]


def test_an_uploaded_page_is_never_a_page_of_the_house(client: Client) -> None:
    document = Document.objects.create(title="x", file=ContentFile(b"<script>alert(1)</script>", name="x.html"))
    answer = client.get(document.url)
    b"".join(answer)
    assert answer["Content-Disposition"].startswith("attachment")
    assert "default-src 'none'" in answer["Content-Security-Policy"]


def test_tables_for_spreadsheets_hold_no_formulas() -> None:
    for start in ("=", "+", "-", "@", "\t=", " =", "\n=", "＝"):
        make_case(f"{start}HYPERLINK(1)", who=actions.Who(name=f"{start}cmd|x", email="a@example.org"))
    browser = Client()
    browser.force_login(make_worker(role=ADMINISTRATOR))
    text = browser.get("/verwaltung/vorgaenge/tabelle/?gruppe=alle&kontakt=1").content.decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert len(rows) == 9
    assert [cell for row in rows for cell in row if cell.lstrip()[:1] in tuple("=+-@＝")] == []


# --- Mails -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("break_", ["\r\n", "\n", "\r", "\u2028", "\x00", "\x0b"])
def test_no_word_becomes_a_header_of_a_mail(break_: str) -> None:
    smuggled = f"Hallo{break_}Bcc: opfer@example.org{break_}{break_}<b>x</b>"
    row = outbox.send(
        to="erika@example.org", subject=smuggled, text=smuggled, reason="tests.x", key="x",
        in_reply_to=f"<a@b>{break_}Bcc: opfer@example.org", references=f"<a@b>{break_}X: y",
        unsubscribe_url=f"https://example.org/{break_}Bcc: opfer@example.org",
    )  # fmt: skip
    sent = message_from_bytes(composing.message(row).message().as_bytes(), policy=default)
    assert sent["To"] == "erika@example.org"
    assert not {"Bcc", "X"} & set(sent.keys())
    with pytest.raises(ValueError):  # noqa: PT011 (a bad address, in whatever words)
        outbox.send(
            to=f"erika@example.org{break_}Bcc: o@example.org", subject="x", text="x", reason="tests.x", key="y"
        )


# --- Shared answers ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "headers",
    [
        {"HTTP_X_FORWARDED_HOST": "evil.example", "HTTP_X_HOST": "evil.example"},
        {"HTTP_X_ORIGINAL_URL": "/verwaltung/", "HTTP_X_REWRITE_URL": "/verwaltung/"},
        {"HTTP_HOST": "localhost:6666"},
        {"HTTP_ACCEPT_LANGUAGE": "ar", "HTTP_COOKIE": "django_language=ar"},
        {"HTTP_X_FORWARDED_PROTO": "https", "HTTP_X_FORWARDED_SCHEME": "nothttps"},
        {
            "HTTP_X_HTTP_METHOD_OVERRIDE": "DELETE",
            "HTTP_HX_REQUEST": "true",
            "HTTP_X_REQUESTED_WITH": "XMLHttpRequest",
        },
        {"HTTP_ACCEPT": "application/json", "HTTP_ORIGIN": "https://evil.example"},
        {"HTTP_RANGE": "bytes=0-3"},
    ],
)
def test_no_header_changes_what_the_next_reader_gets(headers: dict[str, str], settings: Any) -> None:
    settings.UI_SHELF = True
    make_place("Rathaus", slug="rathaus")
    for path in ("/", "/orte/rathaus/", "/suche/?q=rathaus", "/api/v1/village", "/feed.atom", "/sitemap.xml"):
        wanted = Client().get(path).content
        http._shelf.__init__(limit_bytes=8_000_000)  # type: ignore[misc]
        poisoned = Client(**headers).get(path)
        assert b"evil.example" not in poisoned.content
        assert b"6666" not in poisoned.content
        assert Client().get(path).content == wanted, path


# --- Much of it --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    ["a" * 5_000, "a " * 2_500, '"' * 999, "(" * 999, "%" * 999, "\\" * 999, "*" * 999, "é\u0301" * 900, "\x00" * 99,
     "' OR 1=1 --", "NEAR(a b, 999999999)", "a" * 30 + "!", "٣" * 900, "-" * 999, "a AND " * 300],
)  # fmt: skip
def test_no_search_breaks_or_costs_more_than_others(
    typed: str, client: Client, django_assert_max_num_queries: Any
) -> None:
    make_item("news", title="Rathaus offen")
    # No address may hold a NUL (ui.http).
    expected = 400 if "\0" in typed else 200
    with django_assert_max_num_queries(24):
        assert client.get("/suche/", {"q": typed}).status_code == expected
    with django_assert_max_num_queries(24):
        assert client.get("/zustaendig/", {"q": typed}).status_code == expected
    many = {f"x{n}": "y" for n in range(900)} | {"ort": typed[:500], "von": "9999-99-99"}
    assert client.get("/termine/", many).status_code == expected


def test_no_text_keeps_a_pattern_busy(tmp_path: Path) -> None:
    """Cells of strangers and long texts: minutes of work where a pattern tries each end from each beginning."""
    code = (
        "from smartbarleben.content.channels import aloud\n"
        "from smartbarleben.imports import columns\n"
        "for cell in ['https://' + '.' * 32_000 + '@', 'a@' + 'b.' * 16_000 + '@', '1' * 32_000] * 20:\n"
        "    for read in (columns.web, columns.mail, columns.day, columns.clock, columns.number(0, 1)):\n"
        "        try:\n            read(cell)\n        except columns.CellError:\n            pass\n"
        "aloud._SUM.sub('', '1' * 200_000 + '€' + '1 ' * 100_000)\n"
    )
    environment = production.environment(tmp_path) | {"DJANGO_SETTINGS_MODULE": "smartbarleben.config.settings"}
    start = "import django; django.setup()\n"
    # Far from what it needs: it is there to end a test that would never end.
    done = subprocess.run([sys.executable, "-c", start + code], env=environment, capture_output=True, timeout=300)
    assert done.returncode == 0, done.stderr


# --- Sessions -----------------------------------------------------------------------------------------------------


def test_signing_in_gives_the_session_another_key() -> None:
    add_staff(username="petra", role=EDITOR, email="petra@example.org", password="ein-gutes-passwort")
    browser = Client()
    session = browser.session
    session["planted"] = True
    session.save()
    before = session.session_key
    browser.post("/konto/login/", {"login": "petra", "password": "ein-gutes-passwort"})
    assert browser.session.session_key != before


def test_a_closed_account_is_out_at_once() -> None:
    browser = signed_in(ADMINISTRATOR)
    assert browser.get("/verwaltung/").status_code == 200
    User.objects.filter(username="person").update(is_active=False)
    assert browser.get("/verwaltung/")["Location"].startswith("/konto/login/")
