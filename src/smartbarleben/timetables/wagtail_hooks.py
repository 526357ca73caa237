"""Wagtail looks for this module by name: our pages below /verwaltung/fahrplaene/, their entry and the warning."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component

from smartbarleben.ui.dates import today
from smartbarleben.ui.workspace import Entry

from . import policies, queries, staff_views
from .models import Feed


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Wagtail lets only people of the town hall in; each view asks for more."""
    return [
        path("fahrplaene/", staff_views.overview, name="timetables_overview"),
        path("fahrplaene/datei/<int:pk>/", staff_views.one_upload, name="timetables_upload"),
        path("fahrplaene/datei/<int:pk>/uebernehmen/", staff_views.take, name="timetables_take"),
        path("fahrplaene/datei/<int:pk>/verwerfen/", staff_views.discard, name="timetables_discard"),
        path("fahrplaene/<slug:key>/entfernen/", staff_views.remove, name="timetables_remove"),
    ]


@hooks.register("register_admin_menu_item")
def entry() -> MenuItem:
    """The way to the timetables."""
    return Entry(
        _("Timetables"),
        reverse("timetables_overview"),
        may=policies.may_import,
        name="timetables",
        icon_name="time",
        order=130,
    )


class EndingPanel(Component):
    """Which timetables end soon."""

    name = "timetables"
    order = 7
    template_name = "timetables/staff/panel.html"

    def __init__(self, feeds: list[Feed]) -> None:
        self.feeds = feeds

    def get_context_data(self, parent_context: Mapping[str, Any]) -> dict[str, Any]:
        return {"feeds": [{"feed": feed, "over": feed.full_until < today()} for feed in self.feeds]}


# After the room that puts the first page together.
@hooks.register("construct_homepage_panels", order=102)
def ends_soon(request: HttpRequest, panels: list[Any]) -> None:
    """A timetable that ends within two weeks stands above the day's work."""
    if policies.may_import(request.user) and (feeds := queries.ending(today())):
        panels.insert(0, EndingPanel(feeds))
