"""From the name a file claims to the name we show: no path, no trick, its real kind at the end. Pure."""

import re
import unicodedata

from .verdict import Kind

LONGEST = 80
LONGEST_BYTES = 200
NAMELESS = "Anhang"

_ALIASES = {
    Kind.JPEG: {"jpg", "jpeg", "jpe", "jfif"},
    Kind.TEXT: {"txt", "text", "log", "md"},
    Kind.HEIC: {"heic", "heif"},
}
# Windows opens devices under these names, whatever the suffix.
_DEVICES = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"}
# Suffixes that say a kind: one that the content contradicts is dropped, so that "photo.exe" becomes "photo.jpg".
_KNOWN_SUFFIXES = frozenset(
    re.findall(
        r"\w+",
        "jpg jpeg jpe jfif png webp gif heic heif avif tif tiff bmp svg pdf txt text log md doc docx docm dot dotx "
        "dotm odt rtf xls xlsx xlsm ppt pptx pptm ods odp htm html xhtml php js mjs exe com scr bat cmd ps1 vbs msi "
        "jar apk app sh py lnk url hta zip rar 7z gz tar iso img eml msg mp3 mp4 mov avi",
    )
)
_FORBIDDEN = dict.fromkeys(map(ord, '<>:"|?*/\\'), "_")
# Controls, formats (they turn the reading direction), surrogates, private and unassigned signs, line separators.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_MOST_MARKS = 3


def safe_name(claimed: str, kind: Kind) -> str:
    """A name for showing and for downloads: one line, at most 80 signs and 200 bytes, ending in the kind's suffix.

    It may hold any script; pages show it inside ``<bdi>``. It never becomes part of a path in our own storage.
    """
    # No file system knows longer names; the rest of an endless one is not even looked at.
    name = unicodedata.normalize("NFC", claimed[-1_000:]).replace("\\", "/").rpartition("/")[2]
    # Once more: where an unseen sign stood between a letter and its mark, the two have met only now.
    name = unicodedata.normalize("NFC", " ".join(_seen(name).translate(_FORBIDDEN).split()))
    stem, suffix = name, kind.value
    head, dot, tail = name.rpartition(".")
    if dot and tail.casefold() in _KNOWN_SUFFIXES:
        stem = head
        if tail.casefold() in _ALIASES.get(kind, {kind.value}):
            suffix = tail.casefold()
    stem = stem.strip(" .-~")
    if stem.partition(".")[0].rstrip().casefold() in _DEVICES:
        stem = f"_{stem}"
    stem = stem[: LONGEST - len(suffix) - 1]
    while len(stem.encode()) > LONGEST_BYTES - len(suffix) - 1:
        stem = stem[:-1]
    return f"{stem.rstrip(' .') or NAMELESS}.{suffix}"


def _seen(text: str) -> str:
    """The signs that are seen, with at most three marks on top of each other."""
    kept: list[str] = []
    marks = 0
    for sign in text:
        category = unicodedata.category(sign)
        marks = marks + 1 if category in ("Mn", "Me") else 0
        if sign in "\t\n\r":
            kept.append(" ")
        elif category not in _UNSEEN and marks <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)
