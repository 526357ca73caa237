"""Three web processes and two workers on one PostgreSQL behind nginx; some are killed, and nobody notices."""

import asyncio
import contextlib
import os
import time
import urllib.request
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from tests.config.many import Proxy, Unit, find_nginx, free_ports, proxy
from tests.jobs.postoffice import PostOffice

from smartbarleben.config import paths, postgres
from smartbarleben.config.benching.load import _photo
from smartbarleben.config.benching.residents import Diary, Resident

pytestmark = [pytest.mark.endurance, pytest.mark.slow, pytest.mark.sqlite_only]

RESIDENTS, SECONDS, THINK_S = 14, 11.0, 1.2


@dataclass
class Village:
    """All of it."""

    webs: list[Unit]
    workers: list[Unit]
    proxy: Proxy
    office: PostOffice
    database: str


def _environment(database: str, port: int, office: PostOffice) -> dict[str, str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SMARTBARLEBEN_")}
    return {
        **kept,
        "DATABASE_URL": database,
        "SMARTBARLEBEN_BASE_URL": f"https://127.0.0.1:{port}",
        "SMARTBARLEBEN_PROXY": "1",
        "SMARTBARLEBEN_MAIL_URL": f"smtp://127.0.0.1:{office.port}",
    }


def _two_servers(folder: Path) -> list[Path]:
    """Two data folders that share what servers share; their locks are their own, as on two machines."""
    servers = [folder / "one", folder / "two"]
    paths.make_data_folder(servers[0])
    servers[1].mkdir(mode=0o700)
    for name in ("media", "uploads", "maps"):
        (servers[0] / name).mkdir()
    for name in ("secret.key", "media", "uploads", "maps"):
        (servers[1] / name).symlink_to(servers[0] / name)
    return servers


@pytest.fixture
def village(tmp_path: Path) -> Iterator[Village]:
    """Five units on two servers, all started at the same moment on an empty database."""
    nginx = find_nginx()
    if nginx is None:
        pytest.skip("nginx is missing and could not be installed here. On Debian and Ubuntu: apt install nginx-light")
    port, *ports = free_ports(4)
    office = PostOffice()
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(postgres.cluster())
        office.open()
        stack.callback(office.close)
        told, servers = _environment(database, port, office), _two_servers(tmp_path)

        def unit(name: str, server: Path, *words: str, port: int = 0) -> Unit:
            made = Unit(name, [*words, "--data", str(server)], told, tmp_path / f"{name}.log", port)
            stack.callback(made.end)
            made.start()
            return made

        webs = [
            unit(f"web-{number}", servers[number % 2], "--no-background", "--port", str(own), port=own)
            for number, own in enumerate(ports)
        ]
        workers = [unit(f"worker-{number}", server, "--no-web") for number, server in enumerate(servers)]
        for web in webs:
            web.wait_for("is open:")
        for worker in workers:
            worker.wait_for("Background work +on")
        front = stack.enter_context(proxy(nginx, tmp_path / "proxy", port, ports))
        yield Village(webs, workers, front, office, database)


async def _residents(village: Village, diary: Diary) -> None:
    loop = asyncio.get_running_loop()
    start = loop.time() + 0.3
    with ProcessPoolExecutor(1) as solver:
        photo = _photo()
        people = [
            Resident(number, village.proxy.port, diary, solver, photo, village.proxy.tls)
            for number in range(2, RESIDENTS + 2)
        ]
        lives = asyncio.gather(*(person.live(start, SECONDS, THINK_S) for person in people))
        senders = [
            Resident(number, village.proxy.port, diary, solver, b"", village.proxy.tls) for number in range(90, 96)
        ]
        ready = [await person.filled("frage", b"") for person in senders]
        await asyncio.sleep(1)
        # While a web process stands still with what it took, some of these forms are given to it, too.
        killed = loop.run_in_executor(None, village.webs[1].kill)
        await asyncio.sleep(0.2)
        await asyncio.gather(*(person.hand_in(form) for person, form in zip(senders, ready, strict=True)))
        await killed
        await asyncio.sleep(0.5)
        await loop.run_in_executor(None, village.workers[0].kill)
        await asyncio.sleep(3)
        # As an update does it, one server after the other.
        await loop.run_in_executor(None, village.webs[2].end)
        await lives
        for person in senders:
            person.wire.close()
        # TLS says goodbye before the loop ends.
        await asyncio.sleep(0.3)


def _ask(database: str, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(database, autocommit=True) as connection:
        return connection.execute(sql).fetchall()


def _until_sent(village: Village, wanted: int) -> None:
    """Wait for all mails. The lease of the killed worker lasts two minutes, which pass here in a moment."""
    until, passed = time.monotonic() + 60, False
    while True:
        [(done,)] = _ask(village.database, "SELECT count(*) FROM jobs_outgoingmail WHERE state = 'done'")
        [(left,)] = _ask(village.database, "SELECT count(*) FROM jobs_outgoingmail WHERE state <> 'done'")
        if done >= wanted and not left:
            return
        assert time.monotonic() < until, f"{done} of {wanted} mails were sent"
        if not passed and time.monotonic() > until - 55:
            with psycopg.connect(village.database, autocommit=True) as connection:
                for table in ("jobs_outgoingmail", "jobs_job"):
                    connection.execute(f"UPDATE {table} SET due_at = now() WHERE state = 'running'")
            passed = True
        time.sleep(0.3)


def test_nobody_notices_that_processes_die(village: Village) -> None:
    diary = Diary()
    asyncio.run(_residents(village, diary))
    said = "".join(unit.output for unit in [*village.webs, *village.workers])
    assert diary.problems == [], said[-4000:]
    assert sum(map(len, diary.latencies.values())) > RESIDENTS * SECONDS / THINK_S / 2
    assert village.proxy.asked_again("POST") > 0, "no form was on its way to the process that died"
    assert village.proxy.asked_again("GET") > 0
    village.webs[1].wait_for("The web process ended .* starting it again")
    assert village.webs[1].is_back(), "the killed web process is back"
    village.workers[0].wait_for("The background process ended .* starting it again")

    rows = _ask(
        village.database,
        "SELECT substring(e.text from 'Kennwort ([0-9a-f]{32})'), c.number FROM cases_entry e "
        "JOIN cases_case c ON c.id = e.case_id WHERE e.sort = 'received' AND e.text LIKE '%Kennwort %'",
    )
    assert sorted(rows) == sorted(diary.taken.items()), "each acknowledged case is there, once, and no other"
    [(files,)] = _ask(village.database, "SELECT count(*) FROM cases_attachment WHERE case_id IS NOT NULL")
    assert files == diary.files

    _until_sent(village, len(diary.taken))
    receipts = [(str(mail["To"]), str(mail["Message-ID"])) for mail in village.office.taken]
    ours = [one for one in receipts if one[0].startswith("versuch")]
    assert len(set(ours)) == len({to for to, _id in ours}) == len(diary.taken), "one mail for each"
    # A worker that dies between the mail server's word and its own note of it sends that one mail again, as itself.
    assert sum(Counter(ours).values()) - len(set(ours)) <= 1
    assert _ask(village.database, "SELECT task, state, problem FROM jobs_job WHERE state = 'dead'") == []
    assert _ask(village.database, "SELECT name, problem FROM jobs_periodicrun WHERE problem <> ''") == []
    assert "Traceback" not in said
    assert '"level":"ERROR"' not in said

    # Each process remembers the village under its generation: a change by one is seen by all at once.
    with psycopg.connect(village.database, autocommit=True) as connection:
        connection.execute("UPDATE places_municipality SET name = 'Neubarleben', generation = generation + 1")
    assert all("Neubarleben" in web.page("/") for web in village.webs[:2])
    with urllib.request.urlopen(f"https://127.0.0.1:{village.proxy.port}/", context=village.proxy.tls) as answer:
        assert b"Neubarleben" in answer.read()
