"""The order in which the index lies: a document's primary key. Pure.

From the left: how much people look for such things (three bits), the minute that it is sorted by (30 bits, from the
year 1000 on), and 20 bits that keep documents of the same minute apart. Read backwards, services come first, then
what comes next or was published last. So a search for a word that stands in every text can stop after some hundred
rows, and "everything that is still to come" is one range.
"""

from datetime import UTC, datetime, timedelta
from zlib import crc32

_BEGINNING = datetime(1000, 1, 1, tzinfo=UTC)
_MINUTE = timedelta(minutes=1)
_MINUTE_BITS, _TAIL_BITS = 30, 20
TAIL = (1 << _TAIL_BITS) - 1
# All that happens at a time, and news, share one tier: there the minute decides.
TIMED_TIER = 3


def tier(weight: int) -> int:
    """0 to 7: everything lighter than 100 is sorted by time alone."""
    if weight < 100:
        return TIMED_TIER if weight >= 80 else TIMED_TIER - 1
    return min(7, 4 + (weight - 100) // 10)


def _minute(moment: datetime) -> int:
    return max(0, min((1 << _MINUTE_BITS) - 1, (moment - _BEGINNING) // _MINUTE))


def place_of(weight: int, sort_at: datetime, *name: str) -> int:
    """The key of a document; ``name`` tells it from others of the same minute, mostly."""
    tail = crc32("\0".join(name).encode()) & TAIL
    return _start(tier(weight), sort_at) | tail


def _start(level: int, moment: datetime) -> int:
    return (level << (_MINUTE_BITS + _TAIL_BITS)) | (_minute(moment) << _TAIL_BITS)


def since(moment: datetime) -> tuple[int, int]:
    """The first and last key of what has a date and is not over at ``moment``."""
    return _start(TIMED_TIER, moment), _start(TIMED_TIER + 1, _BEGINNING) - 1


def before(moment: datetime) -> tuple[int, int]:
    """The first and last key of what has a date and was over at ``moment``."""
    return _start(TIMED_TIER, _BEGINNING), _start(TIMED_TIER, moment) - 1
