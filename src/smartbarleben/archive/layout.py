"""The page context of the copy: the portal's, without what needs a program, and with a word about what this is."""

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from smartbarleben.portal.layout import here
from smartbarleben.portal.layout import page_context as living_context
from smartbarleben.ui import dates
from smartbarleben.ui.context import PageContext, StandingNote

from .addressing import ABOUT


def day_in_words() -> str:
    """The day of the copy, as the reader's language says it."""
    return dates.plain_date(timezone.localdate(), get_language() or "de")


def page_context(request: HttpRequest) -> PageContext:
    """The context of every page of the copy."""
    context = living_context(request)
    # Empty and not missing: templates ask for them.
    context["staff_url"] = ""
    context["suggest_url"] = ""
    context["standing_note"] = StandingNote(
        _("Archive"),
        _("This is a copy of the website from %(day)s. “Today” and “now” mean that day.") % {"day": day_in_words()},
        here(ABOUT),
        _("About this archive"),
    )
    return context
