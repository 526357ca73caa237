"""What `./village bench` makes of its figures: aims that are met or missed, 304s that are no 304s any more."""

from dataclasses import replace
from typing import Any

import pytest

from smartbarleben.config.bench import Row, judged
from smartbarleben.config.benching import client
from smartbarleben.config.benching.client import Sample

LIST = Row("portal", "list", "/neues/", 264, 60, 69, 2, 43_042, 455, 0.58, 130, 0)
SAME = Row("portal", "list 304", "/neues/", 2_650, 5, 12, 1, 0, None, None, 130, 0)


@pytest.mark.parametrize(
    ("rows", "well", "lines"),
    [
        ([LIST, SAME], True, 2),
        ([replace(LIST, ratio=0.44), SAME], False, 2),
        ([LIST, replace(SAME, requests_per_s=999)], False, 2),
        ([replace(LIST, ratio=None)], False, 1),
        ([replace(LIST, room="search", ratio=0.1)], True, 0),
    ],
)
def test_aims(rows: list[Row], well: bool, lines: int) -> None:
    said, seen = judged(rows)
    assert (seen, len(said)) == (well, lines)
    assert any("MISSED" in line for line in said) is (not well)


class Answered:
    """A page with another tag each time."""

    tags = 0

    def __enter__(self) -> "Answered":
        Answered.tags += 1
        self.headers = {"ETag": f'"{Answered.tags}"'}
        return self

    def __exit__(self, *_gone: object) -> None:
        """Nothing is held."""


def test_a_round_in_which_the_minute_changed_is_measured_again(monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = [Sample(failures=4), Sample(), Sample()]
    asked: list[str] = []

    def measure(_port: int, _path: str, *, headers: Any, status: int, **_more: Any) -> Sample:
        assert status == 304
        asked.append(headers[0][1])
        return rounds.pop(0)

    monkeypatch.setattr(client, "measure", measure)
    monkeypatch.setattr(client.urllib.request, "urlopen", lambda *_given, **_more: Answered())
    samples = client.unchanged(1, "/", seconds=1, rounds=2)
    assert [one.failures for one in samples] == [0, 0]
    assert len(set(asked)) == 3, "each time with the tag of the page as it is now"
