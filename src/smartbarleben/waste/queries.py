"""Every read of the waste calendar."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time

from .calendar import Pickup
from .models import Bin, Collection, Street


@dataclass(frozen=True, slots=True)
class StreetEntry:
    """A street as people choose it."""

    name: str
    slug: str
    ortschaft: str


@dataclass(frozen=True, slots=True)
class StreetCalendar:
    """A street's coming days; `last` is the last day that the calendar knows."""

    name: str
    slug: str
    ortschaft: str
    put_out: time | None
    pickups: tuple[Pickup, ...]
    last: date | None
    is_example: bool
    source_name: str
    source_url: str


def streets() -> list[StreetEntry]:
    """All streets by name: one query."""
    rows = Street.objects.order_by("name", "tour__ortschaft__position").values_list(
        "name", "slug", "tour__ortschaft__name"
    )
    return [StreetEntry(name, slug, ortschaft or "") for name, slug, ortschaft in rows]


def street_calendar(slug: str, today: date, limit: int = 60) -> StreetCalendar | None:
    """The calendar of a street from today on: two queries; None for a street that nobody knows."""
    found: Sequence[Street] = Street.objects.filter(slug=slug).select_related("tour", "tour__ortschaft")[:8]
    if not found:
        return None
    rows = Collection.objects.filter(tour__in=[street.tour_id for street in found], withdrawn_at=None)
    rows = rows.order_by("day", "bin")
    coming = [Pickup(name, day) for name, day in rows.filter(day__gte=today).values_list("bin", "day")]
    tour = found[0].tour
    return StreetCalendar(
        name=found[0].name,
        slug=slug,
        ortschaft=tour.ortschaft.name if tour.ortschaft else "",
        put_out=tour.put_out,
        pickups=tuple(dict.fromkeys(coming))[:limit],
        last=coming[-1].day if coming else None,
        is_example=tour.is_example,
        source_name=tour.source_name,
        source_url=tour.source_url,
    )


def bin_name(name: str) -> str:
    """The bin in the reader's language."""
    return str(Bin(name).label)
