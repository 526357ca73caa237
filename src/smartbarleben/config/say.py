"""Short lines about what is going on: readable in a terminal and in a log alike."""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager


def ready_console() -> None:
    """Let a console that lacks a character show a stand-in instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def line(text: str = "") -> None:
    """One line for the operator, at once."""
    print(text, flush=True)


def problem(text: str) -> None:
    """What went wrong and what to do now."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def step(text: str) -> Iterator[None]:
    """Name a longer step before it begins and say afterwards how many seconds it took."""
    line(f"· {text} …")
    began = time.monotonic()
    yield
    line(f"  done in {time.monotonic() - began:.1f} s")


class Trouble(Exception):
    """Something that the operator can mend; the message says how. Shown without a traceback."""
