"""How a person without an account comes to their case: by a secret link, or by number and code from a slip.

Link, code and the sign in our mail's address are made from the house's secret key and the case's salt. Nothing of
them is stored, so a stolen database opens no case; a new salt makes all of them worthless.
"""

import base64
import hashlib
import hmac

from django.conf import settings
from django.urls import reverse
from django.utils import translation

from .models import Case
from .numbers import SIGNS

CODE_SIGNS = 8


def _digest(case: Case, purpose: str) -> bytes:
    words = f"cases.{purpose}:{case.pk}:{case.salt}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), words, hashlib.sha256).digest()


def token(case: Case) -> str:
    """The secret of the link: 128 bits."""
    return base64.urlsafe_b64encode(_digest(case, "link")[:16]).decode().rstrip("=")


def path(case: Case) -> str:
    """The secret link without the host, in the person's language; it is the key to the case."""
    with translation.override(case.language):
        return reverse("cases:follow", args=[case.number, token(case)])


def url(case: Case) -> str:
    """The secret link for mails and slips."""
    return settings.BASE_URL + path(case)


def code(case: Case) -> str:
    """Eight signs that can be spoken and typed (36 bits; guesses are counted where it is asked for): A7C9-WXFM."""
    number = int.from_bytes(_digest(case, "code"))
    signs = ""
    for _place in range(CODE_SIGNS):
        number, rest = divmod(number, len(SIGNS))
        signs += SIGNS[rest]
    return f"{signs[:4]}-{signs[4:]}"


def mail_sign(case: Case) -> str:
    """What stands in the address that answers go to, so that nobody writes into a case by guessing its number."""
    return _digest(case, "mail").hex()[:12]


def opens(case: Case, given: str) -> bool:
    """Whether a link's secret or a typed code belongs to the case; takes as long for wrong ones as for right ones."""
    typed = "".join(sign for sign in given.upper() if sign.isalnum())
    by_link = hmac.compare_digest(token(case).encode(), given.encode())
    by_code = hmac.compare_digest(code(case).replace("-", "").encode(), typed.encode())
    return by_link or by_code


def opens_link(case: Case, given: str) -> bool:
    """Whether a link's secret belongs to the case. The short code does not open a link: its guesses are counted."""
    return hmac.compare_digest(token(case).encode(), given.encode())


def mail_opens(case: Case, sign: str) -> bool:
    """Whether the sign in a mail's address belongs to the case."""
    return hmac.compare_digest(mail_sign(case).encode(), sign.lower().encode())
