"""Make the village's map of a file."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartbarleben.map import actions
from smartbarleben.map.extract import MapError


class Command(BaseCommand):
    help = "Make the village's map of a file: ./village map FILE.osm.pbf or FILE.geojson"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", nargs="?", type=Path, metavar="FILE")
        parser.add_argument(
            "--attribution",
            default="",
            help="whose data these are, as the licence wants it named (default for .osm.pbf: OpenStreetMap's words)",
        )
        parser.add_argument("--remove", action="store_true", help="take the map away; the sketch comes back")

    def handle(self, *args: Any, **options: Any) -> None:
        path, removing = options["file"], options["remove"]
        if removing and path is None:
            count = actions.remove_map()
            self.stdout.write("The map is taken away; the sketch is shown." if count else "There was no map.")
            return
        if removing or path is None:
            raise CommandError("Name one file, or --remove: ./village map FILE.osm.pbf")
        started = time.monotonic()
        try:
            made = actions.take_map(path=path, attribution=options["attribution"], say=self._say)
        except MapError as problem:
            raise CommandError(str(problem)) from problem
        self.stdout.write(
            f"{made.file_name}: the map is ready in {time.monotonic() - started:.0f} s: {made.features:,} things, "
            f"{made.size / 1e6:.1f} MB, {made.spots.count():,} streets and addresses.\n"
            f"  {made.west:.4f}, {made.south:.4f} to {made.east:.4f}, {made.north:.4f}. Source: {made.attribution}"
        )

    def _say(self, step: str, count: int) -> None:
        words = f"  read {count:,} things" if step == "reading" else f"  drawing {count:,} things …"
        self.stdout.write(words)
        self.stdout.flush()
