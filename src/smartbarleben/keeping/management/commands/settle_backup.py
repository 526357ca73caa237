"""./village restore and the drill start this in a data folder that was just unpacked."""

import json
import signal
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError

from smartbarleben.keeping.archive import Manifest
from smartbarleben.keeping.settling import settle
from smartbarleben.keeping.trouble import KeepingTrouble


class Command(BaseCommand):
    help = "Prove and update what ./village restore has unpacked; it calls this itself."
    # The tables may be those of an older program.
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("manifest", type=Path)
        parser.add_argument("--dump", type=Path)
        parser.add_argument("--key-lost", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        # Whoever stops it waits until the database is empty again.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        manifest = Manifest(**json.loads(options["manifest"].read_text(encoding="utf-8")))
        try:
            settled = settle(manifest, dump=options["dump"], key_lost=options["key_lost"])
        except KeepingTrouble as problem:
            raise CommandError(str(problem)) from problem
        except DatabaseError as problem:
            raise CommandError(f"The database cannot be used: {problem}") from problem
        except KeyboardInterrupt:
            raise CommandError("Stopped.") from None
        self.stdout.write(json.dumps({"settled": asdict(settled)}))
