"""./village move: carry the village into another database, SQLite or PostgreSQL, and prove that all of it came."""

import argparse
import os
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from smartbarleben.keeping.trouble import KeepingTrouble

from . import paths, say
from .database import DatabaseAddressError, database_settings
from .moving.databases import MIGRATIONS, Database, copied_tables
from .moving.postgres_server import PostgresServer
from .moving.sqlite_file import SqliteFile
from .moving.values import Digest, Kind, Row, digest_of
from .opening import open_village


@dataclass(frozen=True)
class Line:
    """A table on both sides."""

    table: str
    here: Digest
    there: Digest

    @property
    def is_equal(self) -> bool:
        """Whether all rows came along as they were."""
        return self.here == self.there


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a move."""
    parser = argparse.ArgumentParser(
        prog="./village move",
        description="Carry the village into another database. It must be closed, and stays where it was, too.",
    )
    parser.add_argument(
        "--to", required=True, metavar="DATABASE_URL", help="postgres://user:password@host/name or sqlite:///path"
    )
    return parser.parse_args(arguments)


def database(address: str, data: Path) -> Database:
    """The end of a move at an address. Raises Trouble for one that cannot be understood."""
    try:
        settings = database_settings(address, data)
    except DatabaseAddressError as problem:
        raise say.Trouble(str(problem)) from None
    if settings["ENGINE"].endswith("postgresql"):
        return PostgresServer(settings)
    return SqliteFile(Path(settings["NAME"]).absolute())


def move(address: str, data: Path) -> list[Line]:
    """Carry over, finish and compare. Raises Trouble; then the other database is empty as before."""
    source, target = database(os.environ.get("DATABASE_URL", ""), data), database(address, data)
    if source.label == target.label:
        raise say.Trouble("The village is there already: --to names the database that it lives in.")
    with _closed(data):
        target.require_empty()
        target.close()
        source.open_source()
        try:
            lines = _carry(source, target, paths.python_environment(data) | {"DATABASE_URL": address}, data)
        except BaseException:
            target.throw_away()
            raise
        finally:
            source.close()
    return lines


def _closed(data: Path) -> IO[str]:
    """Hold the lock of the background work, which an open village has. Raises Trouble."""
    try:
        return paths.take(data / "background.lock", f"process {os.getpid()}, ./village move")
    except paths.Locked as held:
        raise say.Trouble(f"The village is open: {held}. Close it first, so that nothing stays behind.") from None


def _carry(source: Database, target: Database, environment: dict[str, str], data: Path) -> list[Line]:
    with say.step(f"Making tables in {target.label}"):
        open_village(data, environment, "--tables-only")
    columns = source.tables()
    tables = copied_tables(columns, target.tables())
    _require_same_migrations(source, target)
    kinds = {
        table: target.kinds(table, columns[table]) or source.kinds(table, columns[table]) or _plain(columns[table])
        for table in tables
    }
    here: dict[str, Digest] = {}
    with say.step(f"Carrying {len(tables)} tables over"):
        target.begin_writing()
        for table in tables:
            here[table] = Digest()
            rows = source.rows(table, columns[table], kinds[table])
            target.write(table, columns[table], kinds[table], _counted(rows, kinds[table], here[table]))
        numbers = {name: number for name, number in source.numbers().items() if name in here}
        target.finish_writing(numbers)
    with say.step("Making the indexes anew"):
        _finish(environment)
    with say.step("Comparing both"):
        there = {table: digest_of(kinds[table], target.rows(table, columns[table], kinds[table])) for table in tables}
        after = target.numbers()
        target.close()
    lines = [Line(table, here[table], there[table]) for table in tables]
    say.line(table_of(lines))
    if different := [line.table for line in lines if not line.is_equal]:
        raise say.Trouble(f"These tables differ: {', '.join(different)}. The other database was emptied again.")
    if behind := sorted(name for name in tables if numbers.get(name, 0) > after.get(name, 0)):
        raise say.Trouble(f"The numbers of these tables would come twice: {', '.join(behind)}.")
    return lines


def _plain(columns: Sequence[str]) -> list[Kind]:
    return ["plain"] * len(columns)


def _counted(rows: Iterator[Row], kinds: Sequence[Kind], digest: Digest) -> Iterator[Row]:
    for row in rows:
        digest.add(kinds, row)
        yield row


def _require_same_migrations(source: Database, target: Database) -> None:
    sides = [set(map(tuple, one.rows(MIGRATIONS, ["app", "name"], ["plain", "plain"]))) for one in (source, target)]
    if different := sorted(f"{app}.{name}" for app, name in sides[0] ^ sides[1]):
        raise say.Trouble(f"The two databases are of different versions: {', '.join(different[:6])}.")


def _finish(environment: dict[str, str]) -> None:
    """Make on the other database what no row holds. Raises Trouble."""
    done = subprocess.run(
        [sys.executable, "-m", "smartbarleben.config.moving.finishing"],
        env=environment,
        cwd=paths.ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise say.Trouble(f"The other database could not be finished:\n{(done.stdout + done.stderr).strip()[-2000:]}")


def table_of(lines: Sequence[Line]) -> str:
    """Each table with its rows and digest on both sides; empty ones are only counted."""
    full = [line for line in lines if line.here.rows or line.there.rows]
    width = max((len(line.table) for line in full), default=5)
    rows = [f"{'table':<{width}}  {'rows here':>10} {'there':>10}  digest here       there"]
    rows += [
        f"{line.table:<{width}}  {line.here.rows:>10} {line.there.rows:>10}  {line.here.short}  {line.there.short}"
        f"  {'equal' if line.is_equal else 'DIFFERENT'}"
        for line in full
    ]
    total = sum(line.here.rows for line in lines)
    rows.append(f"{total} rows in {len(full)} tables; {len(lines) - len(full)} tables are empty on both sides.")
    return "\n".join(rows)


def main(arguments: list[str]) -> int:
    """Do what the arguments ask for; the answer is the exit code."""
    say.ready_console()
    options = parse(arguments)
    data = Path(os.environ["SMARTBARLEBEN_DATA"])
    try:
        move(options.to, data)
    except (say.Trouble, KeepingTrouble) as trouble:
        say.problem(str(trouble))
        return 1
    say.line(
        "\nEverything came along. From now on start the village with\n"
        f"  DATABASE_URL={options.to} ./village --data {data}\n"
        "Pictures, documents and keys stay in the data folder. Keep the old database until you have seen that all is"
        " well;\nwhat is written from now on is in the new one alone."
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
