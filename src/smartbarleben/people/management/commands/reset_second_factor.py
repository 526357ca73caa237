"""For somebody who lost phone and recovery codes."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartbarleben.people.actions import reset_second_factor
from smartbarleben.people.models import User


class Command(BaseCommand):
    help = "Take somebody's passkeys and codes away and sign them out; the next login sets up new ones."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(username=options["username"]).first()
        if user is None:
            raise CommandError("Nobody has this user name.")
        self.stdout.write(f"Taken away: {reset_second_factor(user=user)}")
