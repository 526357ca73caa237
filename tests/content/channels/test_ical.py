"""Calendars: read back by another program they give the dates that our pages show."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil import rrule as dateutil_rrule
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from icalendar import Calendar
from tests.factories import at, make_item, now

from smartbarleben.content import kinds, presentation, queries
from smartbarleben.content.channels.ical import calendar
from smartbarleben.content.occurrences import dates_of
from smartbarleben.places.models import Municipality
from smartbarleben.places.queries import Village

BERLIN = ZoneInfo("Europe/Berlin")
HOUSE = Village(Municipality(name="Barleben", ags="15083040"), (), 1)


def unsaved(**values) -> kinds.Event:
    """An event as the editor's preview has it: without a database."""
    return kinds.Event(kind="event", slug="probe", title="Probe", **values)


def written(item, moment: datetime | None = None) -> Calendar:
    view = presentation.item_view(item, "de", moment or now())
    return Calendar.from_ical(calendar([view], house=HOUSE))


def the_event(read: Calendar):
    (found,) = read.walk("VEVENT")
    return found


def starts(read: Calendar, first: datetime, last: datetime) -> list[datetime]:
    """The starts from ``first`` to ``last`` as dateutil expands the calendar's rule, in UTC."""
    event = the_event(read)
    begin = event["DTSTART"].dt
    if "RRULE" not in event:
        return [begin.astimezone(UTC)]
    wall = begin.replace(tzinfo=None)
    text = event["RRULE"].to_ical().decode()
    if "UNTIL=" in text:
        head, _sep, rest = text.partition("UNTIL=")
        until, semicolon, tail = rest.partition(";")
        local = datetime.strptime(until, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC).astimezone(BERLIN)
        text = f"{head}UNTIL={local:%Y%m%dT%H%M%S}{semicolon}{tail}"
    rule = dateutil_rrule.rrulestr(text, dtstart=wall)
    skipped = set()
    exdates = event.get("EXDATE", [])
    for part in exdates if isinstance(exdates, list) else [exdates]:
        skipped |= {one.dt.astimezone(UTC) for one in part.dts}
    found = rule.between(first.astimezone(BERLIN).replace(tzinfo=None), last.astimezone(BERLIN).replace(tzinfo=None))
    moments = [one.replace(tzinfo=BERLIN).astimezone(UTC) for one in found]
    return [one for one in moments if one not in skipped]


RULES = st.sampled_from(
    [
        "FREQ=WEEKLY",
        "FREQ=WEEKLY;BYDAY=TU,TH",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=1SA",
        "FREQ=MONTHLY;BYDAY=-1FR",
        "FREQ=MONTHLY;BYMONTHDAY=15",
        "FREQ=DAILY;INTERVAL=3",
        "FREQ=DAILY;COUNT=200",
        "FREQ=WEEKLY;BYDAY=SU;UNTIL=20270401",
        "FREQ=WEEKLY;BYDAY=SU;UNTIL=20270331T160000Z",
        "FREQ=YEARLY",
    ]
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    day=st.dates(date(2026, 8, 1), date(2027, 4, 30)),
    hour=st.integers(6, 21),
    minutes=st.integers(15, 600),
    rule=RULES,
    skip=st.lists(st.integers(0, 60), max_size=3),
)
def test_dates_read_back_are_ours_over_daylight_saving(day, hour, minutes, rule, skip):
    start = datetime(day.year, day.month, day.day, hour, tzinfo=BERLIN)
    item = unsaved(
        starts_at=start,
        ends_at=(start.astimezone(UTC) + timedelta(minutes=minutes)),
        recurrence=rule,
        exception_dates=[(day + timedelta(days=one)).isoformat() for one in skip],
    )
    moment = datetime(2026, 12, 1, tzinfo=UTC)
    ours = [begin.astimezone(UTC) for begin, _end in dates_of(item, moment)]
    window = moment - timedelta(days=59), moment + timedelta(days=549)
    ours = [one for one in ours if window[0] < one < window[1]]
    read = written(item, moment)
    assert [one for one in starts(read, *window) if window[0] < one < window[1]] == ours
    assert the_event(read)["DTEND"].dt - the_event(read)["DTSTART"].dt.astimezone(UTC) == timedelta(minutes=minutes)


def test_rule_travels_as_rule_with_the_zone_it_means():
    start = datetime(2026, 10, 20, 18, tzinfo=BERLIN)
    read = written(unsaved(starts_at=start, ends_at=start + timedelta(hours=2), recurrence="FREQ=WEEKLY;BYDAY=TU"))
    event = the_event(read)
    assert event["RRULE"].to_ical() == b"FREQ=WEEKLY;BYDAY=TU"
    assert event["DTSTART"].params["TZID"] == "Europe/Berlin"
    (zone,) = read.walk("VTIMEZONE")
    made = zone.to_tz()
    for day in ((2026, 10, 24), (2026, 10, 26), (2031, 7, 1)):
        moment = datetime(*day, 12, tzinfo=BERLIN)
        assert moment.replace(tzinfo=made).utcoffset() == moment.utcoffset()


def test_start_moves_to_the_first_date_of_the_rule():
    start = datetime(2026, 11, 23, 18, tzinfo=BERLIN)  # a Monday
    event = the_event(written(unsaved(starts_at=start, recurrence="FREQ=WEEKLY;BYDAY=TU")))
    assert event["DTSTART"].dt.date() == date(2026, 11, 24)
    assert "DTEND" not in event


@pytest.mark.parametrize(
    ("first", "last", "days"),
    [((1, 0), (3, 0), 2), ((1, 0), (1, 0), 1), ((1, 0), None, 1), ((1, 8), (2, 23), 2)],
)
def test_whole_days_end_on_the_day_after(first, last, days):
    begin = datetime(2026, 12, *first, tzinfo=BERLIN)
    end = datetime(2026, 12, *last, tzinfo=BERLIN) if last else None
    read = written(unsaved(starts_at=begin, ends_at=end, all_day=True))
    event = the_event(read)
    assert event["DTSTART"].dt == date(2026, 12, 1)
    assert event["DTEND"].dt == date(2026, 12, 1) + timedelta(days=days)
    assert not read.walk("VTIMEZONE")


def test_whole_day_rule_ends_and_skips_by_days():
    begin = datetime(2026, 12, 1, tzinfo=BERLIN)
    item = unsaved(
        starts_at=begin, all_day=True, recurrence="FREQ=DAILY;UNTIL=20261205", exception_dates=["2026-12-03"]
    )
    event = the_event(written(item))
    assert event["RRULE"].to_ical() == b"FREQ=DAILY;UNTIL=20261205"
    assert event["EXDATE"].to_ical() == b"20261203"
    assert event["EXDATE"].params["VALUE"] == "DATE"


def test_cancelled_and_unconfirmed_are_said():
    start = datetime(2026, 12, 1, 18, tzinfo=BERLIN)
    assert the_event(written(unsaved(starts_at=start)))["STATUS"] == "CONFIRMED"
    assert the_event(written(unsaved(starts_at=start, is_cancelled=True)))["STATUS"] == "CANCELLED"
    assert the_event(written(unsaved(starts_at=start, is_unconfirmed=True)))["STATUS"] == "TENTATIVE"


def test_one_item_for_ones_own_calendar(one, get):
    item = one("event", title="Fest, mit Komma; und\nUmbruch " + "ä" * 80)
    answer = get(item, "termin.ics")
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    assert answer["Content-Disposition"].startswith("attachment")
    assert all(len(line) <= 75 for line in answer.content.split(b"\r\n"))
    event = the_event(Calendar.from_ical(answer.content))
    assert event["SUMMARY"] == item.title
    assert event["SUMMARY"].params["LANGUAGE"] == "de"
    assert event["URL"] == f"http://localhost:8000/termine/{item.slug}/"
    assert "Breiteweg 50" in event["LOCATION"]
    assert event["DTSTAMP"].dt == event["LAST-MODIFIED"].dt
    assert "Kurz gesagt." in event["DESCRIPTION"]


def test_name_stays_when_title_and_language_change(one, get):
    item = one("event")
    before = the_event(Calendar.from_ical(get(item, "termin.ics").content))["UID"]
    item.title = "Neuer Titel"
    item.save_revision().publish()
    for language in ("de", "ar"):
        assert the_event(Calendar.from_ical(get(item, "termin.ics", language).content))["UID"] == before


def summaries(client, path: str) -> set[str]:
    answer = client.get(path)
    assert answer.status_code == 200
    return {str(event["SUMMARY"]) for event in Calendar.from_ical(answer.content).walk("VEVENT")}


def test_subscription_has_what_comes_with_the_filters_of_the_list(village, client):
    make_item("event", title="Kinderfest", ortschaft="ebendorf", audience="children", cost_cents=0)
    make_item("event", title="Konzert", ortschaft="barleben", audience="all", cost_cents=1000)
    make_item("closure", title="Sperrung", ortschaft="ebendorf")
    make_item("event", title="Längst vorbei", starts_at=at(-90, 18), ends_at=at(-90, 20))
    make_item("event", title="Entwurf", publish=False)
    make_item("news", title="Neues")
    assert summaries(client, "/termine/kalender.ics") == {"Kinderfest", "Konzert", "Sperrung"}
    assert summaries(client, "/termine/kalender.ics?ortschaft=ebendorf") == {"Kinderfest", "Sperrung"}
    assert summaries(client, "/termine/kalender.ics?fuer=children") == {"Kinderfest", "Konzert"}
    assert summaries(client, "/termine/kalender.ics?kosten=frei") == {"Kinderfest"}
    assert summaries(client, "/ar/termine/kalender.ics") == {"Kinderfest", "Konzert", "Sperrung"}
    assert client.get("/termine/kalender.ics?ortschaft=magdeburg").status_code == 404


def test_repeated_event_stands_once_in_the_subscription(village, client):
    make_item("event", title="Treff", recurrence="FREQ=WEEKLY", starts_at=at(-30, 18), ends_at=at(-30, 20))
    answer = client.get("/termine/kalender.ics")
    read = Calendar.from_ical(answer.content)
    assert the_event(read)["DTSTART"].dt == at(-30, 18)
    assert read["X-WR-CALNAME"] == "Gemeinde Barleben"
    assert read["REFRESH-INTERVAL"].dt == timedelta(hours=6)
    assert client.get("/termine/kalender.ics", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_vague_date_does_not_go_into_a_calendar(one, get):
    item = one("milestone", date_precision="year")
    assert get(item, "termin.ics").status_code == 404
    view = queries.views(queries.live_items("milestone"), "de", timezone.now())[0]
    assert not view.has_date
