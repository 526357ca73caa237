"""What every test needs: what a process remembers by the generation must not outlive a test's rollback."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import SimpleTestCase, TransactionTestCase
from tests.blueprint import copy_to

from smartbarleben.cases import public_queries
from smartbarleben.config.settled import settle
from smartbarleben.guards.registry import guards
from smartbarleben.guards.rules import Grows
from smartbarleben.places import queries
from smartbarleben.search import queries as search
from smartbarleben.ui import http


def pytest_configure() -> None:
    """No test asks for what costs time here: slow passwords, clients that look at all static files, a writing disk.

    Tests that kill processes serve villages of their own, whose writes do wait.
    """
    django_settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    django_settings.WHITENOISE_AUTOREFRESH = True
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        # Whoever tidies up files that no row names would take those of the worker beside, which has its own rows.
        files = django_settings.DATA_DIR / "files" / worker
        django_settings.MEDIA_ROOT = files / "media"
        django_settings.STORAGES["private"]["OPTIONS"]["location"] = files / "uploads"
    if "sqlite" in (database := django_settings.DATABASES["default"])["ENGINE"]:
        options = database["OPTIONS"]
        options["init_command"] = options["init_command"].replace("synchronous=FULL", "synchronous=OFF")


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark what may not touch a database (pytest-django stops it): once is enough for these.

    Tests of the roof start processes, which nobody stops. A step of ``./village test`` reads only the files that name
    its mark, so a mark from elsewhere would mean a test that never runs.
    """
    texts = {path: path.read_text("utf-8") for path in {item.path for item in items}}
    for item in items:
        for mark in {"slow", "browser", "matrix", "endurance"} & {one.name for one in item.iter_markers()}:
            if f"mark.{mark}" not in texts[item.path]:
                raise pytest.UsageError(f"{item.nodeid} is marked {mark}, but its file does not name the mark.")
        if not _may_touch_a_database(item) and "config" not in item.path.parts:
            item.add_marker("bare")


def _may_touch_a_database(item: pytest.Item) -> bool:
    """Whether pytest-django lets a test at a database, or one of its fixtures opens the way."""
    if item.get_closest_marker("django_db") or issubclass(getattr(item, "cls", None) or object, SimpleTestCase):
        return True
    fixtures = item._fixtureinfo.name2fixturedefs if isinstance(item, pytest.Function) else {}
    if {"db", "transactional_db", "live_server"} & fixtures.keys():
        return True
    # Those of plugins have no folder; among them is one that all tests ask for and that opens nothing by itself.
    ours = (one for found in fixtures.values() for one in found if one.baseid)
    return any("django_db_blocker" in one.argnames for one in ours)


def pytest_collection_finish() -> None:
    """What was loaded stays, so the garbage collector need not walk over it again and again, as in the web server."""
    settle()


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_modify_db_settings: None) -> bool:
    """A test run starts with a copy in which all migrations ran; PostgreSQL makes it if it is told of what."""
    database = django_settings.DATABASES["default"]
    if connection.vendor != "sqlite":
        database["TEST"]["TEMPLATE"] = os.environ.get("SMARTBARLEBEN_TEST_TEMPLATE") or None
        return False
    copy_to(Path(database["TEST"]["NAME"]))
    return True


@pytest.fixture(autouse=True, scope="session")
def tables_that_only_grow_can_be_emptied() -> Iterator[None]:
    """A test with real transactions ends with empty tables; the guards come back with the signal after that."""
    empty = TransactionTestCase._fixture_teardown

    def lift_and_empty(case: TransactionTestCase) -> None:
        if connection.vendor == "sqlite":
            with connection.cursor() as cursor:
                for guard in guards():
                    for name in guard.statements("sqlite") if isinstance(guard, Grows) else ():
                        cursor.execute(f'DROP TRIGGER IF EXISTS "{name}"')
        empty(case)

    TransactionTestCase._fixture_teardown = lift_and_empty
    yield
    TransactionTestCase._fixture_teardown = empty


@pytest.fixture(autouse=True)
def forget_the_village(settings: Any) -> Iterator[None]:
    """A rollback takes the generation's number back, but not what a process remembers under it.

    Pages are rendered each time, so that tests of a page see the page; `tests/ui/test_shelf.py` tests the shelf.
    """
    settings.UI_SHELF = False
    for forget in (queries._village.cache_clear, public_queries._in_use.cache_clear, search.forget):
        forget()
    yield
    for forget in (queries._village.cache_clear, public_queries._in_use.cache_clear, search.forget):
        forget()


@pytest.fixture(autouse=True)
def one_long_minute(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """A page asked for twice is the same page, also when a minute ends between; tests of `ui` look at that."""
    if "ui" not in request.path.parts:
        real = http._bucket
        monkeypatch.setattr(http, "_bucket", lambda changes: real("day" if changes == "minute" else changes))
