"""A short fingerprint of text, to notice that a translation no longer matches the German it was made from."""

import hashlib
import unicodedata

_END = "\x1f"


def text_digest(*parts: str) -> str:
    """16 hex digits over `parts`, blind to how accents are encoded and to the amount of white space.

    The borders between parts count: ("ab", "c") differs from ("a", "bc"), and ("a",) from ("a", "").
    """
    # str.split treats the unit separator as white space, so that no part can hold one itself.
    plain = "".join(" ".join(unicodedata.normalize("NFC", part).split()) + _END for part in parts)
    return hashlib.sha256(plain.encode("utf-8", "surrogatepass")).hexdigest()[:16]
