"""How often something was tried lately: counts under hashed names, for a while, the same for all processes."""

import hashlib
import hmac
from datetime import datetime, timedelta

from django.conf import settings
from django.db import connection, models


class Tally(models.Model):
    """A count in one window of time. The key is a hash that changes with the window: it tells nobody who it was."""

    key = models.CharField(max_length=64, primary_key=True)
    count = models.PositiveIntegerField(default=0)
    until = models.DateTimeField(db_index=True)

    def __str__(self) -> str:
        return f"{self.key[:8]}: {self.count}"


_COUNT = """INSERT INTO cases_tally AS tally (key, count, until) VALUES (%s, %s, %s)
ON CONFLICT (key) DO UPDATE SET count = CASE WHEN tally.count < 1000000000 THEN tally.count + excluded.count
ELSE tally.count END RETURNING count"""


def _window(name: str, per: timedelta, now: datetime) -> tuple[str, datetime]:
    seconds = int(per.total_seconds())
    start = int(now.timestamp()) // seconds * seconds
    # The day salts the hash, so that the same address leaves another trace tomorrow.
    words = f"cases.tally:{now:%Y-%m-%d}:{start}:{seconds}:{name}".encode()
    key = hmac.new(settings.SECRET_KEY.encode(), words, hashlib.sha256).hexdigest()
    return key, datetime.fromtimestamp(start + seconds, now.tzinfo)


def within(name: str, limit: int, per: timedelta, now: datetime, amount: int = 1) -> bool:
    """Count once more (or by ``amount``) and say whether that is still within ``limit`` in this window of time.

    What is refused counts too, up to a bound that no column bursts at. One statement, so that nobody slips through
    between reading and writing.
    """
    key, until = _window(name, per, now)
    with connection.cursor() as cursor:
        cursor.execute(_COUNT, [key, amount, connection.ops.adapt_datetimefield_value(until)])
        return bool(cursor.fetchone()[0] <= limit)


def give_back(name: str, per: timedelta, now: datetime) -> None:
    """Take one count back that turned out to be none. One query."""
    key, _until = _window(name, per, now)
    Tally.objects.filter(pk=key, count__gt=0).update(count=models.F("count") - 1)


def reached(name: str, limit: int, per: timedelta, now: datetime) -> bool:
    """Whether the limit is used up already; counts nothing. One query."""
    key, _until = _window(name, per, now)
    return Tally.objects.filter(pk=key, count__gte=limit).exists()


def forget(now: datetime) -> int:
    """Delete the counts whose time is over; returns how many."""
    return Tally.objects.filter(until__lte=now).delete()[0]
