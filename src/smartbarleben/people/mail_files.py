"""Mails that lie as files in the data folder as long as the village has no mail server.

Django writes several mails into one file with a line of dashes after each.
"""

import os
from collections.abc import Callable, Collection, Iterator
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import getaddresses
from pathlib import Path

from django.conf import settings

from smartbarleben.jobs.models import KEEP_SENT

from .fingerprint import normal

END = b"\n" + b"-" * 79 + b"\n"


def folder() -> Path | None:
    """Where they lie; None when mails go to a mail server."""
    path = settings.MAILERS["default"].get("OPTIONS", {}).get("file_path")
    return Path(path) if path else None


def files() -> Iterator[Path]:
    """All files with mails."""
    place = folder()
    if place is not None and place.is_dir():
        yield from sorted(path for path in place.iterdir() if path.suffix == ".log" and path.is_file())


def mails(path: Path) -> list[tuple[bytes, EmailMessage]]:
    """The mails of a file: as they stand there, and understood."""
    parts = [part for part in path.read_bytes().split(END) if part.strip()]
    return [(part, message_from_bytes(part, policy=policy.default)) for part in parts]


def addresses(mail: EmailMessage) -> list[str]:
    """Whom a mail goes to, and where its answers go."""
    headers = [str(value) for name in ("To", "Cc", "Reply-To") for value in mail.get_all(name, [])]
    return [normal(found) for _name, found in getaddresses(headers)]


def concerns(mail: EmailMessage, address: str) -> bool:
    """Whether a mail goes to an address or its answers do."""
    return normal(address) in addresses(mail)


def remove_old(now: datetime) -> int:
    """Delete files that are as old as sent mails may get; returns how many."""
    count = 0
    for path in files():
        if path.stat().st_mtime <= (now - KEEP_SENT).timestamp():
            path.unlink()
            count += 1
    return count


def remove(address: str) -> int:
    """Take all mails to an address out of the files; returns how many."""
    return _take_out(lambda mail: concerns(mail, address))


def remove_known(message_ids: Collection[str]) -> int:
    """Take the mails with these Message-IDs out of the files, whoever they went to; returns how many."""
    return _take_out(lambda mail: str(mail.get("Message-ID", "")).strip() in message_ids) if message_ids else 0


def _take_out(is_meant: Callable[[EmailMessage], bool]) -> int:
    count = 0
    for path in files():
        there = mails(path)
        kept = [raw for raw, mail in there if not is_meant(mail)]
        if len(kept) == len(there):
            continue
        count += len(there) - len(kept)
        if kept:
            times = path.stat()
            path.write_bytes(b"".join(raw + END for raw in kept))
            os.utime(path, (times.st_atime, times.st_mtime))
        else:
            path.unlink()
    return count
