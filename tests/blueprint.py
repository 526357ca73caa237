"""Databases in which all migrations ran: an SQLite file, made once for each state of the code; one on PostgreSQL."""

import hashlib
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg
import psycopg.sql

from smartbarleben.config.paths import BUILD, ROOT, alone, python_environment

FOLDER = BUILD / "test-database"


def blueprint() -> Path:
    """The file; whoever asks first makes it, and those of other states of the code go."""
    path = FOLDER / f"{_state()}.sqlite3"
    with alone(FOLDER / "lock", ""):
        if not path.exists():
            for old in FOLDER.glob("*.sqlite3"):
                old.unlink()
            with tempfile.TemporaryDirectory(dir=FOLDER) as folder:
                made = _migrated(Path(folder))
                made.rename(path)
    return path


def copy_to(path: Path) -> None:
    """Put a copy where the test database is to lie, over whatever an earlier run left there."""
    path.parent.mkdir(parents=True, exist_ok=True)
    for left in ("", "-wal", "-shm"):
        Path(f"{path}{left}").unlink(missing_ok=True)
    shutil.copyfile(blueprint(), path)


def _state() -> str:
    """A digest of all that decides what stands in a database that was just migrated."""
    digest = hashlib.sha256(f"{sys.version}{sqlite3.sqlite_version}".encode())
    for path in [ROOT / "requirements.txt", *sorted((ROOT / "src").rglob("*.py"))]:
        digest.update(f"{path.relative_to(ROOT)}\0".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:32]


def _migrated(folder: Path) -> Path:
    environment = python_environment(folder)
    environment.pop("DATABASE_URL", None)
    subprocess.run([sys.executable, "-m", "smartbarleben", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)
    whole = folder / "whole.sqlite3"
    # Into one file: what stands in the log beside the database would stay behind.
    with sqlite3.connect(folder / "village.sqlite3") as connection:
        connection.execute("VACUUM INTO ?", [str(whole)])
    connection.close()
    return whole


def make_template(name: str) -> None:
    """A database of this name beside the one that DATABASE_URL means, with all migrations."""
    address = os.environ["DATABASE_URL"]
    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute(psycopg.sql.SQL("CREATE DATABASE {}").format(psycopg.sql.Identifier(name)))
    environment = os.environ | {"DATABASE_URL": f"{address.rpartition('/')[0]}/{name}"}
    subprocess.run([sys.executable, "-m", "smartbarleben", "migrate", "-v0"], cwd=ROOT, env=environment, check=True)


if __name__ == "__main__":
    # ./village test makes both while the linters run.
    make_template(sys.argv[1]) if sys.argv[1:] else blueprint()
