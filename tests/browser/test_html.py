"""Each public page in each language as a document: valid HTML, whole references, mutual language links."""

import json
from collections import Counter
from collections.abc import Iterator
from itertools import pairwise
from urllib.parse import urljoin, urlsplit

import pytest
from lxml import etree
from tests.browser.addresses import LANGUAGES, pages, public
from tests.browser.fetching import Answer, Reader
from tests.browser.samples import SAMPLES, WITHOUT
from tests.browser.serving import House

# The house in these tests always lives on SQLite.
pytestmark = pytest.mark.sqlite_only

_REFERENCES = (
    *("for", "headers", "list", "form", "aria-labelledby", "aria-describedby", "aria-controls", "aria-owns"),
    *("aria-activedescendant", "aria-errormessage", "aria-details", "aria-flowto"),
)
# Pages whose content is only for whoever holds the link say so to search engines and name no lasting address.
_BY_LINK_ONLY = frozenset(
    {"content:still_true", "cases:follow", "cases:receipt", "people:ask", "people:sent", "people:open"}
)


@pytest.fixture(scope="module")
def reader(house: House) -> Iterator[Reader]:
    with Reader(house.url) as connection:
        yield connection


def test_each_public_address_has_a_sample() -> None:
    """Whoever adds a public address says in samples.py what stands there; every test below then looks at it."""
    missing = {address.name for address in public()} - set(SAMPLES)
    assert not missing
    assert set(WITHOUT) <= set(SAMPLES)


def _words(element: etree._Element) -> str:
    """The name of a link or button as a screen reader finds it, roughly."""
    if label := element.get("aria-label"):
        return label.strip()
    parts = ["".join(element.itertext()), *(one.get("alt") or "" for one in element.iter("img"))]
    return " ".join(parts).strip()


def references(root: etree._Element) -> list[str]:
    """Ids that stand twice, and names of ids that stand nowhere."""
    ids = Counter(root.xpath("//@id"))
    problems = [f"id {name!r} stands {count} times" for name, count in ids.items() if count > 1]
    for attribute in _REFERENCES:
        for element in root.xpath(f"//*[@{attribute}]"):
            missing = [name for name in element.get(attribute).split() if name not in ids]
            problems += [f"<{element.tag} {attribute}> names {name!r}, which is nowhere" for name in missing]
    fragments = (address[1:] for address in root.xpath("//a/@href") if address.startswith("#"))
    return problems + [f"a link to #{name}, which is nowhere" for name in fragments if name not in ids]


def headings(root: etree._Element) -> list[str]:
    """Levels of headings that were left out on the way down."""
    found = [(int(one.tag[1]), " ".join("".join(one.itertext()).split())) for one in root.iter() if _is_heading(one)]
    problems = [] if [level for level, _text in found].count(1) == 1 else ["not exactly one h1"]
    for (upper, before), (lower, text) in pairwise(found):
        if lower > upper + 1:
            problems.append(f"h{lower} {text!r} follows h{upper} {before!r}")
    return problems + [f"empty h{level}" for level, text in found if not text]


def _is_heading(element: etree._Element) -> bool:
    return (
        isinstance(element.tag, str)
        and len(element.tag) == 2
        and element.tag[0] == "h"
        and element.tag[1] in "123456"
    )


def words(root: etree._Element) -> list[str]:
    """Pictures without alternative, links and buttons without words."""
    problems = [f"<img src={one.get('src')!r}> without alt" for one in root.iter("img") if one.get("alt") is None]
    problems += [
        "<svg> that is neither hidden nor named"
        for one in root.iter("{http://www.w3.org/2000/svg}svg", "svg")
        if one.get("aria-hidden") != "true" and not one.get("aria-label") and not one.get("aria-labelledby")
    ]
    for tag in ("a", "button", "summary"):
        problems += [f"<{tag} href={one.get('href')!r}> without words" for one in root.iter(tag) if not _words(one)]
    return problems


def strictness(root: etree._Element) -> list[str]:
    """What the public policy would refuse: inline styles, handlers and scripts; only data may stand in a script."""
    problems = [f"<{one.getparent().tag}> has an inline style" for one in root.xpath("//@style")]
    problems += ["a <style> element" for _one in root.iter("style")]
    for one in root.iter("script"):
        if one.get("type") == "application/ld+json":
            json.loads(one.text or "")
        elif not one.get("src"):
            problems.append("an inline script")
    problems += [f"a handler {name}" for one in root.iter() for name in one.attrib if str(name).startswith("on")]
    viewport = "".join(root.xpath("//meta[@name='viewport']/@content")).replace(" ", "")
    if "user-scalable=no" in viewport or "maximum-scale" in viewport:
        problems.append("the page forbids zooming")
    return problems


def _problems(answer: Answer) -> list[str]:
    root, invalid = answer.parsed
    return [*invalid, *references(root), *headings(root), *words(root), *strictness(root)]


@pytest.mark.parametrize("key", pages())
def test_page_is_a_sound_document(house: House, reader: Reader, key: str) -> None:
    problems = []
    for language in LANGUAGES:
        answer = reader.get(house.path(key, language))
        assert answer.status == 200, answer.path
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        problems += [f"{answer.path}: {problem}" for problem in _problems(answer)]
    assert not problems, "\n" + "\n".join(problems)


def _alternates(root: etree._Element) -> dict[str, str]:
    return {one.get("hreflang"): one.get("href") for one in root.xpath("//link[@rel='alternate'][@hreflang]")}


@pytest.mark.parametrize("key", [key for key in pages() if not key.startswith("content:slide")])
def test_languages_of_a_page_know_each_other(house: House, reader: Reader, key: str) -> None:
    told = {}
    for language in LANGUAGES:
        path = house.path(key, language)
        root, _invalid = reader.get(path).parsed
        told[language] = _alternates(root)
        if key not in _BY_LINK_ONLY:
            assert root.xpath("//link[@rel='canonical']/@href") == [house.url + path]
            assert told[language][language] == house.url + path
    for language, others in told.items():
        # Whose language we do not speak gets German.
        assert others.pop("x-default", None) == others.get("de")
        for other, address in others.items():
            assert address == house.url + house.path(key, other), f"{language} names another {other} page"
            # Whoever is named names back, or search engines trust neither.
            assert told[other].get(language) == others.get(language)
        switch = {
            one.get("hreflang"): urljoin(house.url, one.get("href"))
            for one in reader.get(house.path(key, language)).quick.xpath("//header//a[@hreflang]")
        }
        assert set(switch) == set(LANGUAGES), f"the switch on the {language} page"
        assert all(urlsplit(switch[other]).path == house.path(key, other) for other in LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_tell_pages_apart(house: House, reader: Reader, language: str) -> None:
    """A title in a list of open windows says which page it is; a slide is the same thing as its item."""
    titles: dict[str, list[str]] = {}
    for key in pages():
        if not key.startswith("content:slide"):
            path = house.path(key, language)
            titles.setdefault(reader.get(path).quick.findtext(".//title") or "", []).append(path)
    assert {title: paths for title, paths in titles.items() if len(paths) > 1} == {}


def test_a_broken_page_would_be_noticed() -> None:
    broken = Answer(
        "/",
        200,
        {},
        b"""<!doctype html><html lang="de"><title>x</title><p id="a" style="color:red"><div id="a" onclick="x()">
        <h1>A</h1><h3></h3><img src="x"><a href="/"></a><label for="b">B</label><script>x</script></div></p>""",
    )
    said = " ".join(_problems(broken))
    for word in (
        "stands 2 times",
        "'b'",
        "h3",
        "empty",
        "without alt",
        "without words",
        "inline style",
        "handler",
        "end",
    ):
        assert word in said, said
