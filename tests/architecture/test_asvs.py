"""The checklist of docs/asvs.md names every requirement of its levels once, and nothing that does not exist."""

import ast
import re
from functools import cache

from smartbarleben.config.paths import ROOT

from .house import said

TEXT = (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8")
STATES = {"met", "in part", "not met", "not there"}
# How many requirements of the levels 1 and 2 each section of version 5.0.0 begins with; those of level 3 follow them.
SECTIONS = {
    "1.1": 2, "1.2": 9, "1.3": 11, "1.4": 3, "1.5": 2, "2.1": 3, "2.2": 3, "2.3": 4, "2.4": 1, "3.2": 2, "3.3": 4,
    "3.4": 6, "3.5": 5, "3.7": 2, "4.1": 3, "4.2": 1, "4.3": 2, "4.4": 4, "5.1": 1, "5.2": 3, "5.3": 2, "5.4": 3,
    "6.1": 3, "6.2": 12, "6.3": 4, "6.4": 4, "6.5": 5, "6.6": 3, "6.8": 4, "7.1": 3, "7.2": 4, "7.3": 2, "7.4": 5,
    "7.5": 2, "7.6": 2, "8.1": 2, "8.2": 3, "8.3": 1, "8.4": 1, "9.1": 3, "9.2": 4, "10.1": 2, "10.2": 2, "10.3": 4,
    "10.4": 11, "10.5": 5, "10.6": 2, "10.7": 3, "11.1": 2, "11.2": 3, "11.3": 3, "11.4": 4, "11.5": 1, "11.6": 1,
    "12.1": 3, "12.2": 2, "12.3": 4, "13.1": 1, "13.2": 5, "13.3": 2, "13.4": 5, "14.1": 2, "14.2": 4, "14.3": 3,
    "15.1": 3, "15.2": 3, "15.3": 7, "16.1": 1, "16.2": 5, "16.3": 4, "16.4": 3, "16.5": 3, "17.1": 1, "17.2": 4,
    "17.3": 2,
}  # fmt: skip


def _rows() -> list[list[str]]:
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in TEXT.splitlines()]
    return [row for row in cells if re.fullmatch(r"\d+\.\d+\.\d+", row[0])]


def _named() -> list[str]:
    """Each path that the page names, with a test behind "::" where it names one."""
    found = re.findall(r"`([\w./-]+(?:::\w+)?)`", TEXT)
    return [one for one in found if ("/" in one and one.endswith((".py", ".md", ".toml"))) or "::" in one]


@cache
def _tests(path: str) -> frozenset[str]:
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_every_requirement_of_both_levels_stands_there_once() -> None:
    wanted = {f"{section}.{number}" for section, count in SECTIONS.items() for number in range(1, count + 1)}
    assert len(wanted) == 253
    stand = re.findall(r"(?:^\| |[ :\n])(\d{1,2}\.\d\.\d{1,2})(?=[ ,\n])", TEXT.partition("## V1 ")[2], re.MULTILINE)
    assert sorted(stand) == sorted(wanted)


def test_every_row_says_how_it_stands_and_why() -> None:
    wrong = []
    for number, level, asked, state, evidence in _rows():
        if level not in ("1", "2") or not asked or state not in STATES:
            wrong.append(f"{number}: {level} {state}")
        if state in ("met", "in part") and not evidence:
            wrong.append(f"{number}: nothing shows it")
    assert not wrong, said(wrong)
    assert len(_rows()) == 253 - 29 - 7


def test_everything_that_is_named_exists() -> None:
    wrong = []
    for one in _named():
        path, _colons, test = one.partition("::")
        if not (ROOT / path).is_file():
            wrong.append(f"{path} does not exist")
        elif test and test not in _tests(path):
            wrong.append(f"{path} has no {test}")
    assert not wrong, said(wrong)
    assert len(_named()) > 150


def test_nobody_claims_what_nobody_checked() -> None:
    for name in ("asvs.md", "security.md"):
        text = (ROOT / "docs" / name).read_text(encoding="utf-8")
        assert re.search(r"Nobody outside", text), name
        assert not re.search(r"\b(?:certified by|is compliant|fully compliant|conforms to)\b", text), name
