"""The items and the municipality in the public API."""

import base64
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any
from urllib.parse import urlencode

from django.conf import settings
from django.db.models import Q
from django.http import Http404, HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Query, Router

from smartbarleben.opendata.api import ROOT, Language, Wrong, checked_language, published
from smartbarleben.places.queries import village

from . import queries, registry
from .api_filters import Wanted, kind_of, narrowed
from .api_schemas import ItemOut, ItemPage, TrailOut, VillageOut
from .channels import data
from .models import TrailLink
from .presentation import ItemView

router = Router(tags=["items"])


def _cursor(view: ItemView) -> str:
    return base64.urlsafe_b64encode(f"{view.card.published_on.isoformat()}|{view.pk}".encode()).decode().rstrip("=")


def _after(cursor: str) -> Q:
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        moment, _sep, pk = text.partition("|")
        read, number = datetime.fromisoformat(moment), int(pk)
        last = read.astimezone(UTC) if read.tzinfo else None
    except (ValueError, OverflowError):
        last, number = None, -1
    if last is None or not 0 <= number < 2**63:
        raise Wrong("cursor", _("Take the cursor from “next” of the page before."))
    return Q(published_on__lt=last) | Q(published_on=last, pk__lt=number)


@published(router, "/items/", ItemPage, sample=lambda: {"wanted": Wanted.model_validate({})})
def list_items(
    request: HttpRequest,
    wanted: Query[Wanted],
    language: Language = settings.LANGUAGE_CODE,
    cursor: Annotated[str, Query(description="From `next` of the page before.", max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=100)] = 50,
) -> Any:
    """Items, last published first.

    A page has at most `limit` rows; follow `next` to read on. Rows lack texts and facts: ask for the single item.
    """
    checked_language(language)
    house = village(request)
    found = narrowed(wanted, house)
    if cursor:
        found = found.filter(_after(cursor))
    views = queries.views(found[: limit + 1], language, timezone.now())
    following = None
    if len(views) > limit:
        views = views[:limit]
        query = request.GET.dict() | {"cursor": _cursor(views[-1])}
        following = f"{settings.BASE_URL}{ROOT}items/?{urlencode(query)}"
    return {"items": [data.row(view, house) for view in views], "next": following}


def _some_item() -> Mapping[str, Any] | None:
    """A coming event with everything, else whatever was published last."""
    events = queries.live_items("event").order_by("-starts_at", "-pk")
    row = events.first() or queries.newest().first()
    return {"kind": row.kind, "slug": row.slug} if row else None


def _some_step() -> Mapping[str, Any] | None:
    """An item that something led to or came of."""
    link = TrailLink.objects.filter(source__live=True, target__live=True).select_related("source").first()
    return {"kind": link.source.kind, "slug": link.source.slug} if link else _some_item()


@published(router, "/items/{kind}/{slug}", ItemOut, sample=_some_item)
def one_item(request: HttpRequest, kind: str, slug: str, language: Language = settings.LANGUAGE_CODE) -> Any:
    """One item with its text, its facts and its trail."""
    return data.item(_view(kind, slug, language), village(request))


@published(router, "/trail/{kind}/{slug}", TrailOut, sample=_some_step)
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


@published(router, "/village", VillageOut, tags=["village"])
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
