"""What people searched for, without people: words that look like somebody's data are never kept. Pure.

A search box takes everything that somebody pastes into it. Kept are only short searches made of words; what holds
an address, a long number, or many words (a sentence tells a story) is dropped whole: half of it would mislead.
"""

import re
import unicodedata

LONGEST = 60
MOST_WORDS = 5
# A house number or a year is no secret; a phone, an identity card, a date of birth, an account are.
_LONG_NUMBER = re.compile(r"(?:\d[\s./:-]?){5,}")
_ADDRESS = re.compile(r"@|\bhttps?:|\bwww\.|\.[a-z]{2,}/|\b[\w-]+\.(?:de|com|org|net|eu|info)\b", re.IGNORECASE)
_KEY = re.compile(r"\b(?=\w*\d)(?=\w*[^\W\d])\w{6,}\b")
_NAMED = re.compile(r"\b(?:herr|frau|mr|mrs|ms|dr|familie|ich hei(?:ß|ss)e|my name|pan|pani|пан|пані|السيد)\b", re.I)
_STREET = re.compile(r"(?:str(?:aße|asse|\.)?|weg|platz|allee|chaussee)\s+\d", re.IGNORECASE)


def kept(typed: str) -> str:
    """The words as they are counted (small letters, single spaces), "" for what is not kept."""
    text = "".join(" " if unicodedata.category(sign)[0] == "C" else sign for sign in typed)
    text = " ".join(unicodedata.normalize("NFC", text).lower().split())
    if not any(sign.isalpha() for sign in text) or len(text) > LONGEST or len(text.split()) > MOST_WORDS:
        return ""
    digits = unicodedata.normalize("NFKC", text)
    personal = any(rule.search(digits) for rule in (_LONG_NUMBER, _ADDRESS, _KEY, _NAMED, _STREET))
    return "" if personal else text
