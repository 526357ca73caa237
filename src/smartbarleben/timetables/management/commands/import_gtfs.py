"""Take over timetables (GTFS)."""

import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from smartbarleben.timetables import actions
from smartbarleben.timetables.models import Feed
from smartbarleben.timetables.reading import FeedError
from smartbarleben.timetables.timetable import Timetable


class Command(BaseCommand):
    help = "Take over timetables (GTFS zip files): ./village import gtfs FILE …"

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("files", nargs="*", type=Path, metavar="FILE")
        parser.add_argument("--key", default="", help="replace the timetable of this short name (one file only)")
        parser.add_argument("--attribution", default="", help="the source as the licence wants it named on the pages")
        parser.add_argument(
            "--radius-km",
            type=int,
            default=actions.DEFAULT_RADIUS_KM,
            help="keep trips that call twice this near to the municipality; 0: keep all (default %(default)s)",
        )
        parser.add_argument("--remove", metavar="KEY", help="take a timetable away")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be taken over")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["remove"]:
            if not actions.remove_feed(key=options["remove"]):
                known = ", ".join(Feed.objects.values_list("key", flat=True)) or "none"
                raise CommandError(f"There is no timetable {options['remove']!r}. Known: {known}.")
            self.stdout.write(f"{options['remove']}: taken away.")
        elif not options["files"]:
            raise CommandError("Name at least one GTFS file: ./village import gtfs FILE …")
        if options["key"] and len(options["files"]) > 1:
            raise CommandError("--key names one timetable: give one file with it.")
        failed = [path for path in options["files"] if not self._taken(path, options)]
        if failed:
            raise CommandError(f"{len(failed)} of {len(options['files'])} files could not be taken over.")

    def _taken(self, path: Path, options: dict[str, Any]) -> bool:
        started = time.monotonic()
        try:
            done = actions.import_feed(
                path=path,
                key=options["key"],
                attribution=options["attribution"],
                radius_km=options["radius_km"] or None,
                dry_run=options["dry_run"],
            )
        except FeedError as problem:
            self.stderr.write(f"{path.name}: {problem}")
            return False
        if done.timetable is None:
            self.stdout.write(f"{path.name}: is here already as {done.key}, nothing changed.")
            return True
        words = "taken over as" if done.stored else "would be taken over as"
        self.stdout.write(f"{path.name}: {words} {done.key} in {time.monotonic() - started:.1f} s")
        self._say(done.timetable)
        return True

    def _say(self, read: Timetable) -> None:
        self.stdout.write(
            f"  {read.trip_count:,} of {read.trips_in_feed:,} trips, {len(read.stops):,} stops, "
            f"{len(read.lines)} lines, {read.call_count:,} calls in {len(read.patterns):,} patterns\n"
            f"  {read.first_day} to {read.last_day}; full service until {read.full_until}"
        )
        for one in read.report.rows():
            where = f"first in line {one.line}" if one.line else "first"
            self.stdout.write(f"  left out {one.count:,} × {one.table}: {one.reason} ({where}: {one.value})")
