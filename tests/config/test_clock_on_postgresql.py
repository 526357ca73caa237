"""A village on PostgreSQL does not open either while the clock is behind what it wrote down."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import pytest

from smartbarleben.config import faults, postgres
from smartbarleben.config.say import Trouble

# It starts a server of its own, so once is enough.
pytestmark = pytest.mark.sqlite_only
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    try:
        with postgres.cluster() as made:
            yield made
    except Trouble as trouble:
        pytest.skip(str(trouble))


def test_a_clock_behind_the_newest_entry_opens_nothing(address: str, tmp_path: Path) -> None:
    faults.look(tmp_path, address, NOW)
    with psycopg.connect(address) as own:
        own.execute("CREATE TABLE people_auditentry (at timestamptz)")
        own.execute("INSERT INTO people_auditentry VALUES (%s)", [NOW + timedelta(hours=20)])
    faults.look(tmp_path, address, NOW)
    with pytest.raises(Trouble, match=r"clock says .* --trust-clock"):
        faults.look(tmp_path, address, NOW - timedelta(days=365))
    faults.look(tmp_path, address, NOW - timedelta(days=365), trust_clock=True)


def test_a_server_that_is_away_is_somebody_else_s_to_say(tmp_path: Path) -> None:
    faults.look(tmp_path, "postgres://village@127.0.0.1:1/village", NOW)
    faults.look(tmp_path, "postgresql://village@127.0.0.1:1/village?connect_timeout=2", NOW)
