"""A copy of a database in use is of one moment, and what is wrong with a file is found."""

import sqlite3
import threading
from pathlib import Path

import pytest
from tests.keeping.making import small_database

from smartbarleben.keeping import sqlite_copy
from smartbarleben.keeping.trouble import KeepingTrouble


def test_a_copy_is_of_one_moment_while_others_write(tmp_path: Path) -> None:
    path = tmp_path / "busy.sqlite3"
    with sqlite3.connect(path) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        for side in ("debit", "credit"):
            connection.execute(f"CREATE TABLE {side} (cents INTEGER, padding BLOB)")
    connection.close()
    stop, written = threading.Event(), [0]

    def write() -> None:
        own = sqlite3.connect(path, timeout=20)
        while not stop.is_set():
            with own:
                for side in ("debit", "credit"):
                    own.execute(f"INSERT INTO {side} VALUES (?, zeroblob(3000))", [written[0]])
            written[0] += 1
        own.close()

    writer = threading.Thread(target=write)
    writer.start()
    counts = []
    try:
        for number in range(15):
            copy = tmp_path / f"copy{number}"
            sqlite_copy.snapshot(path, copy)
            rows = sqlite_copy.rows(copy)
            assert rows["debit"] == rows["credit"]
            assert sqlite_copy.problem(copy) == ""
            assert not Path(f"{copy}-wal").exists()
            counts.append(rows["debit"])
    finally:
        stop.set()
        writer.join()
    assert counts == sorted(counts)
    assert counts[-1] > counts[0], "nobody wrote meanwhile"


def test_rows_and_migrations_are_read(tmp_path: Path) -> None:
    path = small_database(tmp_path / "small")
    assert sqlite_copy.rows(path) == {"fields": 2}
    assert sqlite_copy.migrations(path) == []


def test_what_is_wrong_is_said(tmp_path: Path) -> None:
    path = small_database(tmp_path / "small")
    assert sqlite_copy.problem(path) == sqlite_copy.problem(path, thorough=False) == ""
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE cows (field INTEGER REFERENCES fields (id))")
    connection.execute("INSERT INTO cows VALUES (99)")
    connection.commit()
    connection.close()
    assert sqlite_copy.problem(path) == "1 rows of cows name something that is not there"
    path.write_bytes(b"This is a letter and no database. " * 100)
    assert "not a database" in sqlite_copy.problem(path)
    with pytest.raises(KeepingTrouble, match="doctor"):
        sqlite_copy.snapshot(path, tmp_path / "copy")
    with pytest.raises(KeepingTrouble, match="data folder"):
        sqlite_copy.snapshot(tmp_path / "nowhere", tmp_path / "copy")
