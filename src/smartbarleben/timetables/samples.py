"""Made-up timetables for measuring: the same arguments give the same bytes."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from .clocktimes import written
from .feeds import WEEKDAYS

FIXED_TIME = (2026, 1, 1, 0, 0, 0)


def zipped(tables: Mapping[str, str]) -> bytes:
    """A feed out of its tables by file name."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in tables.items():
            archive.writestr(zipfile.ZipInfo(name, FIXED_TIME), text, zipfile.ZIP_DEFLATED)
    return packed.getvalue()


def busy_feed(
    villages: Sequence[tuple[str, float, float]], first: date, *, lines: int, trips_each: int, stops_each: int
) -> bytes:
    """Lines through all villages (name, lon, lat), each with so many trips on every day of a year."""
    stops = [
        (f"s{village}-{number}", f"{name}, Halt {number}", lon + number / 1000, lat)
        for village, (name, lon, lat) in enumerate(villages)
        for number in range(stops_each)
    ]
    calls = []
    for line in range(lines):
        way = stops[line % 3 :: 3] if line % 2 else stops[line % 3 :: 3][::-1]
        for trip in range(trips_each):
            start = 4 * 3600 + trip * (20 * 3600 // trips_each) + line * 60
            calls += [
                f"t{line}-{trip},{key},{order},{written(start + order * 120)},{written(start + order * 120)}"
                for order, (key, *_rest) in enumerate(way)
            ]
    last = first + timedelta(days=365)
    return zipped(
        {
            "agency.txt": "agency_id,agency_name,agency_url,agency_timezone\n1,Probe,https://example.org,Europe/Berlin\n",
            "stops.txt": "stop_id,stop_name,stop_lat,stop_lon\n"
            + "".join(f'{key},"{name}",{lat:.6f},{lon:.6f}\n' for key, name, lon, lat in stops),
            "routes.txt": "route_id,agency_id,route_short_name,route_type\n"
            + "".join(f"r{line},1,{600 + line},3\n" for line in range(lines)),
            "trips.txt": "route_id,service_id,trip_id,trip_headsign\n"
            + "".join(
                f"r{line},d,t{line}-{trip},Ziel {line}\n" for line in range(lines) for trip in range(trips_each)
            ),
            "calendar.txt": f"service_id,{','.join(WEEKDAYS)},start_date,end_date\n"
            f"d,1,1,1,1,1,1,1,{first:%Y%m%d},{last:%Y%m%d}\n",
            "stop_times.txt": "\n".join(["trip_id,stop_id,stop_sequence,arrival_time,departure_time", *calls, ""]),
        }
    )
