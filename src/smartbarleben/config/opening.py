"""Bringing a data folder to life: the database's tables, the first data, the login for a first look.

Runs in a process of its own, so that Django's memory is given back before the village opens:
``python -m smartbarleben.config.opening [--empty | --tables-only]``. Prints progress, and as the last line a JSON
object ``{"report": {"municipality": name or null, "login": {"username", "password"} or null}}``.
"""

import contextlib
import hashlib
import io
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from . import paths, say
from .child import end_with_supervisor
from .environment import RUNTIME, digest

OPENED = "opened.json"
SEED = paths.ROOT / "data" / "barleben"


def open_village(
    data: Path, environment: dict[str, str], *words: str, is_needed: Callable[[], bool] = lambda: True
) -> dict[str, object]:
    """Do what this module is for in a process of its own; the answer is its report. Raises Trouble.

    ``is_needed`` is asked once no other start is at it: whoever wants no report need not do again what that one did.
    """
    report: dict[str, object] = {}
    command = [sys.executable, "-m", "smartbarleben.config.opening", *words]
    with paths.alone(data / "opening.lock", "· Another ./village is opening this data folder; waiting for it …"):
        if not is_needed():
            return report
        with subprocess.Popen(
            command, env=environment, cwd=paths.ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8"
        ) as process:
            try:
                for text in process.stdout or ():
                    if text.startswith('{"report"'):
                        report = json.loads(text)["report"]
                    else:
                        say.line(text.rstrip())
            except KeyboardInterrupt:
                process.terminate()
                raise
    if process.returncode:
        raise say.Trouble(
            f"The village in {data} could not be opened; the lines above say why. Then start again; nothing is lost."
        )
    return report


def tables(address: str) -> str:
    """A fingerprint of the tables that this code wants in the database of an address."""
    own = sorted(str(path.relative_to(paths.ROOT)) for path in paths.ROOT.glob("src/smartbarleben/*/migrations/*.py"))
    return hashlib.sha256("\0".join([address, digest(RUNTIME), *own]).encode()).hexdigest()


def fits(data: Path, address: str) -> bool:
    """Whether this code has opened the data folder before, so that the web server may start without waiting."""
    try:
        opened = json.loads((data / OPENED).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return False
    return opened.get("tables") == tables(address) and (bool(address) or (data / "village.sqlite3").exists())


class _Counter(io.StringIO):
    """Counts the migrations that Django reports, and says so at every quarter."""

    def __init__(self, total: int) -> None:
        super().__init__()
        self.total, self.done = total, 0

    def write(self, text: str) -> int:
        for _ in re.findall(r"\bOK\b", text):
            self.done += 1
            if self.done % max(1, self.total // 4) == 0 and self.done < self.total:
                say.line(f"  {self.done} of {self.total}")
        return len(text)


# One number for all servers of a database, meaning nothing else.
_OPENING = 147_391_790


@contextlib.contextmanager
def one_at_a_time() -> Iterator[None]:
    """Servers that open the same PostgreSQL at the same moment wait for each other here.

    The lock in the data folder is none between machines. It lies on a connection of its own and ends with that.
    """
    from django.db import DEFAULT_DB_ALIAS, connections

    if connections[DEFAULT_DB_ALIAS].vendor != "postgresql":
        yield
        return
    own = connections.create_connection(DEFAULT_DB_ALIAS)
    try:
        with own.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_lock(%s)", [_OPENING])
        yield
    finally:
        own.close()


def make_tables() -> None:
    """Apply the migrations that are missing."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        with say.step(f"Preparing the database ({len(plan)} changes)"):
            call_command("migrate", interactive=False, verbosity=1, stdout=_Counter(len(plan)))
            # New tables may mean that something can be found that could not before.
            call_command("reindex", stdout=io.StringIO())


def load_first_data(*, empty: bool) -> None:
    """Load the village of Barleben into a house without a municipality, the first time only; note the opening."""
    from django.conf import settings
    from django.core.management import call_command

    from smartbarleben.places.models import Municipality

    opened = settings.DATA_DIR / OPENED
    if not opened.exists() and not empty and not Municipality.objects.exists():
        with say.step(f"Loading the village of Barleben from {SEED}"):
            call_command("load_village", str(SEED), stdout=io.StringIO())
    opened.write_text(json.dumps({"tables": tables(os.environ.get("DATABASE_URL", ""))}), encoding="utf-8")


def first_login() -> dict[str, str] | None:
    """The login made for a first look, as long as nobody has changed its password."""
    from django.conf import settings
    from django.core.management import call_command

    answer = io.StringIO()
    call_command("first_login", file=settings.DATA_DIR / "first-login.json", stdout=answer)
    text = answer.getvalue().strip()
    login = json.loads(text) if text else None
    return login if login and login.get("password") else None


def main(arguments: list[str]) -> int:
    """Do what the module says; the answer is the exit code."""
    import django
    from django.core.management.base import CommandError
    from django.db.utils import DatabaseError

    say.ready_console()
    django.setup()
    from smartbarleben.places.models import Municipality

    try:
        with one_at_a_time():
            make_tables()
            if "--tables-only" in arguments:
                return 0
            load_first_data(empty="--empty" in arguments)
            login = first_login()
    except (CommandError, DatabaseError, OSError) as error:
        say.problem(f"{type(error).__name__}: {error}")
        return 1
    name = Municipality.objects.values_list("name", flat=True).first()
    say.line(json.dumps({"report": {"municipality": name, "login": login}}))
    return 0


if __name__ == "__main__":
    end_with_supervisor()
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
