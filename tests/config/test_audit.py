"""./village audit and ./village licences: what they ask, what they say, and with which code they end."""

import json
import re
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.config import cli, licences, licensing, paths, vulnerabilities
from smartbarleben.config.licensing import Package, judge, named
from smartbarleben.config.vulnerabilities import CLEAN, FOUND, NOT_ASKED, NotAsked, Pinned

DJANGO = Pinned("PyPI", "django", "1.0")
HOLE = {
    "id": "GHSA-1",
    "aliases": ["CVE-2031-1"],
    "summary": "Somebody gets in.",
    "affected": [
        {
            "package": {"name": "Django", "ecosystem": "PyPI"},
            "ranges": [
                {"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.1"}]},
                {"type": "GIT", "events": [{"fixed": "0123abc"}]},
            ],
        },
        {"package": {"name": "other", "ecosystem": "PyPI"}, "ranges": [{"events": [{"fixed": "9"}]}]},
    ],
}


def database(holes: dict[str, list[str]], pages: int = 1) -> Callable[[str, Any], Any]:
    """A database in memory: the names of holes by the name of a package; ``pages`` an answer."""

    def ask(path: str, body: Any) -> Any:
        if body is None:
            return {**HOLE, "id": path.rpartition("/")[2]}
        results = []
        for query in body["queries"]:
            names = holes.get(query["package"]["name"], [])
            page = int(query.get("page_token", "0"))
            answer: dict[str, Any] = {"vulns": [{"id": name} for name in names[page::pages]]} if names else {}
            if names and page + 1 < pages:
                answer["next_page_token"] = str(page + 1)
            results.append(answer)
        return {"results": results}

    return ask


def test_a_known_hole_is_named_with_the_version_that_mends_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert vulnerabilities.main([], database({"django": ["GHSA-1"]})) == FOUND
    said = capsys.readouterr().out
    assert re.search(r"^django \d\S*: GHSA-1, CVE-2031-1$", said, re.MULTILINE)
    assert "Somebody gets in." in said
    assert "mended in 1.1\n" in said
    assert "0123abc" not in said


def test_nothing_known_is_said_for_today(capsys: pytest.CaptureFixture[str]) -> None:
    assert vulnerabilities.main([], database({})) == CLEAN
    assert re.search(r"\d{2,} packages asked about, no known hole\.", capsys.readouterr().out)


def test_an_answer_in_several_pages_is_read_to_its_end() -> None:
    found = vulnerabilities.holes([DJANGO], database({"django": ["A", "B", "C"]}, pages=3))
    assert [one.names[0] for one in found] == ["A", "B", "C"]


def test_programs_read_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert vulnerabilities.main(["--json"], database({"wagtail": ["W-1"]})) == FOUND
    [row] = json.loads(capsys.readouterr().out)
    assert (row["package"], row["names"], row["for_tests"]) == ("wagtail", ["W-1", "CVE-2031-1"], False)


def test_every_lock_is_asked_about_and_nothing_else_is_told() -> None:
    asked: list[dict[str, Any]] = []

    def ask(path: str, body: Any) -> Any:
        asked.extend(body["queries"])
        return {"results": [{} for _query in body["queries"]]}

    list(vulnerabilities.holes(vulnerabilities.pinned(), ask))
    assert all(set(query) == {"package", "version"} for query in asked)
    names = {(query["package"]["ecosystem"], query["package"]["name"]) for query in asked}
    assert names >= {
        ("PyPI", "django"),
        ("PyPI", "osmium"),
        ("PyPI", "pytest"),
        ("npm", "htmx.org"),
        ("npm", "axe-core"),
    }
    assert len(asked) == len(names) > 100
    locked = sum(text.count("==") > 0 for text in (paths.ROOT / "requirements.txt").read_text("utf-8").splitlines())
    assert sum(kind == "PyPI" for kind, _name in names) >= locked


class _Answers(BaseHTTPRequestHandler):
    status, body = 200, b"{}"

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.status)
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *args: Any) -> None:
        """Tests are quiet."""


@pytest.fixture
def server() -> Iterator[ThreadingHTTPServer]:
    with ThreadingHTTPServer(("127.0.0.1", 0), type("Answers", (_Answers,), {})) as made:
        threading.Thread(target=made.serve_forever, daemon=True).start()
        yield made
        made.shutdown()


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (500, b"", "error 500"),
        (200, b"<html>", "no JSON"),
        (200, b"[]", "fewer questions"),
        (200, b'{"results": []}', "fewer questions"),
    ],
)
def test_who_gets_no_answer_hears_that_nothing_is_known(
    server: ThreadingHTTPServer, status: int, body: bytes, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    handler: Any = server.RequestHandlerClass
    handler.status, handler.body = status, body
    assert vulnerabilities.main(["--database", f"http://127.0.0.1:{server.server_port}"]) == NOT_ASKED
    told = capsys.readouterr().err
    assert said in told
    assert "says nothing about the packages" in told


def test_without_a_network_the_audit_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    # Port 9 of this machine: nobody listens.
    assert vulnerabilities.main(["--database", "http://127.0.0.1:9"]) == NOT_ASKED
    assert "cannot be reached" in capsys.readouterr().err
    with pytest.raises(NotAsked, match="no web address"):
        vulnerabilities.asking("file:///etc/passwd")


def test_no_package_is_without_a_known_licence_and_all_go_with_ours() -> None:
    found = licences.every_package()
    assert [f"{one.origin} {one.name}" for one in found if not one.licence] == []
    assert [f"{one.origin} {one.name}: {one.problem}" for one in found if one.problem] == []
    by_name = {one.name.lower(): one.licence for one in found}
    assert by_name["django"] == "BSD-3-Clause"
    assert by_name["psycopg"] == "LGPL-3.0-only"
    assert by_name["@kern-ux/native"] == "EUPL-1.2"
    assert {one.origin for one in found} == {"Python", "npm"}


@pytest.mark.parametrize(
    ("words", "licence"),
    [
        (("MIT",), "MIT"),
        (("", "BSD License"), "BSD-3-Clause"),
        (("Apache-2.0 OR BSD-3-Clause",), "Apache-2.0 OR BSD-3-Clause"),
        (("(MIT OR Apache-2.0)",), "MIT OR Apache-2.0"),
        (("Copyright (c) 2018 somebody\nAll rights reserved.", "mit license"), "MIT"),
        (("see LICENSE",), ""),
        (("MIT OR Something-Else",), ""),
        ((), ""),
    ],
)
def test_licences_are_read_as_packages_write_them(words: tuple[str, ...], licence: str) -> None:
    assert named(*words) == licence


@pytest.mark.parametrize(
    ("licence", "fine"),
    [
        ("MIT", True),
        ("LGPL-3.0-only", True),
        ("MIT OR GPL-3.0-only", True),
        ("MIT AND MPL-2.0", True),
        ("GPL-3.0-only", False),
        ("MIT AND AGPL-3.0-only", False),
        ("SSPL-1.0", False),
        ("", False),
    ],
)
def test_what_goes_with_the_eupl(licence: str, fine: bool) -> None:
    assert (judge(licence) == "") is fine
    assert (Package("Python", "x", "1", licence).problem == "") is fine


def test_tools_of_the_tests_are_listed_and_hinder_nothing() -> None:
    assert Package("Python", "x", "1", "GPL-3.0-only", for_tests=True).problem == ""
    assert Package("Python", "x", "1", "", for_tests=True).problem


@given(st.text(max_size=60))
def test_no_words_are_taken_for_a_licence_by_chance(text: str) -> None:
    """Whatever a package says, the answer is an expression of known names or nothing."""
    known = licensing.PERMISSIVE | licensing.BESIDE | licensing.TAKES_OVER
    assert all(part in known for part in re.split(r" (?:AND|OR) ", named(text)) if part)


def test_the_list_is_printed_for_people_and_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    assert licences.main([]) == 0
    assert re.search(r"^npm +htmx\.org \S+ +0BSD$", capsys.readouterr().out, re.MULTILINE)
    assert licences.main(["--json"]) == 0
    assert {"origin", "name", "version", "licence", "for_tests", "problem"} == set(
        json.loads(capsys.readouterr().out)[0]
    )


def test_an_unknown_licence_ends_with_1(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(licences, "every_package", lambda: [Package("npm", "strange", "1", "")])
    assert licences.main([]) == 1
    assert "strange 1: its licence is unknown" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["audit", "licences"])
def test_both_are_commands_of_the_village(command: str) -> None:
    assert cli.find([command]) == (command, [])
