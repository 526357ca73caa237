"""Tasks for tests, known by the same names in the tests and in the processes that they start."""

import os
import signal
from datetime import timedelta
from pathlib import Path

from smartbarleben.jobs import work
from smartbarleben.jobs.models import PeriodicRun
from smartbarleben.jobs.retrying import Hopeless, Policy

BRISK = Policy(tries=3, first=timedelta(seconds=10), longest=timedelta(minutes=1), hopeless=(ZeroDivisionError,))
ran: list[int] = []


def write_down(name: str, words: object) -> None:
    """One line in a file that all processes of a test write to; a short line is never torn."""
    with open(Path(os.environ["SAMPLES"]) / name, "a") as file:
        file.write(f"{words}\n")


def kill_myself() -> None:
    """As if the power went."""
    os.kill(os.getpid(), signal.SIGKILL)


@work.task("sample.note")
def note(number: int) -> None:
    """Has an effect that tests see in this process."""
    ran.append(number)


@work.task("sample.line")
def line(number: int) -> None:
    """Has an effect that tests see from any process."""
    write_down("lines", number)


@work.task("sample.fail", policy=BRISK)
def fail(how: str) -> None:
    """Fails in the way that it is told."""
    if how == "exit":
        raise SystemExit(1)
    if how == "divide":
        raise ZeroDivisionError
    if how == "hopeless":
        raise Hopeless("nobody there")
    raise OSError("the other side is away")


@work.task("sample.atomic", policy=BRISK, atomic=True)
def atomic(name: str, fails: bool) -> None:
    """Writes a row and may fail after that."""
    PeriodicRun.objects.create(name=name)
    if fails:
        raise OSError("too late")


@work.task("sample.killed")
def killed(row: str) -> None:
    """Is killed in the middle the first time, after half of its work; the second time it does the other half."""
    _row, first = PeriodicRun.objects.get_or_create(name=row)
    work.report(1, 2, "half")
    if first:
        kill_myself()
    work.report(2, 2, "whole")
