"""Invite a person to the town hall's side of the house."""

from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartbarleben.people.actions import add_staff
from smartbarleben.people.roles import KEYS

ROLES = {key: name for name, key in KEYS.items()}


class Command(BaseCommand):
    help = "Make an account for a member of staff and print its first password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("--role", choices=list(ROLES), default="editor")
        parser.add_argument("--email", default="")

    def handle(self, *args: Any, **options: Any) -> None:
        role = ROLES[options["role"]]
        try:
            password = add_staff(username=options["username"], role=role, email=options["email"])
        except ValidationError as problem:
            raise CommandError("; ".join(problem.messages)) from problem
        self.stdout.write(f"{options['username']}  {password}")
        self.stdout.write("The password is shown only now. The person changes it after the first login.")
