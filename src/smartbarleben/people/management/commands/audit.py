"""Is the record of what was done whole?"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartbarleben.people import audit

PROBLEMS = {
    "sequence": "An entry is missing, doubled or out of order: entry {at}.",
    "previous": "An entry does not continue the one before: entry {at}.",
    "hash": "An entry was changed: entry {at}.",
    "facts": "What stands beside an entry was changed: entry {at}.",
    "head": "The hash is not in the chain: the record is not the one it was taken from, or was written anew.",
}


class Command(BaseCommand):
    help = "Check the record of what was done and print the hash to keep elsewhere."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("action", choices=["verify"])
        parser.add_argument("--head", default="", help="a hash that was kept elsewhere: is it still in the chain?")

    def handle(self, *args: Any, **options: Any) -> None:
        audit.seal()
        verdict = audit.verify(options["head"])
        if not verdict.ok:
            raise CommandError(PROBLEMS[verdict.problem].format(at=verdict.broken_at))
        self.stdout.write(f"The record is whole: {verdict.links} entries. Keep this hash elsewhere: {verdict.head}")
