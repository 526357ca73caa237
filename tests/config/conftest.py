"""A village that has been opened once, for all tests that start the real one."""

from pathlib import Path

import pytest
from tests.config.starting import starting


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which Barleben has been opened and closed once."""
    folder = tmp_path_factory.mktemp("village") / "data"
    with starting(folder) as village:
        assert village.stop() == 0
        assert "Loading the village of Barleben" in village.output
        assert "Traceback" not in village.output
        assert '"level":"ERROR"' not in village.output
        assert "Closed. Everything is saved." in village.output
    return folder
