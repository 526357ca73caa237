"""Every read of the workspace, with a bounded number of SQL queries whatever the inbox holds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet

from smartbarleben.kernel.folding import fold

from . import filters, policies
from .filters import Desk, Filter
from .models import Absence, Attachment, Case, Entry, Office, ReplyTemplate, SavedView, Sort
from .status import CLOCK_RUNS, FINAL, Status

PAGE_SIZE = 50
MOST_VIEWS = 12
MOST_HITS = 500
# The columns that a line of the inbox needs.
_SHOWN = (
    *(
        "number",
        "status",
        "category",
        "title",
        "language",
        "door",
        "received_at",
        "changed_at",
        "due_on",
        "paused_on",
    ),
    *("answered_at", "ended_at", "unread", "is_example"),
)
_SIMILAR_LOOKED_AT = 80
_SIMILAR_SHOWN = 5
_WORD_LETTERS = 5
_WORDS = 4
# Degrees of longitude: some hundred metres here.
_NEAR = 0.0015


def desk(person: Any, today: date) -> Desk:
    """Who looks at the inbox. Two queries, none where the reach is remembered."""
    own, stands_in_for = policies.reach(person)
    return Desk(person=person.pk, offices=frozenset(own), stands_in_for=frozenset(stands_in_for), today=today)


@dataclass(frozen=True, slots=True)
class Page:
    """Some rows of a view. ``total``: how many there are; ``number`` begins at 1."""

    cases: list[Case]
    total: int
    number: int

    @property
    def pages(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))


def page(rows: QuerySet[Case], view: Filter, at: Desk, total: int, number: int) -> Page:
    """One page of a view of ``rows``, with all that a line of the inbox shows. One query."""
    number, first = _begin(total, number)
    found = _lines_of(rows.filter(filters.where(view, at)), view)
    return Page(list(found[first : first + PAGE_SIZE]) if total else [], total, number)


def search(rows: QuerySet[Case], view: Filter, at: Desk, number: int) -> Page:
    """The same for a view with words in it: they are looked up once, up to `MOST_HITS`. Two queries."""
    ordered = rows.filter(filters.where(view, at)).order_by(*filters.order(view))
    hits = list(ordered.values_list("pk", flat=True)[:MOST_HITS])
    number, first = _begin(len(hits), number)
    found = _lines_of(Case.objects.filter(pk__in=hits[first : first + PAGE_SIZE]), view)
    return Page(list(found) if hits else [], len(hits), number)


def _begin(total: int, number: int) -> tuple[int, int]:
    number = max(1, min(number, max(1, -(-total // PAGE_SIZE))))
    return number, (number - 1) * PAGE_SIZE


def _lines_of(rows: QuerySet[Case], view: Filter) -> QuerySet[Case]:
    wanted = ("office__name", "outside__name", "ortschaft__name", "contact__name", "contact__mail_fails")
    return (
        rows.select_related("office", "owner", "outside", "ortschaft", "contact")
        .only(*_SHOWN, *wanted, *(f"owner__{name}" for name in ("first_name", "last_name", "username")))
        .annotate(has_files=Exists(Attachment.objects.filter(case=OuterRef("pk"))))
        .order_by(*filters.order(view))
    )


def counts(rows: QuerySet[Case], at: Desk, views: Iterable[Filter]) -> dict[Filter, int]:
    """How many cases each view holds; views with words in them are left out, because searching is dear. One query."""
    plain = {f"n{index}": view for index, view in enumerate(dict.fromkeys(views)) if not view.suche}
    if all(view.gruppe in filters.LIVE for view in plain.values()):
        # What has ended is by far the most, and need not be walked over.
        rows = rows.filter(status__in=filters.LIVE_STATUSES)
    found = rows.aggregate(**{name: Count("pk", filter=filters.where(view, at)) for name, view in plain.items()})
    return {view: found[name] for name, view in plain.items()}


def saved_views(person: Any) -> list[SavedView]:
    """The person's own views, then the shared ones. One query."""
    own_or_shared = SavedView.objects.filter(Q(user=person) | Q(user=None))
    return list(own_or_shared.order_by(F("user").asc(nulls_last=True), "position", "name")[:MOST_VIEWS])


def workers() -> QuerySet[Any]:
    """Everybody who may work on cases: who has a role for it, and administrators."""
    may = Q(user_permissions__codename="change_case") | Q(groups__permissions__codename="change_case")
    return (
        get_user_model()
        .objects.filter(Q(pk__in=get_user_model().objects.filter(may).values("pk")) | Q(is_superuser=True))
        .filter(is_active=True)
        .order_by("last_name", "first_name", "username")
    )


def own_offices(person: Any) -> list[Any]:
    """The town hall's offices, each with ``mine``: whether the person belongs to it. One query."""
    membership = Office.members.through.objects.filter(office=OuterRef("pk"), user=person)
    return list(offices().annotate(mine=Exists(membership)))


def offices(*, outside: bool = False) -> QuerySet[Office]:
    """The town hall's own offices, or the outside bodies."""
    return Office.objects.filter(outside=outside).order_by("name")


def timeline(case: Case) -> list[Entry]:
    """All lines of a case, the oldest first, with who wrote them and their files. Two queries."""
    return list(
        case.entries.select_related("by").defer("folded").prefetch_related("attachments").order_by("at", "pk")
    )


def templates(case: Case) -> list[ReplyTemplate]:
    """The reply templates that fit a case: those in the person's language first. One query."""
    fitting = ReplyTemplate.objects.filter(Q(category=None) | Q(category=case.category_id))
    return sorted(fitting, key=lambda one: (one.language != case.language, one.title))


def similar(case: Case, rows: QuerySet[Case]) -> list[Case]:
    """Open cases among ``rows`` that may tell the same: words of the title, place, page. The likeliest first.

    Two queries at most.
    """
    own = set(_words(case.title))
    longest = sorted(own, key=lambda word: (-len(word), word))[:_WORDS]
    near = Q(pk__in=[])
    for word in longest:
        near |= Q(pk__in=Entry.objects.filter(sort=Sort.RECEIVED, folded__contains=word).values("case_id"))
    if case.about:
        near |= Q(about=case.about)
    if case.lon is not None and case.lat is not None:
        near |= Q(
            lon__range=(case.lon - _NEAR, case.lon + _NEAR), lat__range=(case.lat - _NEAR / 2, case.lat + _NEAR / 2)
        )
    closed = [*FINAL, Status.MERGED, Status.HELD]
    found = rows.exclude(pk=case.pk).exclude(status__in=closed).filter(near).order_by("-received_at")

    def likeness(other: Case) -> int:
        shared = len(own & set(_words(other.title)))
        return (
            2 * shared
            + 2 * (bool(case.about) and case.about == other.about)
            + 3 * _close_by(case, other)
            + (case.category_id == other.category_id)
        )

    scored = [(likeness(other), other) for other in found[:_SIMILAR_LOOKED_AT]]
    scored.sort(key=lambda pair: -pair[0])
    return [other for score, other in scored[:_SIMILAR_SHOWN] if score >= 2]


def _close_by(one: Case, other: Case) -> bool:
    if one.lon is None or one.lat is None or other.lon is None or other.lat is None:
        return False
    return abs(one.lon - other.lon) <= _NEAR and abs(one.lat - other.lat) <= _NEAR / 2


def _words(text: str) -> list[str]:
    return [word for word in fold(text).split() if len(word) >= _WORD_LETTERS]


@dataclass(frozen=True, slots=True)
class Load:
    """What lies with a person, or in an office's tray. ``absence``: they are away today, and who looks after it."""

    name: str
    query: str
    open: int
    overdue: int
    week: int
    asked_back: int
    unread: int
    absence: Absence | None = None


def loads(today: date) -> tuple[list[Load], list[Load], Load]:
    """Who has how much: people, offices' trays, and what belongs to nobody at all. Four queries."""
    running = Q(status__in=sorted(CLOCK_RUNS))
    numbers = {
        "open": Count("pk", filter=running),
        "overdue": Count("pk", filter=running & Q(due_on__lt=today)),
        "week": Count("pk", filter=running & Q(due_on__gte=today, due_on__lte=filters.end_of_week(today))),
        "asked_back": Count("pk", filter=Q(status=Status.ASKED_BACK)),
        "unread": Count("pk", filter=Q(unread=True)),
    }
    live = Case.objects.filter(status__in=[*sorted(CLOCK_RUNS), Status.ASKED_BACK, Status.ANSWERED])
    owned = {row.pop("owner"): row for row in live.exclude(owner=None).values("owner").annotate(**numbers)}
    trays = {row.pop("office"): row for row in live.filter(owner=None).values("office").annotate(**numbers)}
    away = {one.user_id: one for one in _away(today)}
    nothing = dict.fromkeys(numbers, 0)
    known = {person.pk: person for person in workers()}
    missing = owned.keys() - known.keys()
    if missing:
        known |= {person.pk: person for person in get_user_model().objects.filter(pk__in=missing)}
    people = [
        Load(str(person), f"wer=p{pk}", absence=away.get(pk), **owned.get(pk, nothing))
        for pk, person in known.items()
    ]
    tray_loads = [Load(one.name, f"wer=a{one.pk}", **trays.get(one.pk, nothing)) for one in offices()]
    return people, tray_loads, Load("", "wer=niemand", **trays.get(None, nothing))


def _away(today: date) -> Iterable[Absence]:
    return Absence.objects.filter(first__lte=today, last__gte=today).select_related("user", "substitute")


def absences(person: Any, today: date) -> list[Absence]:
    """The person's own absences that are not over. One query."""
    return list(Absence.objects.filter(user=person, last__gte=today).select_related("substitute").order_by("first"))


def named(numbers: Iterable[int], rows: QuerySet[Case]) -> Mapping[int, Case]:
    """Cases by id, those that are among ``rows``. One query."""
    return rows.select_related("category", "office", "owner").in_bulk(list(numbers))
