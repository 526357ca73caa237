"""Text folded so that people find what they look for: "Fuehrerschein", "FÜHRERSCHEIN" and "Führerschein" are one.

What is folded away: case, German umlauts and ß, all other accents, Arabic vowel signs and letter variants,
apostrophes (Ukrainian has five ways to type one and people leave it out), punctuation and the amount of white space.
"""

import hashlib
import re
import unicodedata

_DIAERESIS = "\u0308"
# Removed before anything else, because compatibility decomposition turns some of them into spaces.
_REMOVED = dict.fromkeys(map(ord, "'’‘‛`´′＇ʹʻʼʽˊˋ\u0640"))
_LETTERS = {
    "ł": "l",
    "đ": "d",
    "ð": "d",
    "þ": "th",
    "ı": "i",
    "æ": "ae",
    "œ": "oe",
    "ø": "oe",
    "ґ": "г",
    # Arabic: alef with wasla, alef maksura, teh marbuta; Persian and Urdu yeh, kaf and heh as typed on phones.
    "ٱ": "ا",
    "ى": "ي",
    "ة": "ه",
    "ی": "ي",
    "ک": "ك",
    "ہ": "ه",
}


def fold(text: str) -> str:
    """`text` for comparing and indexing: small letters, digits, single spaces. Folding twice changes nothing."""
    plain = unicodedata.normalize("NFKD", text.translate(_REMOVED)).casefold()
    folded: list[str] = []
    base = ""
    for char in unicodedata.normalize("NFKD", plain).casefold().translate(_REMOVED):
        if char == _DIAERESIS and base in ("a", "o", "u"):
            folded.append("e")
            base = ""
            continue
        category = unicodedata.category(char)
        if category in ("Mn", "Me", "Cf"):
            continue
        if category[0] in "LNM":
            base = char
            folded.append(str(unicodedata.decimal(char)) if category == "Nd" else _LETTERS.get(char, char))
        else:
            base = ""
            folded.append(" ")
    return " ".join("".join(folded).split())


def slugify(text: str, max_length: int = 80) -> str:
    """An ASCII slug for addresses ("Straße & Weg" is "strasse-und-weg"), cut between words where that is possible.

    Never empty: text without Latin letters or digits gets a short stable name made from its digest.
    """
    if max_length < 1:
        raise ValueError("A slug needs room for one character.")
    slug = re.sub(r"[^a-z0-9]+", "-", fold(text.replace("&", " und "))).strip("-")
    if not slug:
        slug = "x" + hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:11]
    if len(slug) > max_length:
        whole_words = slug[: max_length + 1].rpartition("-")[0]
        slug = whole_words if len(whole_words) * 2 >= max_length else slug[:max_length].rstrip("-")
    return slug
