"""The lines of a case's timeline in words for its person, made from what happened, in the language of the page."""

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from smartbarleben.ui.dates import day

from .models import Entry, Sort


def entry_title(entry: Entry, language: str, *, own: bool = True) -> str:
    """What a line tells, in a few words. ``own``: it is a line of the person's own case, not of the one it was
    merged into."""
    facts = entry.facts
    match entry.sort:
        case Sort.RECEIVED:
            return _received(entry)
        case Sort.MESSAGE:
            return _("We wrote down what you told us") if entry.by_id else _("You wrote to us")
        case Sort.ANSWER:
            return _("Our answer") if own else _("Our answer to everybody who asked")
        case Sort.QUESTION:
            return _("Our question to you")
        case Sort.PASSED_ON:
            return _("Passed on to %(name)s") % {"name": facts.get("to", "")}
        case Sort.EXTENDED:
            return _("It takes longer, until %(day)s") % {"day": _day(facts.get("until"), language)}
        case Sort.MERGED:
            return _("Others have told us the same; we work on it together")
        case Sort.UNMERGED:
            return _("Your matter has its own way again")
        case Sort.SPLIT:
            return _("These were several matters; the others are %(numbers)s") % {
                "numbers": ", ".join(facts.get("numbers", ()))
            }
        case Sort.CLOSED:
            return pgettext("timeline of a case", "Closed")
        case Sort.REOPENED:
            return _("We work on it again")
    return str(entry.get_sort_display())


def _received(entry: Entry) -> str:
    if number := entry.facts.get("from"):
        return _("Taken from your message %(number)s") % {"number": number}
    if entry.by_id:
        return _("You told us, and we wrote it down")
    return _("Your message has come in")


def _day(iso: str | None, language: str) -> str:
    try:
        return day(date.fromisoformat(iso or ""), language)
    except ValueError:
        return iso or ""
