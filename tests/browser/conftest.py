"""Fixtures: a house with the data of Barleben, prepared once for all workers, and one Chromium for each module."""

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright
from tests.browser.serving import FLAGS, House, chromium, prepare, serving

from smartbarleben.config import frontend
from smartbarleben.config.paths import ROOT, alone


@pytest.fixture(scope="session")
def prepared(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A data folder with the village of Barleben; nobody serves it. The first worker of `./village test` makes it."""
    shared = tmp_path_factory.getbasetemp()
    if worker_id != "master":
        shared = shared.parent
    shared = Path(os.environ.get("SMARTBARLEBEN_TEST_FOLDER") or shared)
    data = shared / "prepared-village"
    with alone(shared / "prepared-village.lock", ""):
        if not (data / "samples.json").exists():
            shutil.rmtree(data, ignore_errors=True)
            frontend.ensure(data=shared / "front-end", dev=True)
            prepare(data, ROOT / "data" / "barleben")
    return data


@pytest.fixture(scope="session")
def house(prepared: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """The village, open for reading: one server for each worker."""
    with serving(shutil.copytree(prepared, tmp_path_factory.mktemp("house") / "data")) as running:
        yield running


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium. Not for the whole session: while Playwright runs, this process must not use the database."""
    program = chromium()
    if program is None:
        pytest.skip("Chromium is missing. On Debian and Ubuntu: apt install chromium")
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield running
        running.close()
