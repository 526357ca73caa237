"""Tries are counted for all processes of the house together."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from tests.blueprint import copy_to

from smartbarleben.config.paths import ROOT, python_environment
from smartbarleben.people.models import Counter

# What one process lets through of twelve tries at one account, from a network of its own.
_TRY = """
import sys, django
django.setup()
from allauth.core.internal import ratelimit
from django.test import RequestFactory
print("ready", flush=True)
sys.stdin.readline()
request = RequestFactory().post("/", REMOTE_ADDR=sys.argv[1])
request.allauth = None
words = {"app": "allauth.account", "action": "login_failed", "key": "petra"}
print(sum(bool(ratelimit.consume(request, **words)) for _try in range(12)))
"""


def _database(folder: Path) -> dict[str, str]:
    if connection.vendor == "sqlite":
        copy_to(folder / "village.sqlite3")
        return {"DATABASE_URL": ""}
    known = connection.settings_dict
    user = f"{quote(known['USER'], safe='')}:{quote(known['PASSWORD'], safe='')}@" if known["USER"] else ""
    where = f"{quote(known['HOST'] or '', safe='')}{':' + str(known['PORT']) if known['PORT'] else ''}"
    return {"DATABASE_URL": f"postgres://{user}{where}/{known['NAME']}"}


@pytest.mark.django_db
def test_what_a_wrong_clock_counted_shuts_nobody_out_once_it_is_right(monkeypatch: pytest.MonkeyPatch) -> None:
    now = timezone.now()
    monkeypatch.setattr(timezone, "now", lambda: now + timedelta(days=365))
    cache.set("tries", [1, 2, 3], 300)
    assert cache.get("tries") == [1, 2, 3]
    monkeypatch.setattr(timezone, "now", lambda: now)
    assert cache.get("tries") is None
    assert not cache.touch("tries", 300)
    assert cache.add("tries", [4], 300)
    assert cache.get("tries") == [4]
    cache.set("a-day", 1, None)
    assert cache.get("a-day") == 1, "nothing lives longer than a day, and a day is no mistake"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_two_processes_give_no_more_tries_than_one(tmp_path: Path) -> None:
    environment = python_environment(tmp_path) | _database(tmp_path)
    running = [
        subprocess.Popen(
            [sys.executable, "-c", _TRY, f"192.0.2.{n}"],
            env=environment, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for n in range(2)
    ]  # fmt: skip
    assert [one.stdout.readline() for one in running if one.stdout] == ["ready\n", "ready\n"]
    # At the same moment: between reading a counter and writing it, nobody else may count.
    with ThreadPoolExecutor(2) as pool:
        said = list(pool.map(lambda one: one.communicate("go\n")[0], running))
    assert [one.returncode for one in running] == [0, 0]
    assert sum(map(int, said)) == 5


@pytest.mark.django_db
def test_nothing_in_the_table_says_who(django_assert_num_queries: Any) -> None:
    cache.set("allauth:rl:login:203.0.113.7:petra", [1.5, 2.5], 300)
    kept = str(list(Counter.objects.values()))
    assert "203.0.113.7" not in kept
    assert "petra" not in kept
    with django_assert_num_queries(1):
        assert cache.get("allauth:rl:login:203.0.113.7:petra") == [1.5, 2.5]


@pytest.mark.django_db
def test_who_is_refused_without_a_look_writes_nothing(django_assert_num_queries: Any) -> None:
    """Taking turns and reading: what a flood of tries costs. On PostgreSQL the turns are asked for there."""
    with django_assert_num_queries(1 if connection.vendor == "sqlite" else 3):
        assert cache.add("x:lock", True, 10)
        cache.get("x")
        cache.delete("x:lock")
    assert not Counter.objects.exists()


@pytest.mark.django_db
def test_a_lock_is_held_by_one_and_given_back() -> None:
    assert cache.add("x:lock", True, 10)
    try:
        if connection.vendor == "sqlite":
            assert not cache.add("x:lock", True, 10)
    finally:
        assert cache.delete("x:lock")
    assert cache.add("x:lock", True, 10)
    assert cache.delete("x:lock")


@pytest.mark.django_db
@given(values=st.lists(st.lists(st.floats(0, 2e9)) | st.text() | st.booleans(), min_size=1, max_size=4))
def test_it_keeps_what_a_cache_keeps(values: list[Any]) -> None:
    cache.clear()
    assert cache.get("k", "nothing") == "nothing"
    assert cache.add("k", values[0], 60)
    assert not cache.add("k", "other", 60)
    for value in values:
        cache.set("k", value, 60)
        assert cache.get("k") == value
    assert cache.touch("k", 60)
    assert cache.delete("k")
    assert not cache.delete("k")
    cache.set("k", values[0], -1)
    assert cache.get("k") is None
    assert cache.add("k", "again", 60)
