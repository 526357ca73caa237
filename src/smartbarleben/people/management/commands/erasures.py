"""What we hold about a person by their mail address, for requests that come by post; deletions after a backup."""

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartbarleben.people import erasure


class Command(BaseCommand):
    help = "export MAIL: print what we hold. erase MAIL: delete it. replay: delete again what a backup brought back."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["export", "erase", "replay"])
        parser.add_argument("mail", nargs="?", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        action, mail = options["action"], options["mail"]
        if (action == "replay") is bool(mail):
            raise CommandError("replay takes no mail address, export and erase take one.")
        if action == "export":
            self.stdout.write(json.dumps(erasure.export(mail), ensure_ascii=False, indent=2))
        elif action == "erase":
            self.stdout.write(f"Deleted: {erasure.erase(mail)}")
            for name, things in erasure.find(mail).items():
                for thing in things:
                    self.stdout.write(f"Stays: {name}, {thing.what}. {thing.kept_because}")
        else:
            self.stdout.write(f"Deletions done again: {erasure.replay()}")
