"""Archives and villages for these tests."""

import gzip
import io
import os
import sqlite3
import subprocess
import sys
import tarfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.blueprint import copy_to

from smartbarleben.config.paths import ROOT, python_environment
from smartbarleben.keeping import unpacking
from smartbarleben.keeping.archive import FORMAT, ArchiveWriter, Manifest, appearing

PASSPHRASE = "vier Wörter auf Papier"
MADE = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def manifest(**changes: object) -> Manifest:
    """What a small archive says about itself."""
    usual = Manifest(
        format=FORMAT,
        program="0.1.0",
        made_at=MADE.isoformat(),
        municipality="Musterdorf",
        database="sqlite",
        migrations=["people.0001_initial"],
        rows={"fields": 2},
        keys=True,
        key_check=unpacking.key_check("a key"),
        size=1000,
    )
    return replace(usual, **changes)  # type: ignore[arg-type]


def small_database(path: Path) -> Path:
    """An SQLite file with one table and two rows."""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE fields (id INTEGER PRIMARY KEY, name TEXT)")
    connection.executemany("INSERT INTO fields (name) VALUES (?)", [("Acker",), ("Wiese",)])
    connection.commit()
    connection.close()
    return path


def small_archive(folder: Path, *, passphrase: str = "", about: Manifest | None = None) -> Path:
    """An archive of three files; the key in it is "a key"."""
    target = folder / "small.tar.gz"
    target.unlink(missing_ok=True)
    database = folder / "copy.sqlite3"
    database.unlink(missing_ok=True)
    small_database(database)
    (folder / "secret.key").write_text("a key")
    (folder / "picture.jpg").write_bytes(os.urandom(70_000))
    with appearing(target) as file:
        writer = ArchiveWriter(file, about or manifest(), passphrase)
        writer.add("database/village.sqlite3", database)
        writer.add("data/secret.key", folder / "secret.key")
        writer.add("data/media/picture.jpg", folder / "picture.jpg")
        writer.finish()
    return target


def members(path: Path) -> list[tuple[tarfile.TarInfo, bytes]]:
    """Everything in an archive without encryption."""
    found = []
    with tarfile.open(path) as tar:
        for member in tar:
            stream = tar.extractfile(member)
            found.append((member, stream.read() if stream else b""))
    return found


def write_members(path: Path, found: list[tuple[tarfile.TarInfo, bytes]]) -> None:
    """An archive as somebody else would make it."""
    with gzip.open(path, "wb") as packed, tarfile.open(fileobj=packed, mode="w") as tar:
        for member, raw in found:
            member.size = len(raw) if member.isreg() else 0
            tar.addfile(member, io.BytesIO(raw))


def make_village(data: Path, *, load: bool = True) -> Path:
    """A data folder with tables (and Barleben), as `./village` makes it, without opening it."""
    data.mkdir(mode=0o700, parents=True)
    copy_to(data / "village.sqlite3")
    (data / "secret.key").write_text("a key that nobody else has, for tests only")
    (data / "secret.key").chmod(0o600)
    if load:
        manage(data, "load_village", str(ROOT / "data" / "barleben"))
    return data


def manage(data: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """A management command in that data folder. Fails where the command does."""
    done = run("smartbarleben", data, *words, **variables)
    assert done.returncode == 0, done.stderr
    return done


def run(module: str, data: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """One of the program's modules in a process of its own."""
    environment = {key: value for key, value in python_environment(data).items() if key != "DATABASE_URL"}
    return subprocess.run(
        [sys.executable, "-m", module, *words],
        env=environment | variables,
        cwd=ROOT,
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        timeout=300,
    )


def restore(data: Path, *words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """`./village restore` into that data folder."""
    return run("smartbarleben.config.restoring", data, *words, **variables)
