"""Nothing lost: the web server is killed fifty times at work, and each acknowledged case is there."""

import os
import random
import sqlite3
import threading
import time
from collections import Counter
from pathlib import Path

import pytest
from tests.keeping.making import make_village, manage
from tests.keeping.serving import nursery
from tests.keeping.writing import Resident

from smartbarleben.config.paths import ROOT
from smartbarleben.keeping import sqlite_copy

pytestmark = [
    pytest.mark.slow,
    pytest.mark.sqlite_only,
    pytest.mark.skipif(not hasattr(os, "fork"), reason="the server of this test is forked"),
]

KILLS = 50
RESIDENTS = 3


def test_every_acknowledged_case_survives_fifty_kills(tmp_path: Path) -> None:
    village = make_village(tmp_path / "data", load=False)
    manage(village, "init_village", str(ROOT / "tests" / "browser" / "musterdorf.yaml"))
    luck, stop = random.Random(5), threading.Event()
    with nursery(village) as servers:
        residents = [Resident(servers.port, f"Nachbar {number}", stop) for number in range(RESIDENTS)]
        for resident in residents:
            resident.start()
        began = time.monotonic()
        for kill in range(KILLS):
            servers.start()
            before = sum(len(resident.acknowledged) for resident in residents)
            if kill % 2:
                # On a busy machine, too, there is something to lose.
                until = time.monotonic() + 5
                while time.monotonic() < until:
                    if sum(len(resident.acknowledged) for resident in residents) > before:
                        break
                    time.sleep(0.005)
            time.sleep(luck.uniform(0.0, 0.5))
            servers.kill()
        servers.start()
        time.sleep(2)
        stop.set()
        for resident in residents:
            resident.join(30)
        seconds = time.monotonic() - began

    acknowledged = {number: words for resident in residents for number, words in resident.acknowledged.items()}
    sent = {words for resident in residents for words in resident.sent.values()}
    assert [words for resident in residents for words in resident.refused] == []
    assert len(acknowledged) >= 20, "too little was written for the kills to mean anything"
    assert sum(resident.unanswered for resident in residents) > 0, "no kill met anybody"

    database = village / "village.sqlite3"
    assert sqlite_copy.problem(database) == ""
    with sqlite3.connect(database) as connection:
        rows = connection.execute(
            "SELECT c.number, e.text FROM cases_case c JOIN cases_entry e ON e.case_id = c.id WHERE e.text <> ''"
        ).fetchall()
    connection.close()
    written = [(number, words) for number, words in rows if words in sent]
    found = dict(written)
    assert {number: words for number, words in acknowledged.items() if found.get(number) != words} == {}
    # What was sent again because no answer came is there once.
    assert [words for words, count in Counter(words for _number, words in written).items() if count > 1] == []
    assert "The record is whole" in manage(village, "audit", "verify").stdout
    print(f"{KILLS} kills, {len(acknowledged)} acknowledged cases, {len(found)} in all, {seconds:.0f} s")
