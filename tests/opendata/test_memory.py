"""A file of any length is written in the memory of a few rows: none is collected, none outlives its writing."""

import tracemalloc
from collections.abc import Callable, Iterable, Iterator
from typing import Any

import pytest
from django.test import Client

from smartbarleben.config.benching.seed import fill
from smartbarleben.content.models import Item
from smartbarleben.opendata import formats, tables
from smartbarleben.opendata.formats import Column, Row
from smartbarleben.places.models import Municipality

COLUMNS = (Column("slug"), Column("lon", "number"), Column("lat", "number"))
WRITERS: dict[str, Callable[[Iterator[Row]], Iterator[str]]] = {
    "csv": lambda rows: formats.csv_parts(COLUMNS, rows),
    "json": lambda rows: formats.json_parts({}, COLUMNS, rows),
    "geojson": lambda rows: formats.geojson_parts({}, COLUMNS, rows, identity="slug"),
}


class Living(tuple[Any, ...]):
    """A row that counts how many of its kind are alive."""

    alive = most = 0

    def __new__(cls, *values: Any) -> "Living":
        cls.alive += 1
        cls.most = max(cls.most, cls.alive)
        return super().__new__(cls, values)

    def __del__(self) -> None:
        Living.alive -= 1


class Long:
    """A table of many rows."""

    def __init__(self, rows: int) -> None:
        self.rows = rows

    def read(self, after: int, size: int) -> list[tuple[int, Row]]:
        return [(number, Living(f"r{number}", 11.6, 52.2)) for number in range(after + 1, self.rows + 1)[:size]]


@pytest.mark.parametrize("ending", WRITERS)
@pytest.mark.parametrize("rows", [0, 1, 99, 100, 101, 5000])
def test_no_more_rows_live_than_one_question_brings(monkeypatch, ending: str, rows: int) -> None:
    monkeypatch.setattr(tables, "STEP", 100)
    Living.alive = Living.most = 0
    text = "".join(WRITERS[ending](tables.all_rows(Long(rows))))
    assert all(text.count(f"r{number}") for number in {1, rows} if rows)
    # The row that is being written, and those that came with it.
    assert Living.most <= 101
    assert Living.alive == 0


def peak_bytes(parts: Iterable[Any]) -> int:
    """The most memory that Python held while these were made, above what it held before."""
    tracemalloc.start()
    try:
        for _part in parts:
            pass
        return tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("ending", ["csv", "geojson"])
def test_six_times_the_rows_need_the_same_memory(
    village: Municipality, client: Client, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    monkeypatch.setattr(tables, "STEP", 200)

    def peak() -> int:
        answer = client.get(f"/offene-daten/neues/daten.{ending}")
        assert answer.streaming
        return peak_bytes(answer.streaming_content)

    fill(6100)
    news = Item.objects.filter(kind="news").order_by("pk")
    # Enough to fill what is written at once.
    assert news.count() > 3600
    later = news.filter(pk__gt=news[600].pk)
    later.update(live=False)
    peak()
    few = peak()
    later.update(live=True)
    assert peak() < 1.3 * few
