"""./village backup and ./village restore for real: every row of every table and every file comes back, or nothing."""

import hashlib
import json
import shutil
import sqlite3
from pathlib import Path

import pytest
from tests.keeping.making import (
    PASSPHRASE,
    make_village,
    manage,
    manifest,
    members,
    restore,
    small_archive,
    write_members,
)

from smartbarleben.keeping import rotation

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]

# The database is compared row by row; the others are of this machine and this moment, see keeping/belongings.py.
LEFT = {"village.sqlite3", "village.sqlite3-wal", "village.sqlite3-shm", "opened.json", "background.lock"}


def content(data: Path) -> dict[str, str]:
    """Each file of a data folder with its digest, without the database."""
    return {
        str(path.relative_to(data)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(data.rglob("*"))
        if path.is_file() and str(path.relative_to(data)) not in LEFT
    }


def everything(database: Path) -> dict[str, list[tuple[object, ...]]]:
    """Each table with all its rows, and how everything in the database was made."""
    connection = sqlite3.connect(database)
    made = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_master ORDER BY 1, 2").fetchall()
    found = {"sqlite_master": made}
    for kind, name, _table, sql in made:
        if kind == "table":
            order = "" if sql and "WITHOUT ROWID" in sql.upper() else " ORDER BY rowid"
            found[name] = connection.execute(f'SELECT * FROM "{name}"{order}').fetchall()
    connection.close()
    return found


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Barleben with something in each of its folders."""
    data = make_village(tmp_path_factory.mktemp("full") / "data")
    (data / "media").mkdir(exist_ok=True)
    for name, raw in {
        "media/dorf.jpg": b"\xff\xd8" + b"picture" * 50_000,
        "media/ümlaut und leer.pdf": b"%PDF-1.7 Gr\xc3\xbc\xc3\x9fe",
        "media/old.lock": b"a document that is called like a lock",
        "uploads/ab/cd/brief.pdf": b"%PDF private",
        "maps/20261123-abcdef01.pmtiles": b"PMTiles" * 1000,
        "mail/20261123.log": b"To: petra@example.org\n\nGuten Tag",
        "tls/ca.key": b"-- a key --",
        "tls/ca.crt": b"-- a certificate --",
        "empty.txt": b"",
    }.items():
        path = data / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    (data / "erasures.jsonl").touch(mode=0o600)
    (data / "background.lock").write_text("1")
    (data / "opened.json").write_text("{}")
    return data


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a passphrase."""
    path = tmp_path_factory.mktemp("key") / "backup.key"
    path.write_text(f"{PASSPHRASE}\n")
    return path


@pytest.fixture(scope="module")
def saved(village: Path, key: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An encrypted archive of it."""
    path = tmp_path_factory.mktemp("saved") / "village.tar.gz.enc"
    done = manage(village, "backup", str(path), "--key", str(key))
    assert "encrypted" in done.stdout
    return path


def test_every_row_of_every_table_and_every_file_comes_back(
    village: Path, saved: Path, key: Path, tmp_path: Path
) -> None:
    there = tmp_path / "there"
    # An empty folder is as good as none.
    there.mkdir()
    done = restore(there, str(saved), "--key", str(key))
    assert done.returncode == 0, done.stderr
    before, after = everything(village / "village.sqlite3"), everything(there / "village.sqlite3")
    assert len(before) > 100
    assert len(before["content_item"]) > 50
    assert before.keys() == after.keys()
    for table, rows in before.items():
        assert rows == after[table], table
    assert content(there) == content(village)
    assert len(content(there)) >= 11
    assert there.stat().st_mode & 0o777 == 0o700
    assert (there / "secret.key").stat().st_mode & 0o777 == 0o600
    assert not (there / "village.sqlite3-wal").exists()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there"]


def test_a_full_folder_is_never_touched(village: Path, saved: Path, key: Path, tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    (there / "precious.txt").write_text("mine")
    done = restore(there, str(saved), "--key", str(key))
    assert done.returncode == 1
    assert "is not empty" in done.stderr
    assert "--data DIR" in done.stderr
    assert [path.name for path in there.iterdir()] == ["precious.txt"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["there"]


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        ("key", "does not open the archive"),
        ("missing", "cannot be read"),
        ("cut", "damaged or cut off"),
        ("bit", "damaged or cut off"),
        ("other", "no archive"),
    ],
)
def test_what_cannot_be_brought_back_says_so_and_leaves_nothing(
    saved: Path, tmp_path: Path, spoil: str, said: str
) -> None:
    raw = saved.read_bytes()
    file, key = tmp_path / "file", tmp_path / "key"
    key.write_text("eine ganz andere Passphrase" if spoil == "key" else PASSPHRASE)
    broken = {
        "cut": raw[: len(raw) // 2],
        "bit": raw[:-5000] + b"\x00" + raw[-4999:],
        "other": b"%PDF-1.7 a letter",
    }.get(spoil, raw)
    if spoil != "missing":
        file.write_bytes(broken)
    done = restore(tmp_path / "there", str(file), "--key", str(key))
    assert done.returncode == 1
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert {path.name for path in tmp_path.iterdir()} <= {"file", "key"}


def test_an_encrypted_archive_asks_for_its_passphrase(saved: Path, tmp_path: Path) -> None:
    done = restore(tmp_path / "there", str(saved))
    assert done.returncode == 1
    assert "--key FILE or --passphrase" in done.stderr


def test_an_archive_whose_database_lost_rows_is_refused(tmp_path: Path) -> None:
    path = small_archive(tmp_path)
    found = [
        (member, raw.replace(b'"fields": 2', b'"fields": 3') if member.name == "manifest.json" else raw)
        for member, raw in members(path)
    ]
    write_members(path, found)
    done = restore(tmp_path / "there", str(path))
    assert done.returncode == 1
    assert "fields has 2 rows and had 3" in done.stderr
    assert not (tmp_path / "there").exists()
    assert not list(tmp_path.glob(".there*"))


@pytest.mark.parametrize(
    ("holds", "address", "said"),
    [
        ("sqlite", "postgres://village@localhost/village", "./village move --to DATABASE_URL"),
        ("sqlite", "sqlite:////srv/other.sqlite3", "comes back into the data folder"),
        ("postgresql", "", "createdb NAME"),
        ("postgresql", "sqlite:////srv/other.sqlite3", "carries the village over to SQLite"),
    ],
)
def test_into_another_kind_of_database_it_says_which_way_leads_there(
    tmp_path: Path, holds: str, address: str, said: str
) -> None:
    path = small_archive(tmp_path, about=manifest(database=holds, migrations=[]))
    done = restore(tmp_path / "there", str(path), **({"DATABASE_URL": address} if address else {}))
    assert done.returncode == 1
    assert said in done.stderr
    assert "Unpacking" not in done.stdout
    assert not (tmp_path / "there").exists()


def test_without_encryption_the_keys_stay_at_home(village: Path, tmp_path: Path) -> None:
    (tmp_path / "safe").mkdir()
    done = manage(village, "backup", str(tmp_path / "safe"))
    assert "The keys are not in it" in done.stdout
    (path,) = (tmp_path / "safe").iterdir()
    assert rotation.made_at(path.name)
    found = {member.name: raw for member, raw in members(path)}
    assert json.loads(found["manifest.json"])["municipality"] == "Barleben"
    names = set(found)
    assert "data/media/dorf.jpg" in names
    assert not {"data/secret.key", "data/tls/ca.key"} & names
    refused = restore(tmp_path / "there", str(path))
    assert refused.returncode == 1
    assert "--secret-key FILE" in refused.stderr
    (tmp_path / "other.key").write_text("somebody else's key")
    wrong = restore(tmp_path / "there", str(path), "--secret-key", str(tmp_path / "other.key"))
    assert "the key of another village" in wrong.stderr
    done = restore(tmp_path / "there", str(path), "--secret-key", str(village / "secret.key"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "there" / "secret.key").read_text() == (village / "secret.key").read_text()
    lost = restore(tmp_path / "lost", str(path), "--new-key")
    assert "It has a new key" in lost.stdout
    assert len((tmp_path / "lost" / "secret.key").read_text()) > 40


def consents(data: Path) -> list[str | None]:
    """Whose consents a village holds."""
    connection = sqlite3.connect(data / "village.sqlite3")
    found = [row[0] for row in connection.execute("SELECT mail FROM people_consent ORDER BY id")]
    connection.close()
    return found


def test_what_was_deleted_since_is_deleted_again(village: Path, key: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(village, data)
    manage(
        data,
        "shell",
        "--no-imports",
        "-c",
        "from django.core.management import call_command\n"
        "from smartbarleben.people import consents, erasure\n"
        "for mail in ('petra@example.org', 'jonas@example.org'):\n"
        "    consents.give(mail=mail, topic='newsletter', text='Ja.', evidence='test')\n"
        f"call_command('backup', {str(tmp_path / 'saved')!r}, '--key', {str(key)!r})\n"
        "erasure.erase('petra@example.org')\n",
    )
    assert consents(data) == [None, "jonas@example.org"]
    words = (str(tmp_path / "saved"), "--key", str(key))
    without = restore(tmp_path / "without", *words)
    assert "erasures.jsonl of the village" in without.stdout
    assert consents(tmp_path / "without") == ["petra@example.org", "jonas@example.org"]
    # Where scheduled backups keep the list beside their archives, nobody has to name it.
    shutil.copy(data / "erasures.jsonl", tmp_path / "erasures.jsonl")
    done = restore(tmp_path / "there", *words)
    assert done.returncode == 0, done.stderr
    assert "1, done again" in done.stdout
    assert consents(tmp_path / "there") == [None, "jonas@example.org"]


def test_an_older_village_is_brought_up_to_date(village: Path, key: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(village, data)
    manage(data, "migrate", "keeping", "zero", "-v0")
    manage(data, "backup", str(tmp_path / "saved"), "--key", str(key))
    done = restore(tmp_path / "there", str(tmp_path / "saved"), "--key", str(key))
    assert done.returncode == 0, done.stderr
    assert "1 changes brought it up to date" in done.stdout
    assert "keeping_keepingrun" in everything(tmp_path / "there" / "village.sqlite3")


def test_a_village_of_a_newer_program_is_refused(village: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    shutil.copytree(village, data)
    connection = sqlite3.connect(data / "village.sqlite3")
    connection.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('cases', '0999_x', '2030-01-01')")
    connection.commit()
    connection.close()
    manage(data, "backup", str(tmp_path / "saved"), "--with-keys")
    done = restore(tmp_path / "there", str(tmp_path / "saved"))
    assert done.returncode == 1
    assert "newer version of the program (it knows cases.0999_x" in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == ["data", "saved"]
