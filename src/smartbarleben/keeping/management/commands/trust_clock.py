"""Say that the machine's clock is right, so that deletions go on."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from smartbarleben.keeping import actions


class Command(BaseCommand):
    help = "Say that the machine's clock is right after it has leapt ahead; then deletions go on."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        leap = actions.trust_clock(now=now)
        if leap is None:
            self.stdout.write("There was no doubt about the clock. Nothing had to be done.")
            return
        self.stdout.write(
            f"The village was last awake on {timezone.localtime(leap.seen):%Y-%m-%d} and believes now that it is "
            f"{timezone.localtime(now):%Y-%m-%d}. Deletions go on within minutes."
        )
