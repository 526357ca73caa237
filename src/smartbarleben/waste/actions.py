"""Every write to the waste calendar."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, time, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from smartbarleben.kernel.folding import slugify
from smartbarleben.places.actions import raise_generation
from smartbarleben.places.models import Ortschaft
from smartbarleben.search.actions import gathered

from .calendar import Pickup
from .models import Bin, Collection, Street, Tour
from .rhythm import pickups_of


@transaction.atomic
def set_tour(
    *, key: str, streets: Sequence[str], ortschaft: Ortschaft | None = None, put_out: time | None = None, **fact: Any
) -> Tour:
    """Make or change a tour and its streets."""
    tour, _created = Tour.objects.update_or_create(
        key=key, defaults={"ortschaft": ortschaft, "put_out": put_out, **fact}
    )
    with gathered():
        Street.objects.filter(tour=tour).exclude(name__in=streets).delete()
        for name in streets:
            Street.objects.update_or_create(tour=tour, name=name, defaults={"slug": slugify(name)})
    raise_generation()
    return tour


@transaction.atomic
def set_pickups(*, tour: Tour, pickups: Iterable[Pickup], first: date, last: date) -> tuple[int, int]:
    """Make the tour's dates from ``first`` to ``last`` equal to ``pickups``; returns (added, removed)."""
    wanted = {(one.bin, one.day) for one in pickups if first <= one.day <= last}
    stored = {
        (row.bin, row.day): row.pk for row in Collection.objects.filter(tour=tour, day__gte=first, day__lte=last)
    }
    gone = [pk for key, pk in stored.items() if key not in wanted]
    Collection.objects.filter(pk__in=gone).delete()
    Collection.objects.filter(pk__in=set(stored.values()) - set(gone)).update(withdrawn_at=None)
    new = [Collection(tour=tour, bin=Bin(name), day=day) for name, day in sorted(wanted - stored.keys())]
    Collection.objects.bulk_create(new)
    raise_generation()
    return len(new), len(gone)


@transaction.atomic
def add_pickup(*, tour: Tour, pickup: Pickup) -> Collection:
    """Add one date of a tour; one that was withdrawn counts again."""
    row, _created = Collection.objects.update_or_create(
        tour=tour, bin=Bin(pickup.bin), day=pickup.day, defaults={"withdrawn_at": None}
    )
    raise_generation()
    return row


@transaction.atomic
def withdraw_pickup(*, collection: Collection, on: bool = True) -> Collection:
    """Take one date from the calendar without forgetting it, or (``on=False``) put it back."""
    collection.withdrawn_at = timezone.now() if on else None
    collection.save(update_fields=["withdrawn_at"])
    raise_generation()
    return collection


@transaction.atomic
def confirm_tour(*, tour: Tour, source_name: str, source_url: str, as_of: date) -> Tour:
    """The tour's dates are from this source and hold as of that day."""
    facts = {"source_name": source_name, "source_url": source_url, "as_of": as_of.isoformat(), "is_example": False}
    if any(getattr(tour, name) != value for name, value in facts.items()):
        for name, value in facts.items():
            setattr(tour, name, value)
        tour.save(update_fields=list(facts))
        raise_generation()
    return tour


def load(content: Mapping[str, Any], start: date, ortschaften: Mapping[str, Ortschaft]) -> int:
    """Store the tours of a data folder's `waste.yaml` with dates for two years; returns how many tours."""
    last = start + timedelta(days=730)
    for row in content.get("tours") or []:
        tour = set_tour(
            key=row["key"],
            streets=row["streets"],
            ortschaft=ortschaften.get(row.get("ortschaft", "")),
            put_out=time.fromisoformat(str(content["put_out"])) if content.get("put_out") else None,
            is_example=bool(content.get("example")),
            source_name=str(content.get("note", ""))[:200],
            source_url=content.get("note_url", ""),
        )
        set_pickups(tour=tour, pickups=pickups_of(row["bins"], start, last), first=start, last=last)
    return len(content.get("tours") or [])
