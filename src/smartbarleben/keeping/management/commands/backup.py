"""Save the village into one file while it is open."""

import signal
import sys
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from smartbarleben.keeping import making, passphrases, rotation
from smartbarleben.keeping.trouble import KeepingTrouble


class Command(BaseCommand):
    help = "Save the whole village into one file, while it is open: ./village backup FILE"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, metavar="FILE", help="a new file, or a folder for one")
        passphrases.add_options(parser)
        parser.add_argument(
            "--with-keys", action="store_true", help="put the village's keys into an archive without encryption, too"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        # SIGTERM ends it like Ctrl-C: with nothing half left behind.
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        target: Path = options["file"].expanduser()
        try:
            passphrase = passphrases.chosen(options["key"], options["passphrase"], twice=True)
            if not passphrase and settings.BACKUP_KEY:
                passphrase = passphrases.from_file(Path(settings.BACKUP_KEY))
            if target.is_dir():
                target /= rotation.name_of(timezone.now(), encrypted=bool(passphrase))
            made = making.make_backup(
                target=target, passphrase=passphrase, with_keys=options["with_keys"], say=self._say
            )
        except KeepingTrouble as problem:
            raise CommandError(str(problem)) from problem
        except KeyboardInterrupt:
            self.stderr.write("Stopped. Nothing was left behind.")
            sys.exit(130)
        self.stdout.write(
            f"The village is saved: {made.path}\n"
            f"  {made.size / 1e6:,.1f} MB, {made.files:,} files, {made.rows:,} rows, "
            f"{'encrypted' if made.encrypted else 'not encrypted'}."
        )
        if not made.keys:
            self.stdout.write(
                "  The keys are not in it, because everybody can read it. Keep a copy of secret.key apart from it,\n"
                "  or encrypt (--key FILE or --passphrase)."
            )
        elif not made.encrypted:
            self.stdout.write("  It holds the keys and everybody can read it: lock it away.")

    def _say(self, step: str) -> None:
        self.stdout.write({"database": "· Copying the database …", "files": "· Adding the files …"}[step])
        self.stdout.flush()
