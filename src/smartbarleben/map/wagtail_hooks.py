"""Wagtail looks for this module by name: our page below /verwaltung/karte/ and its entry in the settings."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from smartbarleben.ui.workspace import Entry

from . import policies, staff_views


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Wagtail lets only people of the town hall in; both ask for administrators besides."""
    return [
        path("karte/", staff_views.desk, name="map_desk"),
        path("karte/entfernen/", staff_views.remove, name="map_remove"),
    ]


@hooks.register("register_settings_menu_item")
def entry() -> MenuItem:
    """The way to the map's page."""
    return Entry(
        _("The village's map"),
        reverse("map_desk"),
        may=policies.may_make_maps,
        name="map",
        icon_name="site",
        order=300,
    )
