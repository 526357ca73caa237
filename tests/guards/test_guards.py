"""Rules that the database enforces: on SQLite and on PostgreSQL, for single writers and for racing ones."""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from smartbarleben.guards import registry
from smartbarleben.guards.rules import Exclusive, Grows, Moves

START = datetime(2026, 11, 24, 8, tzinfo=UTC)
BOOKED = Exclusive(
    name="probe_taken",
    table="guards_probe",
    group=("room",),
    start="starts_at",
    end="ends_at",
    when="{state} IN ('held', 'booked')",
)
STEPS = {"new": frozenset({"open", "spam"}), "open": frozenset({"closed"}), "closed": frozenset({"open"})}
STATUS = Moves(name="probe_moves", table="guards_probe", column="status", initial=frozenset({"new"}), allowed=STEPS)
LOG = Grows(name="probe_log", table="guards_log", sealed=("what",), erasable=("words",))


@pytest.fixture
def tables(transactional_db: None) -> Iterator[None]:
    key = "integer PRIMARY KEY AUTOINCREMENT" if connection.vendor == "sqlite" else "serial PRIMARY KEY"
    moment = "datetime" if connection.vendor == "sqlite" else "timestamptz"
    with connection.cursor() as cursor:
        cursor.execute(
            f"CREATE TABLE guards_probe (id {key}, room integer NOT NULL DEFAULT 1, starts_at {moment}, "
            f"ends_at {moment}, state varchar(10) NOT NULL DEFAULT 'booked', "
            "status varchar(10) NOT NULL DEFAULT 'new')"
        )
        cursor.execute(f"CREATE TABLE guards_log (id {key}, what varchar(20) NOT NULL, words varchar(20))")
    for guard in (BOOKED, STATUS, LOG):
        registry.install(connection, guard)
    yield
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE guards_probe")
        cursor.execute("DROP TABLE guards_log")


def run(sql: str, *values: object) -> None:
    """One statement in a transaction of its own."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)


def book(first: int, last: int, *, room: int = 1, state: str = "booked") -> bool:
    """Book from the first to the last hour after START; whether that was possible."""
    try:
        run(
            "INSERT INTO guards_probe (room, starts_at, ends_at, state) VALUES (%s, %s, %s, %s)",
            room,
            START + timedelta(hours=first),
            START + timedelta(hours=last),
            state,
        )
    except IntegrityError:
        return False
    return True


def count(where: str = "1 = 1") -> int:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM guards_probe WHERE {where}")
        return int(cursor.fetchone()[0])


spans = st.tuples(st.integers(0, 20), st.integers(1, 6), st.integers(1, 2))


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.lists(spans, max_size=15))
def test_what_is_booked_never_overlaps_and_only_overlaps_are_refused(
    tables: None, wanted: list[tuple[int, int, int]]
) -> None:
    run("DELETE FROM guards_probe")
    taken: list[tuple[int, int, int]] = []
    for first, length, room in wanted:
        last = first + length
        free = all(other != room or last <= begin or end <= first for begin, end, other in taken)
        assert book(first, last, room=room) is free
        if free:
            taken.append((first, last, room))
    assert count() == len(taken)


def test_cancelled_rows_take_no_place_and_cannot_come_back_into_a_taken_one(tables: None) -> None:
    assert book(0, 2)
    assert book(0, 2, state="cancelled")
    with pytest.raises(IntegrityError):
        run("UPDATE guards_probe SET state = 'booked' WHERE state = 'cancelled'")
    run("UPDATE guards_probe SET state = 'cancelled'")
    assert book(1, 3)


def test_a_booking_cannot_be_moved_into_another(tables: None) -> None:
    assert book(0, 2)
    assert book(2, 4)
    with pytest.raises(IntegrityError):
        run(
            "UPDATE guards_probe SET starts_at = %s WHERE starts_at = %s",
            START + timedelta(hours=1),
            START + timedelta(hours=2),
        )


def test_of_many_who_want_one_place_one_gets_it(tables: None) -> None:
    results: list[bool] = []
    ready = threading.Barrier(6)

    def want() -> None:
        ready.wait()
        try:
            results.append(book(0, 1))
        finally:
            connection.close()

    threads = [threading.Thread(target=want) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == [False] * 5 + [True]
    assert count() == 1


@pytest.mark.parametrize("first", ["new", "open", "closed", "spam"])
@pytest.mark.parametrize("then", ["new", "open", "closed", "spam"])
def test_a_status_moves_only_as_the_table_says(tables: None, first: str, then: str) -> None:
    assert book(0, 1)
    ways = {"new": [], "open": ["open"], "closed": ["open", "closed"], "spam": ["spam"]}
    for step in ways[first]:
        run("UPDATE guards_probe SET status = %s", step)
    if then == first or then in STEPS.get(first, ()):
        run("UPDATE guards_probe SET status = %s", then)
        assert count(f"status = '{then}'") == 1
    else:
        with pytest.raises(IntegrityError):
            run("UPDATE guards_probe SET status = %s", then)
        assert count(f"status = '{first}'") == 1


def test_a_row_begins_at_the_beginning(tables: None) -> None:
    with pytest.raises(IntegrityError):
        run("INSERT INTO guards_probe (status) VALUES ('closed')")


def test_a_log_only_grows_and_words_can_only_be_erased(tables: None) -> None:
    run("INSERT INTO guards_log (what, words) VALUES ('shown', 'private')")
    for change in (
        "UPDATE guards_log SET what = 'hidden'",
        "UPDATE guards_log SET words = 'other'",
        "DELETE FROM guards_log",
    ):
        with pytest.raises(IntegrityError):
            run(change)
    run("UPDATE guards_log SET words = NULL")
    with connection.cursor() as cursor:
        cursor.execute("SELECT what, words FROM guards_log")
        assert cursor.fetchall() == [("shown", None)]


def test_every_migration_leaves_every_guard_in_place(transactional_db: None) -> None:
    call_command("migrate", verbosity=0)
    assert registry.missing(connection) == []


def test_a_lost_guard_is_named_and_made_again(tables: None) -> None:
    registry.register(STATUS)
    try:
        with connection.cursor() as cursor:
            on = "" if connection.vendor == "sqlite" else " ON guards_probe"
            cursor.execute(f"DROP TRIGGER probe_moves_update{on}")
        assert registry.missing(connection) == ["probe_moves_update"]
        registry.install_all(connection)
        assert registry.missing(connection) == []
    finally:
        registry._guards.pop("probe_moves")
