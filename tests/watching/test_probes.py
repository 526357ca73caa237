"""/healthz and /metrics: who is answered, and what a broken house says."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from django.db import InterfaceError, OperationalError, connection
from django.test import Client
from django.utils import timezone
from tests.cases.making import make_case
from tests.factories import make_village

from smartbarleben.jobs.models import Job, OutgoingMail, State
from smartbarleben.watching import probes
from smartbarleben.watching.counting import Counts

TOKEN = "ein-langes-wort-fuer-die-probe"


@pytest.fixture(autouse=True)
def looks_anew() -> None:
    probes._fitted.cache_clear()


def values(text: str) -> dict[str, float]:
    pairs = [line.rsplit(" ", 1) for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in pairs}


@pytest.mark.django_db
def test_a_house_that_is_well_says_so_to_everybody(client: Client) -> None:
    answer = client.get("/healthz", headers={"Host": "10.0.0.7:8000", "X-Forwarded-For": "203.0.113.9"})
    assert answer.status_code == 200
    assert json.loads(answer.content) == {"status": "ok", "database": True, "migrations": True, "disk": True}
    assert answer["Cache-Control"] == "no-store"
    assert not answer.cookies
    assert "Vary" not in answer
    assert client.head("/healthz").status_code == 200
    assert client.post("/healthz").status_code == 405


@pytest.mark.django_db
def test_healthz_costs_one_query_once_it_knows_the_tables(client: Client, django_assert_num_queries: Any) -> None:
    client.get("/healthz")
    with django_assert_num_queries(1):
        client.get("/healthz")


@pytest.mark.django_db
def test_what_is_broken_is_named(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    full = shutil.disk_usage("/")._replace(free=1_000)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: full)
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["disk"], answer.json()["database"]) == (503, False, True)
    monkeypatch.undo()

    with connection.execute_wrapper(away):
        answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["database"], answer.json()["status"]) == (503, False, "unavailable")
    assert client.get("/healthz").status_code == 200, "it comes back by itself"


@pytest.mark.django_db
def test_tables_of_an_older_version_are_no_house(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(probes.MigrationExecutor, "migration_plan", lambda self, targets: ["one"])
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["migrations"]) == (503, False)
    monkeypatch.undo()
    assert client.get("/healthz").status_code == 200


def away(*args: Any) -> None:
    raise OperationalError("the database is away")


def own_counts(client: Client) -> dict[str, float]:
    """What a caller on this machine reads."""
    answer = client.get("/metrics", headers={"Host": "localhost"})
    assert answer.status_code == 200
    return values(answer.content.decode())


@pytest.mark.django_db
def test_without_its_database_a_house_says_what_it_still_knows(client: Client) -> None:
    asked = []

    def once(*args: Any) -> None:
        asked.append(1)
        away()

    with connection.execute_wrapper(once):
        seen = own_counts(client)
        said = client.get("/healthz")
    assert seen["smartbarleben_database_up"] == 0
    assert seen["process_resident_memory_bytes"] > 10_000_000
    assert seen["smartbarleben_disk_free_bytes"] > 0
    assert 'smartbarleben_mails{state="waiting"}' not in seen, "a zero would be a lie"
    assert len(asked) <= 4, "a server that is away makes each question wait"
    assert said.status_code == 503
    assert said.content.count(b"\n") == 1, "one line"
    assert said.json()["problem"].startswith("The database does not answer.")
    assert own_counts(client)["smartbarleben_database_up"] == 1


@pytest.mark.django_db
def test_one_broken_table_hides_no_other(client: Client) -> None:
    def broken(execute: Any, sql: str, *rest: Any) -> Any:
        if "jobs_outgoingmail" in sql:
            raise InterfaceError("malformed")
        return execute(sql, *rest)

    with connection.execute_wrapper(broken):
        seen = own_counts(client)
    assert seen["smartbarleben_database_up"] == 0
    assert seen['smartbarleben_cases{state="open"}'] == 0
    assert seen["smartbarleben_database_bytes"] > 0


@pytest.mark.django_db
def test_a_data_folder_that_is_away_leaves_the_rest(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(path: Any) -> None:
        raise FileNotFoundError(path)

    monkeypatch.setattr(shutil, "disk_usage", gone)
    seen = own_counts(client)
    assert "smartbarleben_disk_free_bytes" not in seen
    assert seen["smartbarleben_database_up"] == 1
    answer = client.get("/healthz")
    assert (answer.status_code, answer.json()["disk"]) == (503, False)
    assert "disk" in answer.json()["problem"]


@pytest.mark.django_db
@pytest.mark.sqlite_only
def test_a_database_file_that_was_taken_away_keeps_nothing(client: Client, tmp_path: Path) -> None:
    """Who has the file open goes on reading and writing it, and nobody will ever find that again."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setitem(connection.settings_dict, "NAME", str(tmp_path / "gone.sqlite3"))
        answer, seen = client.get("/healthz"), own_counts(client)
    assert (answer.status_code, answer.json()["database"]) == (503, False)
    assert seen["smartbarleben_database_up"] == 0
    assert client.get("/healthz").status_code == 200


@pytest.mark.parametrize(
    ("given", "remote", "proxy", "status"),
    [
        ({"Host": "localhost:8000"}, "127.0.0.1", False, 200),
        ({"Host": "[::1]:8000"}, "::1", False, 200),
        ({"Host": "localhost"}, "192.168.1.7", False, 403),
        ({"Host": "localhost"}, "", False, 403),
        ({"Host": "dorf.example.org"}, "127.0.0.1", False, 403),
        ({"Host": "localhost", "X-Forwarded-For": "203.0.113.9"}, "127.0.0.1", False, 403),
        ({"Host": "localhost", "Via": "1.1 proxy"}, "127.0.0.1", False, 403),
        ({"Host": "localhost"}, "127.0.0.1", True, 403),
        ({"Host": "dorf.example.org", "Authorization": f"Bearer {TOKEN}"}, "203.0.113.9", True, 200),
        ({"Host": "localhost", "Authorization": "Bearer falsch"}, "203.0.113.9", False, 403),
    ],
)
@pytest.mark.django_db
def test_counts_are_for_this_machine_or_with_the_token(
    client: Client, settings: Any, given: dict[str, str], remote: str, proxy: bool, status: int
) -> None:
    settings.METRICS_TOKEN, settings.BEHIND_PROXY = TOKEN, proxy
    answer = client.get("/metrics", headers=given, REMOTE_ADDR=remote)
    assert answer.status_code == status
    assert ("smartbarleben_slow_requests_total" in answer.content.decode()) is (status == 200)


@pytest.mark.django_db
def test_without_a_token_no_empty_one_fits(client: Client, settings: Any) -> None:
    settings.METRICS_TOKEN = ""
    answer = client.get("/metrics", headers={"Authorization": "Bearer "}, REMOTE_ADDR="203.0.113.9")
    assert answer.status_code == 403


@pytest.mark.django_db
def test_the_counts_tell_what_happened(
    client: Client, monkeypatch: pytest.MonkeyPatch, django_assert_max_num_queries: Any
) -> None:
    make_village()
    counts = Counts()
    for name in ("middleware", "metrics"):
        monkeypatch.setattr(f"smartbarleben.watching.{name}.here", counts)
    Job.objects.create(task="tests.x", state=State.DEAD, finished_at=timezone.now())
    Job.objects.create(task="tests.x")
    make_case()
    client.get("/neues/")
    client.get("/neues/")
    client.get("/gibt/es/nicht/")
    with django_assert_max_num_queries(6):
        seen = values(client.get("/metrics", headers={"Host": "localhost"}).content.decode())
    assert seen['smartbarleben_requests_total{route="portal:list",status="2xx"}'] == 2
    assert seen['smartbarleben_requests_total{route="unmatched",status="4xx"}'] == 1
    assert seen['smartbarleben_request_duration_seconds_count{area="public"}'] == 3
    assert seen["smartbarleben_sql_statements_total"] > 2
    assert (seen['smartbarleben_jobs{state="waiting"}'], seen['smartbarleben_jobs{state="dead"}']) == (
        1 + Job.objects.exclude(task="tests.x").count(),
        1,
    )
    assert seen['smartbarleben_mails{state="waiting"}'] == OutgoingMail.objects.count()
    assert seen['smartbarleben_cases{state="open"}'] == 1
    assert seen["smartbarleben_database_bytes"] > 10_000
    assert seen["process_resident_memory_bytes"] > 10_000_000
    assert not any("gibt" in name for name in seen), "a path is no route"
