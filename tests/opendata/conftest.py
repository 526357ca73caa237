"""The portal's full village, with timetables and a waste calendar, and the sets as they are downloaded."""

import csv
import io
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from tests.portal.conftest import full_village, plain_static_files, read, village  # noqa: F401 (fixtures)
from tests.timetables.making import feed, write

from smartbarleben.opendata.registry import data_sets
from smartbarleben.places.models import Municipality, Ortschaft
from smartbarleben.timetables import actions as timetables
from smartbarleben.ui.dates import today
from smartbarleben.waste.actions import set_pickups, set_tour
from smartbarleben.waste.calendar import Pickup

NASA = "Quelle: NASA GmbH, CC BY 4.0"


@pytest.fixture
def whole_village(full_village: Municipality, tmp_path: Path) -> Municipality:  # noqa: F811
    """Something in every data set."""
    Ortschaft.objects.filter(slug="ebendorf").update(lon=11.5712, lat=52.1832)
    full_village.lon, full_village.lat = 11.6, 52.2
    full_village.save()
    timetables.import_feed(path=write(tmp_path, feed()), today=date(2026, 6, 9), attribution=NASA)
    ortschaft = Ortschaft.objects.get(slug="barleben")
    tour = set_tour(key="sued", streets=["Breiteweg", "Thieplatz"], ortschaft=ortschaft, source_name="Landkreis")
    days = [Pickup("paper", today() + timedelta(days=number)) for number in (1, 15, 29)]
    set_pickups(tour=tour, pickups=days, first=today(), last=today() + timedelta(days=60))
    return full_village


def set_keys() -> list[str]:
    """The keys of all data sets."""
    return [one.key for one in data_sets()]


@pytest.fixture
def download(client: Client) -> Callable[..., Any]:
    """`download(key, "csv")`: the rows of a CSV file, or what JSON says."""

    def fetch(key: str, ending: str) -> Any:
        answer = client.get(f"/offene-daten/{key}/daten.{ending}")
        assert answer.status_code == 200, key
        content = b"".join(answer.streaming_content)
        if ending == "csv":
            assert content.startswith(b"\xef\xbb\xbf")
            return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))
        return json.loads(content)

    return fetch
