"""What several servers of one village rely on when they start."""

import os
from pathlib import Path

import psycopg
import pytest
from django.db import connection

from smartbarleben.config import opening, serve, settings


def test_the_same_program_has_the_same_version_on_each_server(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Pages of two servers carry the same ETag, whenever each of them fetched the program."""
    versions = []
    for name, text, moment in (("one", "same", 1e9), ("two", "same", 2e9), ("newer", "other", 1e9)):
        file = tmp_path / name / "src" / "page.jinja"
        file.parent.mkdir(parents=True)
        file.write_text(text)
        os.utime(file, (moment, moment))
        monkeypatch.setattr(settings, "ROOT", tmp_path / name)
        versions.append(settings._code_version())
    assert versions[0] == versions[1] != versions[2]


@pytest.mark.django_db
def test_servers_that_open_one_postgresql_wait_for_each_other() -> None:
    if connection.vendor != "postgresql":
        with opening.one_at_a_time():
            assert connection.vendor == "sqlite", "there the lock in the data folder is enough"
        return
    where = connection.get_connection_params()
    words = {name: where[name] for name in ("dbname", "user", "password", "host", "port") if where.get(name)}

    def another_may_open() -> bool:
        with psycopg.connect(**words, autocommit=True) as other:
            [row] = other.execute("SELECT pg_try_advisory_lock(%s)", [opening._OPENING]).fetchall()
        return bool(row[0])

    with opening.one_at_a_time():
        assert not another_may_open()
    assert another_may_open()
    with pytest.raises(RuntimeError), opening.one_at_a_time():
        raise RuntimeError("a migration fails")
    assert another_may_open(), "who fails keeps nobody waiting"


@pytest.mark.parametrize("words", [["--no-web", "--no-background"], ["--no-web", "--lan"]])
def test_a_village_without_anything_to_do_is_refused(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        serve.parse(words)
    assert "--no-web goes neither" in capsys.readouterr().err
