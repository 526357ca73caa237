"""Collection days out of the calendars and tables of waste companies."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from django.utils import translation
from django.utils.translation import gettext_lazy

from smartbarleben.imports import columns
from smartbarleben.imports.columns import CellError, Column
from smartbarleben.imports.ics import Reading, days_of
from smartbarleben.imports.incoming import Incoming, Value
from smartbarleben.imports.registry import FromCalendars, FromTables, Origin, State
from smartbarleben.imports.tables import Row
from smartbarleben.imports.trouble import FileError, Report
from smartbarleben.kernel.wording import gettext_noop
from smartbarleben.people.policies import Person
from smartbarleben.ui.dates import plain_date, today

from . import actions
from .calendar import Pickup, bin_of
from .models import Bin, Collection, Tour


def _bin(cell: str) -> Value:
    found = bin_of(cell) or (cell.strip() if cell.strip() in Bin.values else None)
    if found is None:
        raise CellError(
            gettext_noop("Nobody knows the bin “%(cell)s”."),
            gettext_noop("Write for example Restmüll, Bio, Papier or Gelber Sack."),
            cell=cell,
        )
    return found


def _tours() -> list[str]:
    return list(Tour.objects.order_by("key").values_list("key", flat=True))


def _tour(cell: str) -> Value:
    known = _tours()
    if cell.strip() not in known:
        raise CellError(
            gettext_noop("There is no tour “%(cell)s”."),
            gettext_noop("Known are: %(known)s."),
            cell=cell,
            known=", ".join(known) or "–",
        )
    return cell.strip()


class WasteDates(FromCalendars, FromTables):
    """One thing is: this bin is fetched on this tour on this day. Its key is the row of that day."""

    key = "waste"
    label = gettext_lazy("Waste dates")
    hint = gettext_lazy("The calendar (ICS) of the waste company for one tour, or a table with a row for each day.")
    title_field = "title"
    option_label = gettext_lazy("collection tour")
    has_drafts = False
    columns = (
        Column("bin", ("Abfallart", "Bin", "Tonne", "Art", "Fraktion", "Waste"), _bin, True, "Restmüll"),
        Column("day", ("Datum", "Date", "Tag", "Termin", "Day"), columns.day, True, "24.12.2026"),
        Column("tour", ("Tour", "Bezirk", "District"), _tour),
    )
    labels: Mapping[str, Any] = {
        "title": gettext_lazy("day"),
        "day": gettext_lazy("day"),
        "bin": gettext_lazy("bin"),
        "tour": gettext_lazy("collection tour"),
    }

    def may(self, person: Person) -> bool:
        return bool(getattr(person, "has_perm")("waste.change_tour"))  # noqa: B009

    def options(self) -> list[tuple[str, str]]:
        return [(key, key) for key in _tours()]

    def from_calendar(self, reading: Reading, origin: Origin) -> Iterator[Incoming]:
        if origin.option not in _tours():
            raise FileError(
                gettext_noop("A calendar does not say for which collection tour its days are."),
                gettext_noop("Choose the tour in the settings of the source."),
                file=reading.report.file,
            )
        # Days have no names of their own by which a broken entry could be known again.
        reading.report.spares_all = bool(reading.report.spared)
        for one in reading.happenings:
            name = bin_of(one.title)
            if name is None:
                reading.report.skip(
                    gettext_noop("An entry that names no bin: %(title)s"),
                    gettext_noop("If it is one, write its kind of waste into the title."),
                    line=one.line,
                    title=one.title,
                )
            elif not one.is_cancelled:
                for day in days_of(one, reading.first, reading.last):
                    yield _row(origin.option, name, day, one.line)

    def from_table(self, rows: Iterable[Row], report: Report, origin: Origin) -> Iterator[Incoming]:
        known = _tours()
        for row in rows:
            day = date.fromisoformat(str(row.values["day"]))
            tour = str(row.values.get("tour") or origin.option)
            if tour in known:
                yield _row(tour, str(row.values["bin"]), day, row.line)
                continue
            report.skip(
                gettext_noop("The row names no collection tour."),
                gettext_noop("Fill in the column “Tour”, or choose the tour in the settings of the source."),
                line=row.line,
            )
            report.spares_all = True

    def find(self, rows: Sequence[Incoming], origin: Origin) -> dict[str, str]:
        """The same bin on the same day of the same tour is the same date."""
        days = [str(row.values["day"]) for row in rows]
        stored = Collection.objects.filter(day__gte=min(days), day__lte=max(days)).select_related("tour")
        known = {_key(one.tour.key, one.bin, one.day): str(one.pk) for one in stored}
        return {row.key: known[row.key] for row in rows if row.key in known}

    def read(self, keys: Sequence[str]) -> dict[str, State]:
        numbers = [int(key) for key in keys]
        now = today()
        found: dict[str, State] = {}
        for start in range(0, len(numbers), 500):
            rows = Collection.objects.filter(pk__in=numbers[start : start + 500]).select_related("tour")
            found |= {str(one.pk): State(_values(one.tour.key, one.bin, one.day), one.day < now) for one in rows}
        return found

    def create(self, values: Mapping[str, Value], origin: Origin) -> str:
        tour = Tour.objects.get(key=values["tour"])
        pickup = Pickup(str(values["bin"]), date.fromisoformat(str(values["day"])))
        actions.confirm_tour(tour=tour, source_name=origin.name, source_url=origin.url, as_of=origin.as_of)
        return str(actions.add_pickup(tour=tour, pickup=pickup).pk)

    def change(self, key: str, values: Mapping[str, Value], origin: Origin) -> None:
        """Nothing of a date can change: another day is another date."""

    def confirm(self, keys: Sequence[str], origin: Origin) -> None:
        tours: dict[int, Tour] = {}
        rows = Collection.objects.filter(pk__in=[int(key) for key in keys]).select_related("tour")
        for one in rows:
            tours[one.tour_id] = one.tour
        for tour in tours.values():
            actions.confirm_tour(tour=tour, source_name=origin.name, source_url=origin.url, as_of=origin.as_of)

    def gone(self, key: str, origin: Origin) -> bool:
        actions.withdraw_pickup(collection=Collection.objects.get(pk=int(key)))
        return True

    def back(self, key: str, origin: Origin, publish: bool) -> None:
        actions.withdraw_pickup(collection=Collection.objects.get(pk=int(key)), on=False)

    def shown(self, field: str, value: Value) -> str:
        if field == "bin":
            return str(Bin(str(value)).label)
        if field == "day":
            return plain_date(date.fromisoformat(str(value)))
        return super().shown(field, value)


def _key(tour: str, name: str, day: date) -> str:
    return f"{tour}/{name}/{day.isoformat()}"


def _values(tour: str, name: str, day: date) -> dict[str, Value]:
    # The same words whoever looks: another language is no change at the source.
    with translation.override("de"):
        title = f"{plain_date(day, 'de')}: {Bin(name).label}"
    return {"title": title, "tour": tour, "bin": name, "day": day.isoformat()}


def _row(tour: str, name: str, day: date, line: int) -> Incoming:
    return Incoming(_key(tour, name, day), _values(tour, name, day), line)
