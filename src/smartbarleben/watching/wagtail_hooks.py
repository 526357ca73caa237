"""Wagtail looks for this module by name: our page below /verwaltung/zustand/ and its entry in the menu."""

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import policies, staff_views


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Wagtail lets only people of the town hall in; the page asks for administrators besides."""
    return [path("zustand/", staff_views.health, name="watching_health")]


class _Entry(MenuItem):
    def is_shown(self, request: HttpRequest) -> bool:
        return policies.may_look(request.user)


@hooks.register("register_admin_menu_item")
def entry() -> MenuItem:
    """The way to the page."""
    return _Entry(_("Health of the house"), reverse("watching_health"), name="watching", icon_name="pick", order=9600)
