"""The pages of open data for people, and the files of the data sets."""

import json
from collections.abc import Iterator

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from markupsafe import Markup

from smartbarleben.ui.context import FeedLink
from smartbarleben.ui.http import public_page, render
from smartbarleben.ui.jsonld import script

from . import formats
from .api import ROOT, opened
from .catalogue import MEDIA_TYPES, schema_org, summary
from .describing import reference
from .queries import at_one_moment, credits_of, states
from .registry import DataSet, data_set, data_sets
from .tables import all_rows

ROWS_SHOWN = 5
FORMAT_NAMES = {"csv": "CSV", "json": "JSON", "geojson": "GeoJSON"}
_TYPES = {"csv": "text/csv; charset=utf-8; header=present"}


def _found(key: str) -> DataSet:
    one = data_set(key)
    if one is None:
        raise Http404(_("There is no data set at this address."))
    return one


@public_page(changes="day")
@at_one_moment
def sets(request: HttpRequest) -> HttpResponse:
    """All data sets: what is in them, how fresh they are, their files and terms."""
    known = states(request)
    context = {
        "sets": [(one, known[one.key], credits_of(one)) for one in data_sets()],
        "format_names": FORMAT_NAMES,
        "feeds": [
            FeedLink("DCAT-AP.de (JSON-LD)", "/offene-daten/katalog.jsonld", "application/ld+json"),
            FeedLink("DCAT-AP.de (Turtle)", "/offene-daten/katalog.ttl", "text/turtle"),
        ],
    }
    return render(request, "opendata/sets.jinja", context)


@public_page(changes="day")
@at_one_moment
def one_set(request: HttpRequest, key: str) -> HttpResponse:
    """One data set: its fields with meaning and unit, its first rows, files, terms, an example request."""
    one = _found(key)
    rows = one.table.read(0, ROWS_SHOWN)
    names = [field.name for field in one.fields]
    objects = [dict(zip(names, map(formats.plain, row), strict=True)) for _number, row in rows]
    rows_url = f"{settings.BASE_URL}{ROOT}datasets/{one.key}/rows?limit=1"
    state = states(request)[one.key]
    answer = {"rows": objects[:1], "next": f"{rows_url}&after={rows[0][0]}" if len(rows) > 1 else None}
    context = {
        "one": one,
        "jsonld_markup": script(schema_org(one, state)),
        "state": state,
        "credits": credits_of(one),
        "format_names": FORMAT_NAMES,
        "type_names": type_names(),
        "rows_url": rows_url,
        "rows_answer": json.dumps(answer, ensure_ascii=False, indent=2) if objects else "",
        "here": _here,
        "feeds": [
            FeedLink(
                f"{one.title} ({FORMAT_NAMES[ending]})",
                f"/offene-daten/{one.key}/daten.{ending}",
                MEDIA_TYPES[ending],
            )
            for ending in one.formats
        ],
        "example_data": bool(objects) and any(entry.get("example") for entry in objects),
    }
    return render(request, "opendata/set.jinja", context)


def _here(path: str) -> str:
    """A German address in the language of this page."""
    language = get_language() or settings.LANGUAGE_CODE
    return path if language == settings.LANGUAGE_CODE else f"/{language}{path}"


def type_names() -> dict[str, str]:
    """What the types of fields are called, in the reader's language."""
    return {
        "text": _("text"),
        "integer": _("whole number"),
        "number": _("decimal number"),
        "boolean": _("yes or no"),
        "date": _("day"),
        "time": _("time of day"),
        "moment": _("day and time (UTC)"),
        "list": _("several texts"),
        "line": _("course on the map"),
    }


@public_page(changes="day")
@at_one_moment
def interface(request: HttpRequest) -> HttpResponse:
    """The API for people who write programs: every operation with an example that can be tried."""
    context = {
        "groups": reference(request),
        "api_code": Markup('<code dir="ltr">{}</code>').format(f"{settings.BASE_URL}{ROOT}"),
        "languages_known": [code for code, _name in settings.LANGUAGES],
        "feeds": [FeedLink("OpenAPI", f"{ROOT}openapi.json", "application/json")],
    }
    return render(request, "opendata/interface.jinja", context)


@public_page(changes="day")
@at_one_moment
def file(request: HttpRequest, key: str, ending: str) -> StreamingHttpResponse:
    """A data set as one file, written while it is read."""
    one = _found(key)
    if ending not in one.formats:
        raise Http404(_("This data set has no file of this kind."))
    content = iter(()) if request.method == "HEAD" else _parts(request, one, ending)
    response = StreamingHttpResponse(content, content_type=_TYPES.get(ending, MEDIA_TYPES[ending]))
    kind = "attachment" if ending == "csv" else "inline"
    response["Content-Disposition"] = f'{kind}; filename="{one.key}.{ending}"'
    links = [f'<{settings.BASE_URL}/offene-daten/{one.key}/>; rel="describedby"; type="text/html"']
    licences = {entry.licence.url for entry in credits_of(one) if entry.licence}
    response["Link"] = ", ".join([*links, *(f'<{url}>; rel="license"' for url in sorted(licences))])
    return opened(response)


def _parts(request: HttpRequest, one: DataSet, ending: str) -> Iterator[str]:
    rows = all_rows(one.table)
    if ending == "csv":
        return formats.csv_parts(one.columns, rows)
    # Read now: the language of the request is over when the file is written.
    head = {"dataset": summary(one, states(request)[one.key])}
    if ending == "geojson":
        return formats.geojson_parts(head, one.columns, rows, identity=one.identity)
    return formats.json_parts(head, one.columns, rows)
