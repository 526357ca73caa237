"""What somebody tried lately, for all processes of the house: the cache in which allauth counts failed sign-ins.

Counted in the memory of each process, n processes would give n times the tries. So counters are rows. Nobody can read
from them who tried what: keys are digests under the house's key. A try that is refused because there were too many
writes nothing, so that a flood costs no more than reading.

allauth takes turns at a counter by adding and deleting "<key>:lock". These locks are no rows: PostgreSQL has locks of
its own, and the processes of a house on SQLite share a machine and so a file.
"""

import json
from datetime import datetime, timedelta
from threading import Lock
from typing import IO, Any

from django.conf import settings
from django.core.cache.backends.base import DEFAULT_TIMEOUT, BaseCache
from django.db import IntegrityError, connection, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import salted_hmac

from smartbarleben.guards.attempts import attempt
from smartbarleben.kernel.filelock import try_lock

_LOCK = ":lock"
# A code of an app counts for three steps of 30 seconds (`MFA_TOTP_TOLERANCE`), but allauth remembers a used one for
# a single step: whoever looked over a shoulder could use it again.
_USED_CODE, _CODE_COUNTS = "allauth.mfa.totp.used", timedelta(seconds=90)
_CLEAN_EVERY = timedelta(minutes=5)
_MOST = timedelta(days=1)
# Two machines never agree to the second.
_SKEW = timedelta(minutes=10)

_held: dict[str, IO[str]] = {}
_holding = Lock()


class SharedCounters(BaseCache):
    """Django's cache over the table `Counter`. Values are what JSON can say; nothing outlives a day."""

    def __init__(self, _name: str, params: dict[str, Any]) -> None:
        super().__init__(params)
        self._cleaned = datetime.min.replace(tzinfo=timezone.get_default_timezone())

    def add(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Write a value where there is none; False where there is one, also when two come at the same moment."""
        row = self._row(key, version)
        if key.endswith(_LOCK):
            return _take(row)
        now = timezone.now()
        ends = self._ends(now, timeout)
        if key.startswith(_USED_CODE):
            ends = max(ends, now + _CODE_COUNTS)
        with transaction.atomic():
            _rows().filter(_is_over(now), key=row).delete()
            try:
                with attempt():
                    _rows().create(key=row, value=json.dumps(value), expires_at=ends)
            except IntegrityError:
                return False
        return True

    def get(self, key: str, default: Any = None, version: int | None = None) -> Any:
        """The value, or ``default`` where there is none or its time is over. One query."""
        rows = _rows().filter(key=self._row(key, version)).exclude(_is_over(timezone.now()))
        text = rows.values_list("value", flat=True).first()
        return default if text is None else json.loads(text)

    def set(self, key: str, value: Any, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> None:
        """Write a value, whether there is one or not. One statement."""
        now = timezone.now()
        values = {"value": json.dumps(value), "expires_at": self._ends(now, timeout)}
        _rows().bulk_create(
            [_rows().model(key=self._row(key, version), **values)],
            update_conflicts=True,
            unique_fields=["key"],
            update_fields=list(values),
        )
        if now - self._cleaned > _CLEAN_EVERY:
            self._cleaned = now
            _rows().filter(_is_over(now)).delete()

    def touch(self, key: str, timeout: Any = DEFAULT_TIMEOUT, version: int | None = None) -> bool:
        """Let a value live on from now; False where there is none."""
        now = timezone.now()
        rows = _rows().filter(key=self._row(key, version)).exclude(_is_over(now))
        return bool(rows.update(expires_at=self._ends(now, timeout)))

    def delete(self, key: str, version: int | None = None) -> bool:
        """Take a value, or a lock, away."""
        row = self._row(key, version)
        return _give_back(row) if key.endswith(_LOCK) else bool(_rows().filter(key=row).delete()[0])

    def clear(self) -> None:
        """Forget all counters."""
        _rows().all().delete()

    def _row(self, key: str, version: int | None) -> str:
        whole = self.make_and_validate_key(key, version=version)
        return salted_hmac("smartbarleben.people.counter", whole, algorithm="sha256").hexdigest()

    def _ends(self, now: datetime, timeout: Any) -> datetime:
        seconds = self.default_timeout if timeout is DEFAULT_TIMEOUT else timeout
        return now + (_MOST if seconds is None else min(timedelta(seconds=seconds), _MOST))


def _is_over(now: datetime) -> Q:
    """Rows whose time is over, and those that a wrong clock wrote: they would shut people out until it is right."""
    return Q(expires_at__lte=now) | Q(expires_at__gt=now + _MOST + _SKEW)


def _rows() -> Any:
    # Settings name this module before there are models.
    from .models import Counter

    return Counter.objects


def _number(row: str) -> int:
    return int.from_bytes(bytes.fromhex(row)[:8], signed=True)


def _take(row: str) -> bool:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [_number(row)])
            return bool(cursor.fetchone()[0])
    file = open(settings.DATA_DIR / "tries.lock", "a", encoding="utf-8")  # noqa: SIM115 (the open file is the lock)
    if not try_lock(file):
        file.close()
        return False
    with _holding:
        _held[row] = file
    return True


def _give_back(row: str) -> bool:
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_number(row)])
            return bool(cursor.fetchone()[0])
    with _holding:
        file = _held.pop(row, None)
    if file is not None:
        file.close()
    return file is not None
