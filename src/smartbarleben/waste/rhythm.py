"""Collection days from a rhythm ("every two weeks from next Monday"). Pure."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta
from typing import Any

from smartbarleben.content.relative_dates import DateSpecError, resolve_day

from .calendar import Pickup


def pickups_of(bins: Iterable[Mapping[str, Any]], start: date, last: date) -> Iterator[Pickup]:
    """The pickups of rhythms ``{bin, every: "2 weeks" | "1 year", first}`` up to ``last``. Raises DateSpecError."""
    for row in bins:
        number, _space, unit = str(row["every"]).partition(" ")
        if not number.isdigit() or int(number) < 1 or unit.rstrip("s") not in {"week", "year"}:
            raise DateSpecError(f"Not a rhythm: {row['every']!r}. Write '2 weeks' or '1 year'.")
        day = resolve_day(row["first"], start)
        while day <= last:
            yield Pickup(row["bin"], day)
            day = (
                day.replace(year=day.year + int(number))
                if unit.startswith("year")
                else day + timedelta(weeks=int(number))
            )
