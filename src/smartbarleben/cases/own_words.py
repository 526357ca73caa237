"""What somebody wrote in a mail themselves, without the mail they answer and without their signature. Pure.

Programs mark what they quote in their own ways and languages. Where nothing is left, everything counts as their own:
showing too much is a nuisance, losing a sentence is a fault.
"""

import re

# "Am 23.11.2026 um 10:12 schrieb Erika Muster <erika@example.org>:" and its sisters, also over several lines.
_WROTE = (
    re.compile(
        r"(?:am|on|le|w dniu)\b.{4,400}?\b(?:schrieb(?! (?:ich|mir|uns|wir)\b)|geschrieben|wrote|écrit|napisał)\b"
        r".{0,300}:",
        re.IGNORECASE,
    ),
    re.compile(r".{1,200}\bschrieb am\b.{4,200}:", re.IGNORECASE),
    re.compile(r".{4,400}\b(?:napisał(?:\(a\)|a)?|пише|пишет|написав(?:\(ла\)|ла)?|написал(?:\(а\)|а)?|wrote)\s*:"),
    re.compile(r"(?:في|بتاريخ).{4,400}كتب.{0,300}:"),
)
# A program always says when, and mostly who with an address; people who tell what somebody wrote do not.
_MOMENT = re.compile(r"\d{1,2}[:.h]\d{2}\b(?!\.)|[^\s<>@]+@[^\s<>@]+")
_ORIGINAL = re.compile(
    r"-{2,}\s*(?:ursprüngliche (?:nachricht|mail)|original(?:[- ]?nachricht|[- ]?message|[- ]?mail)|"
    r"wiadomość oryginalna|oryginalna wiadomość|исходное сообщение|початкове повідомлення)\s*-{2,}",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    r"-{2,}\s*(?:weitergeleitete nachricht|forwarded message)\s*-{2,}|"
    r"(?:anfang der weitergeleiteten (?:nachricht|e-mail)|begin forwarded message):",
    re.IGNORECASE,
)
_WHO = r"von|from|de|od|від|от|من"
_HEAD_LINE = re.compile(
    rf"\**(?P<name>{_WHO}|gesendet|sent|datum|date|wysłano|data|надіслано|дата|отправлено|"
    r"an|to|do|кому|до|cc|kopie|betreff|subject|temat|тема)\**:\**\s*\S",
    re.IGNORECASE,
)
_HEAD_START = re.compile(rf"\**(?:{_WHO}|gesendet|sent|datum|date)\**:", re.IGNORECASE)
_RULE = re.compile(r"[_\-=*]{5,}")
_DEVICE = re.compile(
    r"(?:von meinem .{2,60} gesendet|gesendet (?:von|mit|über|aus) .{2,80}|"
    r"diese (?:nachricht|e-?mail) wurde .{2,120} gesendet|sent (?:from|with|via) .{2,80}|"
    r"get outlook for .{2,60}|holen sie sich outlook .{2,60}|outlook für .{2,40}|"
    r"отправлено (?:с|из) .{2,60}|надіслано (?:з|із) .{2,60}|wysłan[eoay] z .{2,60})[.!]?(?: \(https?://\S+\))?",
    re.IGNORECASE,
)


def own_words(text: str) -> str:
    """The own words of a mail's text. All of the text where nothing else would be left."""
    lines = text.split("\n")
    own = _without_signature(_without_quotes(lines))
    while own and not own[-1].strip():
        own.pop()
    while own and not own[0].strip():
        own.pop(0)
    return "\n".join(own) if own else text.strip()


def _without_quotes(lines: list[str]) -> list[str]:
    own: list[str] = []
    at = 0
    while at < len(lines):
        line = lines[at].strip()
        if _FORWARDED.fullmatch(line):
            # What is forwarded is what the mail is about.
            return own + lines[at:]
        if _ORIGINAL.fullmatch(line) or _is_head(lines, at):
            return _without_rule(own)
        length = _wrote(lines, at)
        if length:
            at += length
            while at < len(lines) and not lines[at].strip():
                at += 1
            if at < len(lines) and lines[at].lstrip().startswith(">"):
                continue
            # The mail that is answered stands below without any marks, up to the end.
            return own
        if not line.startswith(">"):
            own.append(lines[at])
        at += 1
    return own


def _wrote(lines: list[str], at: int) -> int:
    """How many lines the sentence "… wrote:" takes that starts here; 0 where none does."""
    first = lines[at].strip().lstrip("> ")
    if not first or len(first) > 500:
        return 0
    sentence = ""
    for length in range(1, 5):
        if at + length > len(lines):
            return 0
        line = lines[at + length - 1].strip().lstrip("> ")
        if not line:
            return 0
        sentence = f"{sentence} {line}".strip()[:900]
        if sentence.endswith(":"):
            matches = any(pattern.fullmatch(sentence) for pattern in _WROTE)
            return length if matches and _MOMENT.search(sentence) else 0
    return 0


def _is_head(lines: list[str], at: int) -> bool:
    """Whether a block "From, Sent, To, Subject" starts here."""
    if not _HEAD_START.match(lines[at].strip()):
        return False
    names = set()
    for line in lines[at : at + 9]:
        match = _HEAD_LINE.match(line.strip())
        if match:
            names.add(match["name"].lower())
    return len(names) >= 3


def _without_rule(lines: list[str]) -> list[str]:
    """Without the line that Outlook draws above the mail that is answered."""
    end = len(lines)
    while end and not lines[end - 1].strip():
        end -= 1
    return lines[: end - 1] if end and _RULE.fullmatch(lines[end - 1].strip()) else lines


def _without_signature(lines: list[str]) -> list[str]:
    for at, line in enumerate(lines):
        if line in ("-- ", "--") and any(before.strip() for before in lines[:at]):
            lines = lines[:at]
            break
    while lines and (not lines[-1].strip() or _DEVICE.fullmatch(lines[-1].strip())):
        lines = lines[:-1]
    return lines
