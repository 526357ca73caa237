"""Take over the waste company's ICS file for one tour."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from smartbarleben.places.models import Ortschaft
from smartbarleben.waste import actions, calendar


class Command(BaseCommand):
    help = (
        "Take over a waste calendar (ICS) for the streets of one tour: import_waste FILE --tour KEY --street NAME …"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--tour", required=True, help="short name of the tour, for example ebendorf")
        parser.add_argument("--street", action="append", required=True, help="a street of the tour; may be repeated")
        parser.add_argument("--ortschaft", help="short name of the Ortschaft")
        parser.add_argument("--source", default="", help="who published the calendar")
        parser.add_argument("--dry-run", action="store_true", help="only say what would be taken over")

    def handle(self, *args: Any, **options: Any) -> None:
        first = timezone.localdate()
        last = first + timedelta(days=730)
        try:
            reading = calendar.read(options["file"].read_bytes(), first, last)
        except (OSError, calendar.CalendarError) as problem:
            raise CommandError(f"{options['file']}: {problem}") from problem
        for title in reading.skipped:
            self.stdout.write(f"Not understood and left out: {title}")
        self.stdout.write(f"{len(reading.pickups)} days from {first} on.")
        if options["dry_run"]:
            return
        ortschaft = None
        if options["ortschaft"]:
            ortschaft = Ortschaft.objects.filter(slug=options["ortschaft"]).first()
            if ortschaft is None:
                raise CommandError(f"There is no Ortschaft {options['ortschaft']!r}.")
        tour = actions.set_tour(
            key=options["tour"],
            streets=options["street"],
            ortschaft=ortschaft,
            source_name=options["source"],
            as_of=first.isoformat(),
            is_example=False,
        )
        added, removed = actions.set_pickups(tour=tour, pickups=reading.pickups, first=first, last=last)
        self.stdout.write(f"{added} days added, {removed} removed.")
