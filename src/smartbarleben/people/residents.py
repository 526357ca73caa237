"""Accounts of residents: a convenience that nobody needs, opened by a code in a mail.

Nothing here touches `User`: a resident is never staff and reaches nothing below /verwaltung/. There is no password.
Asking for a code has the same answer whether there is an account or not; the account comes to be when the right code
is typed. A code works only in the browser that asked for it, so that nobody can try codes for somebody else's mail.
We keep digests of codes and keys.

Other rooms say what a resident has going on with them:

    residents.register_matters("cases", matters_of)
"""

import hmac
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.crypto import salted_hmac
from django.utils.translation import get_language

from smartbarleben.jobs import mail as outbox
from smartbarleben.jobs import work
from smartbarleben.ui.dates import VILLAGE_TIME, plain_date

from . import access, audit, erasures
from .access import Answer, digest
from .devices import describe
from .fingerprint import fingerprint, normal, visitor_fingerprint
from .models import Resident, ResidentVisit, SignInCode
from .scrubbing import scrub_soon

CODE_VALID = timedelta(minutes=10)
TRIES = 5
STAY = timedelta(days=90)
KEEP_UNUSED = timedelta(days=2 * 365)
NOTICE = timedelta(days=30)
MOST_MATTERS = 100
# Not at each request: that would be a write for every click, and more about people than we need.
_SEEN_EVERY = timedelta(days=1)
# No letters that look or sound alike: people read this in one place and type it in another.
_SIGNS = "34679ACDEFHJKMNPQRTUWXY"
_CODE_SIGNS = 8


@dataclass(frozen=True, slots=True)
class Matter:
    """Something a resident has going on with the town hall. ``url`` opens it without anything else."""

    number: str
    title: str
    status: Any
    url: str
    at: datetime


type Matters = Callable[[str, int], list[Matter]]
_matters: dict[str, Matters] = {}


def register_matters(name: str, find: Matters) -> None:
    """Add a source: ``find(mail, limit)`` gives the newest matters of a mail address in a bounded number of queries.

    Addresses are compared as `fingerprint.normal` writes them. The same name again replaces a source.
    """
    _matters[name] = find


def matters_of(mail: str) -> list[Matter]:
    """The newest `MOST_MATTERS` of all rooms, the newest first."""
    found = [matter for find in _matters.values() for matter in find(normal(mail), MOST_MATTERS)]
    return sorted(found, key=lambda matter: matter.at, reverse=True)[:MOST_MATTERS]


@transaction.atomic
def ask(*, mail: str, visitor: str, door: str = "", now: datetime | None = None) -> tuple[Answer, str]:
    """Mail a code. Returns what happened and the browser's key for this sign-in ("" when it was TOO_MANY).

    ``door`` is the key that the browser has from asking before: codes of one browser for one address all work, since
    the first mail may arrive after the second was asked for.
    """
    now = now or timezone.now()
    answer = access.judge(mail, visitor, now)
    if answer is Answer.TOO_MANY:
        return answer, ""
    person = fingerprint(mail)
    if not (door and _live(door, now).filter(person=person).exists()):
        door = secrets.token_urlsafe(32)
    code = "".join(secrets.choice(_SIGNS) for _ in range(_CODE_SIGNS))
    row = SignInCode.objects.create(
        door=digest(door),
        digest=_code_digest(door, code) if answer is Answer.SENT else "",
        mail=normal(mail),
        person=person,
        visitor=visitor_fingerprint(visitor),
        created_at=now,
        expires_at=now + CODE_VALID,
    )
    if answer is Answer.SENT:
        context = {"code": f"{code[:4]}-{code[4:]}", "minutes": CODE_VALID.seconds // 60}
        letter = outbox.render("people/mail/sign_in_code.jinja", context, get_language() or settings.LANGUAGE_CODE)
        outbox.send(
            to=mail.strip(), key=f"people.code-{row.pk}", reason="people.sign_in", secret=True, **letter.words()
        )
    return answer, door


def _live(door: str, now: datetime) -> Any:
    return SignInCode.objects.filter(door=digest(door), used_at=None, expires_at__gt=now, tries__lt=TRIES)


def _code_digest(door: str, typed: str) -> str:
    code = "".join(sign for sign in typed.upper() if sign.isalnum())
    return salted_hmac("smartbarleben.people.code", f"{digest(door)}:{code}", algorithm="sha256").hexdigest()


@transaction.atomic
def sign_in(*, door: str, code: str, user_agent: str = "", now: datetime | None = None) -> str:
    """Use a code; returns the browser's key for `STAY`, or "" for a code that is wrong, used, too old or too tried.

    The first sign-in makes the account.
    """
    now = now or timezone.now()
    # Locked until the commit: guesses that come at once are counted one after the other.
    rows = list(_live(door, now).select_for_update()) if door else []
    wanted = _code_digest(door, code)
    row = next((row for row in rows if hmac.compare_digest(row.digest, wanted)), None)
    if row is None:
        SignInCode.objects.filter(pk__in=[row.pk for row in rows]).update(tries=F("tries") + 1)
        return ""
    SignInCode.objects.filter(door=row.door).update(used_at=now)
    resident, is_new = Resident.objects.get_or_create(
        mail=row.mail,
        defaults={
            "language": get_language() or settings.LANGUAGE_CODE,
            "created_at": now,
            "last_seen_at": now,
            "delete_on": _day(now + KEEP_UNUSED),
        },
    )
    if is_new:
        audit.record("people.resident_made", resident)
    else:
        _note_seen(resident, now)
    key = secrets.token_urlsafe(32)
    ResidentVisit.objects.create(
        resident=resident,
        key=digest(key),
        device=describe(user_agent),
        since=now,
        seen_at=now,
        expires_at=now + STAY,
    )
    return key


def visit_of(key: str, now: datetime | None = None) -> ResidentVisit | None:
    """The visit behind a browser's key, with its resident; None where it opens nothing. One query, rarely three."""
    if not key:
        return None
    now = now or timezone.now()
    visit = ResidentVisit.objects.select_related("resident").filter(key=digest(key), expires_at__gt=now).first()
    if visit is not None and now - visit.seen_at >= _SEEN_EVERY:
        visit.seen_at = now
        visit.save(update_fields=["seen_at"])
        _note_seen(visit.resident, now)
    return visit


def _note_seen(resident: Resident, now: datetime) -> None:
    resident.last_seen_at, resident.delete_on, resident.warned_on = now, _day(now + KEEP_UNUSED), None
    resident.save(update_fields=["last_seen_at", "delete_on", "warned_on"])


def _day(moment: datetime) -> date:
    return moment.astimezone(VILLAGE_TIME).date()


def visits_of(resident: Resident, now: datetime | None = None) -> list[ResidentVisit]:
    """The browsers in which a resident is signed in, the last seen first. One query."""
    return list(resident.visits.filter(expires_at__gt=now or timezone.now()).order_by("-seen_at", "-pk"))


def sign_out(*, resident: Resident, visit: int | None = None) -> int:
    """End one visit of a resident, or all; returns how many there were."""
    rows = resident.visits.all() if visit is None else resident.visits.filter(pk=visit)
    return rows.delete()[0]


def change(*, resident: Resident, name: str, language: str) -> None:
    """What the account knows besides the address."""
    resident.name, resident.language = name, language
    resident.save(update_fields=["name", "language"])


@transaction.atomic
def delete(*, resident: Resident, why: str) -> None:
    """Delete an account at once, with all its visits and codes. What is going on with other rooms stays with them.

    ``why``: "asked", "unused" or "erased", for the record.
    """
    audit.record("people.resident_deleted", resident, why=why)
    if why == "asked":
        # A restored backup would bring the account back, and with it what they wanted gone.
        erasures.note(resident.mail, only="residents")
    SignInCode.objects.filter(person=fingerprint(resident.mail)).delete()
    resident.delete()
    work.enqueue(scrub_soon)


def retire(now: datetime) -> int:
    """Delete accounts whose day has come, and tell those whose day comes within `NOTICE`; returns how many went.

    Nobody goes without that mail and the full time after it, also where this had not run for long.
    """
    today = _day(now)
    gone = list(Resident.objects.filter(delete_on__lte=today).exclude(warned_on=None))
    for resident in gone:
        delete(resident=resident, why="unused")
    for resident in Resident.objects.filter(delete_on__lte=today + NOTICE, warned_on=None):
        resident.delete_on, resident.warned_on = max(resident.delete_on, today + NOTICE), today
        resident.save(update_fields=["delete_on", "warned_on"])
        _warn(resident)
    return len(gone)


def _warn(resident: Resident) -> None:
    with translation.override(resident.language):
        url = settings.BASE_URL + reverse("people:account")
    context = {"url": url, "day": plain_date(resident.delete_on, resident.language)}
    letter = outbox.render("people/mail/account_ends.jinja", context, resident.language)
    key = f"people.resident-{resident.pk}-{resident.warned_on:%Y%m%d}"
    outbox.send(to=resident.mail, key=key, reason="people.account_ends", **letter.words())
