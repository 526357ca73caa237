"""The sets for catalogues: a summary of each in our own words, and all of them as DCAT-AP.de in JSON-LD and Turtle.

https://www.dcat-ap.de/def/dcatde/3.0/spec/
"""

import json
from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from smartbarleben.places.queries import Village
from smartbarleben.ui.jsonld import Data, known

from .formats import plain
from .queries import credits_of
from .registry import Credit, DataSet, State

MEDIA_TYPES = {"csv": "text/csv", "json": "application/json", "geojson": "application/geo+json"}
_EU = "http://publications.europa.eu/resource/authority"
_DCATDE = "http://dcat-ap.de/def"


def page_url(one: DataSet) -> str:
    """The page that explains a set."""
    return f"{settings.BASE_URL}/offene-daten/{one.key}/"


def file_url(one: DataSet, ending: str) -> str:
    """The whole set as one file."""
    return f"{settings.BASE_URL}/offene-daten/{one.key}/daten.{ending}"


def summary(one: DataSet, state: State) -> Data:
    """A set in plain data: the head of its JSON files and what the API says about it."""
    return {
        "key": one.key,
        "title": str(one.title),
        "description": str(one.description),
        "rows": state.rows,
        "changed": plain(state.changed),
        "credits": [credit(entry) for entry in credits_of(one)],
        "fields": [
            {"name": entry.name, "type": entry.type, "meaning": str(entry.meaning), "unit": entry.unit or None}
            for entry in one.fields
        ],
        "files": [
            {"format": ending, "media_type": MEDIA_TYPES[ending], "url": file_url(one, ending)}
            for ending in one.formats
        ],
        "page": page_url(one),
    }


def credit(entry: Credit) -> Data:
    """Whose data, in plain data."""
    licence = entry.licence
    return {
        "words": entry.words,
        "url": entry.url or None,
        "licence": {"key": licence.key, "name": licence.name, "url": licence.url} if licence else None,
    }


def schema_org(one: DataSet, state: State) -> Data:
    """A set as search engines for data read it: a schema.org Dataset."""
    credits = credits_of(one)
    return known(
        {
            "@context": "https://schema.org",
            "@type": "Dataset",
            "@id": page_url(one),
            "url": page_url(one),
            "name": str(one.title),
            "description": str(one.description),
            "isAccessibleForFree": True,
            "creator": [{"@type": "Organization", "name": entry.words} for entry in credits],
            "variableMeasured": [entry.name for entry in one.fields],
            "distribution": [
                {"@type": "DataDownload", "encodingFormat": MEDIA_TYPES[ending], "contentUrl": file_url(one, ending)}
                for ending in one.formats
            ],
            "dateModified": plain(state.changed),
            "license": sorted({entry.licence.url for entry in credits if entry.licence}),
        }
    )


CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "dcatde": f"{_DCATDE}/dcatde/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}


def _id(address: str) -> Data:
    return {"@id": address}


def _german(text: str) -> Data:
    return {"@value": text, "@language": "de"}


def catalogue(house: Village, sets: Sequence[tuple[DataSet, State]]) -> Data:
    """Everything as JSON-LD. What is not known (a licence, a date) is left out, not guessed."""
    home = f"{settings.BASE_URL}/offene-daten/"
    municipality = house.municipality
    publisher = f"{home}#herausgeber"
    name = f"{municipality.kind} {municipality.name}"
    agent: Data = {"@id": publisher, "@type": "foaf:Agent", "foaf:name": _german(name)}
    if municipality.website:
        agent["foaf:homepage"] = _id(municipality.website)
    # A contact needs an address that answers: the page of open data leads to the form.
    contact: Data = {"@id": f"{home}#kontakt", "@type": "vcard:Kind", "vcard:fn": name, "vcard:hasURL": _id(home)}
    if municipality.email:
        contact["vcard:hasEmail"] = _id(f"mailto:{municipality.email}")
    entries = [_entry(one, state, municipality, publisher, contact["@id"]) for one, state in sets]
    files = [_distribution(one, ending) for one, _state in sets for ending in one.formats]
    top = {
        "@id": home,
        "@type": "dcat:Catalog",
        "dct:title": _german(_("Open data of %(name)s") % {"name": name}),
        "dct:description": _german(_("What the municipality knows and everybody may take away.")),
        "dct:publisher": _id(publisher),
        "foaf:homepage": _id(home),
        "dct:language": _id(f"{_EU}/language/DEU"),
        "dcat:dataset": [_id(page_url(one)) for one, _state in sets],
    }
    return {"@context": CONTEXT, "@graph": [top, agent, contact, *entries, *files]}


def _entry(one: DataSet, state: State, municipality: Any, publisher: str, contact: str) -> Data:
    area = _id(f"{_DCATDE}/politicalGeocoding/municipalityKey/{municipality.ags}")
    found: Data = {
        "@id": page_url(one),
        "@type": "dcat:Dataset",
        "dct:identifier": page_url(one),
        "dct:title": _german(str(one.title)),
        "dct:description": _german(str(one.description)),
        "dct:publisher": _id(publisher),
        "dcat:contactPoint": _id(contact),
        "dcat:theme": [_id(f"{_EU}/data-theme/{theme}") for theme in one.themes],
        "dcat:landingPage": _id(page_url(one)),
        "dcatde:politicalGeocodingLevelURI": _id(f"{_DCATDE}/politicalGeocoding/Level/municipality"),
        "dcatde:politicalGeocodingURI": area,
        "dct:spatial": area,
        "dcat:distribution": [_id(file_url(one, ending)) for ending in one.formats],
    }
    if state.changed:
        found["dct:modified"] = _dated(state.changed)
    return found


def _dated(moment: date) -> Data:
    kind = "dateTime" if isinstance(moment, datetime) else "date"
    return {"@value": plain(moment), "@type": f"xsd:{kind}"}


def _distribution(one: DataSet, ending: str) -> Data:
    address = file_url(one, ending)
    found: Data = {
        "@id": address,
        "@type": "dcat:Distribution",
        "dcat:accessURL": _id(address),
        "dcat:downloadURL": _id(address),
        "dct:format": _id(f"{_EU}/file-type/{ending.upper()}"),
        "dcat:mediaType": _id(f"http://www.iana.org/assignments/media-types/{MEDIA_TYPES[ending]}"),
    }
    credits = credits_of(one)
    licences = {entry.licence.dcat for entry in credits if entry.licence}
    if len(licences) == 1 and all(entry.licence for entry in credits):
        found["dct:license"] = _id(licences.pop())
    words = [entry.words for entry in credits]
    found["dcatde:licenseAttributionByText"] = [_german(text) for text in words]
    return found


def turtle(graph: Data) -> str:
    """A graph made by `catalogue` as Turtle."""
    lines = [f"@prefix {name}: <{address}> ." for name, address in graph["@context"].items()]
    for node in graph["@graph"]:
        pairs = [f"a {node['@type']}"]
        for name, value in node.items():
            if not name.startswith("@"):
                values = value if isinstance(value, list) else [value]
                pairs.append(f"{name} {', '.join(map(_turtle_value, values))}")
        lines.append(f"\n<{_address(node['@id'])}> {' ;\n    '.join(pairs)} .")
    return "\n".join(lines) + "\n"


def _turtle_value(value: Any) -> str:
    if isinstance(value, dict) and "@id" in value:
        return f"<{_address(value['@id'])}>"
    if isinstance(value, dict):
        end = f"@{value['@language']}" if "@language" in value else f"^^{value['@type']}"
        return f"{json.dumps(value['@value'], ensure_ascii=False)}{end}"
    return json.dumps(value, ensure_ascii=False)


def _address(address: str) -> str:
    """An address with what may not stand between angle brackets written out."""
    return "".join(f"%{ord(sign):02X}" if sign in '<>"{}|^`\\ ' or ord(sign) < 33 else sign for sign in address)
