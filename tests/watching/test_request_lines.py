"""The line of a request reaches everybody who listens, whichever way is the quick one for files."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from smartbarleben.watching.lines import JsonLines, fields, write_request
from smartbarleben.watching.logfiles import OneWriter

SEEN = {"route": "portal:list", "method": "GET", "status": 200, "ms": 4.2, "sql": 2, "sql_ms": 1.1}


class Ears(logging.Handler):
    """Somebody else who listens: a journal, a test."""

    def __init__(self) -> None:
        super().__init__()
        self.heard: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(fields(record))


@pytest.fixture
def log() -> Iterator[logging.Logger]:
    """A logger that hands on to its parent, and to nobody beyond."""
    parent = logging.getLogger("smartbarleben.tests_lines")
    parent.propagate = False
    own = logging.getLogger("smartbarleben.tests_lines.request")
    yield own
    for one in (own, parent):
        for handler in list(one.handlers):
            one.removeHandler(handler)
            handler.close()


def test_files_and_others_read_the_same_line(log: logging.Logger, tmp_path: Path) -> None:
    file, ears, deaf = OneWriter(str(tmp_path), "web", 1_000_000), Ears(), Ears()
    file.setFormatter(JsonLines())
    deaf.setLevel(logging.WARNING)
    assert log.parent is not None
    log.parent.addHandler(file)
    log.parent.addHandler(deaf)
    log.addHandler(ears)
    write_request(log, SEEN, "a3da633ecf4b")
    [path] = tmp_path.iterdir()
    line = json.loads(path.read_text())
    [heard] = ears.heard
    assert {**SEEN, "request": "a3da633ecf4b", "level": "INFO", "message": "request"}.items() <= line.items()
    assert SEEN.items() <= heard.items()
    assert deaf.heard == []


def test_a_file_with_a_filter_or_another_form_goes_the_long_way(log: logging.Logger, tmp_path: Path) -> None:
    file = OneWriter(str(tmp_path), "web", 1_000_000)
    file.setFormatter(logging.Formatter("%(message)s of its own"))
    log.addHandler(file)
    log.propagate = False
    write_request(log, SEEN, "a3da633ecf4b")
    file.addFilter(lambda record: False)
    write_request(log, SEEN, "b3da633ecf4b")
    log.propagate = True
    [path] = tmp_path.iterdir()
    assert path.read_text() == "request of its own\n"
