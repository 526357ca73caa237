"""./village test: what it counts, what it says, and where its PostgreSQL lives."""

import contextlib
import subprocess
import sys
from pathlib import Path

import pytest

from smartbarleben.config import frontend, postgres, say, testing
from smartbarleben.config.testing import Server, Step

SAMPLE = """
import pytest

def test_good(): pass
def test_bad(): assert False
@pytest.mark.skip(reason="no camera here")
def test_skipped(): pass
@pytest.fixture
def broken(): raise RuntimeError
def test_error(broken): pass
"""


@pytest.fixture
def counted(tmp_path: Path) -> Step:
    """A step that has read the report of a real pytest run."""
    (tmp_path / "test_sample.py").write_text(SAMPLE)
    report = tmp_path / "report.xml"
    subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "-q",
            "-p",
            "no:randomly",
            "-p",
            "no:django",
            f"--junitxml={report}",
            tmp_path,
        ],
        cwd=tmp_path,
        capture_output=True,
    )
    step = Step("SQLite", fine=False, seconds=1.25)
    testing.read_report(report, step)
    return step


def test_counts_come_from_pytest_and_errors_count_as_failures(counted: Step) -> None:
    assert (counted.passed, counted.failed, counted.skipped) == (1, 2, 1)
    assert counted.skips == [("no camera here", "test_sample::test_skipped")]


def test_summary_ends_with_the_totals_of_all_runs(counted: Step) -> None:
    text = testing.summary([Step("mypy", True, 3), counted, Step("browser", True, 60, passed=4)])
    assert text.splitlines()[-1] == "5 passed, 2 failed, 1 skipped"
    assert "no camera here  (SQLite: test_sample::test_skipped)" in text
    assert "not fine: SQLite" in text
    assert len(text.splitlines()) <= 24, "one screen"


def test_missing_postgresql_fails_with_one_clear_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postgres.glob, "glob", lambda _: [])
    monkeypatch.setattr(postgres.shutil, "which", lambda *_, **__: None)
    with pytest.raises(say.Trouble, match="apt install postgresql"):
        postgres.find_binaries()
    with testing._server() as server:
        step = testing._postgres([], {}, server)
    assert not step.fine
    assert "PostgreSQL is not installed" in testing.summary([step])


def test_missing_browser_fails_with_one_clear_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    monkeypatch.setattr(testing, "find_browser", lambda: None)
    monkeypatch.setattr(testing, "_linters", lambda _: [])
    monkeypatch.setattr(testing, "_server", lambda: contextlib.nullcontext(Server()))
    monkeypatch.setattr(testing, "_prepared", lambda *_: contextlib.nullcontext())
    monkeypatch.setattr(testing, "_pytest", lambda name, *_, **__: Step(name, True, 0, passed=1))
    monkeypatch.setattr(testing, "_postgres", lambda *_: Step("PostgreSQL", True, 0, passed=1))
    steps = list(testing.run("normal", [], tmp_path))
    assert [step.name for step in steps if not step.fine] == ["browser"]
    assert "apt install chromium" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("mode", "names"),
    [
        ("quick", ["SQLite"]),
        ("normal", ["SQLite", "slow tests", "PostgreSQL", "browser"]),
        ("full", ["SQLite", "slow tests", "PostgreSQL", "browser", "browser matrix", "slow endurance"]),
    ],
)
def test_modes_run_what_they_promise(
    mode: str, names: list[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(testing, "find_browser", lambda: "/usr/bin/chromium")
    monkeypatch.setattr(testing, "_linters", lambda _: [])
    monkeypatch.setattr(testing, "_server", lambda: contextlib.nullcontext(Server()))
    monkeypatch.setattr(testing, "_prepared", lambda *_: contextlib.nullcontext())
    monkeypatch.setattr(testing, "_pytest", lambda name, *_, **__: Step(name, True, 0))
    monkeypatch.setattr(testing, "_postgres", lambda *_: Step("PostgreSQL", True, 0))
    assert [step.name for step in testing.run(mode, [], tmp_path)] == names


def test_fuzzy_translations_are_not_compiled(tmp_path: Path) -> None:
    import gettext

    po = tmp_path / "django.po"
    po.write_text(
        'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "open"\nmsgstr "offen"\n\n#, fuzzy\nmsgid "closed"\nmsgstr "vielleicht zu"\n',
        encoding="utf-8",
    )
    frontend.compile_translations([po])
    with open(po.with_suffix(".mo"), "rb") as file:
        texts = gettext.GNUTranslations(file)
    assert texts.gettext("open") == "offen"
    assert texts.gettext("closed") == "closed"


def test_files_of_a_step_are_those_that_name_its_mark() -> None:
    slow = testing.marked("slow")
    assert "tests/config/test_start.py" in slow
    assert "tests/config/test_testing.py" not in testing.marked("matrix")
    assert set(testing.marked("matrix")) < set(testing.marked("browser"))
