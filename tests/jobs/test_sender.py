"""Who sends: the municipality, or the one address that the operator's mail server lets through."""

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from smartbarleben.config.paths import ROOT, python_environment
from smartbarleben.jobs import mail
from smartbarleben.jobs.models import OutgoingMail


def write(key: str = "k", **more: Any) -> OutgoingMail:
    """A mail to Erika."""
    words = {"to": "erika@example.org", "subject": "Hello", "text": "Good day", "reason": "tests", "key": key}
    return mail.send(**words | more)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("setting", "sender"),
    [
        ("post@host.example.net", "Musterdorf <post@host.example.net>"),
        ("Rathaus online <post@host.example.net>", "Rathaus online <post@host.example.net>"),
    ],
)
def test_another_sender_leaves_answers_with_the_municipality(
    shared: str, settings: Any, setting: str, sender: str
) -> None:
    settings.MAIL_FROM = setting
    row = write()
    assert (row.sender, row.reply_to) == (sender, "rathaus@example.org")
    assert row.message_id.endswith("@host.example.net>")
    assert write("own", reply_to="ordnung@example.org").reply_to == "ordnung@example.org"
    settings.MAIL_FROM = ""
    assert write("usual").reply_to == ""


@pytest.mark.parametrize("setting", ["rathaus", "Rathaus <rathaus>", "a@b.org, c@d.org", "a@b.org\nBcc: c@d.org"])
def test_a_sender_that_is_no_address_is_said_at_the_start(setting: str, tmp_path: Path) -> None:
    environment = python_environment(tmp_path) | {"SMARTBARLEBEN_MAIL_FROM": setting}
    command = [sys.executable, "-c", "import smartbarleben.config.settings"]
    done = subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode != 0
    assert "SMARTBARLEBEN_MAIL_FROM is no mail address" in done.stderr
