"""The morning's mail to those who work on cases and to offices: what is overdue, due this week, new or unread.

It comes on working days from seven o'clock, once, and only to whom something waits. Who stands in for a colleague
gets theirs as well; what lies in the tray of an office without an address comes to its people. People switch it off
for themselves at their desk.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from smartbarleben.jobs import mail
from smartbarleben.ui.dates import VILLAGE_TIME

from . import promise, queries, staff_words
from .clock import is_working_day
from .filters import end_of_week
from .models import Absence, Case, DeskSetting, DigestDay, Office
from .status import CLOCK_RUNS, Status

TEMPLATE = "cases/mail/digest.jinja"
FROM, UNTIL = time(7), time(17)
_SHOWN = 10
_KEEP = timedelta(days=60)


@dataclass(frozen=True, slots=True)
class Group:
    """Cases under one heading."""

    title: str
    lines: list[str]


def run(now: datetime) -> int:
    """Write this morning's mails unless they are written; returns how many. For the clock, some times an hour."""
    here = now.astimezone(VILLAGE_TIME)
    if not FROM <= here.time() < UNTIL or not is_working_day(here.date(), promise.holidays(here.date())):
        return 0
    return write(here.date())


@transaction.atomic
def write(day: date) -> int:
    """Write the mails of a day; 0 when they are written already. All or none."""
    if not DigestDay.objects.get_or_create(day=day)[1]:
        return 0
    DigestDay.objects.filter(day__lt=day - _KEEP).delete()
    waiting = list(_waiting(day))
    off = set(DeskSetting.objects.filter(digest=False).values_list("user", flat=True))
    away = list(Absence.objects.filter(first__lte=day, last__gte=day).values_list("user", "substitute"))
    count = 0
    silent = _members_of_silent_offices()
    for person in queries.workers().exclude(email=""):
        theirs = {person.pk, *(who for who, substitute in away if substitute == person.pk)}
        trays = {None, *silent.get(person.pk, ())}
        cases = [
            case for case in waiting if case.owner_id in theirs or (case.owner_id is None and case.office_id in trays)
        ]
        if person.pk not in off and person.pk not in {who for who, _substitute in away}:
            name = person.get_short_name() or person.username
            count += _send(person.email, name, cases, day, f"p{person.pk}", "wer=meine", personal=True)
    for office in Office.objects.filter(outside=False).exclude(email=""):
        cases = [case for case in waiting if case.office_id == office.pk and case.owner_id is None]
        count += _send(office.email, office.name, cases, day, f"a{office.pk}", f"wer=a{office.pk}", personal=False)
    return count


def _members_of_silent_offices() -> dict[int, set[int]]:
    """The offices without an address that each person belongs to. One query."""
    found: dict[int, set[int]] = {}
    rows = Office.objects.filter(outside=False, email="").values_list("members", "pk")
    for person, office in rows:
        found.setdefault(person, set()).add(office)
    return found


def _waiting(day: date) -> Iterable[Case]:
    """All cases that a digest could name. One query."""
    soon = Q(status__in=sorted(CLOCK_RUNS), due_on__lte=end_of_week(day)) | Q(status=Status.NEW)
    unread = Q(unread=True, status__in=[*sorted(CLOCK_RUNS), Status.ASKED_BACK, Status.ANSWERED])
    failed = Q(contact__mail_fails=True, status__in=[*sorted(CLOCK_RUNS), Status.ASKED_BACK])
    found = Case.objects.filter(soon | unread | failed | Q(status=Status.HELD))
    return found.select_related("contact", "owner").order_by("due_on", "received_at")


def groups(cases: Iterable[Case], day: date) -> list[Group]:
    """The cases under headings, the most urgent first; each stands once, and empty headings are left out."""
    late, soon, new, unread, failed, held = [], [], [], [], [], []
    for case in cases:
        runs = case.status in CLOCK_RUNS and case.due_on is not None
        if case.status == Status.HELD:
            held.append(case)
        elif runs and case.due_on < day:  # type: ignore[operator]
            late.append(case)
        elif runs and case.due_on <= end_of_week(day):  # type: ignore[operator]
            soon.append(case)
        elif getattr(case, "contact", None) and case.contact.mail_fails:
            failed.append(case)
        elif case.status == Status.NEW:
            new.append(case)
        elif case.unread:
            unread.append(case)
    holidays = promise.holidays(day)
    titled = [
        (_("Overdue"), late),
        (_("Due this week"), soon),
        (_("Our mail came back"), failed),
        (_("New"), new),
        (_("Somebody wrote"), unread),
        (_("Held for a look"), held),
    ]
    return [Group(title, _lines(found, day, holidays)) for title, found in titled if found]


def _lines(cases: list[Case], day: date, holidays: Any) -> list[str]:
    lines = []
    for case in cases[:_SHOWN]:
        due = staff_words.due_words(case, day, holidays)
        owner = f" ({case.owner})" if case.owner else ""
        lines.append(f"{case.number} {case.title}{owner}" + (f": {due}" if due else ""))
    more = len(cases) - _SHOWN
    if more > 0:
        lines.append(ngettext("and %(count)d more", "and %(count)d more", more) % {"count": more})
    return lines


def _send(to: str, name: str, cases: list[Case], day: date, who: str, query: str, *, personal: bool) -> int:
    if not cases:
        return 0
    with translation.override(settings.LANGUAGE_CODE):
        found = groups(cases, day)
        if not found:
            return 0
        context = {
            "name": name,
            "groups": found,
            "late": sum(case.due_on is not None and case.due_on < day for case in cases if case.status in CLOCK_RUNS),
            "count": len(cases),
            "url": f"{settings.BASE_URL}{reverse('cases_inbox')}?{query}",
            "personal": personal,
        }
        letter = mail.render(TEMPLATE, context)
    mail.send(**letter.words(), to=to, reason="cases.digest", key=f"case-digest-{day.isoformat()}-{who}")
    return 1
