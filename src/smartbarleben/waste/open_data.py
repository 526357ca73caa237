"""The waste calendar as data sets, and the streets as pages for search engines."""

from collections.abc import Iterable
from dataclasses import replace

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from smartbarleben.opendata import registry as sets
from smartbarleben.opendata import sitemap
from smartbarleben.opendata.fields import EXAMPLE, ORTSCHAFT, SOURCE
from smartbarleben.opendata.registry import DataSet, Field, stored

from .models import Collection, Street

_TOUR = Field("tour", _("short name of the tour"), source="tour__key")
_OF_TOUR = tuple(replace(one, source=f"tour__{one.source or one.name}") for one in (*SOURCE, EXAMPLE))


def register() -> None:
    """Register the sets and the pages; called once when the app is ready."""
    sets.register("waste", _sets)
    sitemap.register(sitemap.listed("waste", lambda: (sitemap.Entry(f"/abfall/{slug}/") for slug in _real_streets())))


def _real_streets() -> list[str]:
    rows = Street.objects.filter(tour__is_example=False).order_by("slug").values_list("slug", flat=True)
    return list(rows.distinct())


def _dates() -> QuerySet[Collection]:
    """The dates that residents see."""
    return Collection.objects.filter(withdrawn_at=None)


def _sets() -> Iterable[DataSet]:
    yield stored(
        _dates,
        key="abfalltermine",
        title=_("Waste collection: dates"),
        description=_(
            "On which day which bin is fetched on which tour. The streets of the tours are a set of their own."
        ),
        fields=(
            _TOUR,
            Field("day", _("day"), "date"),
            Field("bin", _("bin: residual, organic, paper, plastic, bulky, trees or hazardous")),
            *_OF_TOUR,
        ),
        themes=(sets.ENVIRONMENT,),
        page="/abfall/",
        order=30,
    )
    yield stored(
        Street.objects.all,
        key="abfallstrassen",
        title=_("Waste collection: streets"),
        description=_("On which tour each street is, and by when its bins stand at the road."),
        fields=(
            Field("street", _("street"), source="name"),
            Field("slug", _("short name, as in the address of the street's page")),
            _TOUR,
            replace(ORTSCHAFT, source="tour__ortschaft__slug"),
            Field("put_out", _("bins stand at the road by"), "time", source="tour__put_out"),
            *_OF_TOUR,
        ),
        themes=(sets.ENVIRONMENT,),
        page="/abfall/",
        order=31,
    )
