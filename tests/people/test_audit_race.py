"""Two processes write the record at the same time: one chain, nothing lost, nothing of what was rolled back."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection

from smartbarleben.config.paths import ROOT

COUNT = 25
WRITER = f"""
import sys, django; django.setup()
from django.db import transaction
from smartbarleben.people import audit
from smartbarleben.people.models import User
petra = User.objects.get(username="petra")
for number in range({COUNT}):
    with transaction.atomic():
        audit.record("race.kept", petra, actor=petra, number=number)
        User.objects.filter(pk=petra.pk).update(first_name=sys.argv[1])
    with transaction.atomic():
        audit.record("race.undone", petra)
        transaction.set_rollback(True)
"""


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_processes_write_one_chain(tmp_path: Path) -> None:
    environment = os.environ | {
        "DATABASE_URL": _database_of_its_own(tmp_path / "race.sqlite3"),
        "DJANGO_SETTINGS_MODULE": "smartbarleben.config.settings",
        "PYTHONPATH": str(ROOT / "src"),
        "SMARTBARLEBEN_DATA": str(tmp_path),
    }

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, *words]
        return subprocess.run(command, env=environment, cwd=ROOT, capture_output=True, text=True, timeout=120)

    assert run("-m", "smartbarleben", "add_staff", "petra").returncode == 0
    command = [sys.executable, "-c", WRITER]
    writers = [subprocess.Popen([*command, name], env=environment, cwd=ROOT) for name in ("one", "two")]
    assert [writer.wait(timeout=120) for writer in writers] == [0, 0]
    checked = run("-m", "smartbarleben", "audit", "verify")
    assert "whole" in checked.stdout, checked.stderr
    counted = run(
        "-c",
        "import django; django.setup()\n"
        "from smartbarleben.people.models import AuditEntry, AuditLink, Pseudonym\n"
        "kept = AuditEntry.objects.filter(verb='race.kept').count()\n"
        "assert kept == 50 and AuditLink.objects.count() == AuditEntry.objects.count(), kept\n"
        "assert not AuditEntry.objects.filter(verb='race.undone').exists()\n"
        "assert Pseudonym.objects.count() == 1\n",
    )
    assert counted.returncode == 0, counted.stderr


def _database_of_its_own(path: Path) -> str:
    """The address of a database that other processes can open: a copy of the test's SQLite, or PostgreSQL itself."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        connection.ensure_connection()
        copy = sqlite3.connect(path)
        connection.connection.backup(copy)
        copy.close()
        return f"sqlite:///{path}"
    host = quote(values["HOST"], safe="")
    port = f":{values['PORT']}" if values["PORT"] else ""
    password = f":{quote(values['PASSWORD'])}" if values["PASSWORD"] else ""
    return f"postgres://{values['USER']}{password}@{host}{port}/{values['NAME']}"
