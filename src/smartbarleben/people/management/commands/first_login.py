"""Make the account for the first look at the house, once."""

import json
import os
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from smartbarleben.people.actions import add_staff
from smartbarleben.people.models import User
from smartbarleben.people.roles import ADMINISTRATOR, sync

USERNAME = "erster-blick"


class Command(BaseCommand):
    help = "Make the login for a first look (once) and print it as JSON until its password is changed."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--file", type=Path, required=True, help="where the login is kept, readable by the owner only"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        sync()
        path: Path = options["file"]
        if not User.objects.exists():
            password = add_staff(username=USERNAME, role=ADMINISTRATOR, superuser=True)
            handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w") as file:
                json.dump({"username": USERNAME, "password": password}, file)
        if not path.exists():
            return
        login = json.loads(path.read_text())
        user = User.objects.filter(username=login["username"]).first()
        if user is None or not user.check_password(login["password"]):
            path.unlink()
            return
        self.stdout.write(json.dumps(login))
