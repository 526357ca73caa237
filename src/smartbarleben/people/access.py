"""How somebody without an account gets to see what we hold about them: a mail with a link, and nothing else.

Asking always has the same answer, whether we know the address or not. The link's secret is good for one use within
half an hour, and only a press of a button uses it: programs that look at links in mails change nothing. Then the
browser holds a door key of its own, for another half an hour. We keep digests of both.
"""

import hashlib
import secrets
from datetime import datetime, timedelta
from enum import Enum

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from smartbarleben.jobs import mail as outbox

from .fingerprint import fingerprint, normal, visitor_fingerprint
from .models import AccessLink, SignInCode

VALID = timedelta(minutes=30)
_HOUR = timedelta(hours=1)
# How often within an hour: for one address (more mails would only annoy), and from one network address.
MAILS_AN_HOUR = 3
TRIES_AN_HOUR = 10


class Answer(Enum):
    """What happened to a request; the page says `TOO_MANY` only, and nothing of an address."""

    SENT = "sent"
    QUIET = "quiet"
    TOO_MANY = "too_many"


def digest(secret: str) -> str:
    """What we keep of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


@transaction.atomic
def ask(*, mail: str, visitor: str, now: datetime | None = None) -> Answer:
    """Write a link into the outbox. QUIET: this address has had enough mails within the hour, nothing was written."""
    now = now or timezone.now()
    answer = judge(mail, visitor, now)
    if answer is Answer.TOO_MANY:
        return answer
    is_enough = answer is Answer.QUIET
    secret = secrets.token_urlsafe(32)
    link = AccessLink.objects.create(
        digest=digest(secret),
        mail=normal(mail),
        person=fingerprint(mail),
        visitor=visitor_fingerprint(visitor),
        language=get_language() or settings.LANGUAGE_CODE,
        created_at=now,
        expires_at=now if is_enough else now + VALID,
    )
    if is_enough:
        return answer
    context = {"url": settings.BASE_URL + reverse("people:open", args=[secret]), "minutes": VALID.seconds // 60}
    letter = outbox.render("people/mail/own_data.jinja", context, link.language)
    outbox.send(
        to=mail.strip(), key=f"people.link-{link.pk}", reason="people.own_data", secret=True, **letter.words()
    )
    return answer


def judge(mail: str, visitor: str, now: datetime) -> Answer:
    """What one more request for a mail gets: links and sign-in codes count together. Up to four queries."""
    recent = [model._default_manager.filter(created_at__gt=now - _HOUR) for model in (AccessLink, SignInCode)]
    if sum(rows.filter(visitor=visitor_fingerprint(visitor)).count() for rows in recent) >= TRIES_AN_HOUR:
        return Answer.TOO_MANY
    mails = sum(rows.filter(person=fingerprint(mail)).count() for rows in recent)
    return Answer.QUIET if mails >= MAILS_AN_HOUR else Answer.SENT


def is_good(secret: str, now: datetime | None = None) -> bool:
    """Whether a link could be used now. Changes nothing."""
    return _unused(secret, now or timezone.now()).exists()


def use(secret: str, now: datetime | None = None) -> str:
    """Use a link: returns the browser's door key, or "" for a link that is unknown, used or too old."""
    now = now or timezone.now()
    door = secrets.token_urlsafe(32)
    opened = _unused(secret, now).update(used_at=now, expires_at=now + VALID, door=digest(door))
    return door if opened else ""


def _unused(secret: str, now: datetime) -> QuerySet[AccessLink]:
    return AccessLink.objects.filter(digest=digest(secret), used_at=None, expires_at__gt=now)


def whose(door: str, now: datetime | None = None) -> str:
    """The mail address behind a door key, or "" where it opens nothing any more."""
    if not door:
        return ""
    links = AccessLink.objects.filter(door=digest(door), expires_at__gt=now or timezone.now())
    return links.values_list("mail", flat=True).first() or ""


def close(door: str) -> None:
    """Let a door key open nothing any more."""
    if door:
        AccessLink.objects.filter(door=digest(door)).update(door="", expires_at=timezone.now())
