"""The words of ./village, and that docs/commands.md knows the same ones."""

import importlib.util
import re
import subprocess
import sys

import pytest
from django.core.management import get_commands

from smartbarleben.config import cli, paths, say


def test_help_has_one_line_for_each_command() -> None:
    rows = [row for row in cli.help_text().splitlines() if row.startswith("  ")]
    assert [re.split(r"\s{2,}", row.strip())[0] for row in rows] == list(cli.COMMANDS)
    assert all(len(row) <= 110 for row in rows)


def test_docs_describe_exactly_these_commands() -> None:
    text = (paths.ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    sections = re.findall(r"^## (.+)$", text, re.MULTILINE)
    assert sections == list(cli.COMMANDS)
    for name, body in zip(sections, re.split(r"^## .+$", text, flags=re.MULTILINE)[1:], strict=True):
        assert f"./village {name}" in body or name == "start", f"docs/commands.md shows no example of {name}"


@pytest.mark.parametrize("name", [name for name, command in cli.COMMANDS.items() if command.management])
def test_management_targets_exist(name: str) -> None:
    assert cli.COMMANDS[name].management in get_commands()


@pytest.mark.parametrize("name", [name for name, command in cli.COMMANDS.items() if command.module])
def test_module_targets_exist(name: str) -> None:
    assert importlib.util.find_spec(cli.COMMANDS[name].module)


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ([], ("start", [])),
        (["--port", "8001"], ("start", ["--port", "8001"])),
        (["start", "--empty"], ("start", ["--empty"])),
        (["-h"], ("help", [])),
        (["user", "add", "erika"], ("user add", ["erika"])),
        (["test", "quick", "-k", "x"], ("test", ["quick", "-k", "x"])),
        (["manage", "shell", "--help"], ("manage", ["shell", "--help"])),
    ],
)
def test_words_find_their_command(words: list[str], expected: tuple[str, list[str]]) -> None:
    assert cli.find(words) == expected


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["--data", "x", "load", "y"], ("x", ["load", "y"])),
        (["load", "y", "--data=x"], ("x", ["load", "y"])),
        (["load", "--", "--data", "x"], (None, ["load", "--", "--data", "x"])),
    ],
)
def test_data_folder_may_stand_anywhere(words: list[str], expected: tuple[str | None, list[str]]) -> None:
    assert cli.take_data(words) == expected


def test_data_without_folder_says_what_to_write() -> None:
    with pytest.raises(say.Trouble, match="--data needs a folder"):
        cli.take_data(["load", "--data"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("tset", "test"), ("halp", "help"), ("user ad", "user add"), ("user", "user add"), ("stat", "start")],
)
def test_unknown_word_gets_a_suggestion(typed: str, meant: str) -> None:
    assert f'Did you mean "./village {meant}"?' in cli.suggestion(typed)


def test_unknown_command_ends_with_2_and_no_traceback() -> None:
    done = subprocess.run([sys.executable, paths.ROOT / "village", "tset"], capture_output=True, text=True)
    assert done.returncode == 2
    assert "Did you mean" in done.stderr
    assert "Traceback" not in done.stderr
