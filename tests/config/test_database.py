"""Where the data lies."""

from pathlib import Path

import pytest
from django.db import connection

from smartbarleben.config.database import DatabaseAddressError, database_settings


def test_without_an_address_the_data_lies_in_the_data_folder(tmp_path: Path) -> None:
    assert database_settings("", tmp_path)["NAME"] == str(tmp_path / "village.sqlite3")


def test_an_address_of_postgresql_is_taken_apart(tmp_path: Path) -> None:
    login = ":".join(["v%40b", "p%2Fw"])
    found = database_settings(f"postgres://{login}@db.example:5433/village?sslmode=require", tmp_path)
    assert [found[key] for key in ("USER", "PASSWORD", "HOST", "PORT", "NAME")] == [
        "v@b",
        "p/w",
        "db.example",
        "5433",
        "village",
    ]
    assert found["OPTIONS"]["sslmode"] == "require"


def test_an_operator_may_still_choose_how_postgresql_plans(tmp_path: Path) -> None:
    options = database_settings("postgres:///village?options=-c%20jit%3Don", tmp_path)["OPTIONS"]["options"]
    assert options.split("-c ")[1:] == ["jit=off ", "jit=on"]


@pytest.mark.django_db
def test_postgresql_plans_without_compiling() -> None:
    if connection.vendor != "postgresql":
        assert connection.vendor == "sqlite"
        return
    with connection.cursor() as cursor:
        cursor.execute("SHOW jit")
        assert cursor.fetchone() == ("off",)


def test_a_server_that_is_away_holds_nobody_up_for_minutes(tmp_path: Path) -> None:
    assert database_settings("postgres://db.example/village", tmp_path)["OPTIONS"]["connect_timeout"] == "5"
    chosen = database_settings("postgres://db.example/village?connect_timeout=30", tmp_path)
    assert chosen["OPTIONS"]["connect_timeout"] == "30"


def test_an_address_that_nobody_understands_says_what_to_write(tmp_path: Path) -> None:
    with pytest.raises(DatabaseAddressError, match="postgres://"):
        database_settings("mysql://x", tmp_path)
