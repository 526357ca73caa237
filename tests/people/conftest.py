"""A data folder of a test's own, and a database file that is really written to."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.db import connections


@pytest.fixture
def data_folder(settings: Any, tmp_path: Path) -> Path:
    """Files of the village in this test: media, mails, logs."""
    settings.DATA_DIR = tmp_path
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.MAILERS = {
        "default": {
            "BACKEND": "django.core.mail.backends.filebased.EmailBackend",
            "OPTIONS": {"file_path": str(tmp_path / "mail")},
        }
    }
    return tmp_path


@pytest.fixture
def own_database(data_folder: Path, django_db_setup: None, django_db_blocker: Any) -> Iterator[Path]:
    """A copy of the empty test database, without a transaction around the test; SQLite only."""
    with django_db_blocker.unblock():
        usual, values = connections["default"], connections.settings["default"]
        usual.ensure_connection()
        path = data_folder / "village.sqlite3"
        copy = sqlite3.connect(path)
        usual.connection.backup(copy)
        copy.close()
        usual_name, values["NAME"] = values["NAME"], str(path)
        connections["default"] = connections.create_connection("default")
        try:
            yield path
        finally:
            connections["default"].close()
            connections["default"], values["NAME"] = usual, usual_name
