"""The parts of a mail within bounds: hostile ones have thousands of parts or lie in each other hundredfold. Pure.

What is out of bounds is never parsed. Such a mail is read from its beginning alone, and says so.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import Message
from email.parser import BytesParser, HeaderParser
from email.policy import compat32
from email.utils import collapse_rfc2231_value

import nh3

from smartbarleben.kernel.plaintext import html_to_text

from .letter_headers import UNSEEN, file_name, is_charset, text_of

LARGEST = 50 * 1024 * 1024
BEGINNING = 256 * 1024
MOST_LINES = 1_000_000
MOST_NESTED = 60
MOST_DELIMITERS = 5_000
MOST_PARTS = 1_000
MOST_ATTACHMENTS = 20
LONGEST_TEXT = 100_000
LONGEST_HTML = 200_000
# Smaller pictures inside the text are the sender's logo and icons, not what the mail is about.
DECORATION = 10_000
MOST_OPEN = 300

type Parsed = Message[str, str]

_NESTED = re.compile(rb"\s*(?:multipart|message)/")
# The standard library takes quadratic time for the parameters of a header.
_ENDLESS = re.compile(rb"(?:[^\r\n]|\r?\n[ \t]|\r[ \t]){5000}")
_HEAD_END = re.compile(rb"\r?\n\r?\n|\r\r")
_SILENT = re.compile(r"<(?:(style|script|title)\b|!--)", re.IGNORECASE)
# Mending takes quadratic time for boxes in boxes that nobody closes.
_NESTING = "div|span|font|table|ul|ol|dl|blockquote|center|section|article|b|i|u|a|em|strong"
_OPENING = re.compile(rf"<(?:{_NESTING})\b", re.IGNORECASE)
_CLOSING = re.compile(rf"</(?:{_NESTING})\b", re.IGNORECASE)
_ANY_TAG = re.compile(r"<[^<>]{0,2000}>")
_END = {
    "": re.compile("-->"),
    **{name: re.compile(rf"</{name}[^>]{{0,100}}>", re.IGNORECASE) for name in ("style", "script", "title")},
}
_TAGS = {"a", "b", "blockquote", "br", "div", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i"} | {
    *("li", "ol", "p", "pre", "strong", "table", "td", "th", "tr", "ul")
}
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff]")
_SIGNATURES = {"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"}
_ENCRYPTED = {
    "multipart/encrypted",
    "application/pkcs7-mime",
    "application/x-pkcs7-mime",
    "application/pgp-encrypted",
}
_READABLE = {"text/plain", "text/html"}
_MAILS = {"message/rfc822", "message/global"}
_REPORTS = {
    "message/delivery-status",
    "message/global-delivery-status",
    "message/disposition-notification",
    "message/global-disposition-notification",
    "text/rfc822-headers",
    "message/global-headers",
}


@dataclass(frozen=True, slots=True)
class Attached:
    """A file that came with a mail: a name for showing ("" where it had none), what it claims to be, its bytes."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(slots=True)
class Contents:
    """What lies in a mail.

    ``problems``: "cut" (too long: the beginning alone), "unreadable" (built to break programs: what could be read),
    "too_many_files", "winmail" (files in a format of Outlook's own), "encrypted".
    """

    text: str = ""
    files: list[Attached] = field(default_factory=list)
    problems: set[str] = field(default_factory=set)
    # Delivery reports and the headers of the mail that they are about.
    reports: list[Parsed] = field(default_factory=list)
    embedded: list[Parsed] = field(default_factory=list)


def opened(raw: bytes) -> tuple[Parsed, set[str]]:
    """The mail, and what kept it from being read whole."""
    problems: set[str] = set()
    if len(raw) > LARGEST or raw.count(b"\n") + raw.count(b"\r") > 2 * MOST_LINES:
        raw, problems = raw[:BEGINNING], {"cut"}
    elif len(raw) > BEGINNING and _HEAD_END.search(raw, 0, BEGINNING) is None:
        raw, problems = raw[:BEGINNING], {"unreadable"}
    for piece in (raw, raw[:BEGINNING]):
        if _is_bounded(piece):
            try:
                return BytesParser(policy=compat32).parsebytes(piece), problems
            # The standard library's parser was not written for hostile input. The head is worth more than nothing.
            except Exception:
                return _head(raw), problems | {"unreadable"}
        problems.add("unreadable")
    return _head(raw), problems


def _is_bounded(raw: bytes) -> bool:
    # Searching for fixed words in small letters is twenty times faster than one pattern for all of it.
    small = raw.lower()
    if small.count(b"\n--") + small.count(b"\r--") > MOST_DELIMITERS:
        return False
    kinds = list(_headers(small, b"content-type:"))
    nested = sum(1 for at in kinds if _NESTED.match(small, at))
    return nested <= MOST_NESTED and not any(
        _ENDLESS.match(small, at) for at in (*kinds, *_headers(small, b"content-disposition:"))
    )


def _headers(small: bytes, name: bytes) -> Iterator[int]:
    """Where the values of such headers begin."""
    at = small.find(name)
    while at >= 0:
        if at == 0 or small[at - 1] in b"\r\n":
            yield at + len(name)
        at = small.find(name, at + len(name))


def _head(raw: bytes) -> Parsed:
    """The headers alone; what follows counts as text of no known kind."""
    end = _HEAD_END.search(raw, 0, BEGINNING)
    lines = raw[: end.start() if end else BEGINNING].decode("ascii", "surrogateescape")
    message = HeaderParser(policy=compat32).parsestr(lines)
    for name in ("Content-Type", "Content-Disposition", "Content-Transfer-Encoding"):
        del message[name]
    message.set_payload("")
    return message


def contents(message: Parsed, problems: set[str]) -> Contents:
    """Text, files and reports of a mail."""
    found = _gathered(message, problems)
    if not found.text and found.embedded:
        # A mail that was forwarded as a file: its text is what this one wants to say.
        found.text = _gathered(found.embedded[0], set()).text
    if len(found.text) > LONGEST_TEXT:
        found.text = found.text[:LONGEST_TEXT]
        found.problems.add("cut")
    return found


def _gathered(message: Parsed, problems: set[str]) -> Contents:
    found = Contents(problems=set(problems))
    texts: list[str] = []
    try:
        _gather(message, found, texts)
    # Whatever else a mail can do to the standard library: what was read until then is kept.
    except Exception:
        found.problems.add("unreadable")
    found.text = "\n\n".join(text for text in texts if text.strip()).strip("\n")
    return found


def _gather(message: Parsed, found: Contents, texts: list[str]) -> None:
    for leaf in _leaves(message, found):
        part, kind = leaf.part, _kind(leaf.part)
        if kind in _SIGNATURES:
            continue
        if kind in _ENCRYPTED:
            found.problems.add("encrypted")
        elif kind in _REPORTS or (kind in _MAILS and _kind(message) == "multipart/report"):
            found.reports.append(part)
        elif part.get_content_maintype() == "multipart" or (kind in _READABLE and not _is_file(part)):
            if not leaf.files_only:
                texts.append(_text(part))
        elif kind == "application/ms-tnef" or _name(part).lower() == "winmail.dat":
            found.problems.add("winmail")
        else:
            _attach(leaf, found)


@dataclass(frozen=True, slots=True)
class _Leaf:
    """A part, whether it belongs to the HTML beside it, and whether its text was already read in another form."""

    part: Parsed
    in_related: bool = False
    files_only: bool = False


def _leaves(message: Parsed, found: Contents) -> Iterator[_Leaf]:
    """All parts that hold something, in order; of alternatives one has the text, others may still have pictures."""
    waiting = [_Leaf(message)]
    count = 0
    while waiting:
        leaf = waiting.pop()
        count += 1
        if count > MOST_PARTS:
            found.problems.add("unreadable")
            return
        part, inner, kind = leaf.part, _inner(leaf.part), _kind(leaf.part)
        if kind in _ENCRYPTED:
            found.problems.add("encrypted")
        if part.get_content_maintype() == "multipart" and inner:
            related = leaf.in_related or kind == "multipart/related"
            best = _best(inner) if kind == "multipart/alternative" else None
            for one in reversed(inner):
                waiting.append(_Leaf(one, related, leaf.files_only or best not in (None, one)))
        else:
            charset = _param(part, "charset")
            if charset and not is_charset(charset):
                # The standard library itself would decode by it.
                name = _name(part).replace('"', "")
                part.replace_header("Content-Type", f'{kind}; name="{name}"' if name else kind)
            yield leaf


def _inner(part: Parsed) -> list[Parsed]:
    payload = part.get_payload() if part.is_multipart() else []
    return [one for one in payload if isinstance(one, Message)]


def _best(alternatives: list[Parsed]) -> Parsed:
    for part in alternatives:
        if _kind(part) == "text/plain" and _text(part).strip():
            return part
    # Programs order alternatives from the simplest to the richest.
    return next((part for part in reversed(alternatives) if _kind(part) != "text/calendar"), alternatives[-1])


def _kind(part: Parsed) -> str:
    return part.get_content_type()


def _is_file(part: Parsed) -> bool:
    return str(part.get("content-disposition", "")).strip().lower().startswith("attachment") or bool(_name(part))


def _param(part: Parsed, name: str, header: str = "content-type") -> str:
    try:
        return str(collapse_rfc2231_value(part.get_param(name, "", header)))
    # Values in several numbered pieces with charsets of their own go wrong in many ways.
    except Exception:
        return ""


def _name(part: Parsed) -> str:
    return file_name(_param(part, "filename", "content-disposition") or _param(part, "name"))


def _bytes(part: Parsed) -> bytes:
    try:
        payload = part.get_payload(decode=True)
    except Exception:
        payload = None
    return payload if isinstance(payload, bytes) else b""


def _text(part: Parsed) -> str:
    charset = _param(part, "charset")
    data = _bytes(part)
    if _kind(part) == "text/html":
        return html_words(text_of(data[: 4 * LONGEST_HTML], charset))
    text = plain(text_of(data[: 4 * LONGEST_TEXT], charset))
    if _param(part, "format").lower() == "flowed":
        text = _unflowed(text, without_space=_param(part, "delsp").lower() == "yes")
    return text


def plain(text: str) -> str:
    """Text with one sort of line end and without signs that nobody sees."""
    return _CONTROLS.sub("", text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0c", "\n")).expandtabs(4)


def _unflowed(text: str, *, without_space: bool) -> str:
    """Lines that a program broke for narrow screens are whole again (RFC 3676)."""
    out: list[str] = []
    goes_on, depth = False, 0
    for line in text.split("\n"):
        body = line.lstrip(">")
        marks = len(line) - len(body)
        body = body.removeprefix(" ")
        if goes_on and marks == depth and body != "-- ":
            out[-1] += body
        else:
            out.append((">" * marks + " " if marks else "") + body)
        goes_on, depth = body.endswith(" ") and body != "-- ", marks
        if goes_on and without_space:
            out[-1] = out[-1][:-1]
    return "\n".join(out)


def html_words(markup: str) -> str:
    """Readable lines of a mail's HTML. A real parser mends it first: a mail can hold anything."""
    kept: list[str] = []
    position = 0
    while match := _SILENT.search(markup, position):
        kept.append(markup[position : match.start()])
        end = _END[(match[1] or "").lower()].search(markup, match.end())
        position = end.end() if end else len(markup)
    kept.append(markup[position:])
    markup = "".join(kept)[:LONGEST_HTML]
    if len(_OPENING.findall(markup)) - len(_CLOSING.findall(markup)) > MOST_OPEN:
        return plain(html.unescape(_ANY_TAG.sub("\n", markup)))
    mended = nh3.clean(markup, tags=_TAGS, link_rel=None)
    return plain(html_to_text(mended))


def _attach(leaf: _Leaf, found: Contents) -> None:
    part, kind = leaf.part, _kind(leaf.part)
    if kind in _MAILS:
        inner = _inner(part)
        found.embedded += inner[:1]
        content = _as_bytes(inner[0]) if inner else b""
        name = _name(part) or "Mail.eml"
    else:
        content, name = _bytes(part), _name(part)
    if not content and not name:
        return
    is_picture = part.get_content_maintype() == "image"
    disposition = str(part.get("content-disposition", "")).lower()
    if leaf.in_related and is_picture and "attachment" not in disposition and len(content) < DECORATION:
        return
    if len(found.files) >= MOST_ATTACHMENTS:
        found.problems.add("too_many_files")
        return
    found.files.append(Attached(UNSEEN.sub("", name), kind, content))


def _as_bytes(message: Parsed) -> bytes:
    try:
        return message.as_bytes()
    except Exception:
        return b""
