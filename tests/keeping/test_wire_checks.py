"""The doctor names ways to other machines on which anybody could read along, and says how to close each."""

from typing import Any

import pytest
from django.db import connection
from django.utils import translation

from smartbarleben.keeping import checks, wire_checks

LOGIN = ":".join(["user", "secret"])


def said() -> list[str]:
    """What the look finds in English, with how to mend it."""
    ((_check, found, _seconds),) = checks.look_at_all(["keeping.wire"])
    with translation.override("en"):
        return [f"{one.level.value} {one.said()} {one.mended()}" for one in found]


@pytest.fixture(autouse=True)
def nothing_outside(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A house that speaks to this machine only."""
    settings.MAILERS, settings.INBOX_URL = {"default": {"OPTIONS": {}}}, ""
    monkeypatch.setitem(connection.settings_dict, "HOST", "/run/postgresql")


def mail(settings: Any, **options: Any) -> None:
    settings.MAILERS = {"default": {"OPTIONS": {"port": 25, **options}}}


@pytest.mark.parametrize("host", ["", "localhost", "127.0.0.1", "::1", "/run/postgresql", "@abstract"])
def test_what_stays_on_this_machine_is_nobody_else_s(settings: Any, host: str) -> None:
    mail(settings, host=host)
    settings.INBOX_URL = f"imap://{LOGIN}@localhost/INBOX"
    assert [line.partition(" ")[0] for line in said()] == ["ok"]


def test_mails_without_encryption_are_named_with_the_setting(settings: Any) -> None:
    mail(settings, host="mail.example.org", use_ssl=False, use_tls=False)
    settings.INBOX_URL = f"imap://{LOGIN}@192.168.1.9/INBOX"
    first, second = said()
    assert first.startswith("warn")
    assert "mail.example.org" in first
    assert "SMARTBARLEBEN_MAIL_URL" in first
    assert "192.168.1.9" in second
    assert "SMARTBARLEBEN_INBOX_URL" in second
    assert "secret" not in first + second
    mail(settings, host="mail.example.org", use_tls=True)
    settings.INBOX_URL = f"imaps://{LOGIN}@192.168.1.9/INBOX"
    assert len(said()) == 1
    assert said()[0].startswith("ok")


@pytest.mark.parametrize(
    ("mode", "is_open"), [(None, True), ("prefer", True), ("allow", True), ("require", False), ("verify-full", False)]
)
def test_a_database_on_another_machine_must_refuse_plain_connections(
    monkeypatch: pytest.MonkeyPatch, mode: str | None, is_open: bool
) -> None:
    monkeypatch.setattr(connection, "vendor", "postgresql")
    options = {"sslmode": mode} if mode else {}
    monkeypatch.setitem(connection.settings_dict, "HOST", "db.example.org")
    monkeypatch.setitem(connection.settings_dict, "OPTIONS", options)
    assert [host for host, _setting in wire_checks.open_ways()] == (["db.example.org"] if is_open else [])
