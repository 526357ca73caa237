"""Where the data lies: SQLite in the data folder, or PostgreSQL by one address."""

from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit


class DatabaseAddressError(ValueError):
    """DATABASE_URL cannot be understood; the message says what to write instead."""


SQLITE_OPTIONS: dict[str, Any] = {
    # IMMEDIATE: a writer waits for its turn at BEGIN instead of failing in the middle of a transaction.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # FULL: an acknowledged write survives a power cut; WAL: readers never wait for the writer;
    # secure_delete: what is deleted is overwritten with zeros.
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;"
        "PRAGMA secure_delete=ON;PRAGMA mmap_size=268435456;PRAGMA cache_size=-20000;PRAGMA temp_store=MEMORY"
    ),
}


def database_settings(url: str, data_dir: Path) -> dict[str, Any]:
    """Django's DATABASES["default"] for a database address.

    ``url`` is empty (SQLite in ``data_dir``), ``sqlite:///path`` or
    ``postgres://user:password@host:port/name?option=value``. Raises DatabaseAddressError for anything else.
    """
    if not url:
        return sqlite_settings(data_dir / "village.sqlite3")
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return sqlite_settings(Path(unquote(parts.path[1:] if parts.path.startswith("//") else parts.path)))
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": unquote(parts.hostname or ""),
            "PORT": str(parts.port or ""),
            "CONN_MAX_AGE": None,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": _postgres_options(dict(parse_qsl(parts.query))),
        }
    raise DatabaseAddressError(
        f"DATABASE_URL starts with {parts.scheme!r}. Write sqlite:///path/to/file or postgres://user:password@host/name."
    )


def _postgres_options(given: dict[str, str]) -> dict[str, str]:
    """The address's own options; what it says about jit and about waiting wins.

    A server that is away must not hold each page for the two minutes that are usual: `/healthz` has to say so soon.

    A page joins a table for each kind of item. PostgreSQL then compiles its plan first, for seconds (measured:
    46 s for 40 feeds, 1 s without) for a query of milliseconds.
    """
    return {"connect_timeout": "5"} | given | {"options": f"-c jit=off {given.get('options', '')}".strip()}


def sqlite_settings(path: Path) -> dict[str, Any]:
    """Settings of one SQLite file; the test database is a file too, because racing tests need several connections."""
    return {
        "ENGINE": "smartbarleben.config.sqlite",
        "NAME": str(path),
        "CONN_MAX_AGE": None,
        "OPTIONS": SQLITE_OPTIONS,
        "TEST": {"NAME": str(path.with_name(f"test-{path.name}"))},
    }
