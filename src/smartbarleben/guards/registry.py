"""Which guards there are, and whether the database has them."""

from collections.abc import Iterator
from typing import Protocol

from django.db.backends.base.base import BaseDatabaseWrapper


class Guard(Protocol):
    """A rule on one table. `name` is unique and starts with the table's room."""

    @property
    def name(self) -> str: ...

    @property
    def table(self) -> str: ...

    def statements(self, vendor: str) -> dict[str, str]:
        """The triggers or constraints by name, as the SQL that makes each; ``vendor`` is sqlite or postgresql."""


_guards: dict[str, Guard] = {}


def register(guard: Guard) -> None:
    """Declare a guard; the same name again replaces it."""
    _guards[guard.name] = guard


def guards() -> Iterator[Guard]:
    """All declared guards."""
    return iter(_guards.values())


def install_all(connection: BaseDatabaseWrapper) -> None:
    """Make every guard whose table exists, anew where it is there already."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
    for guard in guards():
        if guard.table in tables:
            install(connection, guard)


def install(connection: BaseDatabaseWrapper, guard: Guard) -> None:
    """Make one guard. Raises IntegrityError (PostgreSQL) where rows already break an exclusion."""
    with connection.cursor() as cursor:
        for name, sql in guard.statements(connection.vendor).items():
            if connection.vendor == "sqlite":
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
            elif sql.lstrip().startswith("ALTER TABLE"):
                cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
                cursor.execute(f'ALTER TABLE "{guard.table}" DROP CONSTRAINT IF EXISTS "{name}"')
            else:
                cursor.execute(f'DROP TRIGGER IF EXISTS "{name}" ON "{guard.table}"')
            cursor.execute(sql)


def missing(connection: BaseDatabaseWrapper) -> list[str]:
    """Names of triggers and constraints that should be there and are not; tables that do not exist are left out."""
    with connection.cursor() as cursor:
        tables = set(connection.introspection.table_names(cursor))
        if connection.vendor == "sqlite":
            cursor.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")
        else:
            cursor.execute(
                # What an update has set aside in a schema of its own has guards of these names, too.
                "SELECT tgname FROM pg_trigger t JOIN pg_class c ON c.oid = t.tgrelid WHERE t.tgenabled <> 'D' "
                "AND c.relnamespace = current_schema()::regnamespace UNION "
                "SELECT conname FROM pg_constraint WHERE connamespace = current_schema()::regnamespace"
            )
        there = {row[0] for row in cursor.fetchall()}
    wanted = {name for guard in guards() if guard.table in tables for name in guard.statements(connection.vendor)}
    return sorted(wanted - there)
