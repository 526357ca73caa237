"""What one database stores and how the other stores the same, and a digest that both must agree on. Pure.

SQLite knows numbers, texts and bytes; Django writes everything else as text there. What a column means is read from
PostgreSQL's type of it, wherever one of the two sides is PostgreSQL.
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

type Kind = Literal[
    "plain", "boolean", "float", "number", "moment", "day", "clock", "span", "uuid", "json", "bytes", "host"
]
type Row = Sequence[Any]

_KINDS: dict[str, Kind] = {
    "boolean": "boolean",
    "double precision": "float",
    "real": "float",
    "numeric": "number",
    "timestamp with time zone": "moment",
    "date": "day",
    "time without time zone": "clock",
    "interval": "span",
    "uuid": "uuid",
    "jsonb": "json",
    "json": "json",
    "bytea": "bytes",
    "inet": "host",
}
_MODULUS = 1 << 256


def kind_of(postgres_type: str) -> Kind:
    """What a column of this type of PostgreSQL means; the number in brackets does not matter."""
    return _KINDS.get(postgres_type.partition("(")[0], "plain")


def _moment(value: str) -> datetime:
    found = datetime.fromisoformat(value)
    return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)


def _clock(value: str) -> time:
    return time.fromisoformat(value)


def _json(value: str | bytes) -> Any:
    return json.loads(value, parse_float=Decimal)


_FROM_SQLITE: dict[Kind, Callable[[Any], Any]] = {
    "boolean": bool,
    "float": float,
    "number": lambda value: Decimal(str(value)),
    "moment": _moment,
    "day": date.fromisoformat,
    "clock": _clock,
    "span": lambda value: timedelta(microseconds=value),
    "uuid": lambda value: UUID(hex=value),
    "json": _json,
    "bytes": bytes,
    "host": str,
}


def from_sqlite(kind: Kind, value: Any) -> Any:
    """A value as Python understands it. Raises ValueError for a text that is none of its kind."""
    if value is None or kind == "plain":
        return value
    return _FROM_SQLITE[kind](value)


class _Plain(json.JSONEncoder):
    def default(self, o: Any) -> Any:
        if isinstance(o, Decimal):
            return int(o) if o == o.to_integral_value() and "." not in str(o) else float(o)
        return super().default(o)


def _micros(value: timedelta) -> int:
    return (value.days * 86_400 + value.seconds) * 1_000_000 + value.microseconds


_TO_SQLITE: dict[Kind, Callable[[Any], Any]] = {
    "boolean": int,
    "float": float,
    "number": str,
    "moment": lambda value: str(value.astimezone(UTC).replace(tzinfo=None)),
    "day": str,
    "clock": str,
    "span": _micros,
    "uuid": lambda value: value.hex,
    "json": lambda value: json.dumps(value, cls=_Plain),
    "bytes": bytes,
    "host": str,
}


def to_sqlite(kind: Kind, value: Any) -> Any:
    """A value as Django writes it into SQLite."""
    if value is None or kind == "plain":
        return value
    return _TO_SQLITE[kind](value)


def canonical(kind: Kind, value: Any) -> bytes:
    """The same bytes for the same value, whichever database it was read from."""
    if value is None:
        return b"-"
    match kind:
        case "json":
            text = json.dumps(_ordered(value), ensure_ascii=False, separators=(",", ":"))
        case "moment":
            text = value.astimezone(UTC).isoformat()
        case "number":
            text = _number(value)
        case "float":
            text = repr(float(value))
        case "bytes":
            return b"x" + bytes(value).hex().encode()
        case "boolean":
            text = "1" if value else "0"
        case "span":
            text = str(_micros(value))
        case _ if isinstance(value, bytes | memoryview):
            return b"x" + bytes(value).hex().encode()
        case _:
            text = str(value)
    return b"=" + text.encode("utf-8", "surrogatepass")


def _number(value: Any) -> str:
    found = Decimal(str(value))
    return format(found.normalize() if found else Decimal(0), "f")


def _ordered(value: Any) -> Any:
    """JSON with its names in order and each number in one way of writing, marked so that no text is the same."""
    if isinstance(value, dict):
        return {name: _ordered(value[name]) for name in sorted(value)}
    if isinstance(value, list):
        return [_ordered(one) for one in value]
    if isinstance(value, str):
        return f"s{value}"
    if isinstance(value, bool) or value is None:
        return value
    return f"n{_number(value)}"


@dataclass
class Digest:
    """How many rows there are, and a number that depends on each of them and not on their order."""

    rows: int = 0
    total: int = 0

    def add(self, kinds: Sequence[Kind], row: Row) -> None:
        """Count a row in."""
        digest = hashlib.sha256()
        for kind, value in zip(kinds, row, strict=True):
            told = canonical(kind, value)
            digest.update(len(told).to_bytes(8))
            digest.update(told)
        self.rows += 1
        self.total = (self.total + int.from_bytes(digest.digest())) % _MODULUS

    @property
    def short(self) -> str:
        """Its beginning, for people who compare two."""
        return f"{self.total:064x}"[:16] if self.rows else "-"


def digest_of(kinds: Sequence[Kind], rows: Iterable[Row]) -> Digest:
    """The digest of many rows."""
    found = Digest()
    for row in rows:
        found.add(kinds, row)
    return found
