"""Both halves of bringing a village back, for `./village restore` and for the drill. Without Django."""

import contextlib
import json
import os
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from .archive import Manifest
from .trouble import KeepingTrouble
from .unpacking import Unpacked

# Dropping some hundred tables takes seconds.
_ENDING_S = 60.0


@dataclass(frozen=True, slots=True)
class Settled:
    """What the second half did: rows that were compared, migrations that ran, deletions that were done again.

    ``unplayed``: deletions that could not be, because the village's key is lost.
    """

    rows: int
    migrated: int
    replayed: int
    unplayed: int


def require_place(manifest: Manifest, environment: dict[str, str]) -> None:
    """Raise KeepingTrouble where DATABASE_URL names another kind of database than the archive holds."""
    address = environment.get("DATABASE_URL", "")
    if manifest.database == "sqlite" and address:
        raise KeepingTrouble(
            "The archive holds an SQLite database, which comes back into the data folder. Take DATABASE_URL out "
            "of the environment and start again. ./village move --to DATABASE_URL carries the village over then."
        )
    if manifest.database == "postgresql" and not address.startswith("postgres"):
        raise KeepingTrouble(
            "The archive holds a PostgreSQL database. Make an empty one (createdb NAME) and name it: "
            "DATABASE_URL=postgres://user@host/NAME ./village restore … "
            "From there ./village move --to sqlite:///PATH carries the village over to SQLite."
        )


def settle(unpacked: Unpacked, environment: dict[str, str]) -> Settled:
    """Run the second half in a process of its own, over the unpacked folder. Raises KeepingTrouble.

    ``environment`` is that of the program's own processes; the data folder is set here. The database is the one in
    the folder, or, for PostgreSQL, the empty one that DATABASE_URL names.
    """
    require_place(unpacked.manifest, environment)
    variables = {**environment, "SMARTBARLEBEN_DATA": str(unpacked.data)}
    if unpacked.manifest.database == "sqlite":
        variables.pop("DATABASE_URL", None)
    note = unpacked.data.parent / "manifest.json"
    note.write_text(json.dumps(asdict(unpacked.manifest)), encoding="utf-8")
    command = [sys.executable, "-m", "smartbarleben", "settle_backup", str(note)]
    command += ["--dump", str(unpacked.dump)] if unpacked.dump else []
    command += ["--key-lost"] if unpacked.key_lost else []
    code, output, complaint = _run(command, variables)
    if code:
        said = [line for line in complaint.splitlines() if line.strip()]
        raise KeepingTrouble(said[-1].removeprefix("CommandError: ") if said else "The database cannot be opened.")
    return Settled(**_report(output))


def _run(command: list[str], variables: dict[str, str]) -> tuple[int, str, str]:
    """Exit code and both outputs. Whoever is stopped waits until the child has emptied its database again."""
    process = subprocess.Popen(  # noqa: S603 (no shell, no word of a visitor)
        command,
        env=variables,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # Ctrl-C in a terminal reaches this process, which tells the child once.
        start_new_session=os.name != "nt",
    )
    with process:
        try:
            output, complaint = process.communicate()
        except BaseException:
            process.terminate()
            until, is_over = time.monotonic() + _ENDING_S, False
            while not is_over:
                # To be told again changes nothing: the child is at it.
                with contextlib.suppress(KeyboardInterrupt):
                    is_over = process.poll() is not None or time.monotonic() > until
                    time.sleep(0 if is_over else 0.05)
            process.kill()
            raise
    return process.returncode, output, complaint


def _report(output: str) -> dict[str, Any]:
    lines = [line for line in output.splitlines() if line.startswith('{"settled"')]
    return dict(json.loads(lines[-1])["settled"])


def program_environment(data: Path) -> dict[str, str]:
    """The environment of this very program, for a child of it."""
    source = str(Path(__file__).resolve().parents[2])
    search = [source, *filter(None, [os.environ.get("PYTHONPATH")])]
    return {
        **os.environ,
        "PYTHONPATH": os.pathsep.join(dict.fromkeys(search)),
        "SMARTBARLEBEN_DATA": str(data),
    }
