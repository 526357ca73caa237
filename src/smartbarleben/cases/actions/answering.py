"""What the person hears: answers, questions; and notes for colleagues."""

import uuid
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from smartbarleben.people import audit

from .. import notices
from ..models import Case, Contact, Entry, Sort
from ..status import Status
from .common import NotPossible, claim, line, locked, move, not_crossed, save


@transaction.atomic
def answer(
    *,
    case: Case,
    text: str,
    by: Any,
    seen: int | None = None,
    close: bool = False,
    submission: uuid.UUID | None = None,
    now: datetime | None = None,
) -> Entry:
    """Answer the person, and everybody whose case was merged into this one. ``close``: nothing more is expected."""
    now = now or timezone.now()
    case = locked(case)
    if submission is not None and (known := Entry.objects.filter(submission=submission).first()):
        return known
    not_crossed(case, seen)
    if case.status == Status.CLOSED:
        raise NotPossible(_("This case is closed. Open it again first."))
    move(case, Status.ANSWERED, now)
    case.answered_at = case.answered_at or now
    if case.owner_id is None and by is not None:
        case.owner = by
    entry = line(case, Sort.ANSWER, by=by, shown=True, now=now, text=text, submission=submission)
    claim(case, entry, submission)
    if close:
        case.save()
        move(case, Status.CLOSED, now)
    audit.record("cases.answer", case, actor=by, closed=close)
    save(case, now)
    notices.told(case, entry)
    return entry


@transaction.atomic
def ask_back(
    *,
    case: Case,
    text: str,
    by: Any,
    seen: int | None = None,
    submission: uuid.UUID | None = None,
    now: datetime | None = None,
) -> Entry:
    """Ask the person something; the clock stands still until they reply."""
    now = now or timezone.now()
    case = locked(case)
    if submission is not None and (known := Entry.objects.filter(submission=submission).first()):
        return known
    not_crossed(case, seen)
    if not Contact.objects.filter(case=case).exists():
        raise NotPossible(_("Nobody can be asked: the person left no address. They may still come with their code."))
    if case.status == Status.NEW:
        move(case, Status.IN_WORK, now)
        # The database looks at each step.
        case.save()
    if case.owner_id is None and by is not None:
        case.owner = by
    move(case, Status.ASKED_BACK, now)
    entry = line(case, Sort.QUESTION, by=by, shown=True, now=now, text=text, submission=submission)
    claim(case, entry, submission)
    audit.record("cases.ask_back", case, actor=by)
    save(case, now)
    notices.told(case, entry)
    return entry


@transaction.atomic
def note(*, case: Case, text: str, by: Any = None, now: datetime | None = None, **facts: Any) -> Entry:
    """A line for colleagues only."""
    now = now or timezone.now()
    entry = line(locked(case), Sort.NOTE, by=by, now=now, text=text, facts=facts)
    Case.objects.filter(pk=case.pk).update(changed_at=now)
    audit.record("cases.note", case, actor=by)
    return entry
