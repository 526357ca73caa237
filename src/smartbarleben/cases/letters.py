"""Reading a mail: whatever bytes come, a `Letter` comes of it. Nothing raises because of what a mail holds. Pure."""

import hashlib
import re
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime

from . import numbers
from .letter_headers import Address, address_of, addresses_of, date_of, ids_of, words_of
from .letter_kinds import Bounce, Kind, header, headers, is_answerable, kind_of
from .letter_parts import Attached, contents, opened, plain
from .own_words import own_words

__all__ = ["Address", "Attached", "Bounce", "CaseHint", "Kind", "Letter", "case_hint", "digest_of", "read"]

LONGEST_SUBJECT = 300
# What mail programs put before the subject of an answer or a forwarded mail, in the languages that are spoken here.
_PREFIX = re.compile(
    r"(?:\s*(?:re|aw|antw|antwort|fw|fwd|wg|wtr|tr|sv|odp|pd|відп|ответ|رد)(?:\[\d{1,3}\]|\(\d{1,3}\))?\s*[:：])+",
    re.IGNORECASE,
)
_IN_SUBJECT = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]{2}-[A-Za-z0-9]{3}(?![A-Za-z0-9])")
_TAGGED = re.compile(r"[^+@]{1,64}\+([a-z0-9]{5})\.([a-z0-9]{4,40})@.{1,253}", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail that somebody sent us.

    ``to`` are all addresses that it went to, also those that mail servers noted. ``words`` is what the sender wrote
    this time, ``text`` everything. ``answerable``: an automatic mail may go back. ``problems``: see
    `letter_parts.Contents`. ``date`` is what the sender's clock said, in UTC.
    """

    message_id: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()
    sender: Address = field(default_factory=Address)
    reply_to: Address = field(default_factory=Address)
    to: tuple[str, ...] = ()
    subject: str = ""
    date: datetime | None = None
    text: str = field(default="", repr=False)
    words: str = field(default="", repr=False)
    files: tuple[Attached, ...] = field(default=(), repr=False)
    kind: Kind = Kind.MESSAGE
    bounce: Bounce | None = None
    answerable: bool = False
    problems: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class CaseHint:
    """What a letter says about the case that it belongs to, the strongest first.

    ``message_ids``: mails it answers; the caller knows which are ours. ``tagged``: number and sign from an address of
    ours; the caller checks the sign. ``numbers`` stand in the subject, where anybody can write them: they count only
    if the sender is known to the case.
    """

    message_ids: tuple[str, ...] = ()
    tagged: tuple[tuple[str, str], ...] = ()
    numbers: tuple[str, ...] = ()


def read(raw: bytes, *, ours: Collection[str] = (), cut: bool = False) -> Letter:
    """Read a mail. ``ours``: the town hall's own addresses. ``cut``: only the beginning of the mail was fetched."""
    message, problems = opened(raw)
    found = contents(message, problems | {"cut"} if cut else problems)
    sender = address_of(header(message, "from") or header(message, "sender"))
    subject = words_of(header(message, "subject"))
    home = {_untagged(one) for one in ours}
    kind, bounce = kind_of(message, found, sender.address, subject, ours=_untagged(sender.address) in home)
    ids = ids_of(header(message, "message-id"))
    answered = ids_of(header(message, "in-reply-to"))
    return Letter(
        message_id=ids[0] if ids else "",
        in_reply_to=answered[0] if answered else "",
        references=ids_of(header(message, "references")),
        sender=sender,
        reply_to=address_of(header(message, "reply-to")),
        to=addresses_of(
            headers(message, "to", "cc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to")
        ),
        subject=_PREFIX.sub("", subject, count=1).strip()[:LONGEST_SUBJECT],
        date=date_of(header(message, "date")),
        text=plain(found.text),
        words=own_words(plain(found.text)),
        files=tuple(found.files),
        kind=kind,
        bounce=bounce,
        answerable=is_answerable(message, sender.address, kind),
        problems=frozenset(found.problems),
    )


def digest_of(raw: bytes) -> str:
    """What a mail is known by that has no Message-ID of its own."""
    return hashlib.sha256(raw).hexdigest()


def case_hint(letter: Letter) -> CaseHint:
    """Which case a letter may belong to; see `CaseHint` for what each hint is worth."""
    answered = (letter.in_reply_to, *reversed(letter.references), letter.bounce.message_id if letter.bounce else "")
    tagged = []
    for address in letter.to:
        match = _TAGGED.fullmatch(address)
        number = _number(match[1]) if match else ""
        if match and number:
            tagged.append((number, match[2]))
    in_subject = [number for found in _IN_SUBJECT.findall(letter.subject) if (number := _number(found))]
    return CaseHint(
        message_ids=tuple(dict.fromkeys(one for one in answered if one)),
        tagged=tuple(dict.fromkeys(tagged)),
        numbers=tuple(dict.fromkeys(in_subject)),
    )


def _number(typed: str) -> str:
    try:
        return numbers.read(typed)
    except numbers.NumberError:
        return ""


def _untagged(address: str) -> str:
    """The address without what follows a plus sign, in small letters."""
    box, at, host = address.lower().rpartition("@")
    return box.partition("+")[0] + at + host
