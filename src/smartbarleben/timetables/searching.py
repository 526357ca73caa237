"""What the search finds of this room: the next departures of a stop."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext, gettext_lazy

from smartbarleben.search import actions
from smartbarleben.search.registry import Entry, KindLabel, Source, register

from .models import Halt

NAME = "halts"
_ALWAYS = datetime(2000, 1, 1, tzinfo=UTC)


def entries(keys: Sequence[str] | None) -> Iterator[Entry]:
    """Each served stop in each language: one query."""
    rows = Halt.objects.filter(stops__isnull=False).select_related("ortschaft").distinct().order_by("slug")
    if keys is not None:
        rows = rows.filter(slug__in=keys)
    halts = list(rows)
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            departures = gettext("Next departures")
        for halt in halts:
            yield Entry(
                key=halt.slug, language=language, kind="halt", title=f"{halt.name}: {departures}",
                path=f"/haltestellen/{halt.slug}/", sort_at=_ALWAYS, ortschaft=halt.ortschaft_id,
                keywords=f"{halt.name} {departures} Haltestelle Bus Fahrplan Abfahrt", weight=102,
            )  # fmt: skip


def kinds() -> dict[str, KindLabel]:
    """Stops with their departures."""
    return {"halt": KindLabel(gettext_lazy("Stops and departures"), gettext_lazy("Stops and departures"), "bus")}


def changed() -> None:
    """The stops were sorted anew: all of them, those that had departures until now included."""
    actions.changed(source=NAME, keys=Halt.objects.values_list("slug", flat=True))


def connect() -> None:
    """Fill the index with stops; called once when the app is ready."""
    register(Source(NAME, entries, kinds))
