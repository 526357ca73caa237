"""Case numbers that survive a telephone: no letters that look or sound alike, and one slip is always noticed. Pure.

23 signs (a prime), so that the weighted sum finds every wrong sign and every pair that changed places.
"K7-4M2" is four signs and a check sign.
"""

import secrets
from enum import Enum

SIGNS = "34679ACDEFHJKMNPQRTUWXY"
LENGTH = 4
_WEIGHTS = range(1, LENGTH + 2)


class Wrong(Enum):
    """What can be wrong with a number that somebody typed."""

    LENGTH = "length"
    SIGN = "sign"
    CHECK = "check"


class NumberError(ValueError):
    """This is no case number; ``why`` and the message say what is wrong with it."""

    def __init__(self, why: Wrong, message: str) -> None:
        super().__init__(message)
        self.why = why


def new() -> str:
    """A random number; numbers say nothing about how many cases there are or which came first."""
    signs = "".join(secrets.choice(SIGNS) for _ in range(LENGTH))
    return shown(signs + check_sign(signs))


def check_sign(signs: str) -> str:
    """The sign that makes the weighted sum of all five divisible by 23."""
    total = sum(weight * SIGNS.index(sign) for weight, sign in zip(_WEIGHTS, signs, strict=False))
    # The weight of the check sign has an inverse, because 23 is prime.
    return SIGNS[-total * pow(LENGTH + 1, -1, len(SIGNS)) % len(SIGNS)]


def shown(signs: str) -> str:
    """As it is written on paper: K7-4M2."""
    return f"{signs[:2]}-{signs[2:]}"


def read(typed: str) -> str:
    """The number that was typed, in its written form. Raises NumberError for anything that is none."""
    signs = "".join(sign for sign in typed.upper() if sign.isalnum())
    if len(signs) != LENGTH + 1:
        raise NumberError(Wrong.LENGTH, f"A case number has {LENGTH + 1} signs, like K7-4M2.")
    if any(sign not in SIGNS for sign in signs):
        raise NumberError(
            Wrong.SIGN,
            "One of these signs is never in a case number. Look again: 0, 1, 2, 5, 8, B, G, I, L, O, S, V, Z.",
        )
    if check_sign(signs[:LENGTH]) != signs[LENGTH]:
        raise NumberError(Wrong.CHECK, "One sign is not right. Compare it with your slip or mail.")
    return shown(signs)
