"""Small feeds for tests: `feed()` gives the bytes of one with two lines through Barleben; tables can be replaced."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from smartbarleben.timetables.feeds import WEEKDAYS
from smartbarleben.timetables.samples import zipped

CALENDAR_HEAD = f"service_id,{','.join(WEEKDAYS)},start_date,end_date\n"
TABLES = {
    "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\n1,Probebus,https://example.org,Europe/Berlin\n",
    "stops.txt": (
        "stop_id,stop_name,stop_lat,stop_lon,platform_code\n"
        'a1,"Barleben, Mitte",52.2033,11.6187,A\n'
        'a2,"Barleben, Mitte",52.2034,11.6188,B\n'
        'b,"Ebendorf",52.1832,11.5712,\n'
        'z,"Magdeburg, ZOB",52.1308,11.6266,\n'
    ),
    "routes.txt": "route_id,agency_id,route_short_name,route_type\nr613,1,613,3\nr610,1,610,3\n",
    "trips.txt": (
        "route_id,service_id,trip_id,trip_headsign\n"
        "r613,week,t1,Magdeburg ZOB\n"
        "r613,week,t2,Magdeburg ZOB\n"
        "r613,night,t3,Ebendorf\n"
        "r610,school,t4,\n"
    ),
    "calendar.txt": CALENDAR_HEAD
    + "week,1,1,1,1,1,0,0,20260601,20261231\n"
    + "night,0,0,0,0,1,0,0,20260601,20261231\nschool,1,1,1,1,1,0,0,20260601,20261231\n",
    "calendar_dates.txt": "service_id,date,exception_type\nschool,20260714,2\nweek,20260613,1\n",
    "stop_times.txt": (
        "trip_id,stop_id,stop_sequence,pickup_type,drop_off_type,arrival_time,departure_time\n"
        "t1,a1,0,0,0,7:25:00,7:25:00\n"
        "t1,b,1,0,0,7:35:00,7:36:00\n"
        "t1,z,2,1,0,7:49:00,7:49:00\n"
        "t2,a1,0,0,0,16:25:00,16:25:00\n"
        "t2,b,1,0,0,16:35:00,16:36:00\n"
        "t2,z,2,1,0,16:49:00,16:49:00\n"
        "t3,a2,0,0,0,25:10:00,25:10:00\n"
        "t3,b,1,0,0,25:20:00,25:20:00\n"
        "t4,b,0,0,0,7:00:00,7:00:00\n"
        "t4,a2,1,1,0,7:10:00,7:10:01\n"
        "t4,z,2,0,0,7:40:00,7:40:00\n"
    ),
}


def feed(**tables: str | None) -> bytes:
    """The feed with tables replaced (`stops="…"`) or taken out (`calendar=None`)."""
    changed = {f"{name}.txt": text for name, text in tables.items()}
    return zipped({name: text for name, text in {**TABLES, **changed}.items() if text is not None})


def write(folder: Path, content: bytes, name: str = "probe.zip") -> Path:
    """The bytes as a file."""
    path = folder / name
    path.write_bytes(content)
    return path


def make_feed(**values: Any) -> Any:
    """A stored timetable without trips."""
    from django.utils import timezone

    from smartbarleben.timetables.models import Feed

    today = timezone.localdate()
    given = {
        "key": "probe",
        "file_name": "probe.zip",
        "digest": "0" * 64,
        "publisher": "Verkehrsbetriebe",
        "timezone": "Europe/Berlin",
        "format": 1,
        "first_day": today - timedelta(days=200),
        "last_day": today + timedelta(days=90),
        "full_until": today + timedelta(days=60),
        "trips": 0,
        "trips_in_feed": 0,
        "imported_at": timezone.now(),
    }
    return Feed.objects.create(**given | values)
