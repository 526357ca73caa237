"""What people agreed to: a ledger that is only added to. Nothing but `give` and `withdraw` ever writes to it.

    consents.give(mail=mail, topic="newsletter", text=words_on_the_form, evidence=f"mail:{link.pk}")

A consent belongs to a mail address, not to an account or a profile, so that no edit of either changes it. Whoever
agreed to other words has agreed to those words: `Standing.digest` says to which.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from smartbarleben.jobs.work import is_id
from smartbarleben.kernel.digest import text_digest

from .fingerprint import fingerprint, normal
from .models import Consent, ConsentText


@dataclass(frozen=True, slots=True)
class Standing:
    """A person's last word on a topic: yes or no, to which words (see `text_digest`), since when, how we know."""

    given: bool
    digest: str
    at: datetime
    evidence: str


def give(*, mail: str, topic: str, text: str, evidence: str) -> Consent:
    """Write down a yes to exactly these words; the same yes again changes nothing and returns the first.

    Raises ValueError for an evidence that is no id.
    """
    return _say(mail, topic, text, True, evidence)


def withdraw(*, mail: str, topic: str, evidence: str) -> Consent | None:
    """Write down a no, to the words of the last yes; None for a person who never said yes.

    Raises ValueError for an evidence that is no id.
    """
    last = _last(mail, topic)
    return _say(mail, topic, last.text.text, False, evidence) if last else None


def state(mail: str, topic: str) -> Standing | None:
    """The person's last word; None where there is none. One query."""
    last = _last(mail, topic)
    return last and Standing(last.given, last.text_id, last.at, last.evidence)


def agreed(topic: str) -> Iterator[str]:
    """Mail addresses of all whose last word on a topic is yes; not those that were erased. One query."""
    latest = Consent.objects.filter(topic=topic).values("person").annotate(last=Max("pk")).values("last")
    rows = Consent.objects.filter(pk__in=latest, given=True).exclude(mail=None).order_by("pk")
    return (mail for mail in rows.values_list("mail", flat=True) if mail)


def _last(mail: str, topic: str) -> Consent | None:
    rows = Consent.objects.filter(person=fingerprint(mail), topic=topic)
    return rows.select_related("text").order_by("-pk").first()


def _say(mail: str, topic: str, text: str, given: bool, evidence: str) -> Consent:
    if not evidence or not is_id(evidence):
        raise ValueError("Evidence is an id or a short word: where the yes or no can be looked up.")
    digest = text_digest(text)
    with transaction.atomic():
        words, _created = ConsentText.objects.get_or_create(digest=digest, defaults={"text": text})
        last = _last(mail, topic)
        if last and last.given == given and last.text_id == digest and last.mail is not None:
            return last
        return Consent.objects.create(
            person=fingerprint(mail), mail=normal(mail), topic=topic, text=words, given=given, evidence=evidence
        )
