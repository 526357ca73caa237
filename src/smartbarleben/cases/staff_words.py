"""What the workspace says about a case: when it is due, what happened, and its status with a sign beside the word."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.utils.translation import get_language, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from smartbarleben.ui.dates import clock, day, day_short, local, near_day

from . import registry
from .clock import working_days_between
from .filters import end_of_week
from .models import Case, Entry, Sort
from .status import CLOCK_RUNS, FINAL, Status

# A sign beside the word, never instead of it.
SIGNS = {
    Status.HELD: "⏸",
    Status.NEW: "●",
    Status.IN_WORK: "◐",
    Status.ASKED_BACK: "?",
    Status.PASSED_ON: "→",
    Status.ANSWERED: "✓",
    Status.CLOSED: "■",
    Status.MERGED: "⇉",
    Status.REFUSED: "✕",
}

OVERDUE, TODAY, WEEK, NEXT_WEEK, LATER, NEW_WORDS = "overdue", "today", "week", "next_week", "later", "unread"
SECTIONS = {
    OVERDUE: pgettext_lazy("inbox", "Overdue"),
    TODAY: pgettext_lazy("inbox", "Due today"),
    WEEK: pgettext_lazy("inbox", "Due this week"),
    NEXT_WEEK: pgettext_lazy("inbox", "Due next week"),
    LATER: pgettext_lazy("inbox", "Later"),
    NEW_WORDS: pgettext_lazy("inbox", "Look at these: something came while we wait"),
}


def language() -> str:
    """The language that the reader has chosen for the workspace."""
    return get_language() or "de"


def kind_title(key: str) -> str:
    """The kind of case in words."""
    kind = registry.find(key)
    return str(kind.title) if kind else key


def section(case: Case, today: date) -> str:
    """The heading under which a case of the open inbox stands."""
    if case.status not in CLOCK_RUNS or case.due_on is None:
        return NEW_WORDS
    if case.due_on < today:
        return OVERDUE
    if case.due_on == today:
        return TODAY
    if case.due_on <= end_of_week(today):
        return WEEK
    return NEXT_WEEK if (case.due_on - end_of_week(today)).days <= 7 else LATER


def due_words(case: Case, today: date, holidays: Any) -> str:
    """How long there is left: "in 3 working days", "2 days late", "the clock stands still since …"."""
    if case.status == Status.ASKED_BACK and case.paused_on:
        return _("waits for the person since %(day)s") % {"day": near_day(case.paused_on, language())}
    if case.ended_at:
        return _("ended %(day)s") % {"day": near_day(local(case.ended_at), language())}
    if case.status == Status.ANSWERED and case.answered_at:
        return _("answered %(day)s") % {"day": near_day(local(case.answered_at), language())}
    if case.status not in CLOCK_RUNS or case.due_on is None:
        return ""
    left = working_days_between(today, case.due_on, holidays)
    if case.due_on < today:
        late = (today - case.due_on).days
        return ngettext("%(days)d day late", "%(days)d days late", late) % {"days": late}
    if case.due_on == today:
        return _("due today")
    if left == 0:
        return _("due before the next working day")
    return ngettext("in %(days)d working day", "in %(days)d working days", left) % {"days": left}


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the timeline in words. ``tone``: "in" from the person, "out" to the person, "inside" for us alone."""

    entry: Entry
    words: str
    tone: str
    when: str
    files: list[Any]


def line(entry: Entry) -> Line:
    """A line of the timeline for staff."""
    tone = "inside"
    if entry.shown:
        tone = "in" if entry.sort in {Sort.RECEIVED, Sort.MESSAGE} else "out"
    return Line(entry, entry_words(entry), tone, moment(entry.at), list(entry.attachments.all()))


def moment(value: datetime) -> str:
    """ "Di., 24. Nov., 14:05 Uhr"."""
    return f"{near_day(value, language())}, {clock(value, language())}"


def entry_words(entry: Entry) -> str:
    """What happened, in one sentence."""
    facts, by = entry.facts, str(entry.by) if entry.by else ""
    values = {"by": by or _("the program"), **{name: str(value) for name, value in facts.items()}}
    match entry.sort:
        case Sort.RECEIVED:
            if "from" in facts:
                return _("Split from %(from)s") % values
            return _("Written down by %(by)s") % values if by else _("The person wrote")
        case Sort.MESSAGE:
            return _("The person said, written down by %(by)s") % values if by else _("The person wrote")
        case Sort.ANSWER:
            return _("%(by)s answered") % values
        case Sort.QUESTION:
            return _("%(by)s asked the person") % values
        case Sort.NOTE:
            if "wrote" in facts:
                return _("The person of %(wrote)s, which is merged with this case, has written") % values
            return _("Note by %(by)s") % values
        case Sort.ACCEPTED:
            return _("%(by)s let it through") % values
        case Sort.ASSIGNED:
            return _assigned(values)
        case Sort.CATEGORY:
            then, before = kind_title(facts.get("then", "")), kind_title(facts.get("before", ""))
            return _("%(by)s sorted it as “%(then)s” (was “%(before)s”)") % (
                values | {"then": then, "before": before}
            )
        case Sort.PASSED_ON:
            return _("%(by)s passed it on to %(to)s") % values
        case Sort.TAKEN_BACK:
            return _("%(by)s took it back from %(from)s") % values
        case Sort.EXTENDED:
            return _("%(by)s promised a later day: %(until)s instead of %(before)s") % {
                "by": values["by"],
                "until": _day(facts.get("until")),
                "before": _day(facts.get("before")),
            }
        case Sort.MERGED:
            if "into" in facts:
                return _("%(by)s merged this case into %(into)s") % values
            return _("%(by)s merged %(from)s into this case") % values
        case Sort.UNMERGED:
            if "case" in facts:
                return _("%(by)s took %(case)s out of this case again") % values
            return _("%(by)s took the merge with %(from)s back") % values
        case Sort.SPLIT:
            return _("%(by)s split it: %(numbers)s") % {
                "by": values["by"],
                "numbers": ", ".join(map(str, facts.get("numbers", []))),
            }
        case Sort.CLOSED:
            return _("%(by)s closed it") % values if by else _("Closed because it stayed quiet")
        case Sort.REOPENED:
            return _("%(by)s opened it again") % values
        case Sort.REFUSED:
            return _("%(by)s refused it") % values
        case Sort.MAIL_FAILED:
            return _("Our mail came back")
        case Sort.AUTO_REPLY:
            return _("The person's mail program answered by itself")
        case Sort.HANDED_OVER:
            return _("%(by)s handed it over to %(to)s") % ({"to": _("another system")} | values)
    return entry.get_sort_display()


def _assigned(values: dict[str, str]) -> str:
    owner, office = values.get("owner", ""), values.get("office", "")
    if not owner:
        return _("%(by)s put it into the tray of %(office)s") % values if office else _("%(by)s put it back") % values
    if owner == values["by"]:
        return _("%(by)s took it") % values
    return _("%(by)s gave it to %(owner)s") % values


def _day(value: Any) -> str:
    try:
        return day_short(date.fromisoformat(str(value)), language())
    except ValueError:
        return "–"


def clock_lines(case: Case, entries: list[Entry]) -> list[tuple[str, str]]:
    """The clock in rows: (label, words)."""
    rows = [(_("Received"), moment(case.received_at))]
    if case.promised_on:
        rows.append((pgettext("clock", "Promised"), day(case.promised_on, language())))
    if case.due_on and case.due_on != case.promised_on and case.status not in FINAL:
        extended = sum(entry.sort == Sort.EXTENDED for entry in entries)
        label = pgettext("clock", "Now by") if extended else pgettext("clock", "Due")
        rows.append((label, day(case.due_on, language())))
    if case.paused_on:
        rows.append((_("Stands still since"), day(case.paused_on, language())))
    if case.answered_at:
        rows.append((pgettext("clock", "Answered"), moment(case.answered_at)))
    if case.ended_at and case.delete_on:
        rows.append((pgettext("clock", "Deleted on"), day(case.delete_on, language())))
    return rows
