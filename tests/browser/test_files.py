"""What the house hands out besides pages: feeds, calendars, codes, papers, texts. Each is what it says it is."""

import io
import json
from collections.abc import Iterator

import pytest
from icalendar import Calendar
from lxml import etree
from pypdf import PdfReader
from tests.browser.addresses import LANGUAGES, public
from tests.browser.fetching import Answer, Reader
from tests.browser.serving import House

pytestmark = pytest.mark.sqlite_only

FILES = [one.key for one in public() if not one.is_page]
PAPERS = [key for key in FILES if key.startswith("content:notice")]


@pytest.fixture(scope="module")
def reader(house: House) -> Iterator[Reader]:
    with Reader(house.url) as connection:
        yield connection


def _read(answer: Answer) -> None:
    match answer.type:
        case "application/atom+xml" | "application/xml" | "image/svg+xml":
            etree.fromstring(answer.body)
        case "text/calendar":
            assert Calendar.from_ical(answer.body).walk("VEVENT")
        case "application/json" | "application/ld+json" | "application/geo+json":
            json.loads(answer.body)
        case "application/pdf":
            assert PdfReader(io.BytesIO(answer.body)).pages[0].extract_text().strip()
        case "text/plain" | "text/css" | "text/csv" | "text/turtle":
            answer.body.decode()
        case other:
            pytest.fail(f"{answer.path} is {other!r}")


@pytest.mark.parametrize("key", [key for key in FILES if key not in PAPERS])
def test_file(house: House, reader: Reader, key: str) -> None:
    for language in LANGUAGES:
        if not house.has(key):
            continue
        answer = reader.get(house.path(key, language))
        assert answer.status == 200, answer.path
        assert "set-cookie" not in answer.headers
        _read(answer)


@pytest.mark.parametrize(("key", "language"), [(key, LANGUAGES[n % 6]) for n, key in enumerate(PAPERS)])
def test_paper(house: House, reader: Reader, key: str, language: str) -> None:
    """Setting a paper takes a second, so each kind is set in one language, in turn."""
    answer = reader.get(house.path(key, language))
    assert answer.status == 200, answer.path
    assert answer.type == "application/pdf"
    _read(answer)
