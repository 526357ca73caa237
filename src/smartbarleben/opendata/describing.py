"""The OpenAPI document of the API with examples out of the village's own data, and what the reference page shows."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.http import Http404, HttpRequest, QueryDict
from django.utils import translation

from smartbarleben.places.queries import generation, house_name

from .api import LANGUAGES, PROBLEM, ROOT, Published, api, operations

# An example shows what an answer looks like, not everything that is in it.
_ROWS = 2
_SIGNS = 240


@dataclass(frozen=True, slots=True)
class Example:
    """A request that can be sent as it stands, and the beginning of its answer."""

    url: str
    answer: Any


@dataclass(frozen=True, slots=True)
class Parameter:
    """What an operation can be asked for."""

    name: str
    kind: str
    is_required: bool
    meaning: str


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation as the reference page shows it; the words are those of the document."""

    key: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    example_url: str
    example_answer: str


def document(request: HttpRequest) -> dict[str, Any]:
    """The OpenAPI 3.1 document; made once for each generation."""
    return _document(generation(request), str(connection.settings_dict["NAME"]))


@lru_cache(maxsize=2)
def _document(generation: int, database: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(api.get_openapi_schema(path_prefix=ROOT)))
    found["info"]["title"] = house_name()
    found["servers"] = [{"url": settings.BASE_URL}]
    found["externalDocs"] = {"url": f"{settings.BASE_URL}/offene-daten/"}
    for one in operations():
        operation = found["paths"][f"{ROOT.rstrip('/')}{one.path}"]["get"]
        _say_it_once(operation)
        _say_errors_right(operation)
        _name_languages(operation)
        example = _example(one)
        if example is not None:
            operation["responses"]["200"]["content"]["application/json"]["example"] = example.answer
            operation["x-example-url"] = example.url
    return found


def _say_it_once(operation: dict[str, Any]) -> None:
    """A description that begins with its summary says the rest; one that says nothing more is left out."""
    more = operation.get("description", "").removeprefix(operation["summary"]).lstrip(". \n")
    operation.pop("description", None)
    if more:
        operation["description"] = more


def _say_errors_right(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        if int(status) >= 400 and "application/json" in response.get("content", {}):
            response["content"] = {PROBLEM: response["content"]["application/json"]}
    operation["responses"]["304"] = {"description": "Not modified: the ETag sent in If-None-Match still holds."}


def _name_languages(operation: dict[str, Any]) -> None:
    # Checked by hand, so that a wrong one is refused in words; programs read the list here.
    for parameter in operation["parameters"]:
        if parameter["name"] == "language":
            parameter["schema"]["enum"] = [*LANGUAGES]


def _example(one: Published) -> Example | None:
    given = one.sample()
    if given is None:
        return None
    request = HttpRequest()
    request.method, request.path, request.GET = "GET", ROOT.rstrip("/") + one.path, QueryDict()
    path, query = one.path, {}
    for name, value in given.items():
        if f"{{{name}}}" in path:
            path = path.replace(f"{{{name}}}", str(value))
        else:
            query[name] = value
    try:
        with translation.override(settings.LANGUAGE_CODE):
            answer = one.function(request, **given)
    except Http404:
        return None
    url = f"{settings.BASE_URL}{ROOT.rstrip('/')}{path}{'?' if query else ''}{urlencode(query)}"
    return Example(url, shortened(json.loads(json.dumps(answer))))


def shortened(value: Any) -> Any:
    """The answer with at most two entries a list and texts cut; of the same shape."""
    match value:
        case dict():
            return {key: shortened(one) for key, one in value.items()}
        case list():
            # A position is one thing, however many numbers it has.
            return [shortened(one) for one in value[:_ROWS]]
        case str() if len(value) > _SIGNS and "://" not in value:
            return value[:_SIGNS] + "…"
    return value


def reference(request: HttpRequest) -> list[tuple[str, list[Operation]]]:
    """The operations by their tag, in the order of the document."""
    groups: dict[str, list[Operation]] = {}
    for path, methods in document(request)["paths"].items():
        given = methods["get"]
        answer = given["responses"]["200"]["content"]["application/json"].get("example")
        groups.setdefault(given["tags"][0], []).append(
            Operation(
                key=given["operationId"],
                path=path,
                summary=given["summary"],
                description=given.get("description", ""),
                parameters=tuple(_parameter(one) for one in given["parameters"]),
                example_url=given.get("x-example-url", ""),
                example_answer=json.dumps(answer, ensure_ascii=False, indent=2) if answer is not None else "",
            )
        )
    return list(groups.items())


def _parameter(given: Mapping[str, Any]) -> Parameter:
    schema = given["schema"]
    kinds = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    kind = str(kinds[0].get("format") or kinds[0].get("type", ""))
    limits = [
        f"{sign} {schema[name]}"
        for name, sign in (("minimum", "≥"), ("maximum", "≤"), ("default", "="))
        if schema.get(name) not in (None, "", False)
    ]
    return Parameter(
        given["name"], " ".join([kind, *limits]), bool(given.get("required")), given.get("description", "")
    )
