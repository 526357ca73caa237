"""By what the items of the API can be narrowed: the same as on the pages."""

from datetime import UTC, datetime
from typing import Annotated, Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Field, Schema
from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

from smartbarleben.opendata.api import Wrong, one_of
from smartbarleben.places.queries import Village

from . import queries, registry
from .filters import EventFilter
from .kinds import Audience, MeasureStatus, Outcome
from .models import Item, Occurrence


def _no_number(value: Any) -> Any:
    """Pydantic would read a bare number as seconds since 1970, which nobody means."""
    if isinstance(value, str) and value.strip().lstrip("+-").replace(".", "", 1).isdecimal():
        raise PydanticCustomError("datetime_parsing", "a number is no moment")
    return value


# Plain aliases: the description of the API loses the names of parameters whose type is a lazy one.
Moment = Annotated[datetime, BeforeValidator(_no_number)]
Words = Annotated[str, Field(max_length=90)]
# What the databases can compare without running out of the calendar.
_FIRST, _LAST = datetime(1000, 1, 1, tzinfo=UTC), datetime(3000, 1, 1, tzinfo=UTC)
_STATES = {"measure": ("as_measure__status", MeasureStatus), "decision": ("as_decision__outcome", Outcome)}


class Wanted(Schema):
    """The filters of a list of items."""

    kind: Words = Field("", description="Only this kind.", examples=["event"])
    ortschaft: Words = Field("", description="Only this Ortschaft (short name).", examples=["musterdorf"])
    updated_since: Moment | None = Field(None, description="Only what has changed since (ISO 8601).")
    happens_after: Moment | None = Field(
        None, description="Only what has a date that ends after this moment (ISO 8601)."
    )
    happens_before: Moment | None = Field(
        None, description="Only what has a date that begins before this moment (ISO 8601)."
    )
    status: Words = Field("", description="Measures: their status; decisions: their outcome. Needs `kind`.")
    project: Words = Field("", description="Measures of this project (short name). Needs kind=measure.")
    topic: Words = Field("", description="Clubs whose topics name this word. Needs kind=club.")
    audience: Words = Field("", description="Events for these people or for everybody. Needs kind=event.")
    free: bool = Field(False, description="Events that cost nothing. Needs kind=event.")


def kind_of(key: str) -> registry.Kind:
    """The kind with this key. Raises Wrong naming the known ones."""
    known = {one.key: one for one in registry.kinds()}
    if key not in known:
        raise Wrong("kind", _("There are these kinds: %(kinds)s.") % {"kinds": ", ".join(known)})
    return known[key]


def narrowed(wanted: Wanted, house: Village) -> QuerySet[Item]:
    """Live items that fit, last published first. Raises Wrong for a filter that makes no sense."""
    if wanted.ortschaft and house.ortschaft(wanted.ortschaft) is None:
        known = ", ".join(one.slug for one in house.ortschaften)
        raise Wrong("ortschaft", _("There are these Ortschaften: %(names)s.") % {"names": known})
    kind = kind_of(wanted.kind).key if wanted.kind else None
    found = queries.newest(kind=kind, ortschaft=wanted.ortschaft or None)
    if since := _moment("updated_since", wanted.updated_since):
        found = found.filter(Q(last_published_at__gte=since) | Q(last_published_at=None, published_on__gte=since))
    after, before = _moment("happens_after", wanted.happens_after), _moment("happens_before", wanted.happens_before)
    if after or before:
        dates = Occurrence.objects.filter(kind=kind) if kind else Occurrence.objects.all()
        dates = dates.filter(ends_at__gte=after) if after else dates
        dates = dates.filter(starts_at__lt=before) if before else dates
        found = found.filter(pk__in=dates.values("item"))
    return found.filter(_of_its_kind(wanted, kind))


def _of_its_kind(wanted: Wanted, kind: str | None) -> Q:
    condition = Q()
    if wanted.status:
        _needs("status", kind, *_STATES)
        field, choices = _STATES[str(kind)]
        condition &= Q(**{field: one_of("status", wanted.status, list(choices.values))})
    if wanted.project:
        _needs("project", kind, "measure")
        condition &= Q(as_measure__project__slug=wanted.project)
    if wanted.topic:
        _needs("topic", kind, "club")
        condition &= Q(as_club__topics__icontains=wanted.topic)
    if wanted.audience or wanted.free:
        _needs("audience" if wanted.audience else "free", kind, "event")
        audience = one_of("audience", wanted.audience, list(Audience.values))
        condition &= EventFilter(audience=audience, free=wanted.free).where()
    return condition


def _needs(parameter: str, kind: str | None, *fitting: str) -> None:
    if kind not in fitting:
        raise Wrong(parameter, _("Say which kind, too: %(kinds)s.") % {"kinds": ", ".join(fitting)})


def _moment(parameter: str, value: datetime | None) -> datetime | None:
    """In UTC; a time without zone is the village's. Raises Wrong for a year that no calendar has."""
    if value is None:
        return None
    try:
        moment = (value if value.tzinfo else timezone.make_aware(value)).astimezone(UTC)
    except (OverflowError, ValueError):
        moment = _LAST
    if not _FIRST <= moment < _LAST:
        raise Wrong(parameter, _("Write a day and a time, for example 2026-10-31T18:00."))
    return moment
