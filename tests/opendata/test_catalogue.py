"""The catalogue keeps to DCAT-AP.de 3.0, says the same in both forms, and claims nothing that nobody decided."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st
from tests.opendata.conftest import set_keys

from smartbarleben.opendata.catalogue import turtle
from smartbarleben.opendata.models import Terms
from smartbarleben.places.models import Municipality

SITE = "http://localhost:8000"
EU = "http://publications.europa.eu/resource/authority"
THEMES = ["AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL", "INTR", "JUST", "REGI", "SOCI", "TECH", "TRAN"]
# What https://www.dcat-ap.de/def/dcatde/3.0/spec/ and its SHACL shapes demand of the properties that we use: how
# often at least and at most, and what a value is: "text", a class of the same graph, or a pattern of its address.
DEMANDS: dict[str, dict[str, tuple[int, int, str]]] = {
    "dcat:Catalog": {
        "dct:title": (1, 9, "text"),
        "dct:description": (1, 9, "text"),
        "dct:publisher": (1, 1, "foaf:Agent"),
        "foaf:homepage": (0, 1, "https?://.+"),
        "dct:language": (0, 9, f"{EU}/language/DEU"),
        "dcat:dataset": (0, 99, "dcat:Dataset"),
    },
    "dcat:Dataset": {
        "dct:title": (1, 9, "text"),
        "dct:description": (1, 9, "text"),
        "dct:publisher": (1, 1, "foaf:Agent"),
        "dct:identifier": (0, 9, "text"),
        "dct:modified": (0, 1, "text"),
        "dcat:contactPoint": (0, 9, "vcard:Kind"),
        "dcat:theme": (0, 9, f"{EU}/data-theme/({'|'.join(THEMES)})"),
        "dcat:landingPage": (0, 9, "https?://.+"),
        "dcatde:politicalGeocodingLevelURI": (0, 9, "http://dcat-ap.de/def/politicalGeocoding/Level/municipality"),
        "dcatde:politicalGeocodingURI": (0, 9, r"http://dcat-ap\.de/def/politicalGeocoding/municipalityKey/\d{8}"),
        "dct:spatial": (0, 9, r"http://dcat-ap\.de/def/politicalGeocoding/municipalityKey/\d{8}"),
        "dcat:distribution": (1, 9, "dcat:Distribution"),
    },
    "dcat:Distribution": {
        "dcat:accessURL": (1, 9, "https?://.+"),
        "dct:license": (1, 1, r"http://dcat-ap\.de/def/licenses/.+"),
        "dcat:downloadURL": (0, 9, "https?://.+"),
        "dct:format": (0, 1, f"{EU}/file-type/(CSV|JSON|GEOJSON)"),
        "dcat:mediaType": (0, 1, "https?://www.iana.org/assignments/media-types/[a-z]+/[a-z+]+"),
        "dcatde:licenseAttributionByText": (0, 9, "text"),
    },
    "foaf:Agent": {"foaf:name": (1, 9, "text"), "foaf:homepage": (0, 1, "https?://.+")},
    "vcard:Kind": {
        "vcard:fn": (0, 1, "text"),
        "vcard:hasURL": (0, 9, "https?://.+"),
        "vcard:hasEmail": (0, 9, "mailto:.+@.+"),
    },
}


def values(node: dict[str, Any], name: str) -> list[Any]:
    found = node.get(name, [])
    return found if isinstance(found, list) else [found]


def mistakes(graph: list[dict[str, Any]]) -> Iterator[str]:
    """Everything in which the graph falls short."""
    classes = {node["@id"]: node["@type"] for node in graph}
    for node in graph:
        demands = DEMANDS[node["@type"]]
        here = f"{node['@type']} {node['@id']}"
        yield from (f"{here}: {name}?" for name in node if not name.startswith("@") and name not in demands)
        if node["@type"] == "vcard:Kind" and not {"vcard:hasURL", "vcard:hasEmail"} & set(node):
            yield f"{here}: nobody can be reached"
        for name, (least, most, what) in demands.items():
            found = values(node, name)
            if not least <= len(found) <= most:
                yield f"{here}: {name} stands {len(found)} times"
            for one in found:
                match one:
                    case str() | {"@value": str()}:
                        fits = what == "text" and bool(one if isinstance(one, str) else one["@value"])
                    case {"@id": str(address)}:
                        fits = classes.get(address) == what or bool(re.fullmatch(what, address))
                    case _:
                        fits = False
                if not fits:
                    yield f"{here}: {name} is {one!r}"


def graph_of(client: Client, path: str = "/offene-daten/katalog.jsonld") -> list[dict[str, Any]]:
    return json.loads(client.get(path).content)["@graph"]


def test_it_keeps_to_the_standard_once_the_town_hall_has_chosen_its_terms(whole_village, client: Client) -> None:
    Terms.objects.update(licence="dl-de-by-2.0")
    assert list(mistakes(graph_of(client))) == []


def test_until_then_nothing_is_claimed_and_only_the_licence_is_missing(whole_village, client: Client) -> None:
    found = list(mistakes(graph_of(client)))
    assert found
    assert all(re.search(r"^dcat:Distribution .*: dct:license stands 0 times$", one) for one in found), found
    others = ("haltestellen", "linien")
    assert not any(key in one for key in others for one in found)


def test_a_village_without_mail_can_be_reached(whole_village: Municipality, client: Client) -> None:
    Municipality.objects.update(email="", website="")
    Terms.objects.update(licence="cc-zero-1.0")
    assert list(mistakes(graph_of(client))) == []


def test_the_check_notices_what_is_wrong(whole_village: Municipality, client: Client) -> None:
    Terms.objects.update(licence="cc-by-4.0")
    right = graph_of(client)
    assert list(mistakes(right)) == []
    for kind, change in (
        ("dcat:Catalog", {"dct:publisher": []}),
        ("dcat:Dataset", {"dct:title": []}),
        ("dcat:Dataset", {"dcat:theme": [{"@id": f"{EU}/data-theme/FOOD"}]}),
        ("dcat:Dataset", {"dcat:distribution": [{"@id": f"{SITE}/gibtsnicht.csv"}]}),
        ("dcat:Distribution", {"dct:license": {"@id": "https://creativecommons.org/licenses/by/4.0/"}}),
        ("dcat:Distribution", {"dcat:accessUrl": {"@id": SITE}}),
        ("foaf:Agent", {"foaf:name": {"@value": ""}}),
    ):
        first = next(number for number, node in enumerate(right) if node["@type"] == kind)
        assert list(mistakes([*right[:first], right[first] | change, *right[first + 1 :]])), change


def test_it_holds_every_set_with_the_municipalitys_own_key(whole_village: Municipality, client: Client) -> None:
    whole_village.ags = "01234567"
    whole_village.generation += 1
    whole_village.save()
    graph = graph_of(client, "/ar/offene-daten/katalog.jsonld")
    sets = [node for node in graph if node["@type"] == "dcat:Dataset"]
    assert len(sets) == len(set_keys())
    for node in sets:
        assert node["dcatde:politicalGeocodingURI"]["@id"].endswith("/municipalityKey/01234567")
        assert node["dct:title"]["@language"] == "de"
    files = {node["@id"] for node in graph if node["@type"] == "dcat:Distribution"}
    assert {one["@id"] for node in sets for one in node["dcat:distribution"]} == files
    for address in files:
        assert client.get(address.removeprefix(SITE)).status_code == 200


TOKEN = re.compile(r'\s+|(<[^<>"{}|^`\\\s]*>|"(?:[^"\\\n\r]|\\.)*"(?:@[a-z]+|\^\^\w+:\w+)?|\w+:\w+|a(?=\s)|[.,;])')
type Triple = tuple[str, str, str]


def triples_of_turtle(text: str) -> set[Triple]:
    """What the subset of Turtle that we write says; ValueError for anything else."""
    tokens, position = [], 0
    body = re.sub(r"^@prefix \w+: <[^>]+> \.\n", "", text, flags=re.MULTILINE)
    while position < len(body):
        match = TOKEN.match(body, position)
        if not match:
            raise ValueError(body[position : position + 40])
        tokens += filter(None, [match[1]])
        position = match.end()
    found: set[Triple] = set()
    triple = ["", "", ""]
    turn = 0
    for token in tokens:
        if token in ".;,":
            turn = ".;,".index(token)
        else:
            triple[turn] = token
            if turn == 2:
                found.add((triple[0], triple[1], triple[2]))
            turn = min(turn + 1, 2)
    return found


def triples_of_json(graph: list[dict[str, Any]]) -> set[Triple]:
    found = set()
    for node in graph:
        found.add((f"<{node['@id']}>", "a", node["@type"]))
        for name in (name for name in node if not name.startswith("@")):
            for one in values(node, name):
                match one:
                    case {"@id": address}:
                        written = f"<{address}>"
                    case {"@value": text, "@language": language}:
                        written = f"{json.dumps(text, ensure_ascii=False)}@{language}"
                    case {"@value": text, "@type": kind}:
                        written = f"{json.dumps(text, ensure_ascii=False)}^^{kind}"
                    case _:
                        written = json.dumps(one, ensure_ascii=False)
                found.add((f"<{node['@id']}>", name, written))
    return found


def test_turtle_says_the_same_as_json_ld(whole_village: Municipality, client: Client) -> None:
    text = client.get("/offene-daten/katalog.ttl").content.decode()
    said = triples_of_turtle(text)
    assert len(said) > 300
    assert said == triples_of_json(graph_of(client))


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_no_text_ends_a_text_of_turtle_and_each_comes_back(text: str) -> None:
    node = {"@id": "http://x/a", "@type": "dct:X", "dct:title": {"@value": text, "@language": "de"}}
    written = turtle({"@context": {"dct": "http://purl.org/dc/terms/"}, "@graph": [node]})
    (title,) = (value for _subject, name, value in triples_of_turtle(written) if name == "dct:title")
    assert json.loads(title.removesuffix("@de")) == text


@pytest.mark.parametrize("sign", '<>"{}|^`\\ \n')
def test_no_sign_ends_an_address_of_turtle(sign: str) -> None:
    node = {"@id": f"http://x/a{sign}b", "@type": "dct:X"}
    assert f"<http://x/a%{ord(sign):02X}b> a dct:X" in turtle({"@context": {}, "@graph": [node]})
