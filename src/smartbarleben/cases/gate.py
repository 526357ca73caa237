"""Who may send a form: everybody. Browsers that calculate for a moment are let in at once, others wait for a look.

The calculation follows the ALTCHA protocol; challenge and solution belong to one form, so nothing can be used twice.
What is counted to keep machines from flooding the town hall is counted under a hash of the network address.
"""

import hashlib
import hmac
import json
import secrets
from base64 import b64decode
from datetime import datetime, timedelta
from enum import Enum
from typing import Any
from uuid import UUID

import altcha
from django.conf import settings
from django.http import HttpRequest

from smartbarleben.people.visitors import household

from . import tallies

# 40 to 120 rounds of a few milliseconds: a second on an old phone, and on a machine that sends all day, too.
_COST, _FEWEST_ROUNDS, _MORE_ROUNDS = 2_000, 40, 80
_VALID = timedelta(hours=24)
_LONGEST_PAYLOAD = 4_000
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)

SENT_PROVEN, SENT_UNPROVEN, SENT_UNPROVEN_BY_ALL = 30, 5, 100
MEGABYTES_A_DAY = 300
MESSAGES = 20
GUESSES = 10


class Verdict(Enum):
    """What happens to a form: straight into the inbox, held for a look, or asked to wait."""

    OPEN = "open"
    HELD = "held"
    TOO_MANY = "too_many"


def _key(purpose: str) -> bytes:
    return hmac.new(settings.SECRET_KEY.encode(), f"cases.gate.{purpose}".encode(), hashlib.sha256).digest()


def challenge(submission: UUID, now: datetime) -> str:
    """What the browser calculates for this form, as JSON."""
    made = altcha.create_challenge(
        "PBKDF2/SHA-256",
        _COST,
        counter=_FEWEST_ROUNDS + secrets.randbelow(_MORE_ROUNDS),
        expires_at=now + _VALID,
        data={"form": str(submission)},
        hmac_secret=_key("challenge"),
        hmac_key_secret=_key("solution"),
    )
    return json.dumps(made.to_dict(), separators=(",", ":"))


def proven(payload: str, submission: UUID) -> bool:
    """Whether the browser solved the challenge of this very form."""
    if not payload or len(payload) > _LONGEST_PAYLOAD:
        return False
    result = altcha.verify_solution(payload, _key("challenge"), hmac_key_secret=_key("solution"))
    if not result.verified:
        return False
    parameters: Any = json.loads(b64decode(payload))["challenge"]["parameters"]
    return parameters.get("data", {}).get("form") == str(submission)


def address(request: HttpRequest) -> str:
    """The visitor's network: an IPv4 address, or the /64 that one household has. "" where nobody knows."""
    given = request.META.get("REMOTE_ADDR", "")
    if settings.BEHIND_PROXY:
        # The operator's own proxy appends the address that it saw; what stands before may be invented.
        given = request.headers.get("X-Forwarded-For", given).rpartition(",")[2]
    try:
        return household(given)
    except ValueError:
        return ""


def may_upload(request: HttpRequest, size: int, now: datetime) -> bool:
    """Count the bytes of the files that came with a form, complete or not; a small file counts as a megabyte."""
    megabytes = size // 1_000_000 + 1
    return tallies.within(f"upload:{address(request)}", MEGABYTES_A_DAY, _DAY, now, amount=megabytes)


def judge(request: HttpRequest, submission: UUID, payload: str, trap: str, now: datetime) -> Verdict:
    """Decide about a complete form and count it. ``trap`` is the field that people don't see and leave empty."""
    who = address(request)
    if proven(payload, submission):
        if not tallies.within(f"proven:{who}", SENT_PROVEN, _HOUR, now):
            return Verdict.TOO_MANY
        # Some browsers fill in whatever they find, so a filled trap costs a look and not the message.
        return Verdict.HELD if trap else Verdict.OPEN
    if not tallies.within(f"unproven:{who}", SENT_UNPROVEN, _HOUR, now):
        return Verdict.TOO_MANY
    if not tallies.within("unproven", SENT_UNPROVEN_BY_ALL, _HOUR, now):
        return Verdict.TOO_MANY
    return Verdict.HELD


def may_write(request: HttpRequest, number: str, now: datetime) -> bool:
    """Count a message in a case: whoever has its link is no stranger, but may be a machine gone wild."""
    return tallies.within(f"message:{number}", MESSAGES, _HOUR, now)


def _guesses(request: HttpRequest, number: str) -> tuple[str, str]:
    # Numbers that nobody has are counted in the same way, so that the answer tells nothing.
    return f"guess:{address(request)}", f"guessed:{number}"


def may_guess(request: HttpRequest, number: str, now: datetime) -> bool:
    """Count one more pair of number and code, and say whether it may be tried: by this address, and for this number.

    Counted before it is compared, so that guesses which come at once do not all slip through.
    """
    counted = [tallies.within(name, GUESSES, _HOUR, now) for name in _guesses(request, number)]
    return all(counted)


def guessed_right(request: HttpRequest, number: str, now: datetime) -> None:
    """Take the last try back: a pair that fits was no guess."""
    for name in _guesses(request, number):
        tallies.give_back(name, _HOUR, now)
