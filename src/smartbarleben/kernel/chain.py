"""A hash chain: proof that a sequence of recorded facts was not altered, thinned out or reordered afterwards.

Each link seals its own fields and the hash of the link before it. The chain never holds what it speaks about, only a
salted digest: payload and salt lie elsewhere and can be deleted, and the chain still holds.

What a chain cannot show by itself: that its newest links were cut off, or that someone who holds all of it computed
it anew. Both are found by anyone who kept an earlier `hash` elsewhere (printed, mailed): pass it as `head`.
"""

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

type Json = bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None
type Problem = Literal["sequence", "previous", "hash", "head"]

GENESIS = "0" * 64
MIN_SALT_BYTES = 16


@dataclass(frozen=True, slots=True)
class Link:
    """One link: `sequence` from 1, `at` aware, what `kind` of fact, its salted digest, the hashes before and here."""

    sequence: int
    at: datetime
    kind: str
    digest: str
    previous: str
    hash: str

    def __post_init__(self) -> None:
        if self.at.tzinfo is None:
            raise ValueError("A link's time needs a time zone.")


@dataclass(frozen=True, slots=True)
class End:
    """What the next link needs of the last one."""

    sequence: int
    hash: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """`ok`, or the sequence number expected where the chain breaks first, and how.

    Problems: "sequence" (a link is missing, doubled or out of order), "previous" (it does not continue the link
    before), "hash" (its fields are not those it was sealed with), "head" (it does not end where it should).
    """

    ok: bool
    broken_at: int | None = None
    problem: Problem | None = None


def canonical(payload: Json) -> bytes:
    """The one JSON text of `payload` as UTF-8: keys sorted, no white space.

    TypeError for keys that are no strings and for values JSON does not know, ValueError for NaN, infinity and text
    that is not valid Unicode. Accents are not normalised: what looks alike may be different text.
    """
    text = json.dumps(_plain(payload), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def salted_digest(payload: Json, salt: bytes) -> str:
    """64 hex digits (HMAC-SHA-256) that nobody without the `salt` (16 bytes or more) can try payloads against."""
    if len(salt) < MIN_SALT_BYTES:
        raise ValueError(f"A salt has at least {MIN_SALT_BYTES} bytes.")
    return hmac.new(salt, canonical(payload), hashlib.sha256).hexdigest()


def extend(previous: Link | End | None, *, at: datetime, kind: str, digest: str) -> Link:
    """The link that follows `previous` (None: the first of a chain). ValueError if `at` has no time zone."""
    sequence = previous.sequence + 1 if previous else 1
    before = previous.hash if previous else GENESIS
    return Link(sequence, at, kind, digest, before, _seal(sequence, at, kind, digest, before))


def verify(links: Iterable[Link], *, head: str | None = None) -> Verdict:
    """Check a whole chain from its first link, reading each link once.

    Links missing at the end cannot be noticed from the links alone; with `head`, the hash that the last link is known
    to have, they are. An empty chain is fine unless a `head` is asked for.
    """
    expected, before = 1, GENESIS
    for link in links:
        problem = _problem(link, expected, before)
        if problem:
            return Verdict(False, expected, problem)
        expected, before = expected + 1, link.hash
    if head is not None and before != head:
        return Verdict(False, expected, "head")
    return Verdict(True)


def _problem(link: Link, expected: int, before: str) -> Problem | None:
    if link.sequence != expected:
        return "sequence"
    if link.previous != before:
        return "previous"
    try:
        intact = link.hash == _seal(link.sequence, link.at, link.kind, link.digest, link.previous)
    except ValueError:
        intact = False
    return None if intact else "hash"


def _seal(sequence: int, at: datetime, kind: str, digest: str, previous: str) -> str:
    if at.tzinfo is None:
        raise ValueError("A link's time needs a time zone.")
    sealed: Json = {
        "at": at.astimezone(UTC).isoformat(timespec="microseconds"),
        "digest": digest,
        "kind": kind,
        "previous": previous,
        "sequence": sequence,
    }
    return hashlib.sha256(canonical(sealed)).hexdigest()


def _plain(payload: Json) -> Json:
    """Dicts and lists for json.dumps, which would silently write the keys 1 and "1" alike."""
    if isinstance(payload, Mapping):
        if not all(isinstance(key, str) for key in payload):
            raise TypeError("The keys of a JSON object are text.")
        return {key: _plain(value) for key, value in payload.items()}
    if isinstance(payload, list | tuple):
        return [_plain(value) for value in payload]
    return payload
