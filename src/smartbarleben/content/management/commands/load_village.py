"""Load a folder of municipality data into an empty house."""

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import connection, transaction
from django.utils import timezone

from smartbarleben.content.loading import Loader, parts
from smartbarleben.places.actions import raised_once
from smartbarleben.places.loading import LoadError, load_municipality, load_ortschaften, load_places
from smartbarleben.search.actions import anew

# The files of each kind, in the order in which later ones point to earlier ones.
FILES = (
    ("page", "pages"),
    ("club", "clubs"),
    ("office", "offices"),
    ("service", "services"),
    ("news", "news"),
    ("event", "events"),
    ("notice", "notices"),
    ("closure", "closures"),
)


class Command(BaseCommand):
    help = "Load a folder of municipality data (YAML files as in data/barleben) into an empty house."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path)
        parser.add_argument("--start", type=date.fromisoformat, help="the day from which relative dates count")

    def handle(self, *args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        if not (folder / "village.yaml").is_file():
            raise CommandError(f"{folder} has no village.yaml. Name a folder made like data/barleben.")
        try:
            with transaction.atomic(), raised_once(), anew():
                counts = self._load(folder, options["start"] or timezone.localdate())
                with connection.cursor() as cursor:
                    # Until the database has counted its rows, PostgreSQL plans joins as if the tables were empty.
                    cursor.execute("ANALYZE")
        except (LoadError, yaml.YAMLError) as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(", ".join(f"{count} {name}" for name, count in counts.items()))

    def _load(self, folder: Path, start: date) -> dict[str, int]:
        municipality = load_municipality(read(folder, "village"))
        ortschaften = load_ortschaften(read(folder, "ortschaften") or [])
        places = load_places(read(folder, "places") or [], ortschaften)
        counts = {municipality.name: 1, "Ortschaften": len(ortschaften), "places": len(places)}
        loader = Loader(start=start, ortschaften=ortschaften, places=places)
        for kind, name in FILES:
            counts[name] = loader.load(kind, read(folder, name) or [])
        strategy = read(folder, "strategy") or {}
        for kind, name in (("project", "projects"), ("measure", "measures"), ("milestone", "milestones")):
            counts[name] = loader.load(kind, strategy.get(name) or [])
        trail = read(folder, "trail") or {}
        for kind in ("wish", "decision", "funding"):
            rows = [row for row in trail.get("items") or [] if row["kind"] == kind]
            counts[kind] = loader.load(kind, rows)
        counts["trail steps"] = loader.link(trail.get("links") or [])
        for name, load in parts().items():
            content = read(folder, name)
            if content:
                counts[name] = load(content, start, ortschaften)
        return counts


def read(folder: Path, name: str) -> Any:
    """The content of `name.yaml`, with the lists of `name_*.yaml` behind it; None where neither exists."""
    main = folder / f"{name}.yaml"
    content = yaml.safe_load(main.read_text(encoding="utf-8")) if main.is_file() else None
    for part in sorted(folder.glob(f"{name}_*.yaml")):
        content = (content or []) + yaml.safe_load(part.read_text(encoding="utf-8"))
    return content
