"""Taking timetables over: once, twice, newer, broken; and the stops that come of it."""

import io
from datetime import date
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.factories import make_place, make_village
from tests.timetables.making import TABLES, feed, write

from smartbarleben.places.models import Municipality, Ortschaft
from smartbarleben.timetables import actions
from smartbarleben.timetables.models import Call, Feed, Halt, Line, Pattern, Service, Stop
from smartbarleben.timetables.reading import FeedError

TODAY = date(2026, 6, 9)


def rows() -> list[object]:
    """Everything that is stored, without database keys and times of import."""
    return [
        list(Feed.objects.values_list("key", "digest", "publisher", "first_day", "last_day", "full_until", "trips")),
        list(Stop.objects.order_by("feed__key", "number").values_list("number", "key", "name", "cell", "halt__slug")),
        list(Line.objects.order_by("feed__key", "number").values_list("number", "short_name")),
        [
            (number, bytes(days))
            for number, days in Service.objects.order_by("feed__key", "number").values_list("number", "days")
        ],
        [
            (one.number, one.headsign, bytes(one.stops), bytes(one.services), bytes(one.times), one.trip_keys)
            for one in Pattern.objects.order_by("feed__key", "number")
        ],
        list(Call.objects.order_by("pattern__feed__key", "pattern__number", "position").values_list("position")),
        list(Halt.objects.order_by("slug").values_list("slug", "name", "ortschaft__slug")),
    ]


@pytest.fixture
def village(db: None) -> Municipality:
    make_village(lon=11.6, lat=52.2)
    Ortschaft.objects.filter(slug="ebendorf").update(lon=11.5712, lat=52.1832)
    return Municipality.objects.get()


def take(tmp_path: Path, content: bytes | None = None, **options: object) -> actions.Imported:
    path = write(tmp_path, feed() if content is None else content)
    return actions.import_feed(path=path, today=TODAY, **options)  # type: ignore[arg-type]


def test_platforms_become_stops_of_the_ortschaften(village: Municipality, tmp_path: Path) -> None:
    assert take(tmp_path).stored
    assert list(Halt.objects.values_list("slug", "name", "ortschaft__slug")) == [
        ("barleben-mitte", "Barleben, Mitte", "barleben"),
        ("ebendorf", "Ebendorf", "ebendorf"),
    ]
    assert Stop.objects.filter(halt__slug="barleben-mitte").count() == 2
    assert Stop.objects.get(key="z").halt is None


def test_the_same_file_twice_is_the_same_as_once(village: Municipality, tmp_path: Path) -> None:
    take(tmp_path)
    before, generation = rows(), Municipality.objects.get().generation
    keys = set(Pattern.objects.values_list("pk", flat=True))
    again = take(tmp_path)
    assert (again.stored, again.timetable) == (False, None)
    assert rows() == before
    assert set(Pattern.objects.values_list("pk", flat=True)) == keys
    assert Municipality.objects.get().generation >= generation
    elsewhere = actions.import_feed(path=write(tmp_path, feed(), "copy.zip"), today=TODAY)
    assert (elsewhere.key, elsewhere.stored, Feed.objects.count()) == ("probe", False, 1)


def test_a_newer_file_takes_the_place_of_the_older_and_raises_the_generation(
    village: Municipality, tmp_path: Path
) -> None:
    take(tmp_path)
    generation = Municipality.objects.get().generation
    halt = Halt.objects.get(slug="barleben-mitte").pk
    newer = feed(stop_times=TABLES["stop_times.txt"].replace("7:25:00", "7:27:00"))
    assert take(tmp_path, newer).stored
    assert (Feed.objects.count(), Halt.objects.get(slug="barleben-mitte").pk) == (1, halt)
    assert Municipality.objects.get().generation > generation


def test_a_broken_file_leaves_the_older_as_it_was(village: Municipality, tmp_path: Path) -> None:
    take(tmp_path)
    before = rows()
    with pytest.raises(FeedError):
        take(tmp_path, feed(stops="stop_id\n"))
    assert rows() == before


def test_a_dry_run_changes_nothing(village: Municipality, tmp_path: Path) -> None:
    done = take(tmp_path, dry_run=True)
    assert (done.stored, Feed.objects.count(), Halt.objects.count()) == (False, 0, 0)
    assert done.timetable is not None


def test_a_timetable_of_another_time_zone_is_refused(village: Municipality, tmp_path: Path) -> None:
    agency = TABLES["agency.txt"].replace("Europe/Berlin", "America/Lima")
    with pytest.raises(FeedError, match=r"America/Lima; this village lives by Europe/Berlin"):
        take(tmp_path, feed(agency=agency))


def test_a_stop_that_no_timetable_serves_any_more_keeps_its_address(village: Municipality, tmp_path: Path) -> None:
    take(tmp_path)
    assert actions.remove_feed(key="probe")
    assert not actions.remove_feed(key="probe")
    assert (Halt.objects.count(), Stop.objects.count(), Call.objects.count()) == (2, 0, 0)


def test_two_timetables_share_a_stop(village: Municipality, tmp_path: Path) -> None:
    take(tmp_path)
    other = feed(routes=TABLES["routes.txt"].replace("613,3", "N8,0"))
    actions.import_feed(path=write(tmp_path, other, "tram.zip"), today=TODAY)
    assert Halt.objects.count() == 2
    assert set(Stop.objects.filter(halt__slug="barleben-mitte").values_list("feed__key", flat=True)) == {
        "probe",
        "tram",
    }


def test_a_stop_knows_its_place(village: Municipality, tmp_path: Path) -> None:
    place = make_place("Barleben Mitte", kind="stop", lon=11.6187, lat=52.2033)
    make_place("Rathaus", lon=11.5712, lat=52.1832)
    take(tmp_path)
    assert Halt.objects.get(slug="barleben-mitte").place == place
    assert Halt.objects.get(slug="ebendorf").place is None


def test_stops_of_one_name_far_from_each_other_get_two_addresses(village: Municipality, tmp_path: Path) -> None:
    stops = TABLES["stops.txt"].replace("52.2034,11.6188", "52.2134,11.6188")
    take(tmp_path, feed(stops=stops))
    assert set(Halt.objects.values_list("slug", flat=True)) == {"barleben-mitte", "barleben-mitte-2", "ebendorf"}


def test_the_command_says_what_it_took_and_what_it_left_out(village: Municipality, tmp_path: Path) -> None:
    Municipality.objects.update(lon=None, lat=None)
    times = TABLES["stop_times.txt"].replace("t1,b,1", "t1,nirgends,1")
    # Any day of the test run must lie within the timetable.
    calendar = TABLES["calendar.txt"].replace("20261231", f"{timezone.localdate().year + 1}1231")
    path = write(tmp_path, feed(stop_times=times, calendar=calendar))
    out = io.StringIO()
    call_command("import_gtfs", str(path), "--attribution", "Quelle: Probe, CC BY 4.0", stdout=out)
    assert "taken over as probe" in out.getvalue()
    assert "left out 1 × stop_times.txt: a stop_id that was left out" in out.getvalue()
    assert "first in line 3: nirgends" in out.getvalue()
    assert Feed.objects.get().attribution == "Quelle: Probe, CC BY 4.0"
    call_command("import_gtfs", str(path), stdout=out)
    assert "is here already as probe" in out.getvalue()
    call_command("import_gtfs", "--remove", "probe", stdout=out)
    assert not Feed.objects.exists()


def test_the_command_goes_on_after_a_file_that_it_cannot_take(village: Municipality, tmp_path: Path) -> None:
    calendar = TABLES["calendar.txt"].replace("20261231", f"{timezone.localdate().year + 1}1231")
    good = write(tmp_path, feed(calendar=calendar))
    bad = write(tmp_path, b"PK", "bad.zip")
    errors = io.StringIO()
    with pytest.raises(CommandError, match="1 of 2 files"):
        call_command("import_gtfs", str(bad), str(good), stdout=io.StringIO(), stderr=errors)
    assert "bad.zip: This is no whole zip file" in errors.getvalue()
    assert Feed.objects.count() == 1


@pytest.mark.parametrize(
    ("words", "message"),
    [([], "Name at least one"), (["--remove", "x"], "Known: none"), (["a", "b", "--key", "x"], "one file with it")],
)
def test_the_command_explains_itself(village: Municipality, words: list[str], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call_command("import_gtfs", *words, stdout=io.StringIO())


TIMES = st.lists(
    st.tuples(st.integers(4 * 3600, 26 * 3600), st.integers(0, 3600), st.sampled_from(["week", "night", "school"])),
    min_size=1,
    max_size=6,
)


class ImportTwice(TestCase):
    """Whatever trips a feed holds: importing it twice, and over another one, gives the same rows as once."""

    @settings(max_examples=12, deadline=None, suppress_health_check=list(HealthCheck))
    @given(TIMES)
    def test_import_twice_is_import_once(self, times: list[tuple[int, int, str]]) -> None:
        import tempfile

        from smartbarleben.timetables.clocktimes import written

        make_village()
        trips = "route_id,service_id,trip_id\n" + "".join(
            f"r613,{service},x{number}\n" for number, (_start, _rides, service) in enumerate(times)
        )
        calls = "trip_id,stop_id,stop_sequence,arrival_time,departure_time\n" + "".join(
            f"x{number},a1,1,{written(start)},{written(start)}\n"
            f"x{number},b,2,{written(start + rides)},{written(start + rides)}\n"
            for number, (start, rides, _service) in enumerate(times)
        )
        with tempfile.TemporaryDirectory() as folder:
            path = write(Path(folder), feed(trips=trips, stop_times=calls))
            actions.import_feed(path=path, today=TODAY, radius_km=None)
            once = rows()
            actions.import_feed(path=path, today=TODAY, radius_km=None)
            assert rows() == once
            actions.import_feed(path=write(Path(folder), feed()), today=TODAY, radius_km=None)
            actions.import_feed(
                path=write(Path(folder), feed(trips=trips, stop_times=calls)), today=TODAY, radius_km=None
            )
            assert rows() == once
