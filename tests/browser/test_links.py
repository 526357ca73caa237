"""Every link of the house leads somewhere, and stays in the reader's language."""

from collections import Counter, deque
from collections.abc import Iterator
from urllib.parse import urldefrag, urljoin, urlsplit

import pytest
from lxml import html
from tests.browser.addresses import LANGUAGES, pages
from tests.browser.fetching import Answer, Reader
from tests.browser.serving import House

pytestmark = pytest.mark.sqlite_only

# German is walked as far as it goes; the other languages have the same templates.
MOST_PAGES = {"de": 2000}
MOST_PAGES_ELSEWHERE = 250
# Lists can be narrowed down in many ways, and setting a paper takes a second.
MOST_QUERIES_OF_A_PATH = 8
MOST_PAPERS = 3
# For the people of the town hall, or not of the house itself.
_NOT_WALKED = ("/verwaltung/", "/konto/")


def language_of(path: str) -> str:
    """The language that an address names."""
    first = path[1:].partition("/")[0]
    return first if first in LANGUAGES else "de"


def links(answer: Answer) -> Iterator[tuple[str, html.HtmlElement]]:
    """The internal addresses that a page names, without fragments, each with the element that names it."""
    for element, attribute, address, _position in answer.quick.iterlinks():
        if attribute not in {"href", "src", "action", "srcset"} or element.get("rel") == "canonical":
            continue
        target = urlsplit(urldefrag(urljoin(f"http://house{answer.path}", address)).url)
        if target.netloc == "house":
            yield (f"{target.path}?{target.query}" if target.query else target.path), element


def _is_file(path: str) -> bool:
    return path.startswith(("/static/", "/media/", "/farben.css")) or "." in path.rpartition("/")[2].partition("?")[0]


@pytest.fixture
def reader(house: House) -> Iterator[Reader]:
    with Reader(house.url) as connection:
        yield connection


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_link_leads_somewhere(house: House, reader: Reader, language: str) -> None:
    start = house.path("portal:home", language)
    most = MOST_PAGES.get(language, MOST_PAGES_ELSEWHERE)
    found_on, queue = {start: "the beginning"}, deque([start])
    queries, papers, seen = Counter[str](), 0, 0
    problems: list[str] = []
    while queue and seen < most:
        path = queue.popleft()
        seen += 1
        answer = reader.get(path)
        if answer.status != 200:
            problems.append(f"{path} answers {answer.status}; found on {found_on[path]}")
        if answer.type != "text/html" or answer.status != 200:
            continue
        for target, element in links(answer):
            if target.startswith(_NOT_WALKED) or target in found_on:
                continue
            bare = target.partition("?")[0]
            if not _is_file(bare) and element.get("hreflang") is None and language_of(bare) != language:
                said = " ".join(element.text_content().split())
                # Where a page says that it shows German, it offers the German page in words.
                if not (language_of(bare) == "de" and element.get("lang") == "de"):
                    problems.append(
                        f"{path} leads to {target} by {said!r}: another language, and the link does not say so"
                    )
            if language_of(bare) != language and not _is_file(bare):
                continue
            queries[bare] += "?" in target
            papers += bare.endswith(".pdf")
            if queries[bare] > MOST_QUERIES_OF_A_PATH or (bare.endswith(".pdf") and papers > MOST_PAPERS):
                continue
            found_on[target] = path
            queue.append(target)
    assert not problems, "\n" + "\n".join(problems[:60])
    assert seen > 100


def test_addresses_for_mail_and_phone_are_whole(house: House, reader: Reader) -> None:
    problems = []
    for key in pages():
        for address in reader.get(house.path(key, "de")).quick.xpath("//a/@href"):
            if address.startswith("mailto:") and "@" not in address.partition("?")[0]:
                problems.append(f"{key}: {address}")
            if address.startswith("tel:") and not address[4:].lstrip("+").replace("-", "").isdigit():
                problems.append(f"{key}: {address}")
    assert not problems, "\n" + "\n".join(problems)
