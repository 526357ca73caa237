"""A short fingerprint of text, to notice that a translation no longer matches the German it was made from."""

import hashlib
import unicodedata

_SEPARATOR = "\x1f"


def text_digest(*parts: str) -> str:
    """16 hex digits over `parts`, blind to how accents are encoded and to the amount of white space.

    The borders between parts count: ("ab", "c") differs from ("a", "bc"), and ("a",) from ("a", "").
    """
    # str.split treats the unit separator as white space, so no part can hold one after this.
    plain = [" ".join(unicodedata.normalize("NFC", part).split()) for part in parts]
    return hashlib.sha256(_SEPARATOR.join(plain).encode("utf-8", "surrogatepass")).hexdigest()[:16]
