"""Wagtail looks for this module by name: our page below /verwaltung/sicherungen/ and its entry in the menu."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from smartbarleben.jobs.policies import may_operate
from smartbarleben.ui.workspace import Entry

from . import staff_views


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Wagtail lets only people of the town hall in; the page asks for administrators besides."""
    return [path("sicherungen/", staff_views.backups, name="keeping_backups")]


@hooks.register("register_admin_menu_item")
def entry() -> MenuItem:
    """The way to the page."""
    url = reverse("keeping_backups")
    return Entry(_("Backups"), url, may=may_operate, name="keeping", icon_name="folder-inverse", order=9700)
