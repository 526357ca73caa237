"""The workspace's search: published things for everybody, drafts, cases and people only for who may see them.

Each part asks the same policy that guards its own pages, as a condition on the rows; a part that a person has no
right to is not searched at all. The inbox keeps its own search with all its filters; this page leads to it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth import get_user_model
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from smartbarleben.cases import policies as case_policies
from smartbarleben.cases import searching as case_words
from smartbarleben.cases import staff_views as inbox
from smartbarleben.content import policies
from smartbarleben.content.staff_views import edit_url
from smartbarleben.kernel.folding import fold
from smartbarleben.search import queries
from smartbarleben.ui.dates import today

from .layout import LANGUAGE_NAMES

SHOWN = 10
# Older drafts are found in the workspace's lists.
NEWEST = 2_000
SEE_PEOPLE = "people.view_user"
SPANS = (7, 30, 90)


def everything(request: HttpRequest) -> HttpResponse:
    """What the person may see of what they look for: at most a dozen queries."""
    words = " ".join(request.GET.get("q", "").replace("\x00", " ").split())[:200]
    person = request.user
    context: dict[str, Any] = {"words": words, "shown": SHOWN}
    if words:
        context |= {
            "published": queries.find(words, "de", now=timezone.now(), size=SHOWN).hits,
            "drafts": _drafts(person, words),
            "cases": _cases(person, words),
            "people": _people(person, words),
            "inbox_url": f"{reverse('cases_inbox')}?{urlencode({'suche': words})}",
        }
    return render(request, "portal/staff/search.html", context)


def _drafts(person: Any, words: str) -> list[dict[str, Any]]:
    rows = policies.editable(person).filter(live=False).order_by("-pk")
    titles, wanted = rows.values_list("pk", "title")[:NEWEST], fold(words).split()
    found = [pk for pk, title in titles if _says(title, wanted)][:SHOWN]
    return [{"item": row, "url": edit_url(row)} for row in rows.filter(pk__in=found)]


def _says(text: str, wanted: Sequence[str]) -> bool:
    """Whether all folded words stand in the text, however it is written; databases differ on that."""
    folded = fold(text)
    return bool(wanted) and all(word in folded for word in wanted)


def _cases(person: Any, words: str) -> list[Any]:
    """The cases of the policy's rows; [] for who does not work on cases."""
    if not person.has_perm(inbox.PERMISSION):
        return []
    try:
        wanted = case_words.wanted(words)
    except ValueError:
        return []
    return list(case_policies.workable(person).filter(wanted).order_by("-received_at", "-pk")[:SHOWN])


def _people(person: Any, words: str) -> list[dict[str, Any]]:
    """Accounts of the town hall, for those who look after them."""
    if not person.has_perm(SEE_PEOPLE):
        return []
    rows = get_user_model()._default_manager.order_by("username")[:NEWEST]
    wanted = fold(words).split()
    found = [row for row in rows if _says(f"{row.username} {row.get_full_name()} {row.email}", wanted)]
    return [{"person": row, "url": reverse("wagtailusers_users:edit", args=[row.pk])} for row in found[:SHOWN]]


def _named(rows: Sequence[queries.Asked]) -> list[queries.Asked]:
    """The rows with the languages' names in place of their codes."""
    return [replace(row, language=LANGUAGE_NAMES.get(row.language, row.language)) for row in rows]


def asked(request: HttpRequest) -> HttpResponse:
    """What people searched for, and above all what they did not find: words and numbers, no persons."""
    chosen = request.GET.get("tage", "")
    days = int(chosen) if chosen in map(str, SPANS) else SPANS[1]
    since = today() - timedelta(days=days)
    context = {
        "spans": [{"days": one, "current": one == days} for one in SPANS],
        "missed": _named(queries.asked(since, found=False, limit=50)),
        "met": _named(queries.asked(since, found=True, limit=50)),
    }
    return render(request, "portal/staff/asked.html", context)
