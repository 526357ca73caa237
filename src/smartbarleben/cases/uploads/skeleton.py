"""What is left of a picture file when everything but the picture is taken away. Pure.

Each format has a reader that walks the file's own structure without decoding anything and rebuilds the smallest
file that still paints the same first frame. Only that reaches a decoder: no metadata, no animation, no thumbnails,
no profiles, and nothing that stands behind the picture's end.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Skeleton:
    """The bare picture. `decode_bytes`: memory that decoding costs at most; `icc`: a short colour profile or None."""

    form: str
    width: int
    height: int
    pixels: bytes
    decode_bytes: int
    exif: bytes | None = None
    icc: bytes | None = None


class CutOffError(ValueError):
    """The file ends before the picture does."""


class DamagedError(ValueError):
    """The file breaks its format's rules."""


class TooComplexError(ValueError):
    """Built to cost time: more pieces than any camera or program writes."""


class TrailingError(ValueError):
    """Behind the picture's end stands something that is no part of it."""


# Phones write profiles of some hundred bytes (Display P3). Long ones belong to printing and are not worth the risk.
LONGEST_ICC = 16_384
