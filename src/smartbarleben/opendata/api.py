"""The public API at /api/v1/: everything that the pages show, for programs. Read only, no key, no cookie.

Rooms make a `Router`, register their functions with `published`, and stand in `config/api.py`.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, ClassVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.utils import translation
from django.utils.translation import gettext as _
from ninja import Field, NinjaAPI, Query, Router, Schema
from ninja.decorators import decorate_view
from ninja.errors import ValidationError
from ninja.renderers import JSONRenderer

from smartbarleben.ui.http import holds_nul, public_page

from .queries import at_one_moment

ROOT = "/api/v1/"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)
# The page that explains the API; errors point to it.
REFERENCE = "/offene-daten/schnittstelle/"
PROBLEM = "application/problem+json"
READING = "GET, HEAD, OPTIONS"

type Operation = Callable[..., Any]
type Sample = Callable[[], Mapping[str, Any] | None]
Language = Annotated[
    str, Query(description=f"Language of the texts: {', '.join(LANGUAGES)}.", examples=["de"], max_length=12)
]


class ProblemField(Schema):
    """One wrong parameter."""

    parameter: str = Field(examples=["limit"])
    detail: str = Field(examples=["Write a whole number."])


class Problem(Schema):
    """What went wrong, in words (RFC 9457)."""

    type: str = Field(description="Address of the explanation; its end names the kind of problem.")
    title: str = Field(examples=["We do not understand this request."])
    status: int = Field(examples=[422])
    detail: str = Field(description="What to do, in the language asked for.")
    errors: list[ProblemField] = Field(default=[], description="Which parameters are wrong, and why.")


class _Readable(JSONRenderer):
    json_dumps_params: ClassVar = {"ensure_ascii": False}


api = NinjaAPI(
    title="SmartBarleben",
    version="1",
    description=(
        "What the village publishes, as the pages show it: each row with source, date, state of its translation and "
        "a mark on sample data. Nothing to sign up for. Answers carry an ETag: ask again with If-None-Match. "
        "Within version 1 fields are only added, never renamed or taken away."
    ),
    urls_namespace="api",
    # Swagger's page would load scripts from another host; the description itself is at openapi.json.
    docs_url=None,
    openapi_url=None,
    renderer=_Readable(),
)


@dataclass(frozen=True, slots=True)
class Published:
    """A function of the API with what it takes to ask it for an example; `sample` gives parameters or None."""

    path: str
    function: Operation
    sample: Sample


_published: list[Published] = []


def operations() -> tuple[Published, ...]:
    """Every function of the API."""
    return tuple(_published)


def _open_to_all(view: Operation) -> Operation:
    """Readable from any site, in the language of the query, recognised by its ETag; writing is refused in words."""

    page = public_page(changes="minute")(at_one_moment(view))

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET.get("language", settings.LANGUAGE_CODE)
        with translation.override(asked if asked in LANGUAGES else settings.LANGUAGE_CODE):
            if holds_nul(request):
                response = problem(422, "not-understood", _("We cannot read this value."))
            elif request.method in ("GET", "HEAD"):
                response = page(request, *args, **kwargs)
            elif request.method == "OPTIONS":
                response = HttpResponse(status=204, headers={"Allow": READING})
                # What a browser asks before a program of another site may send If-None-Match.
                response["Access-Control-Allow-Methods"] = "GET, HEAD"
                response["Access-Control-Allow-Headers"] = "If-None-Match"
                response["Access-Control-Max-Age"] = "86400"
            else:
                response = problem(405, "read-only", _("This API can only be read: use GET."))
                response["Allow"] = READING
        return opened(response)

    # Other methods come here too, and hear that this can only be read.
    answer.csrf_exempt = True  # type: ignore[attr-defined]
    return answer


def opened[Answer: HttpResponseBase](response: Answer) -> Answer:
    """The answer, readable by programs of every site: it is public and knows no cookie."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = "ETag, Link"
    return response


def published(router: Router, path: str, response: Any, *, sample: Sample = dict, **described: Any) -> Any:
    """Decorator: register a function as GET and HEAD; other methods are refused in words.

    ``sample()`` gives the parameters of an example that the data has an answer for, None where there is none.
    """

    def register(function: Operation) -> Operation:
        shapes = {200: response, 404: Problem, 422: Problem}
        described.setdefault("summary", (function.__doc__ or "").strip().partition("\n")[0].rstrip("."))
        # Programs that are made from the description call it so.
        described.setdefault("operation_id", function.__name__)
        function = decorate_view(_open_to_all)(function)
        router.api_operation(["GET"], path, response=shapes, **described)(function)
        others = ["HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE", "TRACE"]
        router.api_operation(others, path, include_in_schema=False)(function)
        _published.append(Published(path, function, sample))
        return function

    return register


def problem(status: int, kind: str, detail: str, errors: Mapping[str, str] | None = None) -> HttpResponse:
    """An error in words as RFC 9457 has it. ``kind`` is "not-found", "not-understood" or "read-only"."""
    titles = {404: _("There is nothing at this address."), 405: _("This API can only be read: use GET.")}
    body = {
        "type": f"{settings.BASE_URL}{REFERENCE}#{kind}",
        "title": titles.get(status) or _("We do not understand this request."),
        "status": status,
        "detail": detail,
        "errors": [{"parameter": name, "detail": words} for name, words in (errors or {}).items()],
    }
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type=PROBLEM, status=status)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(404, "not-found", str(error) or _("There is nothing at this address."))


def wrong_value(kind: str, limits: Mapping[str, Any]) -> str:
    """What is wrong with a parameter and what to write instead; ``kind`` and ``limits`` are Pydantic's, whose own
    messages are English in every language.
    """
    match kind:
        case "greater_than_equal":
            return _("Write a number of at least %(number)s.") % {"number": limits["ge"]}
        case "less_than_equal":
            return _("Write a number of at most %(number)s.") % {"number": limits["le"]}
        case "string_too_long":
            return _("This is too long: at most %(number)s signs.") % {"number": limits["max_length"]}
    if kind.startswith("int_"):
        return _("Write a whole number.")
    if kind.startswith("bool_"):
        return _("Write true or false.")
    if kind.startswith("datetime_"):
        return _("Write a day and a time, for example 2026-10-31T18:00.")
    if kind.startswith("date_"):
        return _("Write a day, for example 2026-10-31.")
    return _("We cannot read this value.")


@api.exception_handler(ValidationError)
def _not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {str(one["loc"][-1]): wrong_value(one["type"], one.get("ctx") or {}) for one in error.errors}
    return problem(422, "not-understood", " ".join(dict.fromkeys(fields.values())), fields)


class Wrong(Exception):
    """A parameter has the right type and makes no sense."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@api.exception_handler(Wrong)
def _wrong(request: HttpRequest, error: Wrong) -> HttpResponse:
    return problem(422, "not-understood", str(error), {error.field: str(error)})


def checked_language(language: str) -> str:
    """The language if the site has it. Raises Wrong."""
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise Wrong("language", _("We write in these languages: %(languages)s.") % {"languages": known})
    return language


def one_of(parameter: str, value: str, known: Mapping[str, Any] | list[str]) -> str:
    """The value if it is one of the known ones or empty. Raises Wrong naming them."""
    if value and value not in known:
        raise Wrong(parameter, _("Write one of these: %(words)s.") % {"words": ", ".join(known)})
    return value


@_open_to_all
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of this API for programs."""
    from .describing import document

    return api.create_response(request, document(request), status=200)


@_open_to_all
def nothing_here(request: HttpRequest, rest: str = "") -> HttpResponse:
    """Every other address below the API: an answer in the API's own form."""
    url = f"{settings.BASE_URL}{ROOT}openapi.json"
    words = _("There is nothing at this address. See %(url)s for what there is.") % {"url": url}
    return problem(404, "not-found", words)
