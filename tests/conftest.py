"""What every test needs: caches keyed by the generation must not outlive a test's rollback."""

from collections.abc import Iterator

import pytest

from smartbarleben.places import queries


@pytest.fixture(autouse=True)
def forget_the_village() -> Iterator[None]:
    """A rollback takes the generation's number back, but not what a process remembers under it."""
    queries._village.cache_clear()
    yield
    queries._village.cache_clear()
