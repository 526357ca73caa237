"""Writers of one process take turns: nobody is lost, and a turn that fails is given back."""

import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import OperationalError, transaction
from django.db.utils import ConnectionHandler

from smartbarleben.config.database import SQLITE_OPTIONS, sqlite_settings


@pytest.fixture
def patience() -> int:
    """Seconds that a writer waits for its turn, as the house has it."""
    return SQLITE_OPTIONS["timeout"]


@pytest.fixture
def house(tmp_path: Path, django_db_blocker: Any, patience: int) -> Iterator[ConnectionHandler]:
    """A database of its own with one counter; each thread gets its own connection to it."""
    given = sqlite_settings(tmp_path / "turns.sqlite3")
    given["OPTIONS"] = given["OPTIONS"] | {"timeout": patience}
    handler = ConnectionHandler({"default": given, "other": given})
    with django_db_blocker.unblock():
        with handler["default"].cursor() as cursor:
            cursor.execute("CREATE TABLE counter (number integer)")
            cursor.execute("INSERT INTO counter VALUES (0)")
        yield handler
        handler.close_all()


def number(connection: Any) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT number FROM counter")
        return int(cursor.fetchone()[0])


def count_one(connection: Any) -> None:
    """Read and write in one transaction: two at once would lose one."""
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
    try:
        read = number(connection)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE counter SET number = %s", [read + 1])
        connection.commit()
    except BaseException:
        connection.rollback()
        raise
    finally:
        connection.set_autocommit(True)


def begin(connection: Any) -> None:
    connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)


def test_many_threads_lose_no_count(house: ConnectionHandler) -> None:
    def work() -> None:
        for _time in range(50):
            count_one(house["default"])
        house["default"].close()

    threads = [threading.Thread(target=work) for _one in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert number(house["default"]) == 300


@pytest.mark.parametrize("end", ["commit", "rollback", "close"])
def test_each_way_to_end_a_transaction_gives_the_turn_back(house: ConnectionHandler, end: str) -> None:
    begin(house["default"])
    getattr(house["default"], end)()
    count_one(house["other"])
    assert number(house["other"]) == 1


@pytest.mark.parametrize("patience", [1])
def test_whoever_waits_too_long_hears_it_and_may_come_again(house: ConnectionHandler) -> None:
    begin(house["default"])
    with pytest.raises(OperationalError, match="locked"):
        begin(house["other"])
    house["default"].commit()
    house["other"].close()
    count_one(house["other"])
    assert number(house["other"]) == 1


@pytest.mark.parametrize("patience", [1])
def test_another_process_that_holds_the_database_blocks_no_later_turn(house: ConnectionHandler) -> None:
    name = house["default"].settings_dict["NAME"]
    stranger = sqlite3.connect(name, isolation_level=None)
    stranger.execute("BEGIN IMMEDIATE")
    with pytest.raises(OperationalError, match="locked"):
        begin(house["default"])
    stranger.execute("COMMIT")
    stranger.close()
    house["default"].close()
    count_one(house["other"])
    assert number(house["other"]) == 1


@pytest.mark.parametrize("patience", [1])
def test_who_is_in_a_hurry_waits_less_and_only_then(house: ConnectionHandler) -> None:
    def busy_timeout() -> int:
        with house["other"].cursor() as cursor:
            cursor.execute("PRAGMA busy_timeout")
            return int(cursor.fetchone()[0])

    begin(house["default"])
    with house["other"].waiting_at_most(0.05):
        assert busy_timeout() == 50
        with pytest.raises(OperationalError, match="locked"):
            begin(house["other"])
    assert busy_timeout() == 1000
    house["default"].commit()
    count_one(house["other"])
    assert number(house["other"]) == 1


@pytest.mark.sqlite_only
@pytest.mark.django_db(transaction=True)
def test_the_village_itself_takes_turns() -> None:
    from django.db import connection

    with transaction.atomic():
        assert connection._held is not None
    assert connection._held is None
