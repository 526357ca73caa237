"""The waste calendar as data sets, and the streets as pages for search engines."""

from collections.abc import Iterable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from smartbarleben.opendata import registry as sets
from smartbarleben.opendata import sitemap
from smartbarleben.opendata.registry import DataSet, Field, State
from smartbarleben.opendata.tables import Stored

from .models import Collection, Street

_SOURCE = (
    Field("source_name", _("where it is from")),
    Field("source_url", _("address of the source")),
    Field("as_of", _("of which day, month or year the facts are")),
    Field("example", _("invented sample data: show it only with that word"), "boolean"),
)


def register() -> None:
    """Register the sets and the pages; called once when the app is ready."""
    sets.register("waste", _sets)
    sitemap.register(
        sitemap.listed(
            "waste",
            lambda: (sitemap.Entry(f"/abfall/{slug}/") for slug in _real_streets()),
        )
    )


def _real_streets() -> list[str]:
    rows = Street.objects.filter(tour__is_example=False).order_by("slug").values_list("slug", flat=True)
    return list(rows.distinct())


def _dates() -> QuerySet[Collection]:
    """The dates that residents see."""
    return Collection.objects.filter(withdrawn_at=None)


def _sets() -> Iterable[DataSet]:
    yield DataSet(
        key="abfalltermine",
        title=_("Waste collection: dates"),
        description=_(
            "On which day which bin is fetched on which tour. The streets of the tours are a set of their own."
        ),
        fields=(
            Field("tour", _("short name of the tour")),
            Field("day", _("day"), "date"),
            Field("bin", _("bin: residual, organic, paper, plastic, bulky, trees or hazardous")),
            *_SOURCE,
        ),
        table=Stored(
            _dates,
            ("tour__key", "day", "bin", *(f"tour__{name}" for name in _TOUR)),
        ),
        state=lambda: State(_dates().count()),
        themes=(sets.ENVIRONMENT,),
        page="/abfall/",
        order=30,
    )
    yield DataSet(
        key="abfallstrassen",
        title=_("Waste collection: streets"),
        description=_("On which tour each street is, and by when its bins stand at the road."),
        fields=(
            Field("street", _("street")),
            Field("slug", _("short name, as in the address of the street's page")),
            Field("tour", _("short name of the tour")),
            Field("ortschaft", _("short name of the Ortschaft; empty: the whole municipality")),
            Field("put_out", _("bins stand at the road by"), "time"),
            *_SOURCE,
        ),
        table=Stored(
            Street.objects.all,
            ("name", "slug", "tour__key", "tour__ortschaft__slug", "tour__put_out", *(f"tour__{n}" for n in _TOUR)),
        ),
        state=lambda: State(Street.objects.count()),
        themes=(sets.ENVIRONMENT,),
        page="/abfall/",
        order=31,
    )


_TOUR = ("source_name", "source_url", "as_of", "is_example")
