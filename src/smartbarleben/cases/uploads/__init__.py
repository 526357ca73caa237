"""Whatever people attach: judged by its content, with a clear answer, and pictures made anew before they are kept.

    verdict = examine(upload, upload.name)
    if isinstance(verdict, Refused): show refusal_text(verdict)          # cases/upload_words.py
    elif verdict.kind.is_picture:    store clean_picture(upload)         # never the original
    else:                            store the bytes as they are, send them as attachment with nosniff

Pure: no Django, no database. A whole file is at most ten megabytes and is held in memory; each one is answered
within two seconds and 300 MB. What is not detected stands at the top of `pdf.py` and `office.py`; this is no virus
scanner.
"""

import hashlib
from pathlib import Path
from typing import IO

from . import office, pdf, pictures, sniffing
from .names import safe_name
from .verdict import Accepted, Code, Kind, Limits, Refused, RefusedError

__all__ = [
    "CLEAN_TYPE",
    "THUMBNAIL_TYPE",
    "Accepted",
    "Code",
    "Kind",
    "Limits",
    "Refused",
    "RefusedError",
    "check_count",
    "clean_name",
    "clean_picture",
    "examine",
    "safe_name",
    "thumbnail",
]

type Source = bytes | Path | IO[bytes]

CLEAN_TYPE = "image/jpeg"
THUMBNAIL_TYPE = "image/webp"
_USUAL = Limits()


def examine(source: Source, claimed_name: str, limits: Limits = _USUAL) -> Accepted | Refused:
    """Judge one file by its content. Never raises for what the file holds; a stream is read from its start."""
    try:
        return _examined(_read(source, limits), claimed_name, limits)
    except RefusedError as problem:
        return problem.refused


def check_count(count: int, limits: Limits = _USUAL) -> Refused | None:
    """Whether so many files fit into one submission."""
    return Refused(Code.TOO_MANY, {"count": count, "limit": limits.files}) if count > limits.files else None


def clean_picture(source: Source, limits: Limits = _USUAL) -> bytes:
    """A fresh JPEG: upright, at most 2560 px, no metadata. Raises RefusedError when it is no picture that we take."""
    data = _read(source, limits)
    return pictures.cleaned(data, _picture_kind(data), limits)


def thumbnail(source: Source, limits: Limits = _USUAL) -> bytes:
    """A WebP of at most 480 px, from the original or (cheaper) from `clean_picture`'s answer. Raises RefusedError."""
    data = _read(source, limits)
    return pictures.small(data, _picture_kind(data), limits)


def clean_name(name: str) -> str:
    """The display name of a picture that `clean_picture` has made."""
    return safe_name(name, Kind.JPEG)


def _examined(data: bytes, claimed_name: str, limits: Limits) -> Accepted:
    kind = sniffing.kind_of(data)
    width = height = position = taken_at = None
    if kind is None:
        kind = office.check(data, limits)
    elif kind is not Kind.TEXT:
        sniffing.check_single(data, kind)
    if kind is Kind.PDF:
        pdf.check(data, limits)
    elif kind.is_picture:
        width, height, facts = pictures.judge(data, kind, limits)
        position, taken_at = facts.position, facts.taken_at
    return Accepted(
        kind=kind,
        content_type=kind.content_type,
        name=safe_name(claimed_name, kind),
        size=len(data),
        sha256=hashlib.sha256(data).hexdigest(),
        width=width,
        height=height,
        position=position,
        taken_at=taken_at,
    )


def _picture_kind(data: bytes) -> Kind:
    kind = sniffing.kind_of(data)
    if kind is None or not kind.is_picture:
        raise RefusedError(Code.UNKNOWN)
    sniffing.check_single(data, kind)
    return kind


def _read(source: Source, limits: Limits) -> bytes:
    """The whole file, but never more than one byte above the limit."""
    most = limits.file_bytes + 1
    if isinstance(source, bytes):
        data, size = source[:most], len(source)
    elif isinstance(source, Path):
        with source.open("rb") as stream:
            data, size = stream.read(most), source.stat().st_size
    else:
        source.seek(0)
        data, size = source.read(most), 0
    size = max(size, len(data))
    if size > limits.file_bytes:
        raise RefusedError(Code.TOO_LARGE, size=size, limit=limits.file_bytes)
    if not data:
        raise RefusedError(Code.EMPTY)
    return data
