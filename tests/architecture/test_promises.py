"""What stands in no file: leftovers, chatter, addresses of other hosts, secrets."""

import ast
import re
from pathlib import Path

from smartbarleben.config.paths import ROOT

from .house import SOURCE, checkout, room_of_file, said, sources

_LEFTOVER = re.compile("|".join((r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bHA" + r"CK\b", r"\bX" + r"XX\b")))
_ADDRESS = re.compile(r"""(?:https?:)?//([a-z0-9-]+(?:\.[a-z0-9-]+)+)""", re.IGNORECASE)
# Hosts that public files may name, and why. None of them is ever asked for anything.
NAMED_HOSTS = {
    "www.w3.org": "the names of SVG's and Atom's vocabularies look like addresses",
    "schema.org": "the name of the vocabulary of structured data",
}
_SECRETS = {
    "private key": re.compile(r"-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----"),
    "access token": re.compile(
        r"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|glpat-[\w-]{20,}|xox[abps]-[\w-]{10,}|AKIA[0-9A-Z]{16})\b"
    ),
    "login in an address": re.compile(r"\w+://[^\s/:@{}<>\"']+:(?!password\b|pw\b)[^\s/:@{}<>\"']+@[\w.-]+"),
    "a word that guards something": re.compile(
        r"""(?i)\b\w*(?:secret|passwor[dt]|token|api_?key)\w*["']?\s*[:=]\s*["'](?=[^"']*\d)[A-Za-z0-9+/_=-]{20,}["']"""
    ),
}
TEXT = {".py", ".jinja", ".html", ".css", ".js", ".txt", ".toml", ".yaml", ".yml", ".json", ".md", ".in", ".sh", ""}


def _texts(*folders: Path) -> list[tuple[Path, str]]:
    return [
        (path, path.read_text(encoding="utf-8"))
        for path in checkout()
        if path.suffix in TEXT and (not folders or any(folder in (path, *path.parents) for folder in folders))
    ]


def _places(texts: list[tuple[Path, str]], pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{text.count(chr(10), 0, match.start()) + 1}: {match[0][:60]}"
        for path, text in texts
        for match in pattern.finditer(text)
    ]


def test_no_leftovers() -> None:
    found = _places(_texts(ROOT / "src", ROOT / "tests", ROOT / "docs", ROOT / "village"), _LEFTOVER)
    assert not found, said(found)


def test_only_the_roof_prints() -> None:
    """Commands write to self.stdout, which tests can read; everything else logs. Below `__main__` is a program."""
    found = [
        f"{path.relative_to(SOURCE)}:{node.lineno}"
        for path in sources(".py")
        if room_of_file(path) != "config"
        for part in ast.parse(path.read_text(encoding="utf-8")).body
        if not (isinstance(part, ast.If) and "__main__" in ast.unparse(part.test))
        for node in ast.walk(part)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    ]
    assert not found, said(found)


def test_no_other_host_is_named_in_templates_and_static_files() -> None:
    found = [
        f"{path.relative_to(SOURCE)}: {match[0]}"
        for path in sources(".jinja", ".html", ".txt", ".css", ".js", ".svg", ".json", ".webmanifest")
        if {"jinja2", "templates", "static"} & set(path.relative_to(SOURCE).parts)
        for match in _ADDRESS.finditer(path.read_text(encoding="utf-8"))
        if match[1].lower() not in NAMED_HOSTS
    ]
    assert not found, said(found)


def test_no_secrets() -> None:
    texts = _texts()
    found = [f"{name}: {place}" for name, pattern in _SECRETS.items() for place in _places(texts, pattern)]
    assert not found, said(found)


def test_the_patterns_would_notice() -> None:
    word = "password" + ' = "abcdefghij0123456789klmn"'
    assert _SECRETS["a word that guards something"].search(word)
    assert _SECRETS["login in an address"].search("postgres" + "://me:s3cret@db.example.org/x")
    assert _LEFTOVER.search("# TO" + "DO later")
    assert _ADDRESS.search('<script src="//cdn.example.org/a.js">')[1] == "cdn.example.org"
