"""The facts of the default village: every row says where it is from, speaks all languages and invents nothing."""

import re
from collections import Counter
from collections.abc import Iterator
from datetime import time
from itertools import pairwise
from pathlib import Path

import pytest
import yaml

FOLDER = Path(__file__).resolve().parents[2] / "data" / "barleben"
LANGUAGES = ("de-simple", "en", "uk", "ar", "pl")
PLACE_KINDS = {
    *("town_hall", "library", "culture", "hall", "community_house", "youth_club", "playground", "school", "kita"),
    *("kiosk_hub", "park", "business", "station", "stop", "wlan"),
}
AUDIENCES = {"all", "families", "children", "youth", "seniors", "newcomers", "business"}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
SCRIPTS = {"uk": re.compile("[\u0400-\u04ff]"), "ar": re.compile("[\u0600-\u06ff]")}
WEB_ADDRESS = re.compile(r"https?://[^\s\]>]+\.[^\s\]>]+")
PARTIAL_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?")
# What the tables hold: characters of the German text and of a translation.
LONGEST = {"title": (160, 200), "name": (120, 120), "summary": (300, 400), "text": (400, 400)}


def read(name: str):
    """The rows of `name.yaml` and of its parts `name_*.yaml`."""
    rows = []
    for path in [FOLDER / f"{name}.yaml", *sorted(FOLDER.glob(f"{name}_*.yaml"))]:
        rows += yaml.safe_load(path.read_text(encoding="utf-8"))
    return rows


VILLAGE = yaml.safe_load((FOLDER / "village.yaml").read_text(encoding="utf-8"))
ROOMS = {name: read(name) for name in ("ortschaften", "places", "offices", "services", "clubs", "pages")}
BY_KEY = {name: {row["key"]: row for row in rows} for name, rows in ROOMS.items()}
ROWS = [pytest.param(name, row, id=f"{name}-{row['key']}") for name, rows in ROOMS.items() for row in rows]
PLACES = [pytest.param(row, id=row["key"]) for row in ROOMS["places"]]
FACTS = [pytest.param(row, id=row["date"]) for row in [*VILLAGE["history"], *VILLAGE["timeline"]]]


def text_fields(name: str) -> tuple[str, ...]:
    """The texts that each language of a row must have."""
    return {"ortschaften": ("summary", "body"), "places": ("summary",)}.get(name, ("title", "summary", "body"))


def strings(value) -> Iterator[str]:
    """Every string inside a value."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for inner in value.values():
            yield from strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from strings(inner)


@pytest.mark.parametrize("name", ROOMS)
def test_keys_are_unique_and_fit_an_address(name):
    keys = [row["key"] for row in ROOMS[name]]
    assert [key for key, count in Counter(keys).items() if count > 1] == []
    assert [key for key in keys if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", key)] == []


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_row_says_where_it_is_from_and_of_when(name, row):
    source = row["source"]
    assert source["name"]
    if "url" in source:
        assert WEB_ADDRESS.fullmatch(source["url"])
    else:
        assert row.get("example") or row.get("review") == "due" or "Software" in source["name"]
    assert row.get("as_of") or row.get("as_of_note")
    if "as_of" in row:
        assert PARTIAL_DATE.fullmatch(row["as_of"])
    for address in row.get("further_sources", []):
        assert WEB_ADDRESS.fullmatch(address)


@pytest.mark.parametrize(("name", "row"), [*ROWS, *(pytest.param("village", fact.values[0]) for fact in FACTS)])
def test_row_speaks_all_languages(name, row):
    fields = ("text",) if name == "village" else text_fields(name)
    assert all(row[field].strip() for field in fields)
    assert set(row["translations"]) == set(LANGUAGES)
    for language, text in row["translations"].items():
        assert text["state"] == "machine"
        assert all(text[field].strip() for field in fields), language
        written = " ".join(text[field] for field in fields)
        if language in SCRIPTS:
            assert SCRIPTS[language].search(written), language
    accessibility = row.get("accessibility", {}).get("text")
    if accessibility:
        assert all(text["accessibility_text"] for text in row["translations"].values())


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_texts_fit_their_columns(name, row):
    for field, (german, translated) in LONGEST.items():
        room_for_german = 400 if (name, field) == ("places", "summary") else german
        assert len(row.get(field, "")) <= room_for_german, field
        for language, text in row["translations"].items():
            limit = 300 if (name, field) == ("ortschaften", "summary") else translated
            assert len(text.get(field, "")) <= limit, (language, field)
    assert len(", ".join(row.get("keywords", []))) <= 500
    assert len(row["source"]["name"]) <= 200


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_no_source_key_is_left_unresolved(name, row):
    assert [text for text in strings(row) if re.search(r"\[[A-Z]\d{0,2}\]", text)] == []


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_row_points_to_what_exists(name, row):
    assert row.get("ortschaft", "barleben") in BY_KEY["ortschaften"]
    assert row.get("place", "rathaus") in BY_KEY["places"]
    if name == "services":
        responsible = row["responsible"]
        assert bool(responsible.get("office")) != bool(responsible.get("name"))
        assert responsible.get("office", "wahlamt") in BY_KEY["offices"]


@pytest.mark.parametrize("row", ROOMS["services"], ids=lambda row: row["key"])
def test_service_asks_to_be_checked_and_is_found_by_folk_words(row):
    assert row["review"] == "due"
    assert row["audience"] in AUDIENCES
    assert len(row["keywords"]) >= 4
    assert not re.search(r"\d\s*(Euro|€)|\bUhr\b", row["body"]), "no invented fees or hours"


def test_most_wanted_questions_have_an_answer():
    assert 25 <= len(ROOMS["services"]) <= 40
    words = {word.lower() for row in ROOMS["services"] for word in row["keywords"]}
    assert {"perso", "fuehrerschein", "lappen", "sperrmüll", "schlagloch", "briefwahl", "kita"} <= words


@pytest.mark.parametrize("row", PLACES)
def test_place_is_of_a_known_kind_and_says_what_is_known_of_access(row):
    assert row["kind"] in PLACE_KINDS
    assert row["accessibility"]["wheelchair"] in {"yes", "limited", "no", "unknown"}


@pytest.mark.parametrize("row", PLACES)
def test_only_stops_have_an_exact_position(row):
    if row["kind"] in ("stop", "station") and "lon" in row:
        box = VILLAGE["bounding_box"]
        assert row["precision"] == "exact"
        assert box["west"] <= row["lon"] <= box["east"]
        assert box["south"] <= row["lat"] <= box["north"]
        assert "NASA GmbH" in row["source"]["name"]
    else:
        assert "lon" not in row
        assert "lat" not in row


@pytest.mark.parametrize("row", PLACES)
def test_hours_are_dated_and_in_order(row):
    seen = []
    for hours in row.get("hours", []):
        assert hours["kind"] in {"visit", "phone", "lending"}
        assert hours["weeks"] in {"all", "odd", "even"}
        assert WEB_ADDRESS.fullmatch(hours["source"]["url"])
        assert PARTIAL_DATE.fullmatch(hours["as_of"])
        opens, closes = time.fromisoformat(hours["opens"]), time.fromisoformat(hours["closes"])
        assert opens < closes
        seen.append((WEEKDAYS.index(hours["weekday"]), opens, closes))
    assert seen == sorted(seen)
    assert all(a[0] < b[0] or a[2] <= b[1] for a, b in pairwise(seen)), "windows overlap"


def test_unknown_hours_stay_unknown():
    assert "hours" not in BY_KEY["places"]["villa147"]
    assert {hours["kind"] for hours in BY_KEY["places"]["rathaus"]["hours"]} == {"phone"}
    for key in ("villa147", "hub"):
        assert "nicht" in BY_KEY["places"][key]["summary"]


def test_each_ortschaft_has_places_and_a_tower_of_its_own():
    ortschaften = ROOMS["ortschaften"]
    assert [row["key"] for row in ortschaften] == ["barleben", "ebendorf", "meitzendorf"]
    assert len({row["tower"] for row in ortschaften}) == 3
    for row in ortschaften:
        assert sum(place.get("ortschaft") == row["key"] for place in ROOMS["places"]) >= 5
        population = row["population"]
        assert population["source"]["url"]
        assert population.get("derived") or population.get("as_of")


def test_pages_that_the_law_asks_for_stand_at_the_foot():
    for key in ("impressum", "datenschutz", "barrierefreiheit"):
        assert BY_KEY["pages"][key]["in_footer"]
    statement = BY_KEY["pages"]["barrierefreiheit"]
    for text in (statement, *statement["translations"].values()):
        assert VILLAGE["ombuds"]["url"] in text["body"]
        assert "office@barleben.de" in text["body"]
    assert "innerhalb eines Monats" in statement["body"]
    assert "noch nicht fest" in BY_KEY["pages"]["impressum"]["body"]


@pytest.mark.parametrize("row", [row for row in ROOMS["clubs"] if row.get("example")], ids=lambda row: row["key"])
def test_invented_club_says_so_and_reaches_nobody(row):
    assert "Beispielverein" in row["title"]
    assert "erfunden" in row["summary"]
    assert row["email"].endswith("@example.org")
    assert row["phone"].startswith("030 23125 "), "a range that is reserved for invented numbers"
    assert "Diesen Verein gibt es nicht." in row["translations"]["de-simple"]["body"]


def test_nothing_invented_about_real_clubs():
    real = [row for row in ROOMS["clubs"] if not row.get("example")]
    assert len(real) >= 24
    assert [row["key"] for row in real if {"contact", "phone", "email", "meets"} & set(row)] == []


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text in Leichte Sprache; a line or list entry ends a sentence as well."""
    for line in text.splitlines():
        yield from filter(None, re.split(r"(?<=[a-zäöüß)][.!?:])\s+", line.strip().lstrip("#- ")))


@pytest.mark.parametrize(("name", "row"), ROWS)
def test_leichte_sprache_keeps_sentences_and_words_short(name, row):
    text = row["translations"]["de-simple"]
    written = "\n".join(text[field] for field in ("title", "summary", "body") if field in text)
    plain = re.sub(r"\S+@\S+|https?://\S+", "", written)
    assert [one for one in sentences(plain) if len(one.split()) > 14] == []
    names = {word for title in (row.get("title", ""), row.get("name", "")) for word in re.findall(r"\w+", title)}
    long_words = {word for word in re.findall(r"[\w·]+", plain) if len(max(word.split("·"), key=len)) > 14}
    assert long_words - names == set()


@pytest.mark.parametrize("row", ROOMS["offices"], ids=lambda row: row["key"])
def test_translated_office_keeps_the_name_on_its_door(row):
    for language in ("en", "uk", "ar", "pl"):
        assert f"({row['title']})" in row["translations"][language]["title"]
