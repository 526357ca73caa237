"""What every test needs: what a process remembers by the generation must not outlive a test's rollback."""

from collections.abc import Iterator
from typing import Any

import pytest

from smartbarleben.places import queries


@pytest.fixture(autouse=True)
def forget_the_village(settings: Any) -> Iterator[None]:
    """A rollback takes the generation's number back, but not what a process remembers under it.

    Pages are rendered each time, so that tests of a page see the page; `tests/ui/test_shelf.py` tests the shelf.
    """
    settings.UI_SHELF = False
    queries._village.cache_clear()
    yield
    queries._village.cache_clear()
