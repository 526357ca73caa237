"""./village restore FILE: a village comes back from its archive, into an empty folder.

Django starts only for the second half, in a process of its own: its settings would make a data folder.
"""

import argparse
import os
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path

from smartbarleben.keeping import (
    bringing_back,
    passphrases,
    postgres_copy,
    postgres_server,
    rotation,
    unpacking,
)
from smartbarleben.keeping.trouble import KeepingTrouble

from . import paths, say
from .database import database_settings


def parse(arguments: list[str]) -> argparse.Namespace:
    """The options of the command."""
    parser = argparse.ArgumentParser(
        prog="./village restore",
        description="Bring a village back from a file of ./village backup, into an empty folder (--data DIR).",
    )
    parser.add_argument("file", type=Path, metavar="FILE")
    passphrases.add_options(parser)
    parser.add_argument(
        "--erasures",
        type=Path,
        metavar="FILE",
        help="the newest erasures.jsonl that there is; what was deleted since the backup is deleted again",
    )
    keys = parser.add_mutually_exclusive_group()
    keys.add_argument("--secret-key", type=Path, metavar="FILE", help="the village's key, where the archive has none")
    keys.add_argument("--new-key", action="store_true", help="the key is lost: make a new one")
    return parser.parse_args(arguments)


def main(arguments: list[str]) -> int:
    """Do what the module says; the answer is the exit code."""
    say.ready_console()
    # SIGTERM ends it like Ctrl-C: with nothing half left behind.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    options = parse(arguments)
    target = paths.data_folder(None)
    try:
        restore(options, target.resolve())
    except KeepingTrouble as trouble:
        say.problem(str(trouble))
        return 1
    except OSError as error:
        say.problem(f"The village could not be brought back: {error}. Nothing was left behind.")
        return 1
    except KeyboardInterrupt:
        say.line("\nStopped. Nothing was left behind.")
        return 130
    return 0


def restore(options: argparse.Namespace, target: Path) -> None:
    """Bring the village back into ``target``. Raises KeepingTrouble, and then leaves nothing behind."""
    file: Path = options.file.expanduser().absolute()
    erasures = options.erasures or _kept_list(file)
    with (
        unpacking.beside(target) as folder,
        unpacking.opened(file, passphrases.chosen(options.key, options.passphrase)) as reader,
    ):
        manifest = reader.manifest
        say.line(f"{manifest.municipality or 'A village'}, saved on {manifest.made.astimezone():%Y-%m-%d at %H:%M}")
        unpacking.require_known(manifest, _known())
        bringing_back.require_place(manifest, paths.python_environment(target))
        with say.step("Unpacking and proving each file"):
            unpacked = unpacking.unpack(
                reader, folder, erasures=erasures, key=options.secret_key, new_key=options.new_key
            )
        with say.step("Proving the database"):
            settled = bringing_back.settle(unpacked, paths.python_environment(target))
        try:
            unpacking.put_in_place(unpacked.data, target)
        except BaseException:
            _empty_again(manifest.database, target)
            raise
    say.line(
        f"The village is back in {target}: {unpacked.files:,} files and {settled.rows:,} rows are as they were"
        + (f"; {settled.migrated} changes brought it up to date." if settled.migrated else ".")
    )
    _say_deletions(unpacked, settled, erasures)
    if datetime.now(UTC) - manifest.made > rotation.LONGEST:
        say.line(
            "  It is older than 400 days: deletions of before then are not in the list any more. Do them by "
            "hand: ./village manage erasures erase MAIL"
        )
    if unpacked.key_lost:
        say.line("  It has a new key: links and codes in residents' hands no longer open their matters.")
    say.line(f"Open it:  ./village --data {target}")


def _empty_again(kind: str, target: Path) -> None:
    """A PostgreSQL database without its data folder is no village."""
    if kind == "postgresql":
        settings = database_settings(os.environ.get("DATABASE_URL", ""), target)
        postgres_copy.empty(postgres_server.address(settings))


def _known() -> set[str]:
    """The migrations of our own rooms; those of others are looked at with Django."""
    return unpacking.migrations_of(paths.ROOT / "src" / "smartbarleben")


def _kept_list(file: Path) -> Path | None:
    """The list of deletions that scheduled backups keep beside their archives."""
    found = file.with_name(unpacking.ERASURES)
    return found if found.is_file() else None


def _say_deletions(unpacked: unpacking.Unpacked, settled: bringing_back.Settled, erasures: Path | None) -> None:
    if settled.unplayed:
        say.line(
            f"  {settled.unplayed} deletions could not be done again, because the key is lost. Do them by hand: "
            "./village manage erasures erase MAIL"
        )
    elif erasures is not None:
        say.line(f"  Deletions made since, by {erasures}: {settled.replayed}, done again.")
    else:
        say.line(
            "  If you still have the erasures.jsonl of the village as it was last, do it again with\n"
            "  --erasures FILE, because people were promised that what was deleted since then is gone."
        )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
