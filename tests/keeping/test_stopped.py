"""Bringing back that somebody stops: the second half ends in order before the first one says that nothing is left."""

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from smartbarleben.keeping import bringing_back

pytestmark = pytest.mark.skipif(os.name == "nt", reason="about signals")

CHILD = """
import pathlib, signal, sys, time
signal.signal(signal.SIGTERM, signal.default_int_handler)
left = pathlib.Path(sys.argv[1])
try:
    left.write_text("half")
    time.sleep(60)
except KeyboardInterrupt:
    time.sleep(0.5)
    left.unlink()
    sys.exit(1)
"""


def stop_when(path: Path, times: int) -> threading.Thread:
    """Press Ctrl-C so many times once a file is there."""

    def press() -> None:
        while not path.exists():
            time.sleep(0.02)
        for _press in range(times):
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.1)

    thread = threading.Thread(target=press, daemon=True)
    thread.start()
    return thread


@pytest.fixture(autouse=True)
def keys_that_work() -> Iterator[None]:
    """A shell that starts the tests in the background lets them ignore Ctrl-C; here it means what it means."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("times", [1, 3])
def test_whoever_stops_it_waits_until_the_second_half_has_cleared_away(tmp_path: Path, times: int) -> None:
    left = tmp_path / "left"
    pressing = stop_when(left, times)
    with pytest.raises(KeyboardInterrupt):
        bringing_back._run([sys.executable, "-c", CHILD, str(left)], dict(os.environ))
    assert not left.exists()
    pressing.join(10)


def test_what_it_says_and_how_it_ended_is_handed_on() -> None:
    command = "import sys; print('said'); print('complained', file=sys.stderr); sys.exit(3)"
    assert bringing_back._run([sys.executable, "-c", command], dict(os.environ)) == (3, "said\n", "complained\n")
