"""Check the chain of proofs of when notices were shown."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartbarleben.content import proof

_PROBLEMS = {
    "sequence": "a link is missing, doubled or out of order",
    "previous": "it does not continue the link before it",
    "hash": "its fields are not those that it was sealed with",
}


class Command(BaseCommand):
    help = "Check that no proof of when a notice was shown was changed, removed or added afterwards."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--head",
            help="a hash that you kept earlier, from a proof page or from this command: the chain must hold it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        wanted = options["head"]
        verdict = proof.check()
        if not verdict.ok:
            raise CommandError(f"Broken at link {verdict.broken_at}: {_PROBLEMS[verdict.problem or 'hash']}.")
        if wanted and not proof.holds(wanted):
            raise CommandError(f"No link has the hash {wanted}: links were cut off, or the chain was made anew.")
        altered = proof.altered_payload()
        if altered is not None:
            raise CommandError(f"Link {altered} holds, but what it speaks about was changed.")
        number, head = proof.head()
        self.stdout.write(f"OK: {number} links, head {head}")
