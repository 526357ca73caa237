"""What the search finds of this room: the waste calendar as a whole, and the calendar of each street."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.db.models.signals import post_delete, post_save
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from smartbarleben.places.models import Ortschaft
from smartbarleben.search import actions
from smartbarleben.search.registry import Entry, KindLabel, Source, register

from .models import Bin, Street

NAME = "waste"
ALL = "all"
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


def entries(keys: Sequence[str] | None) -> Iterator[Entry]:
    """The calendar in each language once there are streets, and each street once: one query."""
    streets: dict[str, list[Street]] = {}
    rows = Street.objects.select_related("tour__ortschaft").order_by("slug", "pk")
    if keys is not None and ALL not in keys:
        rows = rows.filter(slug__in=keys)
    for street in rows:
        streets.setdefault(street.slug, []).append(street)
    wanted = None if keys is None else set(keys)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            title, waste = gettext("When is the bin fetched?"), gettext("Waste collection")
            bins = " ".join(str(one.label) for one in Bin)
        if streets and (wanted is None or ALL in wanted):
            yield Entry(
                key=ALL, language=language, kind="waste", title=f"{waste}: {title}", path="/abfall/", sort_at=_ALWAYS,
                keywords=f"{waste} {bins} Abfallkalender Müllabfuhr Abfuhrtermine", weight=125,
            )  # fmt: skip
        for slug, own in streets.items():
            if wanted is not None and slug not in wanted:
                continue
            villages = dict.fromkeys(one.tour.ortschaft for one in own)
            yield Entry(
                key=slug, language=language, kind="street", title=f"{own[0].name}: {waste}", path=f"/abfall/{slug}/",
                sort_at=_ALWAYS, keywords=f"{own[0].name} Müllabfuhr Abfallkalender",
                summary=", ".join(one.name for one in villages if one),
                ortschaft=own[0].tour.ortschaft_id if len(villages) == 1 else None, weight=100,
            )  # fmt: skip


def kinds() -> dict[str, KindLabel]:
    """The calendar and its streets are one kind for people who look for them."""
    label = KindLabel(gettext_lazy("Waste collection"), gettext_lazy("Waste collection"), "waste")
    return {"waste": label, "street": label}


def _on_change(sender: type, instance: Street, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        actions.changed(source=NAME, keys=[ALL, instance.slug])


def _on_name(sender: type, instance: Ortschaft, raw: bool = False, **kwargs: Any) -> None:
    if not raw:
        streets = Street.objects.filter(tour__ortschaft=instance)
        actions.changed(source=NAME, keys=streets.values_list("slug", flat=True))


def connect() -> None:
    """Fill the index with streets; called once when the app is ready."""
    register(Source(NAME, entries, kinds))
    post_save.connect(_on_change, sender=Street, dispatch_uid="waste.search.saved")
    post_save.connect(_on_name, sender=Ortschaft, dispatch_uid="waste.search.named")
    post_delete.connect(_on_change, sender=Street, dispatch_uid="waste.search.deleted")
