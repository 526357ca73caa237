"""Make the search's index anew from everything that is public."""

import time
from typing import Any

from django.core.management.base import BaseCommand

from smartbarleben.search import actions


class Command(BaseCommand):
    help = "Make the index of the search anew from everything that is public."

    def handle(self, *args: Any, **options: Any) -> None:
        started = time.monotonic()
        count = actions.rebuild()
        self.stdout.write(f"{count:,} texts in the index, in {time.monotonic() - started:.1f} s.")
