"""./village update: save, fetch the newer program, bring the tables up to date; and back again.

Git keeps the programs, `./village backup` the data; `update.json` in the data folder says which belong together. Each
version prepares itself in processes of its own, because this one still runs what it began with.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from smartbarleben.keeping import postgres_server
from smartbarleben.keeping.trouble import KeepingTrouble

from . import opening, paths, say
from .database import DatabaseAddressError, database_settings

NOTE = "update.json"
BACKUPS = "backups"


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options of the command."""
    parser = argparse.ArgumentParser(
        prog="./village update",
        description="Bring the program and the closed village up to date: save it, fetch the newer program, make the"
        " tables fit. Whatever fails, program and data are as before.",
    )
    parser.add_argument("--to", metavar="VERSION", help="this tag or commit instead of the newest")
    parser.add_argument("--back", action="store_true", help="back to the program and the data before the last update")
    options = parser.parse_args(arguments)
    if options.to and options.back:
        parser.error("--back knows where it goes; leave --to out")
    return options


def git(*words: str) -> str:
    """What git answers. Raises Trouble with what it complained about."""
    try:
        done = subprocess.run(["git", *words], cwd=paths.ROOT, capture_output=True, text=True)
    except OSError:
        raise say.Trouble("git is missing. On Debian and Ubuntu: apt install git") from None
    if done.returncode:
        raise say.Trouble(f"git {words[0]} failed:\n{done.stderr.strip()}")
    return done.stdout.strip()


def own(data: Path, *words: str | Path) -> None:
    """Let the program that lies here now do something, in a process of its own. Raises Trouble when that fails."""
    command = [sys.executable, paths.ROOT / "village", *words, "--data", data]
    if subprocess.run(command, cwd=paths.ROOT, env={**os.environ, "PYTHONPATH": ""}).returncode:
        raise say.Trouble(f"./village {words[0]} failed; the lines above say why.")


def require_unchanged() -> None:
    """Raises Trouble where the program is no checkout, or somebody changed files of it by hand."""
    if git("rev-parse", "--show-toplevel") != str(paths.ROOT):
        raise say.Trouble(f"{paths.ROOT} is no checkout of git. Unpack the newer program over it instead.")
    if changed := git("status", "--porcelain", "--untracked-files=no"):
        raise say.Trouble(f"These files of the program were changed by hand; git would lose that:\n{changed}")


def update(data: Path, to: str | None) -> None:
    """Save and go forward; where the newer program does not come to life, everything is as before. Raises Trouble."""
    require_unchanged()
    before = git("rev-parse", "HEAD")
    with say.step("Looking for a newer program"):
        git("fetch", "--quiet", "--tags")
        there = git("rev-parse", f"{to or '@{upstream}'}^{{commit}}")
    if git("merge-base", before, there) == there:
        say.line(f"This is it already: {before[:10]}. Nothing was changed.")
        return
    if git("merge-base", before, there) != before:
        raise say.Trouble(f"{to or 'The newest program'} does not follow the one that lies here. See: git log")
    _save(data, before, there)
    try:
        git("merge", "--quiet", "--ff-only", there)
        _prepare(data)
    except (say.Trouble, KeyboardInterrupt) as problem:
        say.problem(str(problem) or "Stopped.")
        say.line("· Going back to the program and the data from before")
        back(data)
        raise say.Trouble("The update did not succeed. Program and data are as they were before.") from None
    say.line(f"\nThe program is {there[:10]} now, and the tables fit. Start the village.")
    say.line("  Back again         ./village update --back   (what is written until then is set aside)")


def _save(data: Path, before: str, there: str) -> None:
    """Make the way back. Until it is there, the one of the update before stays. Raises Trouble."""
    folder = data / BACKUPS
    folder.mkdir(mode=0o700, exist_ok=True)
    target = folder / f"before-update-{datetime.now(UTC):%Y%m%dT%H%M%S}.tar.gz"
    # It stays in this folder, which holds the keys anyway.
    own(data, "backup", target, "--with-keys")
    draft = data / f"{NOTE}.new"
    draft.write_text(json.dumps({"from": before, "to": there, "backup": target.name}), encoding="utf-8")
    draft.replace(data / NOTE)
    # One way back is enough: what was deleted meanwhile must not lie here for years.
    for older in folder.glob("before-update-*"):
        if older != target:
            older.unlink()


def _prepare(data: Path) -> None:
    """The program's packages, what browsers get, and the tables."""
    own(data, "check")
    opening.open_village(data, paths.python_environment(data), "--tables-only")


def back(data: Path) -> None:
    """The program and the data before the last update; what was written since is set aside. Raises Trouble."""
    require_unchanged()
    note = _note(data)
    backup = data / BACKUPS / note["backup"]
    moment = f"{datetime.now(UTC):%Y%m%dT%H%M%S}"
    aside = data.with_name(f"{data.name}-aside-{moment}")
    tables = Tables.of(data, moment)
    tables.set_aside()
    try:
        git("reset", "--quiet", "--keep", note["from"])
        try:
            data.rename(aside)
        except OSError as error:
            git("reset", "--quiet", "--keep", note["to"])
            raise say.Trouble(f"{data} cannot be set aside as {aside.name}: {error.strerror}.") from None
        try:
            own(data, "restore", aside / BACKUPS / backup.name, *_deletions(aside), *_passphrase())
        except (say.Trouble, KeyboardInterrupt):
            shutil.rmtree(data, ignore_errors=True)
            aside.rename(data)
            git("reset", "--quiet", "--keep", note["to"])
            raise
    except (say.Trouble, KeyboardInterrupt):
        tables.take_back()
        raise
    (aside / BACKUPS).rename(data / BACKUPS)
    # Of an update before, whose way back is gone.
    (data / NOTE).unlink(missing_ok=True)
    say.line(f"\nThe program is {note['from'][:10]} again, with the data from before the update.")
    say.line(f"  Set aside          {aside}   (what was written since; look through it, then delete it)")
    if tables.schema:
        say.line(f"  And in PostgreSQL  the schema {tables.schema}   (DROP SCHEMA {tables.schema} CASCADE)")


class Tables:
    """The tables of a village on PostgreSQL, which lie outside of its data folder; of another there are none."""

    def __init__(self, where: dict[str, str] | None, schema: str) -> None:
        self.where, self.schema = where, schema if where else ""

    @classmethod
    def of(cls, data: Path, moment: str) -> "Tables":
        """Those that DATABASE_URL names. Raises Trouble for an address that cannot be understood."""
        try:
            settings = database_settings(os.environ.get("DATABASE_URL", ""), data)
        except DatabaseAddressError as problem:
            raise say.Trouble(str(problem)) from None
        if not settings["ENGINE"].endswith("postgresql"):
            return cls(None, "")
        return cls(postgres_server.address(settings), f"{postgres_server.ASIDE}{moment.lower()}")

    def set_aside(self) -> None:
        """Leave the database empty, with all that was in it beside. Raises Trouble."""
        if self.where:
            try:
                postgres_server.set_aside(self.where, self.schema)
            except KeepingTrouble as problem:
                raise say.Trouble(f"{problem}\nNothing was changed. docs/operations.md") from None

    def take_back(self) -> None:
        """As it was before. Raises Trouble."""
        if self.where:
            try:
                postgres_server.take_back(self.where, self.schema)
            except KeepingTrouble as problem:
                raise say.Trouble(f"{problem}\nThe tables are whole, in the schema {self.schema}.") from None


def _deletions(aside: Path) -> list[str | Path]:
    found = aside / "erasures.jsonl"
    return ["--erasures", found] if found.is_file() else []


def _passphrase() -> list[str]:
    key = os.environ.get("SMARTBARLEBEN_BACKUP_KEY", "").strip()
    return ["--key", key] if key else []


def _note(data: Path) -> dict[str, Any]:
    try:
        note: dict[str, Any] = json.loads((data / NOTE).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise say.Trouble(f"{data} knows of no update that could be taken back.") from None
    return note


def main(arguments: list[str]) -> int:
    """Do what the module says; the answer is the exit code."""
    options = parse(arguments)
    data = paths.data_folder(None)
    try:
        if not (data / "secret.key").is_file():
            raise say.Trouble(f"There is no village in {data}. Name its folder with --data DIR.")
        try:
            lock = paths.take(data / "background.lock", f"process {os.getpid()}, ./village update")
        except paths.Locked as held:
            raise say.Trouble(f"The village is open: {held}. Stop it first.") from None
        with lock:
            if options.back:
                back(data)
            else:
                update(data, options.to)
    except say.Trouble as trouble:
        say.problem(str(trouble))
        return 1
    return 0


if __name__ == "__main__":
    say.ready_console()
    sys.exit(main(sys.argv[1:]))
