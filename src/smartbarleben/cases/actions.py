"""Every write to cases, as verbs. Each is one transaction that holds the case's row, so two people never cross.

Who acts on what they saw says so with ``seen`` (the newest line that stood on their page): when the person or a
colleague was quicker, `Crossed` is raised, and what was typed stays on the page.
"""

import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from smartbarleben.people import audit
from smartbarleben.places.models import Ortschaft
from smartbarleben.ui.dates import local

from . import notices, numbers, promise
from .clock import due_after_pause
from .models import Attachment, Case, Category, Contact, Door, Entry, Office, Sort
from .status import CLOCK_RUNS, FINAL, IllegalMove, Status, check

TITLE_CHARS = 160
# What a colleague or the person did meanwhile that changes what should be answered.
_CROSSING = {Sort.MESSAGE, Sort.ANSWER, Sort.QUESTION, Sort.CLOSED, Sort.MERGED, Sort.REFUSED, Sort.PASSED_ON}
_NUMBER_TRIES = 20


class Crossed(Exception):
    """Somebody was quicker. ``lines`` are what happened since the page was opened."""

    def __init__(self, lines: list[Entry]) -> None:
        super().__init__(_("Somebody was quicker. Please look at what is new, then send again."))
        self.lines = lines


class NotPossible(ValueError):
    """The case cannot do that now; the message says why in words for staff."""


@dataclass(frozen=True, slots=True)
class Who:
    """What a person says about themselves; everything may be empty."""

    name: str = ""
    email: str = ""
    phone: str = ""
    address: str = ""

    def __bool__(self) -> bool:
        return bool(self.name or self.email or self.phone or self.address)


def _today(now: datetime) -> date:
    day = local(now)
    return day.date() if isinstance(day, datetime) else day


def _locked(case: Case) -> Case:
    return Case.objects.select_for_update(of=("self",)).select_related("category").get(pk=case.pk)


def _not_crossed(case: Case, seen: int | None) -> None:
    if seen is None:
        return
    lines = list(case.entries.filter(pk__gt=seen, sort__in=_CROSSING))
    if lines:
        raise Crossed(lines)


def _line(case: Case, sort: Sort, *, by: Any = None, shown: bool = False, now: datetime, **values: Any) -> Entry:
    return Entry.objects.create(case=case, sort=sort, by=by, shown=shown, at=now, **values)


def _move(case: Case, then: Status, now: datetime) -> None:
    """Change the status and what hangs on it: clock, end and deletion date. The caller saves."""
    before = Status(case.status)
    if before == then:
        return
    try:
        check(before, then)
    except IllegalMove:
        raise NotPossible(
            _("This case is “%(before)s”. It cannot become “%(then)s”.")
            % {"before": case.get_status_display(), "then": _word(then)}
        ) from None
    today = _today(now)
    if case.paused_on is not None:
        if case.due_on is not None:
            case.due_on = due_after_pause(case.due_on, case.paused_on, today, promise.holidays(today))
        case.paused_on = None
    if before in FINAL | {Status.ANSWERED} and then in CLOCK_RUNS:
        # Opened again: a new promise, from today.
        case.due_on = promise.due(case.category, today)
        case.answered_at = None
    if then == Status.ASKED_BACK:
        case.paused_on = today
    if then == Status.ANSWERED or (then == Status.CLOSED and case.answered_at is None):
        case.answered_at = now
    if then in FINAL:
        case.ended_at, case.delete_on = now, today + timedelta(days=case.category.keep_days)
    else:
        case.ended_at = case.delete_on = None
    if then != Status.MERGED:
        case.merged_into = None
    case.status = then


def _word(status: Status) -> str:
    from .words import STATUS_WORDS

    return str(STATUS_WORDS[status])


def _save(case: Case, now: datetime, *, looked_at: bool = True) -> Case:
    case.changed_at = now
    if looked_at:
        case.unread = False
    case.save()
    return case


@transaction.atomic
def receive(
    *,
    category: str,
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
    submission: uuid.UUID | None = None,
    message_id: str = "",
    by: Any = None,
    is_example: bool = False,
    now: datetime | None = None,
) -> Case:
    """Open a case. The same ``submission`` or ``message_id`` again returns the case that is there already.

    ``held``: nobody proved to be a person; the case waits for a look, and no mail goes out before that. Files that
    came under the same ``submission`` are the case's from now on.
    """
    now = now or timezone.now()
    found = _known(submission, message_id)
    if found is not None:
        return found
    kind = Category.objects.get(pk=category)
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
        office=kind.office,
        submission=submission,
        received_at=now,
        changed_at=now,
        is_example=is_example,
    )
    if not held:
        case.promised_on = case.due_on = promise.due(kind, _today(now))
    try:
        _numbered(case)
    except IntegrityError:
        # The same form came twice at the same moment; the other one was first.
        found = _known(submission, message_id)
        if found is None:
            raise
        return found
    if who:
        Contact.objects.create(case=case, name=who.name, email=who.email, phone=who.phone, address=who.address)
    entry = _line(case, Sort.RECEIVED, by=by, shown=True, now=now, text=text, message_id=message_id)
    _claim(case, entry, submission)
    audit.record("cases.receive", case, actor=by, door=door.value, held=held)
    if not held:
        notices.received(case, now)
    return case


def _known(submission: uuid.UUID | None, message_id: str) -> Case | None:
    if submission is not None:
        found = Case.objects.filter(submission=submission).first()
        if found is not None:
            return found
    if message_id:
        return Case.objects.filter(entries__message_id=message_id).first()
    return None


def _numbered(case: Case) -> None:
    """Save a new case under a free number. Raises IntegrityError when something else than the number is taken."""
    for _try in range(_NUMBER_TRIES):
        case.number = numbers.new()
        if Case.objects.filter(number=case.number).exists():
            continue
        with transaction.atomic():
            case.save(force_insert=True)
        return
    raise NotPossible(_("There are too many cases: no free number was found."))


def shortened(text: str) -> str:
    """The first line of a text as a title."""
    line = next((line.strip() for line in text.splitlines() if line.strip()), "–")
    return line if len(line) <= TITLE_CHARS else line[: TITLE_CHARS - 1].rstrip() + "…"


def _claim(case: Case, entry: Entry, submission: uuid.UUID | None) -> None:
    if submission is not None:
        Attachment.objects.filter(case=None, submission=submission).update(
            case=case, entry=entry, offered_lon=None, offered_lat=None
        )


@transaction.atomic
def person_wrote(
    *,
    case: Case,
    text: str,
    submission: uuid.UUID | None = None,
    message_id: str = "",
    by: Any = None,
    now: datetime | None = None,
) -> Entry:
    """A message from the person. Whatever was answered, closed or waiting for them is in work again.

    ``by``: staff who wrote down what the person said.
    """
    now = now or timezone.now()
    case = _locked(case)
    again = Entry.objects.none()
    if submission is not None:
        again = Entry.objects.filter(submission=submission)
    elif message_id:
        again = Entry.objects.filter(message_id=message_id)
    if known := again.first():
        return known
    entry = _line(
        case, Sort.MESSAGE, by=by, shown=True, now=now, text=text, submission=submission, message_id=message_id
    )
    _claim(case, entry, submission)
    if case.status in {Status.ANSWERED, Status.CLOSED, Status.ASKED_BACK}:
        _move(case, Status.IN_WORK, now)
    case.unread = True
    _save(case, now, looked_at=False)
    if case.merged_into_id is not None:
        # Who looks after the other case must hear of it.
        Case.objects.filter(pk=case.merged_into_id).update(unread=True, changed_at=now)
        _line(case.merged_into, Sort.NOTE, now=now, facts={"wrote": case.number})
    audit.record("cases.person_wrote", case, actor=by)
    return entry


@transaction.atomic
def accept(*, case: Case, by: Any, now: datetime | None = None) -> Case:
    """A held case comes from a person: it is new, and its clock runs from the day it came."""
    now = now or timezone.now()
    case = _locked(case)
    _move(case, Status.NEW, now)
    if case.due_on is None:
        case.promised_on = case.due_on = promise.due(case.category, _today(case.received_at))
    _line(case, Sort.ACCEPTED, by=by, now=now)
    audit.record("cases.accept", case, actor=by)
    _save(case, now)
    notices.received(case, now)
    return case


@transaction.atomic
def assign(
    *, case: Case, by: Any, owner: Any = None, office: Office | None = None, now: datetime | None = None
) -> Case:
    """Give the case to a person, to an office, or to both; without an owner it lies in the office's tray."""
    now = now or timezone.now()
    case = _locked(case)
    if office is not None and office.outside:
        raise NotPossible(_("An outside body has no tray here. Pass the case on instead."))
    if case.status in FINAL | {Status.MERGED, Status.HELD}:
        raise NotPossible(_("This case is “%(status)s”. Open it first.") % {"status": case.get_status_display()})
    case.owner, case.office = owner, office or case.office
    if owner is not None and case.status == Status.NEW:
        _move(case, Status.IN_WORK, now)
    _line(case, Sort.ASSIGNED, by=by, now=now, facts={"owner": str(owner or ""), "office": str(case.office or "")})
    audit.record("cases.assign", case, actor=by, owner=owner.pk if owner else None)
    return _save(case, now)


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
    case = _locked(case)
    if submission is not None and (known := Entry.objects.filter(submission=submission).first()):
        return known
    _not_crossed(case, seen)
    if case.status == Status.CLOSED:
        raise NotPossible(_("This case is closed. Open it again first."))
    _move(case, Status.ANSWERED, now)
    case.answered_at = case.answered_at or now
    if case.owner_id is None and by is not None:
        case.owner = by
    entry = _line(case, Sort.ANSWER, by=by, shown=True, now=now, text=text, submission=submission)
    _claim(case, entry, submission)
    if close:
        case.save()
        _move(case, Status.CLOSED, now)
    audit.record("cases.answer", case, actor=by, closed=close)
    _save(case, now)
    notices.told(case, entry, now)
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
    case = _locked(case)
    if submission is not None and (known := Entry.objects.filter(submission=submission).first()):
        return known
    _not_crossed(case, seen)
    if not Contact.objects.filter(case=case).exists():
        raise NotPossible(_("Nobody can be asked: the person left no address. They may still come with their code."))
    if case.status == Status.NEW:
        _move(case, Status.IN_WORK, now)
        # The database looks at each step.
        case.save()
    if case.owner_id is None and by is not None:
        case.owner = by
    _move(case, Status.ASKED_BACK, now)
    entry = _line(case, Sort.QUESTION, by=by, shown=True, now=now, text=text, submission=submission)
    _claim(case, entry, submission)
    audit.record("cases.ask_back", case, actor=by)
    _save(case, now)
    notices.told(case, entry, now)
    return entry


@transaction.atomic
def note(*, case: Case, text: str, by: Any = None, now: datetime | None = None, **facts: Any) -> Entry:
    """A line for colleagues only."""
    now = now or timezone.now()
    entry = _line(_locked(case), Sort.NOTE, by=by, now=now, text=text, facts=facts)
    Case.objects.filter(pk=case.pk).update(changed_at=now)
    audit.record("cases.note", case, actor=by)
    return entry


@transaction.atomic
def pass_on(
    *, case: Case, to: Office, by: Any, text: str = "", seen: int | None = None, now: datetime | None = None
) -> Entry:
    """Give the matter to an outside body. The person is told, and the promise stays ours."""
    now = now or timezone.now()
    case = _locked(case)
    _not_crossed(case, seen)
    if not to.outside:
        raise NotPossible(_("That is an office of our own. Give the case to it instead."))
    if case.status == Status.PASSED_ON:
        raise NotPossible(_("This case lies with %(name)s already.") % {"name": case.outside})
    case.outside = to
    _move(case, Status.PASSED_ON, now)
    entry = _line(case, Sort.PASSED_ON, by=by, shown=True, now=now, text=text, facts={"to": to.name})
    audit.record("cases.pass_on", case, actor=by, to=to.pk)
    _save(case, now)
    notices.told(case, entry, now)
    return entry


@transaction.atomic
def take_back(*, case: Case, by: Any, text: str = "", now: datetime | None = None) -> Case:
    """The outside body has acted or does not: the case is in our own hands again."""
    now = now or timezone.now()
    case = _locked(case)
    _move(case, Status.IN_WORK, now)
    _line(case, Sort.TAKEN_BACK, by=by, now=now, text=text, facts={"from": str(case.outside or "")})
    case.outside = None
    audit.record("cases.take_back", case, actor=by)
    return _save(case, now)


@transaction.atomic
def extend(*, case: Case, until: date, reason: str, by: Any, now: datetime | None = None) -> Entry:
    """Promise a later day, with a reason that the person reads."""
    now = now or timezone.now()
    case = _locked(case)
    if not reason.strip():
        raise NotPossible(_("Say why it takes longer: the person reads it."))
    if case.status not in CLOCK_RUNS or case.due_on is None:
        raise NotPossible(_("Nothing is promised just now, so nothing can be extended."))
    if until <= case.due_on or until <= _today(now):
        raise NotPossible(_("The new day must lie after the old one and after today."))
    before, case.due_on = case.due_on, until
    entry = _line(
        case,
        Sort.EXTENDED,
        by=by,
        shown=True,
        now=now,
        text=reason,
        facts={"before": before.isoformat(), "until": until.isoformat()},
    )
    audit.record("cases.extend", case, actor=by, until=until.isoformat())
    _save(case, now)
    notices.told(case, entry, now)
    return entry


@transaction.atomic
def sort_anew(*, case: Case, category: Category, by: Any, now: datetime | None = None) -> Case:
    """It is a case of another kind: the promise is that kind's from the day it came, and never later than said."""
    now = now or timezone.now()
    case = _locked(case)
    before, case.category = case.category, category
    if case.due_on is not None and case.status in CLOCK_RUNS | {Status.ASKED_BACK}:
        case.due_on = min(case.due_on, promise.due(category, _today(case.received_at)))
    if case.owner_id is None:
        case.office = category.office or case.office
    _line(case, Sort.CATEGORY, by=by, now=now, facts={"before": before.key, "then": category.key})
    audit.record("cases.sort_anew", case, actor=by, category=category.key)
    return _save(case, now)


@transaction.atomic
def merge(*, case: Case, into: Case, by: Any, now: datetime | None = None) -> Case:
    """The same matter was told before: this case lives on in the other, and its person hears what is answered there.

    The earlier promise counts for both. Cases that were merged into this one follow it.
    """
    now = now or timezone.now()
    # Always in the same order, so that two merges of the same two cases wait for each other.
    rows = {
        one.pk: one
        for one in Case.objects.select_for_update(of=("self",))
        .select_related("category")
        .filter(pk__in=[case.pk, into.pk])
        .order_by("pk")
    }
    case, into = rows[case.pk], rows[into.pk]
    if case.pk == into.pk:
        raise NotPossible(_("A case cannot be merged into itself."))
    if into.status in FINAL | {Status.MERGED, Status.HELD}:
        raise NotPossible(
            _("%(number)s is “%(status)s”. Choose a case that is open.")
            % {"number": into.number, "status": into.get_status_display()}
        )
    _move(case, Status.MERGED, now)
    case.merged_into = into
    Case.objects.filter(merged_into=case).update(merged_into=into)
    if case.due_on is not None and into.due_on is not None and into.status in CLOCK_RUNS:
        into.due_on = min(into.due_on, case.due_on)
    entry = _line(case, Sort.MERGED, by=by, shown=True, now=now, facts={"into": into.number})
    _line(into, Sort.MERGED, by=by, now=now, facts={"from": case.number})
    audit.record("cases.merge", case, actor=by, into=into.pk)
    _save(into, now, looked_at=False)
    _save(case, now)
    notices.merged(case, entry, now)
    return case


@transaction.atomic
def unmerge(*, case: Case, by: Any, now: datetime | None = None) -> Case:
    """The merge was a mistake: the case has a life of its own again."""
    now = now or timezone.now()
    case = _locked(case)
    if case.status != Status.MERGED or case.merged_into is None:
        raise NotPossible(_("This case is not merged with another."))
    into = case.merged_into
    _move(case, Status.IN_WORK, now)
    _line(case, Sort.UNMERGED, by=by, now=now, facts={"from": into.number})
    _line(into, Sort.UNMERGED, by=by, now=now, facts={"case": case.number})
    audit.record("cases.unmerge", case, actor=by)
    return _save(case, now)


@transaction.atomic
def split(*, case: Case, parts: Iterable[str], by: Any, now: datetime | None = None) -> list[Case]:
    """Several matters came in one letter: each of ``parts`` (texts) becomes a case of its own for the same person.

    The person gets one mail that names all numbers.
    """
    now = now or timezone.now()
    case = _locked(case)
    texts = [text.strip() for text in parts if text.strip()]
    if not texts:
        raise NotPossible(_("Write what the new case is about."))
    if case.status in FINAL | {Status.MERGED, Status.HELD}:
        raise NotPossible(_("This case is “%(status)s”. Open it first.") % {"status": case.get_status_display()})
    contact = Contact.objects.filter(case=case).first()
    made = []
    for text in texts:
        part = Case(
            category=case.category,
            status=Status.NEW,
            title=shortened(text),
            language=case.language,
            door=case.door,
            about=case.about,
            ortschaft=case.ortschaft,
            office=case.office,
            received_at=case.received_at,
            changed_at=now,
            promised_on=case.promised_on,
            due_on=max(case.due_on or _today(now), _today(now)),
            split_from=case,
            is_example=case.is_example,
        )
        _numbered(part)
        if contact is not None:
            Contact.objects.create(
                case=part,
                name=contact.name,
                email=contact.email,
                phone=contact.phone,
                address=contact.address,
                mail_fails=contact.mail_fails,
            )
        _line(part, Sort.RECEIVED, by=by, shown=True, now=now, text=text, facts={"from": case.number})
        made.append(part)
    entry = _line(case, Sort.SPLIT, by=by, shown=True, now=now, facts={"numbers": [part.number for part in made]})
    audit.record("cases.split", case, actor=by, parts=[part.pk for part in made])
    _save(case, now)
    notices.split(case, entry, made, now)
    return made


@transaction.atomic
def close(
    *, case: Case, by: Any = None, text: str = "", seen: int | None = None, now: datetime | None = None
) -> Case:
    """Nothing more is to be done. Without ``by`` the house closes what stayed quiet. Nobody gets a mail for it."""
    now = now or timezone.now()
    case = _locked(case)
    _not_crossed(case, seen)
    if case.status not in {Status.ANSWERED, Status.ASKED_BACK}:
        raise NotPossible(_("Answer the person first; then the case can be closed."))
    _move(case, Status.CLOSED, now)
    _line(case, Sort.CLOSED, by=by, shown=True, now=now, text=text)
    audit.record("cases.close", case, actor=by)
    return _save(case, now)


@transaction.atomic
def reopen(*, case: Case, by: Any, now: datetime | None = None) -> Case:
    """Work on it again, with a new promise from today."""
    now = now or timezone.now()
    case = _locked(case)
    if case.status not in FINAL | {Status.ANSWERED}:
        raise NotPossible(_("This case is open already."))
    _move(case, Status.NEW if case.status == Status.REFUSED else Status.IN_WORK, now)
    entry = _line(case, Sort.REOPENED, by=by, shown=True, now=now)
    audit.record("cases.reopen", case, actor=by)
    _save(case, now)
    notices.told(case, entry, now)
    return case


@transaction.atomic
def refuse(*, case: Case, by: Any, reason: str = "", seen: int | None = None, now: datetime | None = None) -> Case:
    """Advertising or abuse: nobody is answered, and the case is deleted after 30 days."""
    now = now or timezone.now()
    case = _locked(case)
    _not_crossed(case, seen)
    _move(case, Status.REFUSED, now)
    case.delete_on = _today(now) + timedelta(days=30)
    _line(case, Sort.REFUSED, by=by, now=now, text=reason)
    audit.record("cases.refuse", case, actor=by)
    return _save(case, now)


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


@transaction.atomic
def mail_failed(*, case: Case, text: str, by: Any = None, now: datetime | None = None) -> Entry:
    """A mail to the person came back: staff must find another way."""
    now = now or timezone.now()
    case = _locked(case)
    Contact.objects.filter(case=case).update(mail_fails=True)
    entry = _line(case, Sort.MAIL_FAILED, by=by, now=now, text=text)
    case.unread = True
    _save(case, now, looked_at=False)
    return entry


@transaction.atomic
def auto_reply(*, case: Case, text: str, message_id: str = "", now: datetime | None = None) -> Entry:
    """The person's mail program answered, not the person: a quiet line that changes nothing."""
    return _line(_locked(case), Sort.AUTO_REPLY, now=now or timezone.now(), text=text, message_id=message_id)
