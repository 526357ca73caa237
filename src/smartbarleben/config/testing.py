"""./village test: linters, then the tests on SQLite, on PostgreSQL and in the browser, and what came of it."""

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree  # reads only what pytest has just written

from . import frontend, paths, postgres, say

LOGS = paths.BUILD / "test-logs"
CORES = os.cpu_count() or 1
# The name of the database that those of the tests are copies of.
TEMPLATE = "blueprint"
# The shell is the same engine without windows; it takes a third less of the processor (measured).
SHELL = "chromium-headless-shell"
BROWSERS = (SHELL, "chromium", "chromium-browser", "google-chrome")
USAGE = """./village test [quick | full] [pytest arguments]

  test        linters, SQLite, PostgreSQL, each page and language once in the browser
  test quick  linters and SQLite, without browser and slow tests
  test full   all of that, the whole browser matrix (states, widths, dark, zoom) and endurance: an update forward
              and back, a move between databases, processes killed under load, the benchmarks, the largest copy

Further words go to pytest, for example: ./village test quick tests/places -k holidays
What each step printed lies in build/test-logs."""


@dataclass
class Step:
    """What came of one step. ``counted`` are tests: passed, failed (with errors), skipped."""

    name: str
    fine: bool
    seconds: float
    passed: int = 0
    failed: int = 0
    skipped: int = 0
    skips: list[tuple[str, str]] = field(default_factory=list)
    remark: str = ""


def main(arguments: list[str]) -> int:
    """Run what the arguments ask for; 0 only when every step is fine."""
    if "--help" in arguments or "-h" in arguments:
        say.line(USAGE)
        return 0
    mode = arguments[0] if arguments and arguments[0] in {"quick", "full"} else "normal"
    rest = arguments[1:] if mode != "normal" else arguments
    shutil.rmtree(LOGS, ignore_errors=True)
    LOGS.mkdir(parents=True)
    with tempfile.TemporaryDirectory(prefix="village-test-") as folder:
        data = Path(folder)
        frontend.ensure(data=data, dev=True)
        steps = list(run(mode, rest, data))
    say.line(summary(steps))
    return 0 if all(step.fine for step in steps) else 1


def run(mode: str, rest: Sequence[str], data: Path) -> Iterable[Step]:
    """The steps one after the other, as far as the mode goes."""
    environment = paths.python_environment(data)
    environment.pop("DATABASE_URL", None)
    # What one step has prepared, such as the village of the browser tests, serves the later ones too.
    environment["SMARTBARLEBEN_TEST_FOLDER"] = str(data)
    with contextlib.ExitStack() as until_the_end:
        server = until_the_end.enter_context(_server()) if mode != "quick" else Server()
        with _prepared(environment, server):
            yield from _linters(environment)
        yield _pytest("SQLite", "not browser and not slow and not matrix", rest, environment)
        if mode == "quick":
            return
        yield _pytest("slow tests", "slow and not browser and not endurance", rest, environment, marked("slow"))
        yield _postgres(rest, environment, server)
    browser = find_browser()
    if browser is None:
        remark = "Chromium is missing and could not be installed here. On Debian and Ubuntu: apt install chromium"
        say.problem(remark)
        yield Step("browser", fine=False, seconds=0, remark=remark)
        return
    environment["SMARTBARLEBEN_CHROMIUM"] = browser
    yield _pytest("browser", "browser and not matrix", rest, environment, marked("browser"))
    if mode == "full":
        yield _pytest("browser matrix", "matrix", rest, environment, marked("matrix"))
        yield _pytest("slow endurance", "endurance", rest, environment, marked("endurance"))


def marked(mark: str) -> list[str]:
    """The test files that name a mark, from the project's root: to read all of them takes seconds in each process.

    The tests see to it that nothing carries one of these marks without its file naming it.
    """
    found = (path for path in (paths.ROOT / "tests").rglob("test_*.py") if f"mark.{mark}" in path.read_text("utf-8"))
    return sorted(str(path.relative_to(paths.ROOT)) for path in found)


@dataclass
class Server:
    """A running PostgreSQL: its address, its database in which all migrations ran; or why there is none."""

    address: str = ""
    template: str = ""
    trouble: str = ""


@contextlib.contextmanager
def _server() -> Iterator[Server]:
    with contextlib.ExitStack() as until_the_end:
        try:
            server = Server(until_the_end.enter_context(postgres.cluster()))
        except say.Trouble as trouble:
            server = Server(trouble=str(trouble))
        yield server


@contextlib.contextmanager
def _prepared(environment: dict[str, str], server: Server) -> Iterator[None]:
    """The migrated databases that the tests copy are made on both cores while the linters run.

    What fails here is said by the tests, which then run the migrations themselves.
    """
    makers = {"": environment}
    if server.address:
        makers[TEMPLATE] = {**environment, "DATABASE_URL": server.address}
    running = {
        name: subprocess.Popen(
            [sys.executable, "-m", "tests.blueprint", *filter(None, [name])],
            cwd=paths.ROOT,
            env=variables,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        for name, variables in makers.items()
    }
    try:
        yield
    except BaseException:
        for process in running.values():
            process.terminate()
        raise
    codes = {name: process.wait() for name, process in running.items()}
    if codes.get(TEMPLATE) == 0:
        server.template = TEMPLATE


def _linters(environment: dict[str, str]) -> Iterable[Step]:
    scripts = str(paths.VENV_PYTHON.parent)
    commands = {
        "ruff check": ["ruff", "check"],
        "ruff format": ["ruff", "format", "--check"],
        "mypy": ["mypy"],
        "import contracts": ["lint-imports"],
    }
    for name, command in commands.items():
        program = shutil.which(command[0], path=scripts)
        if program is None:
            raise say.Trouble(f"{command[0]} is missing in {scripts}. Delete .venv and start again.")
        code, seconds = _logged(name, [program, *command[1:]], environment)
        yield Step(name, fine=code == 0, seconds=seconds)


def _postgres(rest: Sequence[str], environment: dict[str, str], server: Server) -> Step:
    if server.trouble:
        say.problem(server.trouble)
        return Step("PostgreSQL", fine=False, seconds=0, remark=server.trouble)
    variables = {**environment, "DATABASE_URL": server.address, "SMARTBARLEBEN_TEST_TEMPLATE": server.template}
    selection = "not browser and not slow and not matrix and not sqlite_only and not bare"
    step = _pytest("PostgreSQL", selection, rest, variables)
    step.remark = step.remark or "without what may not touch a database and ran above"
    return step


def find_browser() -> str | None:
    """Chromium; where its shell is missing and this is root on Debian, it is installed first."""
    found = next(filter(None, map(shutil.which, BROWSERS)), None)
    apt = shutil.which("apt-get")
    if (found and found.endswith(SHELL)) or not apt or os.geteuid() != 0:
        return found
    say.line("· Installing Debian's Chromium …")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for words in (["update"], ["install", "-y", "--no-install-recommends", SHELL, "fonts-noto-core"]):
        _logged("chromium", [apt, "-q", *words], environment)
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def _pytest(
    name: str, selection: str, rest: Sequence[str], environment: dict[str, str], files: Sequence[str] = ()
) -> Step:
    report = LOGS / f"{_file_name(name)}.xml"
    # Browser tests share a village by file, and of the slow ones that start villages one at a time is enough; the
    # others keep their order: those that empty the database come last.
    spread = "loadfile" if "browser" in name or "slow" in name else "load"
    # Slow tests wait for processes and for the clock, so a core has time for one more.
    workers = CORES + 1 if name == "slow tests" else CORES
    options = [f"--junitxml={report}", "-q", f"-n{workers}", "--dist", spread]
    command = [sys.executable, "-m", "pytest", "-m", selection, *options]
    code, seconds = _logged(name, [*command, *(rest or files)], environment)
    step = Step(name, fine=code == 0, seconds=seconds)
    if code == 5:
        step.fine, step.remark = bool(rest), "no test selected"
    with contextlib.suppress(OSError, ElementTree.ParseError):
        read_report(report, step)
    if step.failed == 0 and code not in {0, 5}:
        step.remark = f"pytest ended with exit code {code}; see {LOGS.name}/{_file_name(name)}.log"
    return step


def read_report(report: Path, step: Step) -> None:
    """Count what a JUnit file of pytest says into a step. Raises OSError or ParseError."""
    for case in ElementTree.parse(report).getroot().iter("testcase"):  # noqa: S314 — our own pytest wrote it
        skip = case.find("skipped")
        if case.find("failure") is not None or case.find("error") is not None:
            step.failed += 1
        elif skip is not None:
            step.skipped += 1
            step.skips.append(
                (skip.get("message") or "no reason given", f"{case.get('classname')}::{case.get('name')}")
            )
        else:
            step.passed += 1


def _file_name(name: str) -> str:
    return name.lower().replace(" ", "-")


def _logged(name: str, command: Sequence[str], environment: dict[str, str]) -> tuple[int, float]:
    """Run a command under a heading; its output goes to the console and into a log. Exit code and seconds."""
    say.line(f"\n=== {name} " + "=" * max(3, 70 - len(name)))
    began = time.monotonic()
    with (
        open(LOGS / f"{_file_name(name)}.log", "ab") as log,
        subprocess.Popen(
            command,
            cwd=paths.ROOT,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        ) as process,
    ):
        try:
            for row in process.stdout or ():
                log.write(row)
                sys.stdout.write(row.decode(errors="replace"))
                sys.stdout.flush()
        except BaseException:
            process.terminate()
            raise
    return process.returncode, time.monotonic() - began


def summary(steps: Sequence[Step]) -> str:
    """One screen about all steps; the last line holds the totals."""
    rows = [
        "",
        "=== summary " + "=" * 63,
        f"{'step':<18}{'result':<8}{'passed':>8}{'failed':>8}{'skipped':>9}{'seconds':>9}",
    ]
    for step in steps:
        tested = step.passed or step.failed or step.skipped
        counts = (step.passed, step.failed, step.skipped) if tested else ("", "", "")
        result = "ok" if step.fine else "FAILED"
        rows.append(
            f"{step.name:<18}{result:<8}{counts[0]:>8}{counts[1]:>8}{counts[2]:>9}{step.seconds:>9.1f}"
            + (f"  {step.remark.splitlines()[0]}" if step.remark else "")
        )
    reasons: dict[str, list[str]] = defaultdict(list)
    for step in steps:
        for reason, test in step.skips:
            reasons[reason].append(f"{step.name}: {test}")
    if reasons:
        rows.append("\nskipped, because")
        for reason, tests in reasons.items():
            more = f" and {len(tests) - 1} more" if len(tests) > 1 else ""
            rows.append(f"  {reason.splitlines()[0]}  ({tests[0]}{more})")
    minutes, seconds = divmod(round(sum(step.seconds for step in steps)), 60)
    failed_steps = [step.name for step in steps if not step.fine]
    rows.append(f"\n{minutes} min {seconds} s" + (f"; not fine: {', '.join(failed_steps)}" if failed_steps else ""))
    passed, failed, skipped = (sum(getattr(step, key) for step in steps) for key in ("passed", "failed", "skipped"))
    rows.append(f"{passed} passed, {failed} failed, {skipped} skipped")
    return "\n".join(rows)
