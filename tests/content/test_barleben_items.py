"""The items of the default village: what a reader must be able to trust is checked here, without Django."""

import re
from collections.abc import Iterator
from datetime import date
from itertools import chain
from pathlib import Path

import pytest
import yaml
from dateutil.rrule import rrulestr

FOLDER = Path(__file__).resolve().parents[2] / "data" / "barleben"
LANGUAGES = ["de-simple", "en", "uk", "ar", "pl"]
ORTSCHAFTEN = {"barleben", "ebendorf", "meitzendorf"}
WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
AUDIENCES = {"all", "families", "children", "youth", "seniors", "newcomers", "business"}
RELATIONS = {"became", "decided", "carried_out", "funded", "resulted", "rejected"}
BOX = {"lon": (11.53, 11.67), "lat": (52.17, 52.23)}

COMMON = {
    *("key", "title", "summary", "body", "ortschaft", "place", "location", "source", "as_of", "as_of_note"),
    *("example", "published", "translations"),
}
OWN = {
    "news": set(),
    "events": {
        *("starts", "ends", "all_day", "unconfirmed", "audience", "cost_cents", "cost_note", "organiser"),
        *("recurrence", "registration", "cancelled"),
    },
    "notices": {"reference", "legal_basis", "display_from", "display_until"},
    "closures": {"kind", "status", "street", "from", "until", "detour", "area", "affects"},
    "projects": {"number", "handlungsfelder"},
    "measures": {"project", "field", "status", "cost_cents", "funding", "funding_cents", "reason"},
    "milestones": {"date", "precision", "measure"},
    "trail": {
        *("kind", "channel", "answer", "answered_on", "amount_cents", "payer"),
        *("outcome", "decided_by", "decided_on", "decided_in", "reason", "take_part"),
    },
}


def load(name: str):
    """The parsed file of that name."""
    return yaml.safe_load((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


STRATEGY, TRAIL, WASTE = load("strategy"), load("trail"), load("waste")
ROWS = {
    **{name: load(name) for name in ("news", "events", "notices", "closures")},
    **{name: STRATEGY[name] for name in ("projects", "measures", "milestones")},
    "trail": TRAIL["items"],
}
ALL = [pytest.param(name, row, id=f"{name}:{row['key']}") for name, rows in ROWS.items() for row in rows]
BY_KEY = {row["key"]: row for row in chain.from_iterable(ROWS.values())}


def texts(value) -> Iterator[str]:
    """Every string inside a row."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from chain.from_iterable(map(texts, value.values()))
    elif isinstance(value, list):
        yield from chain.from_iterable(map(texts, value))


def is_when(value) -> bool:
    """Whether value is a time the loader can lay out on any day of a first start."""
    if not isinstance(value, dict) or not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value.get("time", "00:00")):
        return False
    rest = {key: part for key, part in value.items() if key != "time"}
    match rest:
        case {"day": int()} if len(rest) == 1:
            return True
        case {"date": date()} if len(rest) == 1:
            return True
        case {"weekday": weekday, "week": int() as week} if len(rest) == 2:
            return weekday in WEEKDAYS and week >= 0
        case {"month": int() as month, "dom": int() as dom} if len(rest) == 2:
            return bool(date(2027, month, dom))
        case {"advent": int() as advent} if len(rest) == 1:
            return 1 <= advent <= 4
    return False


def is_partial_date(value) -> bool:
    """Whether value reads 2023, 2023-04 or 2023-04-30."""
    return isinstance(value, str) and bool(re.fullmatch(r"20\d\d(-(0[1-9]|1[0-2])(-\d\d)?)?", value))


@pytest.mark.parametrize(("name", "row"), ALL)
def test_row_has_only_known_fields_and_the_texts_a_page_needs(name, row):
    assert set(row) <= COMMON | OWN[name]
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", row["key"])
    assert row["title"] == row["title"].strip() != ""
    assert 0 < len(row["summary"]) <= 200
    assert row.get("ortschaft", "barleben") in ORTSCHAFTEN
    assert "published" not in row or is_when(row["published"])


@pytest.mark.parametrize(("name", "row"), ALL)
def test_row_is_either_sourced_with_its_date_or_labelled_as_invented(name, row):
    if row.get("example"):
        assert row["example"] is True
        assert not {"source", "as_of", "as_of_note"} & set(row)
    else:
        assert row["source"]["name"]
        assert re.match(r"https?://\S+$", row["source"]["url"])
        assert is_partial_date(row["as_of"]) if "as_of" in row else row["as_of_note"]


@pytest.mark.parametrize(("name", "row"), ALL)
def test_translations_say_what_the_german_says_and_who_has_read_them(name, row):
    translations = row["translations"]
    assert set(translations) <= set(LANGUAGES)
    for language, translation in translations.items():
        assert set(translation) <= {"title", "summary", "body", "state", "outdated"}, language
        assert translation["state"] in {"machine", "reviewed"}
        assert 0 < len(translation["summary"]) <= 200
        assert bool(translation.get("body")) == bool(row.get("body")), language
    for field in ("title", "summary"):
        assert re.search("[а-яіїєґ]", translations.get("uk", {field: "і"})[field])
        assert re.search("[\u0621-\u064a]", translations.get("ar", {field: "\u0627"})[field])


@pytest.mark.parametrize(("name", "row"), ALL)
def test_texts_hold_no_mix_of_alphabets_inside_a_word(name, row):
    for text in texts(row):
        assert not re.search("[A-Za-zÄÖÜäöüß][\u0400-\u04ff]|[\u0400-\u04ff][A-Za-zÄÖÜäöüß]", text), text


@pytest.mark.parametrize(("name", "row"), ALL)
def test_invented_addresses_are_reserved_ones_and_no_phone_is_invented(name, row):
    for text in texts(row):
        assert all(host == "example.org" for host in re.findall(r"@([\w.-]+[\w])", text))
        assert not re.search(r"\b0\d{3,5}[ /-]?\d{3,}", text)


@pytest.mark.parametrize(("name", "row"), ALL)
def test_body_uses_only_the_plain_marks_that_every_channel_can_show(name, row):
    bodies = [row.get("body", ""), *(t.get("body", "") for t in row["translations"].values())]
    for line in chain.from_iterable(body.splitlines() for body in bodies):
        assert not re.search(r"[*<>`\[\]]|^#(?!# )|^\s+\S", line), line


@pytest.mark.parametrize(("name", "row"), ALL)
def test_leichte_sprache_keeps_sentences_short_and_one_to_a_line(name, row):
    for line in row["translations"].get("de-simple", {}).get("body", "").splitlines():
        assert len(re.findall(r"(?<!\d)[.!](?:\s|$)", line)) <= 1, line
        assert len(line.split()) <= 12, line


def test_keys_are_unique_over_all_files():
    keys = [row["key"] for row in chain.from_iterable(ROWS.values())]
    assert len(keys) == len(set(keys)) == len(BY_KEY)


def test_places_exist():
    known = {place["key"] for name in ("places", "places_stops") for place in load(name)}
    assert {row["place"] for row in BY_KEY.values() if "place" in row} <= known


def test_every_state_of_a_translation_can_be_seen():
    translations = [t for row in BY_KEY.values() for t in row["translations"].values()]
    assert sum(t["state"] == "reviewed" for t in translations) >= 2
    assert sum(bool(t.get("outdated")) for t in translations) == 1
    incomplete = [row["key"] for row in BY_KEY.values() if len(row["translations"]) < len(LANGUAGES)]
    assert 4 <= len(incomplete) <= 8


def test_news_have_a_day_and_both_real_and_invented_ones_are_there():
    assert len(ROWS["news"]) >= 12
    assert all("published" in row and row["body"] for row in ROWS["news"])
    assert sum(row.get("example", False) for row in ROWS["news"]) == 5
    real = [row for row in ROWS["news"] if "source" in row]
    assert all(str(row["published"]["date"]).startswith(row["as_of"][:7]) for row in real)


@pytest.mark.parametrize("event", [pytest.param(row, id=row["key"]) for row in ROWS["events"]])
def test_event_can_be_put_on_a_calendar(event):
    assert is_when(event["starts"])
    assert is_when(event.get("ends", event["starts"]))
    assert ("time" in event["starts"]) != event.get("all_day", False)
    assert event["audience"]
    assert set(event["audience"]) <= AUDIENCES
    assert event.get("cost_cents", 0) >= 0
    assert event.get("unconfirmed", False) == ("source" in event), "real feasts have no confirmed date yet"
    if rule := event.get("recurrence"):
        assert f"BYDAY={event['starts']['weekday'][:2].upper()}" in rule
        assert rrulestr(rule)


def test_the_year_of_events_covers_today_all_three_ortschaften_and_all_audiences():
    events = ROWS["events"]
    assert len(events) >= 40
    assert sum(event["starts"].get("day") == 0 for event in events) >= 3
    assert {event.get("ortschaft") for event in events} == {*ORTSCHAFTEN, None}
    assert set(chain.from_iterable(event["audience"] for event in events)) == AUDIENCES
    assert sum(event.get("cancelled", False) for event in events) == 1
    assert sorted(event["starts"]["advent"] for event in events if "advent" in event["starts"]) == [1, 2, 3]


@pytest.mark.parametrize("notice", [pytest.param(row, id=row["key"]) for row in ROWS["notices"]])
def test_notices_are_all_labelled_and_have_a_time_of_display(notice):
    assert notice["example"] is True
    assert notice["reference"].startswith("BEISPIEL-")
    assert is_when(notice["display_from"])
    assert is_when(notice["display_until"])


@pytest.mark.parametrize("closure", [pytest.param(row, id=row["key"]) for row in ROWS["closures"]])
def test_closure_says_where_how_long_and_whom_it_hits(closure):
    assert closure["kind"] in {"closure", "roadwork", "building"}
    assert closure["status"] in {"planned", "active", "ended"}
    assert is_when(closure["from"])
    assert is_when(closure["until"])
    assert closure["street"]
    assert closure["detour"]
    assert closure["affects"]
    assert set(closure["affects"]) <= {"car", "bus", "bike", "foot"}
    for lon, lat in closure.get("area", []):
        assert BOX["lon"][0] <= lon <= BOX["lon"][1]
        assert BOX["lat"][0] <= lat <= BOX["lat"][1]


def test_something_is_closed_today_and_something_will_be():
    relative = [row for row in ROWS["closures"] if "day" in row["from"]]
    assert any(row["from"]["day"] <= 0 <= row["until"]["day"] for row in relative)
    assert any(row["from"]["day"] > 0 for row in relative)


def test_strategy_has_its_four_projects_and_six_fields():
    assert [project["number"] for project in STRATEGY["projects"]] == [1, 2, 3, 4]
    assert len({field["key"] for field in STRATEGY["handlungsfelder"]}) == 6
    for field in STRATEGY["handlungsfelder"]:
        assert set(field["translations"]) == set(LANGUAGES)
    named = list(chain.from_iterable(project["handlungsfelder"] for project in STRATEGY["projects"]))
    assert sorted(named) == sorted(field["title"] for field in STRATEGY["handlungsfelder"])


@pytest.mark.parametrize("measure", [pytest.param(row, id=row["key"]) for row in STRATEGY["measures"]])
def test_measure_belongs_somewhere_and_a_no_has_a_reason(measure):
    assert measure["project"] in {project["key"] for project in STRATEGY["projects"]}
    assert measure["field"] in {field["key"] for field in STRATEGY["handlungsfelder"]}
    assert measure["status"] in {"idea", "planned", "running", "done", "rejected", "stopped"}
    assert (measure["status"] in {"rejected", "stopped"}) == ("reason" in measure)
    assert 0 <= measure.get("funding_cents", 0) <= measure.get("cost_cents", 10**12)
    assert ("funding_cents" in measure) == ("funding" in measure)


def test_every_status_every_project_and_every_field_has_a_measure():
    measures = STRATEGY["measures"]
    statuses = {measure["status"] for measure in measures}
    assert statuses == {"idea", "planned", "running", "done", "rejected", "stopped"}
    assert {measure["project"] for measure in measures} == {row["key"] for row in STRATEGY["projects"]}
    assert {measure["field"] for measure in measures} == {row["key"] for row in STRATEGY["handlungsfelder"]}


def test_milestones_run_in_order_and_the_coming_ones_are_labelled():
    real = [row["date"] for row in STRATEGY["milestones"] if "source" in row]
    ahead = [row["date"] for row in STRATEGY["milestones"] if row.get("example")]
    assert all(map(is_partial_date, real))
    assert real == sorted(real)
    assert all(is_when(when) and when["day"] > 0 for when in ahead)
    for row in STRATEGY["milestones"]:
        assert row["precision"] in {"day", "month"}
        assert "example" in row or (row["precision"] == "day") == (len(row["date"]) == 10)


@pytest.mark.parametrize("item", [pytest.param(row, id=row["key"]) for row in TRAIL["items"]])
def test_trail_item_says_what_it_is_and_how_it_ended(item):
    assert item["kind"] in {"wish", "decision", "funding"}
    assert ("outcome" in item) == ("decided_by" in item) == (item["kind"] == "decision")
    assert ("decided_on" in item) + ("decided_in" in item) == (item["kind"] == "decision")
    assert item.get("outcome", "open") in {"accepted", "rejected", "withdrawn", "open"}
    assert ("reason" in item) == (item.get("outcome", "open") != "open")
    assert ("take_part" in item) == (item.get("outcome") == "open")
    assert ("amount_cents" in item) == ("payer" in item) == (item["kind"] == "funding")
    assert ("answer" in item) == ("answered_on" in item)
    assert ("channel" in item) == (item["kind"] == "wish")
    assert is_partial_date(item.get("decided_in", "2023"))
    assert all(is_when(item[field]) for field in ("decided_on", "answered_on") if field in item)


def test_links_lead_from_known_item_to_known_item_and_a_no_gives_its_reason():
    seen = set()
    for link in TRAIL["links"]:
        assert set(link) <= {"source", "target", "relation", "reason"}
        assert {link["source"], link["target"]} <= set(BY_KEY)
        assert link["source"] != link["target"]
        assert link["relation"] in RELATIONS
        assert link["relation"] != "rejected" or link["reason"]
        assert (link["source"], link["target"]) not in seen
        seen.add((link["source"], link["target"]))


def way(key: str) -> list[str]:
    """The relations met when one follows the links from a wish to its end."""
    for link in TRAIL["links"]:
        if link["source"] == key:
            return [link["relation"], *way(link["target"])]
    return []


@pytest.mark.parametrize(
    ("wish", "relations"),
    [
        ("wunsch-bessere-luft", ["became", "rejected"]),
        ("wunsch-licht-und-bank", ["became", "became", "decided", "carried_out", "funded", "resulted"]),
        ("wunsch-bibliothek-samstag", ["decided", "carried_out", "funded", "resulted"]),
        ("wunsch-tempo-vor-der-kita", ["became", "decided"]),
    ],
)
def test_a_wish_can_be_followed_to_its_end(wish, relations):
    assert way(wish) == relations


def test_a_real_trail_never_leans_on_an_invented_step():
    for link in TRAIL["links"]:
        ends = (BY_KEY[link["source"]], BY_KEY[link["target"]])
        assert len({bool(end.get("example")) for end in ends}) == 1, link


def test_one_decision_is_still_to_come():
    coming = [item for item in TRAIL["items"] if item.get("outcome") == "open"]
    assert [item["decided_on"] for item in coming] == [{"weekday": "tue", "week": 1}]


def test_waste_tours_are_labelled_and_name_every_street_once():
    assert WASTE["example"] is True
    assert "Beispieldaten" in WASTE["note"]
    streets = [(tour["ortschaft"], street) for tour in WASTE["tours"] for street in tour["streets"]]
    assert len(streets) == len(set(streets)) >= 15
    assert {tour["ortschaft"] for tour in WASTE["tours"]} == ORTSCHAFTEN
    for tour in WASTE["tours"]:
        assert {row["bin"] for row in tour["bins"]} == {"residual", "organic", "paper", "plastic", "bulky", "trees"}
        for row in tour["bins"]:
            assert re.fullmatch(r"\d+ weeks|1 year", row["every"])
            assert is_when(row["first"])


def test_nothing_of_the_workplace_leaks_into_the_data():
    for name in ("news", "events", "notices", "closures", "strategy", "trail", "waste"):
        assert "/work/" not in (FOLDER / f"{name}.yaml").read_text(encoding="utf-8")
