"""The first page of the workspace: what people come to do, then what waits for them."""

from collections.abc import Mapping
from typing import Any

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.ui.components import Component

from smartbarleben.ui.dates import plain_date, today

from . import freshness, policies, queries, registry
from .models import Item
from .staff_views import edit_url, quick_kinds, thing_edit_url

SHOWN = 5


class QuickPanel(Component):
    """Big buttons to the short forms."""

    name = "quick"
    order = 10
    template_name = "content/staff/quick_panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        daily, _others = quick_kinds(parent_context["request"].user)
        return {"daily": daily}


class TodayPanel(Component):
    """ "To do today": stale facts, translations that no longer match, drafts that nobody has published."""

    name = "today"
    order = 20
    template_name = "content/staff/today_panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"jobs": [job for job in jobs(parent_context["request"]) if job["rows"]]}


def drafts(person: Any) -> QuerySet[Item]:
    """What the person may change and the public does not see yet: new items and unpublished changes, newest first."""
    unseen = Q(live=False) | Q(has_unpublished_changes=True)
    return policies.editable(person).filter(unseen).order_by("-latest_revision__created_at", "-pk")


def _second_factor(person: Any) -> dict[str, Any]:
    row = {
        "title": _("Set up a passkey or an authenticator app"),
        "url": reverse("mfa_index"),
        "note": _("so that a stolen password opens nothing"),
    }
    return {"title": _("Your account"), "url": "", "rows": [] if is_mfa_enabled(person) else [row]}


def jobs(request: HttpRequest) -> list[dict[str, Any]]:
    """What waits, each with its first few rows and the page of all."""
    now = today()
    overdue = [row for row in freshness.board(now, SHOWN) if row.is_over]
    stale = freshness.stale_count(now)
    texts = queries.translations_needing_review(queries.languages())
    count = texts.count()
    unseen = drafts(request.user)
    names = dict(settings.LANGUAGES)
    return [
        _second_factor(request.user),
        {
            "title": ngettext("%(count)d fact to check", "%(count)d facts to check", stale) % {"count": stale},
            "url": reverse("content_freshness"),
            "rows": [
                {
                    "title": row.title,
                    "url": thing_edit_url(row.thing),
                    "note": _("since %(day)s") % {"day": plain_date(row.review_by)},
                }
                for row in overdue
            ],
        },
        {
            "title": ngettext("%(count)d translation to compare", "%(count)d translations to compare", count)
            % {"count": count},
            "url": reverse("content_translations"),
            "rows": [
                {
                    "title": row.item.title,
                    "url": edit_url(row.item),
                    "note": str(names[row.language]),
                }
                for row in texts[:SHOWN]
            ],
        },
        {
            "title": _("Drafts"),
            "url": "",
            "rows": [
                {"title": item.title, "url": edit_url(item), "note": str(registry.kind(item.kind).label)}
                for item in unseen[:SHOWN]
            ],
        },
    ]
