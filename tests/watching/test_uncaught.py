"""What nobody catches, and lines of the log that are wrong themselves, say no more than all others."""

import json
import logging
import os
import subprocess
import sys
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from smartbarleben.config.paths import ROOT
from smartbarleben.watching.lines import REQUESTS, JsonLines, PlainLines, fields
from smartbarleben.watching.watch import Watch, current

NAME = "Quendelbaum"


def record(name: str, message: str, *args: object) -> logging.LogRecord:
    return logging.LogRecord(name, logging.WARNING, "", 0, message, args, None)


@pytest.mark.parametrize("lines", [JsonLines(), PlainLines()])
@pytest.mark.parametrize("message", ["case %d is wrong", "two %s %s", "%(name)s", "100 % done", "none"])
def test_a_line_that_is_wrong_costs_no_page_and_says_no_value(lines: logging.Formatter, message: str) -> None:
    said = lines.format(record("smartbarleben.tests", message, NAME))
    assert NAME not in said
    assert "smartbarleben.tests" in said


@given(
    st.text(min_size=3, alphabet=st.characters(categories=["Lu", "Ll"])),
    st.sampled_from(["%s", "to %s", "%r and %s"]),
)
def test_what_other_programs_fill_in_is_never_said(typed: str, message: str) -> None:
    typed = f"Q{typed}q"
    said = json.loads(JsonLines().format(record("elsewhere", message, *(typed,) * message.count("%"))))["message"]
    assert typed not in said


@given(
    st.floats(0, 4e9),
    st.fixed_dictionaries(
        {
            "route": st.text(max_size=20),
            "method": st.sampled_from(["GET", "POST"]),
            "status": st.integers(100, 599),
            "ms": st.floats(0, 1e6).map(lambda ms: round(ms, 1)),
            "sql": st.integers(0, 999),
            "sql_ms": st.floats(0, 1e6).map(lambda ms: round(ms, 1)),
        }
    ),
)
def test_the_line_of_a_request_is_made_by_hand_and_the_same(created: float, seen: dict[str, Any]) -> None:
    one = record(REQUESTS, "request")
    one.created, one.seen, one.levelname = created, seen, "INFO"
    token = current.set(Watch())
    try:
        said = JsonLines().format(one)
        assert json.loads(said) == fields(one)
    finally:
        current.reset(token)
    moment = datetime.fromisoformat(json.loads(said)["time"])
    assert abs(moment.timestamp() - created) < 0.0011


PROCESS = f"""
import sys, threading, warnings
import django
django.setup()
def fail():
    raise ValueError("{NAME}")
thread = threading.Thread(target=fail)
thread.start()
thread.join()
warnings.warn("{NAME} is late", RuntimeWarning)
class Last:
    def __del__(self):
        raise ValueError("{NAME}")
Last()
fail()
"""


def test_what_ends_a_thread_or_the_process_is_a_line_without_words(tmp_path: Path) -> None:
    given = {
        "SMARTBARLEBEN_ROLE": "background",
        "SMARTBARLEBEN_DATA": str(tmp_path),
        "SMARTBARLEBEN_DEBUG": "",
        "SMARTBARLEBEN_LOG_FORMAT": "json",
        "DJANGO_SETTINGS_MODULE": "smartbarleben.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
    }
    # From a file: Python shows the text of a program that it was given as a word.
    (tmp_path / "ends.py").write_text(PROCESS)
    done = subprocess.run(
        [sys.executable, str(tmp_path / "ends.py")],
        env=os.environ | given,
        capture_output=True,
        text=True,
        timeout=90,
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    assert done.returncode == 1
    assert [line["message"] for line in lines if line["logger"] == "smartbarleben.uncaught"] == [
        "a thread ended",
        "a finalizer ended",
        "the process ended",
    ]
    assert [line["problem"] for line in lines if "problem" in line] == ["ValueError"] * 3
    assert any("RuntimeWarning" in line["message"] and "ends.py" in line["message"] for line in lines)
    said = done.stderr + "".join(path.read_text() for path in (tmp_path / "logs").iterdir())
    assert NAME not in said.replace('raise ValueError(\\"Quendelbaum\\")', "")
