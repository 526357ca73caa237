"""Money is whole cents; this is how cents are written for readers and read from what people type."""

import re
from dataclasses import dataclass

MAX_CENTS = 10**15  # ten trillion euros: fits a signed 64-bit column with room for sums

_NBSP = "\u00a0"
_MINUS = "\u2212"
_LEFT_TO_RIGHT_MARK = "\u200e"


@dataclass(frozen=True, slots=True)
class _Style:
    group: str
    decimal: str
    pattern: str
    minus: str = _MINUS
    shortest_grouped: int = 4


_STYLES = {
    "de": _Style(".", ",", f"{{}}{_NBSP}€"),
    "en": _Style(",", ".", "€{}"),
    "pl": _Style(_NBSP, ",", f"{{}}{_NBSP}€", shortest_grouped=5),
    "uk": _Style(_NBSP, ",", f"{{}}{_NBSP}€"),
    # Latin digits as on German forms; the mark keeps the minus before the number in text that runs right to left.
    "ar": _Style(",", ".", f"{{}}{_NBSP}€", minus=_LEFT_TO_RIGHT_MARK + _MINUS),
}


class MoneyError(ValueError):
    """An amount that cannot be read: `message` in English, `code` empty, syntax, too_precise or too_large."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def format_cents(cents: int, language: str = "de") -> str:
    """125000000 as "1.250.000 €" (de), "€1,250,000" (en) …; cents only where there are some: "12,50 €".

    Spaces are no-break spaces. Languages without a style of their own are written as in German.
    """
    style = _STYLES.get(language.partition("-")[0].lower(), _STYLES["de"])
    euros, rest = divmod(abs(cents), 100)
    digits = str(euros)
    if len(digits) >= style.shortest_grouped:
        digits = f"{euros:,}".replace(",", style.group)
    amount = style.pattern.format(f"{digits}{style.decimal}{rest:02}" if rest else digits)
    return style.minus + amount if cents < 0 else amount


_SCALES = {
    "": 100,
    "ct": 1,
    "cent": 1,
    "tsd": 100_000,
    "tausend": 100_000,
    "mio": 100_000_000,
    "million": 100_000_000,
    "millionen": 100_000_000,
    "mrd": 100_000_000_000,
    "milliarde": 100_000_000_000,
    "milliarden": 100_000_000_000,
}
_SHAPE = re.compile(
    r"(?P<sign>[+-]?)(?P<number>[0-9][0-9., ]*?)(?:[,.]-{1,2})? ?(?P<scale>[a-z]*)\.?",
)
_GROUPED = r"[0-9]{1,3}(?:%s[0-9]{3})+"
_GERMAN = re.compile(rf"(?P<whole>[0-9]+|{_GROUPED % r'\.'}|{_GROUPED % ' '})(?:,(?P<part>[0-9]+))?")
_PLAIN_POINT = re.compile(r"(?P<whole>[0-9]+)\.(?P<part>[0-9]{1,2}|[0-9]{4,})")
_ENGLISH = re.compile(rf"(?P<whole>{_GROUPED % ','})\.(?P<part>[0-9]{{1,2}})")


def parse_cents(text: str) -> int:
    """Cents from what people in Germany type: "1.234,50 €", "12,5", "12,-", "EUR 7", "3 Mio.", "250 Tsd. €", "50 ct".

    A comma is the decimal mark and a point groups thousands; a point that cannot group ("12.50") is a decimal mark.
    MoneyError for anything else, for fractions of a cent and for more than `MAX_CENTS`.
    """
    plain = " ".join(text.casefold().replace(_MINUS, "-").replace("–", "-").replace("—", "-").split())
    plain = plain.replace(_LEFT_TO_RIGHT_MARK, "")
    if not plain:
        raise MoneyError("empty", "Please enter an amount, for example 12,50.")
    plain = re.sub(r"€|\beuros?\b|\beur\b", " ", plain)
    plain = re.sub(r"^([+-]) ", r"\1", " ".join(plain.split()))
    shape = _SHAPE.fullmatch(plain)
    scale = _SCALES.get(shape["scale"]) if shape else None
    number = _read_number(shape["number"]) if shape else None
    if shape is None or scale is None or number is None:
        raise MoneyError("syntax", f"“{text.strip()[:40]}” is no amount of money. Please write it like 1.250,50.")
    whole, part = re.sub(r"[., ]", "", number["whole"]), number["part"] or ""
    if len(whole) + len(part) > 30:
        raise MoneyError("too_large", "This amount is too large.")
    parts_of_a_cent: int = 10 ** len(part)
    cents, fraction = divmod(int(whole + part) * scale, parts_of_a_cent)
    if fraction:
        raise MoneyError("too_precise", "Please enter at most two digits after the comma.")
    if cents > MAX_CENTS:
        raise MoneyError("too_large", "This amount is too large.")
    return -cents if shape["sign"] == "-" else cents


def _read_number(text: str) -> re.Match[str] | None:
    for pattern in (_GERMAN, _PLAIN_POINT, _ENGLISH):
        if found := pattern.fullmatch(text):
            return found
    return None
