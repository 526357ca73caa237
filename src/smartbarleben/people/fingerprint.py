"""How we know a person's mail address again without keeping it."""

import re

from django.utils.crypto import salted_hmac

_ADDRESS = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]+@[\w-]+(?:\.[\w-]+)+")


def normal(mail: str) -> str:
    """An address as we compare it: without spaces around it, in small letters."""
    return mail.strip().casefold()


def fingerprint(mail: str) -> str:
    """64 hex digits that are the same for the same address and useless without this installation's key."""
    return salted_hmac("smartbarleben.people.mail", normal(mail), algorithm="sha256").hexdigest()


def visitor_fingerprint(address: str) -> str:
    """The same for a network address."""
    return salted_hmac("smartbarleben.people.visitor", address, algorithm="sha256").hexdigest()


def addresses_in(text: str) -> set[str]:
    """All mail addresses in a text, as `normal` writes them."""
    return {normal(found) for found in _ADDRESS.findall(text)}
