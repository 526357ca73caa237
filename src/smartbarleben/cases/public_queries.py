"""Every read of the public pages: what a form promises, and how a case stands for the person who has its link."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import connection
from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import get_language

from smartbarleben.people.residents import Matter
from smartbarleben.places.queries import generation
from smartbarleben.ui.dates import local

from . import access, promise, registry
from .clock import is_working_day, working_days_between
from .models import Attachment, Case, Category, Entry, Sort
from .public_words import entry_title
from .registry import Kind
from .status import CLOCK_RUNS, Status
from .words import STATUS_FOR_PERSON

# What a person whose case was merged hears from the case that it lives on in: our words, never another person's.
_FOR_EVERYBODY = (Sort.ANSWER, Sort.PASSED_ON, Sort.EXTENDED, Sort.REOPENED)
# So many days a clock draws one by one; longer periods are said in words only.
_MOST_DAYS_DRAWN = 31


def day_of(moment: datetime) -> date:
    """The village's date of a moment."""
    value = local(moment)
    return value.date() if isinstance(value, datetime) else value


@dataclass(frozen=True, slots=True)
class Offer:
    """A kind of case with what the town hall promises for it now."""

    kind: Kind
    category: Category
    due_on: date


@lru_cache(maxsize=2)
def _in_use(as_of: int, database: str) -> dict[str, Category]:
    """The kinds in use by their key. Whoever changes one raises the generation."""
    return Category.objects.filter(active=True).in_bulk()


def offers(today: date, request: HttpRequest | None = None) -> list[Offer]:
    """All kinds that have a form and are in use. Two queries at most."""
    rows = _in_use(generation(request), str(connection.settings_dict["NAME"]))
    return [
        Offer(kind, rows[kind.key], promise.due(rows[kind.key], today))
        for kind in registry.kinds()
        if kind.form and kind.key in rows
    ]


def offer(word: str, today: date, request: HttpRequest | None = None) -> Offer | None:
    """The kind whose form has this word in its address, or None. Two queries at most."""
    kind = registry.by_word(word)
    row = _in_use(generation(request), str(connection.settings_dict["NAME"])).get(kind.key) if kind else None
    return Offer(kind, row, promise.due(row, today, request)) if kind and row else None


@dataclass(frozen=True, slots=True)
class Clock:
    """The public clock. ``days`` are its working days as "past", "left" or "added" (by an extension)."""

    due_on: date | None
    first_on: date | None
    left: int
    paused_on: date | None
    runs: bool
    reason: str
    days: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the timeline for the person. ``by_us``: the town hall's words."""

    sort: str
    title: str
    text: str
    at: datetime
    by_us: bool
    pk: int
    files: tuple[Attachment, ...] = ()


@dataclass(frozen=True, slots=True)
class Followed:
    """A case as its person sees it."""

    case: Case
    kind: Kind | None
    status: Status
    status_words: Any
    clock: Clock
    lines: tuple[Line, ...]
    office: str
    merged: bool
    can_write: bool
    contact_email: str = field(default="")


def find(number: str) -> Case | None:
    """The case with this number, with what its page needs. One query."""
    related = ("category", "office", "outside", "merged_into__category", "merged_into__office", "contact")
    return Case.objects.select_related(*related).filter(number=number.upper()).first()


def follow(case: Case, now: datetime) -> Followed:
    """Everything that the page of a case shows. Two queries besides `find` and the public holidays."""
    language = get_language() or case.language
    target = case.merged_into
    leading = target or case
    own = Q(case=case, shown=True)
    entries = list(Entry.objects.filter(own).order_by("at", "id"))
    merged_at = next((one.at for one in reversed(entries) if one.sort == Sort.MERGED), None)
    if target is not None and merged_at is not None:
        entries += Entry.objects.filter(case=target, shown=True, sort__in=_FOR_EVERYBODY, at__gte=merged_at)
        entries.sort(key=lambda one: (one.at, one.pk))
    files: dict[int | None, list[Attachment]] = {}
    for one in Attachment.objects.filter(entry__in=[entry.pk for entry in entries]).order_by("pk"):
        files.setdefault(one.entry_id, []).append(one)
    status = Status(case.status)
    words = STATUS_FOR_PERSON[status]
    office = leading.office or leading.category.office
    return Followed(
        case=case,
        kind=registry.find(case.category_id),
        status=status,
        status_words=words,
        clock=clock_of(leading, entries, day_of(now)),
        lines=tuple(
            Line(
                entry.sort,
                entry_title(entry, language, own=entry.case_id == case.pk),
                entry.text,
                entry.at,
                entry.sort not in (Sort.RECEIVED, Sort.MESSAGE),
                entry.pk,
                tuple(files.get(entry.pk, ())),
            )
            for entry in entries
        ),
        office=office.name if office and not office.outside else "",
        merged=target is not None,
        can_write=status != Status.REFUSED,
        contact_email=case.contact.email if hasattr(case, "contact") else "",
    )


def clock_of(case: Case, entries: Iterable[Entry], today: date) -> Clock:
    """How the promise stands: days gone, days left, what was added and why."""
    extensions = [one for one in entries if one.sort == Sort.EXTENDED]
    reason = extensions[-1].text if extensions else ""
    runs = case.status in CLOCK_RUNS and case.due_on is not None
    if case.due_on is None:
        return Clock(None, None, 0, case.paused_on, False, "")
    free = promise.holidays(today)
    received = day_of(case.received_at)
    first = case.promised_on or case.due_on
    left = working_days_between(today, case.due_on, free)
    days: tuple[str, ...] = ()
    length = (max(case.due_on, today) - received).days
    if runs and length <= _MOST_DAYS_DRAWN * 2:
        days = tuple(
            "past" if day <= today and day <= case.due_on else "late" if day > case.due_on else
            "added" if day > first else "left"
            for day in (date.fromordinal(received.toordinal() + n) for n in range(1, length + 1))
            if is_working_day(day, free)
        )[:_MOST_DAYS_DRAWN]  # fmt: skip
    return Clock(case.due_on, first, left, case.paused_on, runs, reason, days)


def matters_of(mail: str, limit: int) -> list[Matter]:
    """The newest cases of a mail address for their person, with links in the language of the page. One query."""
    rows = Case.objects.filter(contact__email__iexact=mail).order_by("-received_at", "-pk")[:limit]
    return [
        Matter(
            number=case.number,
            title=case.title,
            status=STATUS_FOR_PERSON[Status(case.status)],
            url=reverse("cases:follow", args=[case.number, access.token(case)]),
            at=case.received_at,
        )
        for case in rows
    ]


def attachment_for(case: Case, pk: int) -> Attachment | None:
    """A file that the person of this case may have: of their own case, or of an answer that went to everybody.

    At most two queries.
    """
    row = Attachment.objects.select_related("entry").filter(pk=pk).first()
    if row is None or row.entry is None or not row.entry.shown:
        return None
    if row.case_id == case.pk:
        return row
    if row.case_id is None or row.case_id != case.merged_into_id or row.entry.sort not in _FOR_EVERYBODY:
        return None
    merged = Entry.objects.filter(case=case, sort=Sort.MERGED, at__lte=row.entry.at)
    return row if merged.exists() else None
