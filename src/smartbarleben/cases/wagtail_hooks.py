"""Wagtail looks for this module by name: the inbox below /verwaltung/, in the menu and on the start page."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy, ngettext, pgettext
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from smartbarleben.ui.dates import today

from . import filters, policies, queries, staff_case, staff_entry, staff_views
from .filters import Filter
from .staff import register_viewsets

register_viewsets()


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """The inbox; Wagtail lets only people of the town hall in, and `for_workers` only those who work on cases."""
    return [
        path("vorgaenge/", staff_views.inbox, name="cases_inbox"),
        path("vorgaenge/auswahl/", staff_views.many, name="cases_many"),
        path("vorgaenge/ansichten/", staff_views.keep_view, name="cases_view_keep"),
        path("vorgaenge/ansichten/<int:pk>/entfernen/", staff_views.drop_view, name="cases_view_drop"),
        path("vorgaenge/tabelle/", staff_views.export, name="cases_export"),
        path("vorgaenge/wer/", staff_views.who, name="cases_who"),
        path("vorgaenge/mein-platz/", staff_views.desk, name="cases_desk"),
        path("vorgaenge/neu/", staff_entry.new, name="cases_new"),
        path("vorgaenge/<str:number>/", staff_case.case, name="cases_case"),
        path("vorgaenge/<str:number>/zettel/", staff_entry.slip, name="cases_slip"),
        path("vorgaenge/<str:number>/datei/<int:pk>/", staff_case.attachment, name="cases_attachment"),
    ]


class _ForWorkers(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm(staff_views.PERMISSION))


@hooks.register("register_admin_menu_item")
def inbox_entry() -> MenuItem:
    """The way to the inbox."""
    return _ForWorkers(gettext_lazy("Inbox"), reverse("cases_inbox"), name="inbox", icon_name="mail", order=0)


class InboxPanel(Component):
    """What waits in the inbox, on the first page of the workspace."""

    name = "inbox"
    order = 5
    template_name = "cases/staff/panel.html"

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        person = parent_context["request"].user
        at = queries.desk(person, today())
        views = [
            (Filter(frist=filters.OVERDUE), pgettext("inbox", "Overdue")),
            (Filter(frist=filters.TODAY), pgettext("inbox", "Due today")),
            (Filter(neu="1"), pgettext("inbox", "Unread")),
            (Filter(wer=filters.NOBODYS), pgettext("inbox", "Nobody's")),
            (Filter(gruppe=filters.HELD), pgettext("inbox", "To check")),
        ]
        numbers = queries.counts(policies.workable(person), at, (view for view, _title in views))
        return {
            "rows": [
                {
                    "title": title,
                    "url": f"{reverse('cases_inbox')}?{view.query}",
                    "note": ngettext("%(count)d case", "%(count)d cases", number) % {"count": number},
                }
                for view, title in views
                if (number := numbers[view])
            ]
        }


# After the room that clears Wagtail's own panels away.
@hooks.register("construct_homepage_panels", order=200)
def first_page(request: HttpRequest, panels: list[Any]) -> None:
    """The inbox stands first for those who work on cases."""
    if request.user.has_perm(staff_views.PERMISSION):
        panels.insert(0, InboxPanel())
