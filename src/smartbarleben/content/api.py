"""The public JSON API at /api/v1/: everything that the pages show, for programs. Read only, no key, no cookie."""

import base64
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import wraps
from typing import Annotated, Any, ClassVar
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from ninja import NinjaAPI, Query, Router
from ninja.decorators import decorate_view
from ninja.errors import ValidationError
from ninja.renderers import JSONRenderer

from smartbarleben.places.queries import village
from smartbarleben.ui.http import public_page

from . import queries, registry
from .api_schemas import ItemOut, ItemPage, Problem, TrailOut, VillageOut
from .channels import data
from .presentation import ItemView

ROOT = "/api/v1/"
LANGUAGES = tuple(code for code, _name in settings.LANGUAGES)

type Operation = Callable[..., Any]
Language = Annotated[
    str, Query(description=f"Language of the texts: {', '.join(LANGUAGES)}.", examples=["de"], max_length=12)
]


class _Readable(JSONRenderer):
    json_dumps_params: ClassVar = {"ensure_ascii": False}


api = NinjaAPI(
    title="SmartBarleben",
    version="1",
    description=(
        "What the village publishes, as the pages show it: each row with source, date, state of its translation and "
        "a mark on sample data. Nothing to sign up for. Answers carry an ETag: ask again with If-None-Match."
    ),
    urls_namespace="api",
    # Swagger's page would load scripts from another host; the description itself is at openapi.json.
    docs_url=None,
    openapi_url=None,
    renderer=_Readable(),
)
items_router = Router(tags=["items"])


def _open_to_all(view: Operation) -> Operation:
    """Readable from any site, in the language of the query, recognised by its ETag; writing is refused in words."""

    page = public_page(changes="minute")(view)

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET.get("language", settings.LANGUAGE_CODE)
        with translation.override(asked if asked in LANGUAGES else settings.LANGUAGE_CODE):
            if request.method in ("GET", "HEAD"):
                response = page(request, *args, **kwargs)
            else:
                response = problem(request, 405, "read_only", _("This API can only be read: use GET."))
                response["Allow"] = "GET, HEAD"
        response["Access-Control-Allow-Origin"] = "*"
        return response

    return answer


def published(router: Router, path: str, response: Any, **described: Any) -> Callable[[Operation], Operation]:
    """Register a function as GET and HEAD; other methods are refused in words."""

    def register(function: Operation) -> Operation:
        shapes = {200: response, 404: Problem, 422: Problem}
        described.setdefault("summary", (function.__doc__ or "").strip().partition("\n")[0].rstrip("."))
        function = decorate_view(_open_to_all)(function)
        router.api_operation(["GET"], path, response=shapes, **described)(function)
        router.api_operation(["HEAD", "POST", "PUT", "PATCH", "DELETE"], path, include_in_schema=False)(function)
        return function

    return register


def problem(request: HttpRequest, status: int, error: str, message: str, **fields: str) -> HttpResponse:
    """An error as JSON in words."""
    body = {"error": error, "message": message, "fields": fields}
    return api.create_response(request, body, status=status)


@api.exception_handler(Http404)
def _not_found(request: HttpRequest, error: Http404) -> HttpResponse:
    return problem(request, 404, "not_found", str(error) or _("There is nothing at this address."))


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
    if kind.startswith("datetime_"):
        return _("Write a day and a time, for example 2026-10-31T18:00.")
    return _("We cannot read this value.")


@api.exception_handler(ValidationError)
def _not_understood(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {str(one["loc"][-1]): wrong_value(one["type"], one.get("ctx") or {}) for one in error.errors}
    return problem(request, 422, "not_understood", _("We do not understand this request."), **fields)


class Wrong(Exception):
    """A parameter has the right type and makes no sense."""

    def __init__(self, field: str, message: str) -> None:
        super().__init__(message)
        self.field = field


@api.exception_handler(Wrong)
def _wrong(request: HttpRequest, error: Wrong) -> HttpResponse:
    return problem(request, 422, "not_understood", str(error), **{error.field: str(error)})


def checked_language(language: str) -> str:
    """The language if the site has it. Raises Wrong."""
    if language not in LANGUAGES:
        known = ", ".join(LANGUAGES)
        raise Wrong("language", _("We write in these languages: %(languages)s.") % {"languages": known})
    return language


def kind_of(key: str) -> registry.Kind:
    """The kind with this key. Raises Wrong naming the known ones."""
    known = {one.key: one for one in registry.kinds()}
    if key not in known:
        raise Wrong("kind", _("There are these kinds: %(kinds)s.") % {"kinds": ", ".join(known)})
    return known[key]


def _cursor(view: ItemView) -> str:
    return base64.urlsafe_b64encode(f"{view.card.published_on.isoformat()}|{view.pk}".encode()).decode().rstrip("=")


def _after(cursor: str) -> Q:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        moment, _sep, pk = text.partition("|")
        last, number = datetime.fromisoformat(moment), int(pk)
    except ValueError:
        last = number = None
    if last is None or last.tzinfo is None:
        raise Wrong("cursor", _("Take the cursor from “next” of the page before."))
    return Q(published_on__lt=last) | Q(published_on=last, pk__lt=number)


@published(items_router, "/items/", ItemPage)
def list_items(
    request: HttpRequest,
    kind: Annotated[str, Query(description="Only this kind.", examples=["event"])] = "",
    ortschaft: Annotated[str, Query(description="Only this Ortschaft (short name).", examples=["ebendorf"])] = "",
    language: Language = settings.LANGUAGE_CODE,
    updated_since: Annotated[datetime | None, Query(description="Only what has changed since (ISO 8601).")] = None,
    cursor: Annotated[str, Query(description="From `next` of the page before.", max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Any:
    """Items, last published first.

    A page has at most `limit` rows; follow `next` to read on. Rows lack texts and facts: ask for the single item.
    """
    checked_language(language)
    house = village(request)
    if ortschaft and house.ortschaft(ortschaft) is None:
        known = ", ".join(one.slug for one in house.ortschaften)
        raise Wrong("ortschaft", _("There are these Ortschaften: %(names)s.") % {"names": known})
    found = queries.newest(kind=kind_of(kind).key if kind else None, ortschaft=ortschaft or None)
    if updated_since:
        since = updated_since if updated_since.tzinfo else timezone.make_aware(updated_since)
        found = found.filter(Q(last_published_at__gte=since) | Q(last_published_at=None, published_on__gte=since))
    if cursor:
        found = found.filter(_after(cursor))
    views = queries.views(found[: limit + 1], language, timezone.now())
    following = None
    if len(views) > limit:
        views = views[:limit]
        query = request.GET.dict() | {"cursor": _cursor(views[-1])}
        following = f"{settings.BASE_URL}{ROOT}items/?{urlencode(query)}"
    return {"items": [data.row(view, house) for view in views], "next": following}


@published(items_router, "/items/{kind}/{slug}", ItemOut)
def one_item(request: HttpRequest, kind: str, slug: str, language: Language = settings.LANGUAGE_CODE) -> Any:
    """One item with its text, its facts and its trail."""
    return data.item(_view(kind, slug, language), village(request))


@published(items_router, "/trail/{kind}/{slug}", TrailOut)
def trail(request: HttpRequest, kind: str, slug: str, language: Language = settings.LANGUAGE_CODE) -> Any:
    """How something came about and what came of it.

    An item without links has no steps.
    """
    house = village(request)
    return {"steps": [data.step(one, house) for one in _view(kind, slug, language).trail]}


def _view(kind: str, slug: str, language: str) -> ItemView:
    view = queries.item_by_slug(kind_of(kind), slug, checked_language(language), timezone.now())
    if view is None:
        raise Http404(_("There is no item “%(slug)s” of the kind “%(kind)s”.") % {"slug": slug, "kind": kind})
    return view


@published(items_router, "/village", VillageOut, tags=["village"])
def the_village(request: HttpRequest, language: Language = settings.LANGUAGE_CODE) -> Any:
    """The municipality and its Ortschaften."""
    checked_language(language)
    house = village(request)
    one = house.municipality
    town = " ".join(filter(None, (one.postal_code, one.name)))
    return {
        "name": one.name,
        "form": one.kind,
        "ags": one.ags,
        "county": one.county or None,
        "address": ", ".join(filter(None, (one.street, town))) or None,
        "phone": one.phone or None,
        "email": one.email or None,
        "website": one.website or None,
        "position": [one.lon, one.lat] if one.lon is not None and one.lat is not None else None,
        "languages": one.languages,
        "kinds": {kind.key: str(kind.label) for kind in registry.kinds()},
        "ortschaften": [
            {
                "slug": part.slug,
                "name": part.name,
                "population": part.population,
                "population_as_of": part.population_as_of or None,
                "area_km2": part.area_km2,
                "position": [part.lon, part.lat],
                "source": {"name": part.source_name or None, "url": part.source_url or None},
                "as_of": part.as_of or None,
            }
            for part in house.ortschaften
        ],
    }


@api.get("/openapi.json", include_in_schema=False)
@decorate_view(_open_to_all)
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of this API for programs."""
    return api.create_response(request, api.get_openapi_schema(path_prefix=ROOT), status=200)


api.add_router("", items_router)


@_open_to_all
def nothing_here(request: HttpRequest, rest: str) -> HttpResponse:
    """Every other address below the API: an answer in the API's own form."""
    url = f"{settings.BASE_URL}{ROOT}openapi.json"
    return problem(
        request,
        404,
        "not_found",
        _("There is nothing at this address. See %(url)s for what there is.") % {"url": url},
    )
