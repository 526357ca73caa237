"""What `./village bench timetables` measures: a busy stop of a made-up timetable, the list, and a whole day."""

import tempfile
from pathlib import Path
from typing import Any

from django.db.models import Count

from smartbarleben.places.models import Ortschaft
from smartbarleben.ui import dates

from . import actions
from .models import Halt
from .samples import busy_feed


def fill() -> None:
    """Add a timetable with 60 lines, 6,000 trips and 20 stops in each Ortschaft."""
    villages = list(Ortschaft.objects.values_list("name", "lon", "lat"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "bench.zip"
        path.write_bytes(busy_feed(villages, dates.today(), lines=60, trips_each=100, stops_each=20))
        actions.import_feed(path=path, radius_km=None)


def cases() -> list[tuple[str, str] | dict[str, Any]]:
    """The pages that people at a bus stop open; "one" is the answer to one person, without anybody in the queue."""
    busiest = Halt.objects.annotate(calls=Count("stops__calls")).order_by("-calls", "slug")
    slug = busiest.values_list("slug", flat=True).first()
    return [
        ("stops", "/haltestellen/"),
        ("departures", f"/haltestellen/{slug}/"),
        {"case": "departures one", "path": f"/haltestellen/{slug}/", "connections": 1},
        ("day", f"/haltestellen/{slug}/{dates.today().isoformat()}/"),
    ]
