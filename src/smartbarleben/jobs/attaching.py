"""What may go out with a mail: pure checks on files."""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

# Many mail servers refuse more than 20 MB, and base64 adds a third.
MAX_BYTES = 10_000_000
MAX_NAME = 200
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,62}/[a-z0-9][a-z0-9!#$&^_.+-]{0,62}")
_BYTES = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file for a mail: its name, its type ("application/pdf"), and its bytes or where they lie."""

    name: str
    content_type: str
    content: bytes | Path


@dataclass(frozen=True, slots=True)
class File:
    """A checked attachment with its bytes."""

    name: str
    content_type: str
    content: bytes


def checked(attachments: tuple[Attachment, ...]) -> list[File]:
    """Read and check attachments. Raises ValueError for more than `MAX_BYTES` in all, or without type or name."""
    files, left = [], MAX_BYTES
    for one in attachments:
        content_type = one.content_type.lower()
        if not _TYPE.fullmatch(content_type):
            raise ValueError("An attachment has a type like application/pdf.")
        if content_type.startswith(("message/", "multipart/")):
            # Mail servers may rewrite a mail inside a mail; as plain bytes it arrives as it was.
            content_type = _BYTES
        size = one.content.stat().st_size if isinstance(one.content, Path) else len(one.content)
        # Before reading: a huge file must not fill the memory first.
        if size > left:
            raise ValueError(f"The attachments of one mail may have {MAX_BYTES // 1_000_000} MB in all.")
        left -= size
        content = one.content.read_bytes() if isinstance(one.content, Path) else one.content
        files.append(File(_file_name(one.name), content_type, content))
    return files


def _file_name(name: str) -> str:
    """The last part of a path, without signs that nobody sees; the ending stays when a long name is cut."""
    last = name.replace("\\", "/").rpartition("/")[2]
    seen = "".join(sign if unicodedata.category(sign)[0] != "C" else " " for sign in last)
    clean = " ".join(seen.split()).strip(". ")
    if not clean:
        raise ValueError("An attachment needs a name.")
    stem, dot, ending = clean.rpartition(".")
    if len(clean) <= MAX_NAME or not stem or len(ending) > 10:
        return clean[:MAX_NAME]
    return stem[: MAX_NAME - len(ending) - 1] + dot + ending
