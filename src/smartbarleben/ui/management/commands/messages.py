"""Collect the texts of all rooms into their .po files."""

from pathlib import Path
from typing import Any

from django.apps import apps
from django.core.management.base import BaseCommand, CommandParser

from smartbarleben.ui import messages


class Command(BaseCommand):
    help = "Collect the interface texts of all rooms into their .po files and say what is not translated."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--list", metavar="LANGUAGE", help="also list what is missing in this language")

    def handle(self, *args: Any, **options: Any) -> None:
        for config in apps.get_app_configs():
            if not config.name.startswith("smartbarleben."):
                continue
            room = Path(config.path)
            for language in messages.LANGUAGES:
                messages.update(room, language)
            missing = {language: messages.untranslated(room, language) for language in messages.LANGUAGES}
            total = sum(1 for message in messages.collect(room) if message.id)
            counts = "  ".join(f"{language} {len(texts)}" for language, texts in missing.items())
            self.stdout.write(f"{config.label:10} {total:4} texts, missing: {counts}")
            for text in missing.get(options["list"] or "", []):
                self.stdout.write(f"    {text!r}")
