"""A disk that fills up while the village is open: who sends something is told, and nothing is damaged."""

import subprocess
import threading
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest
from tests.keeping.making import make_village, manage, run
from tests.keeping.serving import Nursery, nursery
from tests.keeping.writing import FORM, Resident

from smartbarleben.config.paths import ROOT
from smartbarleben.keeping import sqlite_copy

pytestmark = [pytest.mark.slow, pytest.mark.sqlite_only]


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of forty megabytes of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", folder], capture_output=True)
    if mounted.returncode:
        pytest.skip("this user may not mount a disk of its own")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


def fill(path: Path) -> None:
    """Write until nothing more fits."""
    with open(path, "wb", buffering=0) as ballast:
        try:
            while ballast.write(b"x" * 4096):
                pass
        except OSError:
            return


def get(servers: Nursery, path: str) -> int:
    connection = HTTPConnection("127.0.0.1", servers.port, timeout=20)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{servers.port}"})
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_disk_that_fills_up_while_people_write(disk: Path, tmp_path: Path) -> None:
    village = make_village(disk / "data", load=False)
    manage(village, "init_village", str(ROOT / "tests" / "browser" / "musterdorf.yaml"))
    with nursery(village) as servers:
        servers.start()
        person = Resident(servers.port, "Nachbar", threading.Event())
        _words, cookie, body, _key = person._fill(1)
        number = person._post(cookie, body)
        assert number
        later = person._fill(2)
        fill(disk / "ballast")
        connection = HTTPConnection("127.0.0.1", servers.port, timeout=60)
        headers = person._headers() | {"Cookie": later[1], "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", FORM, later[2], headers)
        answer = connection.getresponse()
        said = answer.read().decode()
        connection.close()
        assert answer.status == 503
        assert "Wir können gerade nichts speichern" in said
        assert get(servers, "/") == 200, "who only reads notices nothing"
        saved = run("smartbarleben", village, "backup", str(disk / "backup.tar.gz"))
        assert saved.returncode == 1
        assert "Traceback" not in saved.stderr
        assert sorted(path.name for path in disk.iterdir()) == ["ballast", "data"]
        doctor = run("smartbarleben.config.doctor", village)
        assert doctor.returncode == 1
        assert "The disk is full" in doctor.stdout
        assert "Traceback" not in doctor.stdout + doctor.stderr
        (disk / "ballast").unlink()
        assert person._post(*later[1:3])
    assert sqlite_copy.problem(village / "village.sqlite3") == ""
    assert sqlite_copy.rows(village / "village.sqlite3")["cases_case"] == 2


def test_the_doctor_of_a_broken_house_says_so_in_few_words(tmp_path: Path) -> None:
    village = make_village(tmp_path / "data", load=False)
    (village / "village.sqlite3").write_bytes(b"This is a letter and no database. " * 1000)
    done = run("smartbarleben.config.doctor", village)
    assert done.returncode == 1
    assert "The database is damaged: file is not a database" in done.stdout
    assert "./village restore FILE" in done.stdout
    assert done.stdout.count("not a database") <= 2
    assert "Traceback" not in done.stdout + done.stderr
    nobody = run("smartbarleben.config.doctor", tmp_path / "nowhere", "--json")
    assert nobody.returncode == 1
    assert "There is no village" in nobody.stdout
    assert not (tmp_path / "nowhere").exists()
