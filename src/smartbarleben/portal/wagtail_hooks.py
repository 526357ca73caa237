"""Wagtail looks for this module by name: the workspace's search, and the page of searched words."""

from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea

from . import staff_search


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Our own pages below /verwaltung/; Wagtail lets only people of the town hall in."""
    return [
        path("suche/", staff_search.everything, name="portal_search"),
        path("suchwoerter/", staff_search.asked, name="portal_asked"),
    ]


@hooks.register("register_admin_search_area")
def search_area() -> SearchArea:
    """The field beside the menu asks for everything."""
    return SearchArea(_("Everything"), reverse("portal_search"), name="everything", icon_name="search", order=0)


@hooks.register("register_reports_menu_item")
def asked_entry() -> MenuItem:
    """The way to the searched words."""
    return MenuItem(_("Searched words"), reverse("portal_asked"), name="asked", icon_name="search", order=3)
