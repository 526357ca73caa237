"""What the settings, the locks and the licences promise to those who run the house."""

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from tests.config import production

from smartbarleben.config.paths import ROOT

from .house import SOURCE, checkout, said

LOCKS = sorted(ROOT.glob("requirements*.txt"))


def test_checks_for_the_open_internet_are_clean(tmp_path: Path) -> None:
    """`check --deploy` as an operator with HTTPS and a mail server gets it: no error, no warning."""
    environment = production.environment(tmp_path)
    command = [sys.executable, "-m", "smartbarleben", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


def test_each_silenced_check_has_its_reason() -> None:
    text = (SOURCE / "config" / "settings.py").read_text(encoding="utf-8")
    block = text.partition("SILENCED_SYSTEM_CHECKS")[2].partition("]\n")[0]
    lines = [line.strip() for line in block.splitlines() if re.search(r'"\w+\.[EWID]\d+"', line)]
    silent = [line for line in lines if not re.search(r"#\s*\w+ \w+ \w+", line)]
    assert not silent, said(silent)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_python_locks_hold_versions_and_hashes_and_no_addresses(lock: Path) -> None:
    text = lock.read_text(encoding="utf-8").replace("\\\n", " ")
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    assert lines
    loose = [
        line[:80]
        for line in lines
        if not re.match(r"[\w.-]+(\[[\w,-]+\])?==[\w.!+-]+( ; [^#]+?)?( +--hash=sha256:[0-9a-f]{64})+( +#.*)?$", line)
    ]
    assert not loose, said(loose)
    assert "://" not in text
    assert "--index-url" not in text.replace("--no-emit-index-url", "")


def test_each_python_lock_has_its_source() -> None:
    assert {path.with_suffix(".in") for path in LOCKS} == set(ROOT.glob("requirements*.in"))


def test_the_front_end_lock_holds_hashes_and_no_addresses() -> None:
    text = (ROOT / "package-lock.json").read_text(encoding="utf-8")
    packages = {name: entry for name, entry in json.loads(text)["packages"].items() if name}
    assert packages
    assert [name for name, entry in packages.items() if "resolved" in entry] == []
    assert [name for name, entry in packages.items() if not entry.get("integrity", "").startswith("sha512-")] == []
    assert "://" not in re.sub(r'"url": "https://[^"]+"', "", text)


def _covers(pattern: str, path: str) -> bool:
    """REUSE's globs: * stays within a folder, ** does not."""
    parts = re.split(r"(\*\*|\*)", pattern)
    regex = "".join({"**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts)
    return re.fullmatch(regex, path) is not None


def test_every_file_says_its_licence() -> None:
    with open(ROOT / "REUSE.toml", "rb") as file:
        annotations = tomllib.load(file)["annotations"]
    globs = [glob for one in annotations for glob in ([one["path"]] if isinstance(one["path"], str) else one["path"])]
    named = {one["SPDX-License-Identifier"] for one in annotations}
    licences = {path.stem for path in (ROOT / "LICENSES").glob("*.txt")}
    words = {word for expression in named for word in re.findall(r"[\w.+-]+", expression)} - {"AND", "OR", "WITH"}
    assert words == licences, "LICENSES/ holds the text of exactly the licences that REUSE.toml names"
    assert all(one.get("SPDX-FileCopyrightText") for one in annotations)
    bare = []
    for path in checkout():
        name = path.relative_to(ROOT).as_posix()
        if name == "REUSE.toml" or name.startswith("LICENSES/"):
            continue
        if (
            not any(_covers(glob, name) for glob in globs)
            and b"SPDX-License-Identifier" not in path.read_bytes()[:4000]
        ):
            bare.append(name)
    assert not bare, said(bare)


def test_publiccode_names_the_licence_of_the_project() -> None:
    text = (ROOT / "publiccode.yml").read_text(encoding="utf-8")
    with open(ROOT / "pyproject.toml", "rb") as file:
        licence = tomllib.load(file)["project"]["license"]
    assert re.search(rf"^\s+license:\s*{re.escape(licence)}\s*$", text, re.MULTILINE)
