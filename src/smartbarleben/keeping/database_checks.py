"""The doctor looks at the database: whole, up to date, guarded, and nothing in it that should be gone."""

from collections.abc import Iterator
from pathlib import Path

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from smartbarleben.guards import registry as guards
from smartbarleben.people import personal

from . import sqlite_copy
from .checks import Finding, Level, register


def _whole() -> Iterator[Finding]:
    if connection.vendor == "sqlite":
        if problem := sqlite_copy.problem(Path(connection.settings_dict["NAME"]), thorough=False):
            yield Finding(
                Level.BROKEN,
                _("The database is damaged: %(problem)s."),
                _("Stop the village, move its folder aside, bring the last backup back: ./village restore FILE"),
                {"problem": problem},
            )
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def _migrations() -> Iterator[Finding]:
    executor = MigrationExecutor(connection)
    if plan := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield Finding(
            Level.BROKEN,
            ngettext_lazy(
                "The database lacks %(count)d change of this version.",
                "The database lacks %(count)d changes of this version.",
                len(plan),
            ),
            _("Start ./village; it brings the database up to date."),
            {"count": len(plan)},
        )
    ahead = [key for key in executor.loader.applied_migrations if key not in executor.loader.disk_migrations]
    apps = {app for app, _name in executor.loader.disk_migrations}
    if ahead := [f"{app}.{name}" for app, name in ahead if app in apps]:
        yield Finding(
            Level.BROKEN,
            _("The database is of a newer version: it knows %(name)s."),
            _("Take the newer version of the program again, or bring back the backup from before the update."),
            {"name": ahead[0]},
        )


def _triggers() -> Iterator[Finding]:
    if missing := guards.missing(connection):
        yield Finding(
            Level.BROKEN,
            _("The database has lost guards: %(names)s."),
            _("Let them be made again: ./village manage migrate"),
            {"names": ", ".join(missing[:5])},
        )


def _overdue() -> Iterator[Finding]:
    if late := personal.overdue(timezone.now()):
        yield Finding(
            Level.WARN,
            _("Data about people should be gone by now: %(tables)s."),
            _("Look at background work, why the deletion does not run: /verwaltung/auftraege/"),
            {"tables": ", ".join(f"{one.table} ({one.rows})" for one in late[:5])},
        )


def register_all() -> None:
    """Register them; called once when the app is ready."""
    register("keeping.database", _whole, label=_("The database is whole"))
    register("keeping.migrations", _migrations, label=_("The database fits this version"))
    register("keeping.triggers", _triggers, label=_("The guards of the database stand"))
    register("keeping.overdue", _overdue, label=_("What had to be deleted is gone"))
