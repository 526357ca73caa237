"""What people type, fit for every page, mail and paper: no controls, nothing that turns the direction. Pure."""

import unicodedata

# Embeddings, overrides and isolates: what follows them is read in another direction than it is written.
_TURNING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_KEPT = frozenset("\n\t")


def plain(text: str) -> str:
    """The text in composed signs with plain line ends, without controls and direction marks that reach further."""
    lines = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n")
    return "".join(
        sign
        for sign in lines
        if sign in _KEPT or (sign not in _TURNING and unicodedata.category(sign) not in ("Cc", "Cs"))
    )


def one_line(text: str) -> str:
    """The same as a single line."""
    return " ".join(plain(text).split())


def own_path(address: str) -> str:
    """The path of a page of this house as it came in an address, or "" for anything that could lead elsewhere.

    What stands behind a secret link is cut off.
    """
    path = address.strip()
    bad = not path.startswith("/") or path.startswith("//") or "\\" in path or len(path) > 300
    if bad or any(sign.isspace() or not sign.isprintable() for sign in path):
        return ""
    before, found, _secret = path.partition("/formular/vorgang/")
    return before + found if found else path
