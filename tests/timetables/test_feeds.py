"""Reading GTFS: what is understood, what is left out with a reason, and what is refused with a mend."""

import io
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.timetables.making import CALENDAR_HEAD, TABLES, feed, write

from smartbarleben.timetables import feeds, reading
from smartbarleben.timetables.reading import FeedError
from smartbarleben.timetables.timetable import Circle, Timetable

TODAY = date(2026, 6, 9)


def read(tmp_path: Path, content: bytes, circle: Circle | None = None) -> Timetable:
    return feeds.read(write(tmp_path, content), TODAY, circle)


def reasons(read: Timetable) -> dict[str, tuple[str, int, int]]:
    return {one.reason: (one.table, one.line, one.count) for one in read.report.rows()}


def trips_on(read: Timetable, day: date) -> list[str]:
    found = [trip for pattern in read.patterns for trip in pattern.trips]
    return sorted(trip.key for trip in found if read.services[trip.service].runs_on(day))


def test_a_small_feed(tmp_path: Path) -> None:
    found = read(tmp_path, feed())
    assert (found.trip_count, found.call_count, found.report.rows()) == (4, 11, [])
    assert [line.short_name for line in found.lines] == ["610", "613"]
    assert trips_on(found, TODAY) == ["t1", "t2", "t4"]
    assert trips_on(found, date(2026, 6, 12)) == ["t1", "t2", "t3", "t4"]
    assert trips_on(found, date(2026, 6, 13)) == ["t1", "t2"]
    assert trips_on(found, date(2026, 7, 14)) == ["t1", "t2"]
    together = next(one for one in found.patterns if one.way.headsign == "Magdeburg ZOB")
    assert [trip.key for trip in together.trips] == ["t1", "t2"]


def test_a_byte_order_mark_spaces_and_a_folder_around_do_no_harm(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in TABLES.items():
            archive.writestr(f"feed/{name}", "\ufeff" + text.replace("\n", "\r\n"))
        archive.writestr("../../etc/passwd", "root")
    assert read(tmp_path, packed.getvalue()).trip_count == 4


def test_without_calendar_the_single_days_count(tmp_path: Path) -> None:
    dates = "service_id,date,exception_type\nweek,20260609,1\nschool,20260610,1\n"
    found = read(tmp_path, feed(calendar=None, calendar_dates=dates))
    assert trips_on(found, TODAY) == ["t1", "t2"]
    assert (found.first_day, found.last_day) == (date(2026, 6, 9), date(2026, 6, 10))
    assert reasons(found) == {
        "a service_id without days": ("trips.txt", 4, 1),
        "a trip_id that was left out or is not in trips.txt": ("stop_times.txt", 8, 2),
    }


def test_a_calendar_for_ever_is_cut(tmp_path: Path) -> None:
    calendar = CALENDAR_HEAD + "week,1,1,1,1,1,1,1,19000101,29991231\n"
    found = read(tmp_path, feed(calendar=calendar, calendar_dates=None))
    assert (found.last_day - found.first_day).days == feeds.PAST_DAYS + feeds.FUTURE_DAYS


def test_times_that_the_feed_leaves_out_lie_between_their_neighbours(tmp_path: Path) -> None:
    times = TABLES["stop_times.txt"].replace("t1,b,1,0,0,7:35:00,7:36:00", "t1,b,1,0,0,,")
    found = read(tmp_path, feed(stop_times=times))
    times_of = {trip.key: trip.times for pattern in found.patterns for trip in pattern.trips}
    assert times_of["t1"][2] == times_of["t1"][3] == 7 * 3600 + 37 * 60


def test_intervals_become_trips(tmp_path: Path) -> None:
    frequencies = (
        "trip_id,start_time,end_time,headway_secs,exact_times\nt1,6:00:00,7:00:00,1200,0\nt1,9:00:00,8:00:00,60,0\n"
    )
    found = read(tmp_path, feed(frequencies=frequencies))
    pattern = next(one for one in found.patterns if one.way.approximate)
    assert [trip.key for trip in pattern.trips] == ["t1@21600", "t1@22800", "t1@24000"]
    assert pattern.trips[0].times == (21600, 21600, 22200, 22260, 23040, 23040)
    assert reasons(found)["an interval that cannot be"] == ("frequencies.txt", 3, 1)


def test_stations_hold_platforms(tmp_path: Path) -> None:
    stops = (
        "stop_id,stop_name,stop_lat,stop_lon,location_type,parent_station\n"
        "s,Mitte,52.2033,11.6187,1,\na1,Mitte,52.2033,11.6187,0,s\na2,Mitte,52.2034,11.6188,,s\n"
        "b,Ebendorf,52.1832,11.5712,0,gone\nz,ZOB,52.1308,11.6266,0,\nx,Treppe,,,2,s\n"
    )
    found = read(tmp_path, feed(stops=stops))
    station = next(number for number, stop in enumerate(found.stops) if stop.key == "s")
    assert {stop.key: stop.parent for stop in found.stops} == {
        "s": None,
        "a1": station,
        "a2": station,
        "b": None,
        "z": None,
    }


def test_only_trips_that_call_twice_within_the_circle_are_kept_and_those_whole(tmp_path: Path) -> None:
    found = read(tmp_path, feed(), Circle(11.6, 52.19, 4_000))
    assert found.trip_count == 4
    assert "z" in {stop.key for stop in found.stops}
    with pytest.raises(FeedError, match="larger circle"):
        read(tmp_path, feed(), Circle(11.6187, 52.2033, 100))


@pytest.mark.parametrize(
    ("table", "old", "new", "reason", "line"),
    [
        ("stop_times", "t1,b,1,0,0,7:35:00", "t1,nirgends,1,0,0,7:35:00", "a stop_id that was left out", 3),
        ("stop_times", "t1,b,1,0,0,7:35:00", "t1,b,1,0,0,halb acht", "a time or a stop_sequence", 3),
        ("stop_times", "t1,b,1,0,0,7:35:00,7:36:00", "t1,b,1,0,0,7:35:00,6:36:00", "a trip whose times go back", 2),
        ("stop_times", "t1,b,1,0,0", "t1,b,0,0,0", "a trip with a stop_sequence for the second time", 2),
        ("stop_times", "t4,z,2,0,0,7:40:00,7:40:00", "t4,z,2,0,0,,", "a trip without a time at its start or end", 10),
        ("stops", 'b,"Ebendorf",52.1832', 'b,"Ebendorf",Nord', "no position", 4),
        ("stops", 'b,"Ebendorf",52.1832', 'b,"Ebendorf",152.1832', "a position that is not on Earth", 4),
        ("stops", "a2,", "a1,", "a stop_id for the second time", 3),
        ("routes", "r610,1,610,3", "r610,1,610,Bus", "a route_type that is no number", 3),
        ("trips", "r610,school", "r999,school", "a route_id that routes.txt does not have", 5),
        ("trips", "r610,school", "r610,nie", "a service_id without days", 5),
        ("calendar", "20260601,20261231\nschool", "20260631,20261231\nschool", "a day that does not exist", 3),
        ("calendar", "week,1", "week,2", "weekdays or a period that cannot be", 2),
        ("calendar_dates", "week,20260613,1", "week,20260613,3", "a day or change that cannot be", 3),
        ("stops", "b,", "b,too,many,", "more fields than columns", 4),
    ],
)
def test_a_row_that_makes_no_sense_is_left_out_and_named(
    tmp_path: Path, table: str, old: str, new: str, reason: str, line: int
) -> None:
    text = TABLES[f"{table}.txt"]
    assert old in text
    found = read(tmp_path, feed(**{table: text.replace(old, new)}))
    said = {one.reason: one for one in found.report.rows() if one.table == f"{table}.txt"}
    match = next((one for name, one in said.items() if name.startswith(reason)), None)
    assert match is not None, said
    assert match.line == line
    assert found.trip_count >= 2


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"stops": "stop_id,stop_name\na,b\n", "agency": None}, r"agency\.txt: The feed has no such table"),
        ({"stop_times": "trip_id;stop_id\n1;2\n"}, r"stop_times\.txt, line 1: There is no column trip_id.*commas"),
        (
            {"routes": "route_id,route_id,route_type\n1,1,3\n"},
            r"routes\.txt, line 1: Two columns are called route_id",
        ),
        ({"stops": ""}, r"stops\.txt, line 1: There is no column stop_id; the first line names nothing"),
        ({"calendar": None, "calendar_dates": None}, r"calendar\.txt: The feed has neither"),
        ({"calendar": CALENDAR_HEAD, "calendar_dates": None}, r"calendar\.txt: No day is named"),
        (
            {"calendar": CALENDAR_HEAD + "week,1,1,1,1,1,1,1,20100101,20101231\n", "calendar_dates": None},
            r"2010-01-01 to 2010-12-31\. Download the present one",
        ),
        ({"agency": "agency_name,agency_timezone\nA,Mars/Nord\n"}, r"agency\.txt, line 2: .*Mars/Nord"),
        ({"trips": "route_id,service_id,trip_id\n"}, r"trips\.txt: No trip is left"),
        ({"stops": "stop_id,stop_name,stop_lat,stop_lon\nb,x,,\n"}, r"stops\.txt: The table has no usable stop"),
        ({"stop_times": "x" * 200_000}, r"stop_times\.txt, line 1: The line is longer than 100 kB"),
        ({"stops": TABLES["stops.txt"] + '"' + "y\n" * 80_000}, r"stops\.txt, line \d+: The line cannot be read"),
    ],
)
def test_a_feed_that_cannot_be_used_names_table_line_and_mend(
    tmp_path: Path, tables: dict[str, str | None], message: str
) -> None:
    with pytest.raises(FeedError, match=message):
        read(tmp_path, feed(**tables))


def test_bytes_that_are_not_utf_8_are_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for name, text in TABLES.items():
            archive.writestr(name, text.replace("Ebendorf", "Döhren").encode("latin-1"))
    with pytest.raises(FeedError, match=r"stops\.txt, line 4: The line is not UTF-8"):
        read(tmp_path, packed.getvalue())


def test_no_zip_half_a_zip_and_zeros_are_refused(tmp_path: Path) -> None:
    whole = feed()
    for content in (b"", b"GTFS", whole[: len(whole) // 2], bytes(100_000)):
        with pytest.raises(FeedError, match="no whole zip file"):
            read(tmp_path, content)
    with pytest.raises(FeedError, match="This is a folder"):
        feeds.read(tmp_path, TODAY)
    with pytest.raises(FeedError, match="cannot be read"):
        feeds.read(tmp_path / "missing.zip", TODAY)


def test_two_gigabytes_of_zeros_are_refused_without_reading_them(tmp_path: Path) -> None:
    path = tmp_path / "zeros.zip"
    with open(path, "wb") as file:
        file.truncate(2_000_000_000)
    with pytest.raises(FeedError, match=r"2,000 MB; 300 MB is the most"):
        feeds.read(path, TODAY)


def test_a_table_that_unpacks_to_far_too_much_is_refused(tmp_path: Path) -> None:
    content = feed(stop_times="trip_id,stop_id\n" + "\0" * (reading.RATIO_COUNTS_FROM_BYTES + 1))
    with pytest.raises(FeedError, match=r"stop_times\.txt: The table would unpack to 20 MB out of \d+ kB"):
        read(tmp_path, content)


def test_a_table_that_lies_about_its_size_is_damaged(tmp_path: Path) -> None:
    content = bytearray(feed())
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo("stop_times.txt")
    start = content.rindex(b"PK\x01\x02", 0, content.rindex(b"stop_times.txt"))
    content[start + 24 : start + 28] = (info.file_size - 40).to_bytes(4, "little")
    with pytest.raises(FeedError, match="damaged"):
        read(tmp_path, bytes(content))


def test_a_locked_table_is_refused(tmp_path: Path) -> None:
    content = bytearray(feed())
    start = content.rindex(b"PK\x01\x02", 0, content.rindex(b"stops.txt"))
    content[start + 8] |= 1
    with pytest.raises(FeedError, match=r"stops\.txt: The table is locked"):
        read(tmp_path, bytes(content))


def test_an_unusual_way_of_packing_is_refused(tmp_path: Path) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_LZMA) as archive:
        for name, text in TABLES.items():
            archive.writestr(name, text)
    with pytest.raises(FeedError, match="unusual way"):
        read(tmp_path, packed.getvalue())


def _in_words(problem: FeedError) -> None:
    assert problem.problem
    assert problem.mend


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(sorted(TABLES)), st.data())
def test_whatever_stands_in_a_table_it_is_read_or_refused_in_words(
    tmp_path: Path, table: str, data: st.DataObject
) -> None:
    text = TABLES[table]
    place = data.draw(st.integers(0, len(text)))
    noise = data.draw(st.text(max_size=20))
    length = data.draw(st.integers(0, 30))
    changed = text[:place] + noise + text[place + length :]
    try:
        found = read(tmp_path, feed(**{table.removesuffix(".txt"): changed.encode("utf-8", "replace").decode()}))
    except FeedError as problem:
        _in_words(problem)
    else:
        assert all(trip.times == tuple(sorted(trip.times)) for one in found.patterns for trip in one.trips)


@pytest.mark.parametrize("place", range(-10, -2))
def test_a_directory_that_points_nowhere_is_an_error_in_words(tmp_path: Path, place: int) -> None:
    content = bytearray(feed())
    content[place] ^= 0xFF
    with pytest.raises(FeedError) as caught:
        read(tmp_path, bytes(content))
    _in_words(caught.value)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(feed()) - 1), st.integers(0, 255))
def test_a_broken_byte_is_an_error_in_words_at_most(tmp_path: Path, place: int, value: int) -> None:
    content = bytearray(feed())
    content[place] = value
    try:
        read(tmp_path, bytes(content))
    except FeedError as problem:
        _in_words(problem)
