"""What the pages and mails of this room say: troubles, acts and counts in the reader's language."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from .planning import Act
from .trouble import Trouble, from_json, place_of


def said(trouble: Trouble | Mapping[str, Any] | None) -> str:
    """A trouble with its place in the reader's language; "" for none."""
    if not trouble:
        return ""
    one = trouble if isinstance(trouble, Trouble) else from_json(trouble)
    return place_of(one, _) + one.said(_)


def act_title(act: Act, count: int) -> str:
    """ "3 new entries" """
    words = {
        Act.NEW: lambda: ngettext("%(count)d new entry", "%(count)d new entries", count),
        Act.FOUND: lambda: ngettext(
            "%(count)d entry that stands here already", "%(count)d entries that stand here already", count
        ),
        Act.CHANGED: lambda: ngettext("%(count)d changed entry", "%(count)d changed entries", count),
        Act.BACK: lambda: ngettext("%(count)d entry that is back", "%(count)d entries that are back", count),
        Act.VANISHED: lambda: ngettext("%(count)d vanished entry", "%(count)d vanished entries", count),
        Act.UNCHANGED: lambda: ngettext("%(count)d unchanged entry", "%(count)d unchanged entries", count),
        Act.DELETED_HERE: lambda: ngettext(
            "%(count)d entry that was deleted here and stays away",
            "%(count)d entries that were deleted here and stay away",
            count,
        ),
        Act.REST: lambda: ngettext(
            "%(count)d entry that stays as it is", "%(count)d entries that stay as they are", count
        ),
    }
    return words[act]() % {"count": count}


def summary(counts: Mapping[str, int]) -> str:
    """One line about a run: "2 new, 1 changed, 40 unchanged"."""
    parts = [
        (counts.get("new", 0), pgettext("entries of an import", "%(count)d new")),
        (counts.get("found", 0), pgettext("entries of an import", "%(count)d were here already")),
        (counts.get("changed", 0), pgettext("entries of an import", "%(count)d changed")),
        (counts.get("back", 0), pgettext("entries of an import", "%(count)d back")),
        (counts.get("vanished", 0), pgettext("entries of an import", "%(count)d vanished")),
        (counts.get("unchanged", 0), pgettext("entries of an import", "%(count)d unchanged")),
    ]
    return ", ".join(words % {"count": count} for count, words in parts if count) or _("nothing in it")
