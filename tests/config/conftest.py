"""A village that has been opened once, for all tests that start the real one."""

import os
import shutil
from pathlib import Path

import pytest
from tests.config.starting import starting

from smartbarleben.config.paths import alone


@pytest.fixture(scope="session")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder in which Barleben has been opened and closed once. One first start serves all steps of a run."""
    own = tmp_path_factory.mktemp("village")
    shared = Path(os.environ.get("SMARTBARLEBEN_TEST_FOLDER") or own)
    whole = shared / "opened-village"
    with alone(shared / "opened-village.lock", ""):
        if not whole.exists():
            folder = shared / "opening" / "data"
            shutil.rmtree(folder.parent, ignore_errors=True)
            folder.parent.mkdir()
            with starting(folder) as village:
                assert village.stop() == 0
                assert "Loading the village of Barleben" in village.output
                assert "Traceback" not in village.output
                assert '"level":"ERROR"' not in village.output
                assert "Closed. Everything is saved." in village.output
            folder.rename(whole)
    return Path(shutil.copytree(whole, own / "data"))
