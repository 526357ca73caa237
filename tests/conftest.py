"""What every test needs: what a process remembers by the generation must not outlive a test's rollback."""

from collections.abc import Iterator
from typing import Any

import pytest

from smartbarleben.places import queries
from smartbarleben.ui import http


@pytest.fixture(autouse=True)
def forget_the_village(settings: Any) -> Iterator[None]:
    """A rollback takes the generation's number back, but not what a process remembers under it.

    Pages are rendered each time, so that tests of a page see the page; `tests/ui/test_shelf.py` tests the shelf.
    """
    settings.UI_SHELF = False
    queries._village.cache_clear()
    yield
    queries._village.cache_clear()


@pytest.fixture(autouse=True)
def one_long_minute(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page asked for twice is the same page, also when a minute ends between; tests of `ui` look at that."""
    if "ui" not in request.path.parts:
        real = http._bucket
        monkeypatch.setattr(http, "_bucket", lambda changes: real("day" if changes == "minute" else changes))
