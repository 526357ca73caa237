"""The second half of bringing a village back: the database is proven, brought up to date, and deletions done again.

Runs in a process of its own whose data folder is the unpacked one (and, for PostgreSQL, whose database is empty).
"""

import io
from pathlib import Path

from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.executor import MigrationExecutor
from django.db.migrations.loader import MigrationLoader

from smartbarleben.guards import registry as guards
from smartbarleben.people import erasure, erasures

from . import postgres_copy, postgres_server, sqlite_copy
from .archive import Manifest
from .bringing_back import Settled
from .trouble import KeepingTrouble
from .unpacking import require_known


def settle(manifest: Manifest, *, dump: Path | None = None, key_lost: bool = False) -> Settled:
    """Make a village of what was unpacked. Raises KeepingTrouble; a PostgreSQL database is then empty again."""
    if connection.vendor != manifest.database:
        raise KeepingTrouble(
            f"The archive is of a village on {_named(manifest.database)}, and DATABASE_URL names "
            f"{_named(connection.vendor)}. Bring it back to {_named(manifest.database)} first; ./village move "
            "carries it over then."
        )
    require_known(manifest, {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations})
    if dump is None:
        return _prove_and_finish(manifest, key_lost)
    where = postgres_server.address(connection.settings_dict)
    postgres_copy.require_empty(where)
    try:
        postgres_copy.load(where, dump)
        return _prove_and_finish(manifest, key_lost)
    except BaseException:
        connections.close_all()
        postgres_copy.empty(where)
        raise


def _named(vendor: str) -> str:
    return {"sqlite": "SQLite", "postgresql": "PostgreSQL"}.get(vendor, vendor)


def _prove_and_finish(manifest: Manifest, key_lost: bool) -> Settled:
    _prove(manifest)
    migrated = _migrate()
    guards.install_all(connection)
    if missing := guards.missing(connection):
        raise KeepingTrouble(f"The database refuses its guards: {', '.join(missing[:3])}. Please report this.")
    pending = len(erasures.unknown())
    replayed = 0 if key_lost else erasure.replay()
    connections.close_all()
    return Settled(sum(manifest.rows.values()), migrated, replayed, pending if key_lost else 0)


def _prove(manifest: Manifest) -> None:
    """The database is whole, and each table has the rows that it had."""
    if connection.vendor == "sqlite":
        path = Path(connection.settings_dict["NAME"])
        if problem := sqlite_copy.problem(path):
            raise KeepingTrouble(f"The database in the archive is damaged: {problem}. Take the backup before.")
        found = sqlite_copy.rows(path)
    else:
        with postgres_server.connected(postgres_server.address(connection.settings_dict)) as own:
            found = postgres_server.rows(own)
    different = sorted(
        name for name in found.keys() | manifest.rows.keys() if found.get(name) != manifest.rows.get(name)
    )
    if different:
        name = different[0]
        raise KeepingTrouble(
            f"{name} has {found.get(name, 0)} rows and had {manifest.rows.get(name, 0)}. Take the backup before."
        )


def _migrate() -> int:
    """Bring an older village up to date; how many steps that took."""
    executor = MigrationExecutor(connection)
    plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    if plan:
        call_command("migrate", interactive=False, verbosity=0, stdout=io.StringIO())
        call_command("reindex", stdout=io.StringIO())
    return len(plan)
