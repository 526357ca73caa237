"""Addresses with a word in them, so that an answer finds what it answers: rathaus+k7-4m2@example.org. Pure."""

import re
from email.utils import parseaddr

# Small letters only: some servers change the case of what stands before the "@".
_TAG = re.compile(r"[a-z0-9][a-z0-9.-]{0,40}")
# RFC 5321: what stands before the "@" has at most 64 signs.
_LOCAL = 64


def plus(address: str, tag: str) -> str:
    """``address`` with ``tag`` in it. Raises ValueError for what is no address, no tag, or too long together."""
    local, at, host = parseaddr(address)[1].rpartition("@")
    if not (local and at and host):
        raise ValueError("This is no mail address.")
    if not _TAG.fullmatch(tag):
        raise ValueError("A tag has small letters, digits, dots and hyphens.")
    tagged = f"{local}+{tag}"
    if len(tagged) > _LOCAL:
        raise ValueError("The address would become too long.")
    return f"{tagged}@{host}"


def tag_of(address: str, base: str) -> str:
    """The tag that `plus` put into ``base``, read back from the address a mail came to; "" where there is none."""
    local, _at, host = parseaddr(address)[1].lower().rpartition("@")
    base_local, _base_at, base_host = parseaddr(base)[1].lower().rpartition("@")
    start = f"{base_local}+"
    if not base_local or host != base_host or not local.startswith(start):
        return ""
    tag = local.removeprefix(start)
    return tag if _TAG.fullmatch(tag) else ""
