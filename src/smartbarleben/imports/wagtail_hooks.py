"""Wagtail looks for this module by name: our pages below /verwaltung/importe/, their entry and their panel."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from smartbarleben.ui.workspace import Entry

from . import policies, queries, staff_views
from .dashboard import ImportsPanel


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Wagtail lets only people of the town hall in; each view asks for more."""
    return [
        path("importe/", staff_views.overview, name="imports_overview"),
        path("importe/neu/", staff_views.choose, name="imports_choose"),
        path("importe/neu/<slug:target>/", staff_views.new, name="imports_new"),
        path("importe/vorlage/<slug:target>.csv", staff_views.template, name="imports_template"),
        path("importe/<int:pk>/", staff_views.one_source, name="imports_source"),
        path("importe/<int:pk>/aendern/", staff_views.edit, name="imports_edit"),
        path("importe/<int:pk>/pruefen/", staff_views.look, name="imports_look"),
        path("importe/<int:pk>/pause/", staff_views.pause, name="imports_pause"),
        path("importe/<int:pk>/entfernen/", staff_views.remove, name="imports_remove"),
        path("importe/lauf/<int:pk>/", staff_views.one_run, name="imports_run"),
        path("importe/lauf/<int:pk>/uebernehmen/", staff_views.take, name="imports_take"),
        path("importe/lauf/<int:pk>/verwerfen/", staff_views.drop, name="imports_drop"),
        path("importe/eintrag/<int:pk>/", staff_views.decide, name="imports_decide"),
    ]


@hooks.register("register_admin_menu_item")
def entry() -> MenuItem:
    """The way to the sources."""
    url = reverse("imports_overview")
    return Entry(_("Imports"), url, may=policies.may_import, name="imports", icon_name="download", order=120)


# After the room that puts the first page together.
@hooks.register("construct_homepage_panels", order=101)
def what_needs_a_look(request: HttpRequest, panels: list[Any]) -> None:
    """What failed at a source stands above the day's work, for those who can do something about it."""
    if policies.may_import(request.user):
        waiting, notes = queries.need_a_look(request.user)
        if waiting or notes:
            panels.insert(0, ImportsPanel(waiting, notes))
