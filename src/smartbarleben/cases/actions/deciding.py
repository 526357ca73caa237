"""What becomes of a case: whose it is, until when, where it goes, how it ends."""

from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from smartbarleben.people import audit

from .. import notices, promise
from ..models import Attachment, Case, Category, Entry, Office, Sort
from ..status import CLOCK_RUNS, FINAL, Status
from .common import NotPossible, day_of, line, locked, move, not_crossed, save


@transaction.atomic
def assign(
    *, case: Case, by: Any, owner: Any = None, office: Office | None = None, now: datetime | None = None
) -> Case:
    """Give the case to a person, to an office, or to both; without an owner it lies in the office's tray."""
    now = now or timezone.now()
    case = locked(case)
    if office is not None and office.outside:
        raise NotPossible(_("An outside body has no tray here. Pass the case on instead."))
    if case.status in FINAL | {Status.MERGED, Status.HELD}:
        raise NotPossible(_("This case is “%(status)s”. Open it first.") % {"status": case.get_status_display()})
    case.owner, case.office = owner, office or case.office
    if owner is not None and case.status == Status.NEW:
        move(case, Status.IN_WORK, now)
    line(case, Sort.ASSIGNED, by=by, now=now, facts={"owner": str(owner or ""), "office": str(case.office or "")})
    audit.record("cases.assign", case, actor=by, owner=owner.pk if owner else None)
    return save(case, now)


@transaction.atomic
def pass_on(
    *, case: Case, to: Office, by: Any, text: str = "", seen: int | None = None, now: datetime | None = None
) -> Entry:
    """Give the matter to an outside body. The person is told, and the promise stays ours."""
    now = now or timezone.now()
    case = locked(case)
    not_crossed(case, seen)
    if not to.outside:
        raise NotPossible(_("That is an office of our own. Give the case to it instead."))
    if case.status == Status.PASSED_ON:
        raise NotPossible(_("This case lies with %(name)s already.") % {"name": case.outside})
    case.outside = to
    move(case, Status.PASSED_ON, now)
    entry = line(case, Sort.PASSED_ON, by=by, shown=True, now=now, text=text, facts={"to": to.name})
    audit.record("cases.pass_on", case, actor=by, to=to.pk)
    save(case, now)
    notices.told(case, entry)
    return entry


@transaction.atomic
def take_back(*, case: Case, by: Any, text: str = "", now: datetime | None = None) -> Case:
    """The outside body has acted or does not: the case is in our own hands again."""
    now = now or timezone.now()
    case = locked(case)
    move(case, Status.IN_WORK, now)
    line(case, Sort.TAKEN_BACK, by=by, now=now, text=text, facts={"from": str(case.outside or "")})
    case.outside = None
    audit.record("cases.take_back", case, actor=by)
    return save(case, now)


@transaction.atomic
def extend(*, case: Case, until: date, reason: str, by: Any, now: datetime | None = None) -> Entry:
    """Promise a later day, with a reason that the person reads."""
    now = now or timezone.now()
    case = locked(case)
    if not reason.strip():
        raise NotPossible(_("Say why it takes longer: the person reads it."))
    if case.status not in CLOCK_RUNS or case.due_on is None:
        raise NotPossible(_("Nothing is promised just now, so nothing can be extended."))
    if until <= case.due_on or until <= day_of(now):
        raise NotPossible(_("The new day must lie after the old one and after today."))
    before, case.due_on = case.due_on, until
    entry = line(
        case,
        Sort.EXTENDED,
        by=by,
        shown=True,
        now=now,
        text=reason,
        facts={"before": before.isoformat(), "until": until.isoformat()},
    )
    audit.record("cases.extend", case, actor=by, until=until.isoformat())
    save(case, now)
    notices.told(case, entry)
    return entry


@transaction.atomic
def sort_anew(*, case: Case, category: Category, by: Any, now: datetime | None = None) -> Case:
    """It is a case of another kind: the promise is that kind's from the day it came, and never later than said."""
    now = now or timezone.now()
    case = locked(case)
    before, case.category = case.category, category
    if case.due_on is not None and case.status in CLOCK_RUNS | {Status.ASKED_BACK}:
        case.due_on = min(case.due_on, promise.due(category, day_of(case.received_at)))
    if case.owner_id is None:
        case.office = category.office or case.office
    line(case, Sort.CATEGORY, by=by, now=now, facts={"before": before.key, "then": category.key})
    audit.record("cases.sort_anew", case, actor=by, category=category.key)
    return save(case, now)


@transaction.atomic
def close(
    *, case: Case, by: Any = None, text: str = "", seen: int | None = None, now: datetime | None = None
) -> Case:
    """Nothing more is to be done. Without ``by`` the house closes what stayed quiet. Nobody gets a mail for it."""
    now = now or timezone.now()
    case = locked(case)
    not_crossed(case, seen)
    if case.status not in {Status.ANSWERED, Status.ASKED_BACK}:
        raise NotPossible(_("Answer the person first; then the case can be closed."))
    move(case, Status.CLOSED, now)
    line(case, Sort.CLOSED, by=by, shown=True, now=now, text=text)
    audit.record("cases.close", case, actor=by)
    return save(case, now)


@transaction.atomic
def reopen(*, case: Case, by: Any, now: datetime | None = None) -> Case:
    """Work on it again, with a new promise from today."""
    now = now or timezone.now()
    case = locked(case)
    if case.status not in FINAL | {Status.ANSWERED}:
        raise NotPossible(_("This case is open already."))
    move(case, Status.NEW if case.status == Status.REFUSED else Status.IN_WORK, now)
    entry = line(case, Sort.REOPENED, by=by, shown=True, now=now)
    audit.record("cases.reopen", case, actor=by)
    save(case, now)
    notices.told(case, entry)
    return case


@transaction.atomic
def refuse(*, case: Case, by: Any, reason: str = "", seen: int | None = None, now: datetime | None = None) -> Case:
    """Advertising or abuse: nobody is answered, and the case is deleted after 30 days."""
    now = now or timezone.now()
    case = locked(case)
    not_crossed(case, seen)
    move(case, Status.REFUSED, now)
    case.delete_on = day_of(now) + timedelta(days=30)
    line(case, Sort.REFUSED, by=by, now=now, text=reason)
    audit.record("cases.refuse", case, actor=by)
    return save(case, now)


@transaction.atomic
def release(*, attachment: Attachment, by: Any, released: bool = True, now: datetime | None = None) -> Attachment:
    """Staff looked at a picture: it may be shown outside the town hall (or not any more)."""
    now = now or timezone.now()
    attachment.released_at = now if released else None
    attachment.save(update_fields=["released_at"])
    audit.record("cases.release", attachment, actor=by, released=released)
    return attachment


@transaction.atomic
def seen_by_staff(*, case: Case) -> None:
    """Somebody has opened the case."""
    Case.objects.filter(pk=case.pk, unread=True).update(unread=False)
