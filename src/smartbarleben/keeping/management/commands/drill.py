"""Bring the newest backup back on trial, now."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from smartbarleben.keeping.drill import try_out
from smartbarleben.keeping.trouble import KeepingTrouble


class Command(BaseCommand):
    help = "Bring the newest backup of SMARTBARLEBEN_BACKUP_DIR back on trial, beside the living village."

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.BACKUP_DIR:
            raise CommandError("Set SMARTBARLEBEN_BACKUP_DIR to the folder of backups first.")
        try:
            run = try_out(now=timezone.now())
        except KeepingTrouble as problem:
            raise CommandError(str(problem)) from problem
        seconds = (run.ended_at - run.started_at).total_seconds()
        self.stdout.write(
            f"{run.archive}: {run.files:,} files and {run.rows:,} rows are as they were ({seconds:.0f} s)."
            if run.loaded
            else f"{run.archive}: {run.files:,} files are as they were; the database was only read."
        )
