"""What comes in: a new matter, a message of the person, a mail that came back."""

import uuid
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from smartbarleben.people import audit
from smartbarleben.places.models import Ortschaft

from .. import notices, promise
from ..models import Case, Category, Contact, Door, Entry, Sort
from ..status import Status
from .common import Who, claim, day_of, line, locked, move, numbered, save, shortened


@transaction.atomic(savepoint=False)
def receive(
    *,
    category: str | Category,
    text: str,
    door: Door,
    title: str = "",
    who: Who | None = None,
    language: str = "de",
    about: str = "",
    where: str = "",
    lon: float | None = None,
    lat: float | None = None,
    ortschaft: Ortschaft | None = None,
    held: bool = False,
    receipt: bool = True,
    submission: uuid.UUID | None = None,
    files: bool = True,
    message_id: str = "",
    by: Any = None,
    is_example: bool = False,
    now: datetime | None = None,
) -> Case:
    """Open a case; the same ``submission`` or ``message_id`` again returns the case that is there already.

    ``held``: nobody proved to be a person; the case waits for a look, and no mail goes out before that. Files that
    came under the same ``submission`` are the case's from now on (``files``: False where none did). ``receipt``:
    False where a mail would go round in circles.
    """
    now = now or timezone.now()
    # A form that comes twice is found by its unique key below.
    found = _known(None, message_id)
    if found is not None:
        return found
    kind = category if isinstance(category, Category) else Category.objects.get(pk=category)
    case = Case(
        category=kind,
        status=Status.HELD if held else Status.NEW,
        title=shortened(title or text),
        language=language,
        door=door,
        about=about[:300],
        where=where[:200],
        lon=lon,
        lat=lat,
        ortschaft=ortschaft,
        office_id=kind.office_id,
        submission=submission,
        received_at=now,
        changed_at=now,
        is_example=is_example,
    )
    if not held:
        case.promised_on = case.due_on = promise.due(kind, day_of(now))
    try:
        numbered(case)
    except IntegrityError:
        # The same form came twice at the same moment; the other one was first.
        found = _known(submission, message_id)
        if found is None:
            raise
        return found
    contact = None
    if who:
        contact = Contact.objects.create(
            case=case, name=who.name, email=who.email, phone=who.phone, address=who.address
        )
    entry = line(case, Sort.RECEIVED, by=by, shown=True, now=now, text=text, message_id=message_id)
    if files:
        claim(case, entry, submission)
    audit.record("cases.receive", case, actor=by, door=door.value, held=held)
    if contact and contact.email and receipt and not held:
        notices.received(case, contact, theirs=message_id)
    return case


def _known(submission: uuid.UUID | None, message_id: str) -> Case | None:
    if submission is not None:
        found = Case.objects.filter(submission=submission).first()
        if found is not None:
            return found
    if message_id:
        return Case.objects.filter(entries__message_id=message_id).first()
    return None


@transaction.atomic
def person_wrote(
    *,
    case: Case,
    text: str,
    submission: uuid.UUID | None = None,
    message_id: str = "",
    by: Any = None,
    facts: dict[str, Any] | None = None,
    now: datetime | None = None,
) -> Entry:
    """A message from the person. Whatever was answered, closed or waiting for them is in work again.

    ``by``: staff who wrote down what the person said. ``facts``: {"whole": …} is the mail with what it quotes.
    """
    now = now or timezone.now()
    case = locked(case)
    again = Entry.objects.none()
    if submission is not None:
        again = Entry.objects.filter(submission=submission)
    elif message_id:
        again = Entry.objects.filter(message_id=message_id)
    if known := again.first():
        return known
    entry = line(
        case,
        Sort.MESSAGE,
        by=by,
        shown=True,
        now=now,
        text=text,
        facts=facts or {},
        submission=submission,
        message_id=message_id,
    )
    claim(case, entry, submission)
    if case.status in {Status.ANSWERED, Status.CLOSED, Status.ASKED_BACK}:
        move(case, Status.IN_WORK, now)
    case.unread = True
    save(case, now, looked_at=False)
    if case.merged_into_id is not None:
        # Who looks after the other case must hear of it.
        Case.objects.filter(pk=case.merged_into_id).update(unread=True, changed_at=now)
        line(case.merged_into, Sort.NOTE, now=now, facts={"wrote": case.number})
    audit.record("cases.person_wrote", case, actor=by)
    return entry


@transaction.atomic
def accept(*, case: Case, by: Any, now: datetime | None = None) -> Case:
    """A held case comes from a person: it is new, and its clock runs from the day it came."""
    now = now or timezone.now()
    case = locked(case)
    move(case, Status.NEW, now)
    if case.due_on is None:
        case.promised_on = case.due_on = promise.due(case.category, day_of(case.received_at))
    line(case, Sort.ACCEPTED, by=by, now=now)
    audit.record("cases.accept", case, actor=by)
    save(case, now)
    contact = Contact.objects.filter(case=case).exclude(email="").first()
    if contact is not None:
        notices.received(case, contact)
    return case


@transaction.atomic
def mail_failed(*, case: Case, text: str, by: Any = None, now: datetime | None = None) -> Entry:
    """A mail to the person came back: staff must find another way."""
    now = now or timezone.now()
    case = locked(case)
    Contact.objects.filter(case=case).update(mail_fails=True)
    entry = line(case, Sort.MAIL_FAILED, by=by, now=now, text=text)
    case.unread = True
    save(case, now, looked_at=False)
    return entry


@transaction.atomic
def mail_works(*, case: Case) -> None:
    """The person wrote from the address that we have: what once came back says nothing any more."""
    Contact.objects.filter(case=case, mail_fails=True).update(mail_fails=False)


@transaction.atomic
def auto_reply(*, case: Case, text: str, message_id: str = "", now: datetime | None = None) -> Entry:
    """The person's mail program answered, not the person: a quiet line that changes nothing."""
    return line(locked(case), Sort.AUTO_REPLY, now=now or timezone.now(), text=text, message_id=message_id)
