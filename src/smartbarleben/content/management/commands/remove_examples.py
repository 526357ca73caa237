"""Remove everything that is marked as example data."""

from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from smartbarleben.content.examples import count_examples, remove_examples


class Command(BaseCommand):
    help = "Remove what is marked as example data, and say how much that was."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--dry-run", action="store_true", help="only count")

    def handle(self, *args: Any, **options: Any) -> None:
        counts = count_examples()
        for label, count in sorted(counts.items()):
            self.stdout.write(f"{count:6} {label}")
        if options["dry_run"]:
            return
        self.stdout.write(f"Removed {remove_examples()} rows of example data.")
