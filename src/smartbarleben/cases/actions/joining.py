"""One matter told twice, several matters told at once."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from smartbarleben.people import audit

from .. import notices
from ..models import Case, Contact, Sort
from ..status import CLOCK_RUNS, FINAL, Status
from .common import NotPossible, day_of, line, locked, move, numbered, save, shortened


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
    move(case, Status.MERGED, now)
    case.merged_into = into
    Case.objects.filter(merged_into=case).update(merged_into=into)
    if case.due_on is not None and into.due_on is not None and into.status in CLOCK_RUNS:
        into.due_on = min(into.due_on, case.due_on)
    entry = line(case, Sort.MERGED, by=by, shown=True, now=now, facts={"into": into.number})
    line(into, Sort.MERGED, by=by, now=now, facts={"from": case.number})
    audit.record("cases.merge", case, actor=by, into=into.pk)
    save(into, now, looked_at=False)
    save(case, now)
    notices.merged(case, entry)
    return case


@transaction.atomic
def unmerge(*, case: Case, by: Any, now: datetime | None = None) -> Case:
    """The merge was a mistake: the case has a life of its own again."""
    now = now or timezone.now()
    case = locked(case)
    if case.status != Status.MERGED or case.merged_into is None:
        raise NotPossible(_("This case is not merged with another."))
    into = case.merged_into
    move(case, Status.IN_WORK, now)
    line(case, Sort.UNMERGED, by=by, now=now, facts={"from": into.number})
    line(into, Sort.UNMERGED, by=by, now=now, facts={"case": case.number})
    audit.record("cases.unmerge", case, actor=by)
    return save(case, now)


@transaction.atomic
def split(*, case: Case, parts: Iterable[str], by: Any, now: datetime | None = None) -> list[Case]:
    """Several matters came in one letter: each of ``parts`` (texts) becomes a case of its own for the same person.

    The person gets one mail that names all numbers.
    """
    now = now or timezone.now()
    case = locked(case)
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
            due_on=max(case.due_on or day_of(now), day_of(now)),
            split_from=case,
            is_example=case.is_example,
        )
        numbered(part)
        if contact is not None:
            Contact.objects.create(
                case=part,
                name=contact.name,
                email=contact.email,
                phone=contact.phone,
                address=contact.address,
                mail_fails=contact.mail_fails,
            )
        line(part, Sort.RECEIVED, by=by, shown=True, now=now, text=text, facts={"from": case.number})
        made.append(part)
    entry = line(case, Sort.SPLIT, by=by, shown=True, now=now, facts={"numbers": [part.number for part in made]})
    audit.record("cases.split", case, actor=by, parts=[part.pk for part in made])
    save(case, now)
    notices.split(case, entry, made)
    return made
