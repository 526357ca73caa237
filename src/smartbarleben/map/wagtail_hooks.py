"""Wagtail looks for this module by name: our page below /verwaltung/karte/ and its entry in the settings."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import policies, staff_views


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Wagtail lets only people of the town hall in; both ask for administrators besides."""
    return [
        path("karte/", staff_views.desk, name="map_desk"),
        path("karte/entfernen/", staff_views.remove, name="map_remove"),
    ]


class _Entry(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policies.may_make_maps(request.user)


@hooks.register("register_settings_menu_item")
def entry() -> MenuItem:
    """The way to the map's page."""
    return _Entry(_("The village's map"), reverse("map_desk"), name="map", icon_name="site", order=300)
