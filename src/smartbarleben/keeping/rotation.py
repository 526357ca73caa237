"""Which archives stay and which go: a few days, weeks and months, and nothing older than deletions are known."""

import re
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

# The list of deletions goes back so far (people.deletion_rules.KEEP_ERASURES): what is older could bring back
# somebody who was promised to be gone.
LONGEST = timedelta(days=400)
# An archive from tomorrow comes from a wrong clock; whose, nobody can say.
SKEW = timedelta(days=1)
_NAME = re.compile(r"village-(\d{8}T\d{6})Z\.tar\.gz(\.enc)?")


@dataclass(frozen=True, slots=True)
class Keep:
    """How many archives stay: of the latest days, weeks and months that have one."""

    daily: int
    weekly: int
    monthly: int


def name_of(now: datetime, *, encrypted: bool) -> str:
    """The name of an archive that is made at ``now``; names sort by time."""
    return f"village-{now.astimezone(UTC):%Y%m%dT%H%M%S}Z.tar.gz{'.enc' if encrypted else ''}"


def made_at(name: str) -> datetime | None:
    """When the archive of this name was made; None for a name that is not ours."""
    match = _NAME.fullmatch(name)
    try:
        return datetime.strptime(match[1], "%Y%m%dT%H%M%S").replace(tzinfo=UTC) if match else None
    except ValueError:
        return None


def archives(names: Iterable[str], now: datetime) -> list[tuple[datetime, str]]:
    """Our archives among names, the oldest first; without those that a wrong clock dated into the future."""
    return sorted((at, name) for name in names if (at := made_at(name)) and at <= now + SKEW)


def to_remove(names: Iterable[str], keep: Keep, now: datetime) -> list[str]:
    """The archives that go, the oldest first. The newest stays in any case, and so does what is not ours.

    Of each of the last ``daily`` days with an archive the last one stays, likewise of weeks and months; a pause
    costs nothing. Whatever is older than `LONGEST` goes.
    """
    found = archives(names, now)
    stay = {name for _at, name in found[-1:]}
    for count, bucket in (
        (keep.daily, lambda at: at.date()),
        (keep.weekly, lambda at: at.isocalendar()[:2]),
        (keep.monthly, lambda at: (at.year, at.month)),
    ):
        stay |= _last_of_each(found, bucket, count)
    too_old = {name for at, name in found[:-1] if at < now - LONGEST}
    return [name for _at, name in found if name not in stay or name in too_old]


def _last_of_each(found: list[tuple[datetime, str]], bucket: Callable[[datetime], Hashable], count: int) -> set[str]:
    last = {bucket(at): name for at, name in found}
    return set(list(last.values())[-count:]) if count else set()
