"""Header lines of mails as people wrote them, and as attackers did: readable text, addresses, Message-IDs. Pure.

Python's own header classes raise on broken input; nothing here does. Each header is cut before it is looked at, so
that no line takes long.
"""

import binascii
import codecs
import quopri
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parseaddr, parsedate_to_datetime

LONGEST_HEADER = 4_000
LONGEST_LIST = 20_000
LONGEST_ID = 250

# Controls, line separators, half characters, and the signs that turn the reading direction of what follows.
UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff]")
_ENCODED = re.compile(r"=\?([\w.:+-]{1,40})(?:\*[\w-]{0,20})?\?([bBqQ])\?([^?\s]{0,4000})\?=")
_BETWEEN_ENCODED = re.compile(r"(\?=)\s+(?==\?)")
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,248}>")
_ADDRESS = re.compile(r"[^\s<>@,;:\"()\[\]\\]{1,64}@[\w.-]{1,253}")
# Text encodings that turn harmless bytes into other text, or that take quadratic time.
_NO_CHARSET = {"punycode", "idna", "unicode_escape", "raw_unicode_escape", "undefined", "utf_7", "mbcs", "oem"}
# What Windows programs call by these names is the Windows code page, as browsers read it.
_WINDOWS = {"iso8859-1": "cp1252", "ascii": "utf-8", "iso8859-9": "cp1254", "gb2312": "gb18030", "shift_jis": "cp932"}


@dataclass(frozen=True, slots=True)
class Address:
    """A name as it was given, and the address ("" where there is none) with its host in small letters."""

    name: str = ""
    address: str = ""


def text_of(data: bytes, charset: str = "") -> str:
    """The text that bytes mean, whatever they claim: the named charset, else UTF-8, else what Windows writes."""
    name = codecs.lookup(charset.strip("'\" ")).name if is_charset(charset) else "utf-8"
    name = _WINDOWS.get(name, name)
    for encoding in dict.fromkeys((name, "utf-8")):
        try:
            return data.decode(encoding)
        except (UnicodeError, LookupError):
            continue
    return data.decode("cp1252" if name == "utf-8" else name, "replace")


def is_charset(name: str) -> bool:
    """Whether text may be read by this charset; some are no charsets, others take endless time."""
    try:
        known = codecs.lookup(name.strip("'\" ")).name
    except (LookupError, ValueError):
        return False
    return known.replace("-", "_") not in _NO_CHARSET


def words_of(header: str, limit: int = LONGEST_HEADER) -> str:
    """A header's text on one line, encoded words read. Line breaks hidden in it become spaces."""
    text = _BETWEEN_ENCODED.sub(r"\1", header[:limit])
    out: list[str] = []
    # Some programs break one letter's bytes over two encoded words: neighbours of one charset are read together.
    waiting, charset, position = b"", "", 0
    for match in _ENCODED.finditer(text):
        if waiting and (match.start() > position or match[1].lower() != charset):
            out.append(text_of(waiting, charset))
            waiting = b""
        out.append(_raw_text(text[position : match.start()]))
        charset, position = match[1].lower(), match.end()
        waiting += _decoded(match[3], match[2].lower())
    if waiting:
        out.append(text_of(waiting, charset))
    out.append(_raw_text(text[position:]))
    return " ".join(UNSEEN.sub(" ", "".join(out)).split())


def _decoded(word: str, encoding: str) -> bytes:
    raw = word.encode("ascii", "replace")
    if encoding == "q":
        return quopri.decodestring(raw, header=True)
    try:
        return binascii.a2b_base64(raw + b"=" * (-len(raw) % 4))
    except binascii.Error:
        return raw


def _raw_text(text: str) -> str:
    """Eight-bit text in a header, which the parser hands on as half characters."""
    return text if text.isascii() else text_of(text.encode("utf-8", "surrogateescape"))


def address_of(header: str) -> Address:
    """The first name and address of a header."""
    header = header[:LONGEST_HEADER]
    name, address = parseaddr(" ".join(header.split()))
    found = _ADDRESS.fullmatch(_raw_text(address).strip())
    if found is None:
        # In brackets is the address; before them anything may stand that looks like one.
        found = _ADDRESS.search(_raw_text(header), header.rfind("<") + 1) or _ADDRESS.search(_raw_text(header))
        name = header.rpartition("<")[0].strip().strip('"')
    if found is None:
        return Address(words_of(header)[:200])
    return Address(words_of(name)[:200], _small_host(found[0]))


def addresses_of(headers: Iterable[str]) -> tuple[str, ...]:
    """All addresses that stand in headers, each once."""
    found = [_small_host(one) for header in headers for one in _ADDRESS.findall(_raw_text(header[:LONGEST_LIST]))]
    return tuple(dict.fromkeys(found))


def _small_host(address: str) -> str:
    box, _at, host = address.rpartition("@")
    return f"{UNSEEN.sub('', box)}@{host.strip('.').lower()}"


def ids_of(header: str) -> tuple[str, ...]:
    """The Message-IDs of a header in their order: the first one and the latest fifty."""
    found = tuple(dict.fromkeys(_MESSAGE_ID.findall(header[:LONGEST_LIST])))
    return found if len(found) <= 51 else (found[0], *found[-50:])


def date_of(header: str) -> datetime | None:
    """The date in UTC, or None where it is missing or cannot be."""
    try:
        date = parsedate_to_datetime(" ".join(header[:200].split()))
        date = (date if date.tzinfo else date.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError, AttributeError):
        return None
    return date if 1990 <= date.year < 2200 else None


def file_name(claimed: str) -> str:
    """The last part of a path on one line, at most 120 signs; "" where nothing is left."""
    name = words_of(claimed).replace("\\", "/").rpartition("/")[2].strip(" .")
    if len(name) <= 120:
        return name
    head, dot, tail = name.rpartition(".")
    return name[:120] if not dot or len(tail) > 10 else head[: 119 - len(tail)] + dot + tail
