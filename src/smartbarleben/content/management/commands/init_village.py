"""Found another municipality in an empty data folder, from one YAML file or by questions."""

from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from smartbarleben.content.loading import Loader
from smartbarleben.kernel.folding import slugify
from smartbarleben.places.founding import ask, checked
from smartbarleben.places.loading import LoadError, load_municipality, load_ortschaften, load_places
from smartbarleben.search.actions import anew

PAGES = settings.ROOT / "data" / "founding" / "pages.yaml"


class Command(BaseCommand):
    help = (
        "Found another municipality in an empty data folder: init_village FILE.yaml, or without a file by questions."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            given = yaml.safe_load(options["file"].read_text(encoding="utf-8")) if options["file"] else ask(input)
            if not isinstance(given, dict):
                raise LoadError("The file holds no list of names and values. docs/operators.md shows an example.")
            with transaction.atomic(), anew():
                name = self._found(checked(given))
        except (LoadError, OSError, yaml.YAMLError) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(f"{name} has a house now. Next: ./village user add NAME, then ./village.")

    def _found(self, plan: dict[str, Any]) -> str:
        municipality = load_municipality(plan)
        ortschaften = load_ortschaften(plan["ortschaften"])
        places = load_places(plan.get("places") or [], ortschaften)
        loader = Loader(start=timezone.localdate(), ortschaften=ortschaften, places=places)
        loader.load("office", [{"key": slugify(row["title"]), **row} for row in plan["offices"]])
        # What the law asks of every municipality: drafts that name this one and say what is still to be written.
        text = PAGES.read_text(encoding="utf-8")
        for field in ("name", "kind", "street", "postal_code", "email", "phone"):
            value = getattr(municipality, field) or "(noch einzutragen)"
            text = text.replace(f"[[{field}]]", value.replace('"', ""))
        loader.load("page", yaml.safe_load(text))
        return municipality.name
