"""How the inbox's search reads cases: "Muellstrasse", "MÜLLSTRASSE" and "Müllstraße" are one.

What is searched is stored folded (`kernel.folding`) on the rows whose words it is, so it is deleted with them.
"""

from typing import TYPE_CHECKING

from django.db.models import Q

from smartbarleben.kernel.folding import fold

from . import numbers

if TYPE_CHECKING:
    from .models import Contact, Entry

# A mail with a long tail of quoted mails is found by its beginning.
LONGEST = 20_000
MOST_WORDS = 8


def folded_contact(contact: "Contact") -> str:
    """What a person is found by: name, mail, address, and the phone number also without its spaces."""
    digits = "".join(sign for sign in contact.phone if sign.isdigit())
    return fold(" ".join([contact.name, contact.email, contact.address, contact.phone, digits]))


def folded_line(entry: "Entry") -> str:
    """What a line is found by; the first line of a case also by the case's title and place."""
    words = [entry.text[:LONGEST]]
    if entry.sort == "received":
        words = [entry.case.title, entry.case.where, *words]
    return fold(" ".join(words))


def wanted(typed: str) -> Q:
    """The cases that a search means: those with this number, or those where every word stands somewhere.

    Raises ValueError where nothing searchable was typed.
    """
    words = fold(typed).split()[:MOST_WORDS]
    if not words:
        raise ValueError("Nothing to search for.")
    found = Q()
    for word in words:
        found &= _somewhere(word)
    # Some words are numbers too: HECKE could be one.
    number = _number(typed)
    return found | Q(number=number) if number else found


def _number(typed: str) -> str:
    try:
        return numbers.read(typed)
    except numbers.NumberError:
        return ""


def _somewhere(word: str) -> Q:
    from .models import Contact, Entry

    lines = Entry.objects.filter(folded__contains=word).values("case_id")
    people = Contact.objects.filter(folded__contains=word).values("case_id")
    return Q(pk__in=lines) | Q(pk__in=people)
