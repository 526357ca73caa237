"""Wagtail looks for this module by name: our pages, panels and looks in its workspace, and what we leave out."""

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import staff_views
from .dashboard import QuickPanel, TodayPanel
from .staff import register_viewsets

register_viewsets()

# What belongs to Wagtail's page tree, which this house does not use, or to roles, which are kept in the program.
_NOT_OURS = {
    "construct_main_menu": {"explorer", "help"},
    "construct_settings_menu": {"collections", "workflows", "workflow-tasks", "groups", "locales"},
    "construct_reports_menu": {"locked-pages", "workflows", "workflow-tasks", "aging-pages", "page-types-usage"},
}


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Our own pages below /verwaltung/; Wagtail lets only people of the town hall in."""
    return [
        path("schnell/", staff_views.choose, name="content_quick"),
        path("schnell/<slug:kind>/", staff_views.write, name="content_quick_write"),
        path("schnell/fertig/<int:pk>/", staff_views.done, name="content_quick_done"),
        path("schnell/zuruecknehmen/<int:pk>/", staff_views.undo, name="content_quick_undo"),
        path("schnell/wieder/<int:pk>/", staff_views.redo, name="content_quick_redo"),
        path("aktualitaet/", staff_views.freshness_board, name="content_freshness"),
        path("uebersetzungen/", staff_views.translation_report, name="content_translations"),
    ]


@hooks.register("register_admin_menu_item")
def quick_entry() -> MenuItem:
    """The way to the short forms."""
    return MenuItem(_("Publish"), reverse("content_quick"), name="quick", icon_name="circle-plus", order=1)


@hooks.register("register_reports_menu_item")
def freshness_entry() -> MenuItem:
    """The way to the board of facts."""
    return MenuItem(
        _("Is it still correct?"), reverse("content_freshness"), name="freshness", icon_name="time", order=1
    )


@hooks.register("register_reports_menu_item")
def translations_entry() -> MenuItem:
    """The way to the report on translations."""
    return MenuItem(_("Translations"), reverse("content_translations"), name="texts", icon_name="globe", order=2)


@hooks.register("construct_homepage_panels")
def first_page(request: HttpRequest, panels: list[Any]) -> None:
    """The day's work instead of Wagtail's panels about pages."""
    panels[:] = [QuickPanel(), TodayPanel()]


@hooks.register("construct_homepage_summary_items")
def no_summary(request: HttpRequest, items: list[Any]) -> None:
    """Numbers of images and documents help nobody."""
    items.clear()


@hooks.register("construct_snippet_action_menu")
def publish_first(entries: list[Any], request: HttpRequest, context: dict[str, Any]) -> None:
    """Most people come to publish; a draft is one press further away."""
    entries.sort(key=lambda entry: entry.name != "action-publish")


@hooks.register("register_rich_text_features", order=100)
def links(features: Any) -> None:
    """A link begins with an address: Wagtail would first ask for a page of its page tree, which is empty here."""
    link = features.plugins_by_editor["draftail"]["link"]
    link.data["chooserUrls"]["pageChooser"] = link.data["chooserUrls"]["externalLinkChooser"]


@hooks.register("insert_global_admin_css")
def looks() -> str:
    """The village's colours."""
    return format_html('<link rel="stylesheet" href="{}">', static("content/staff.css"))


def _leave_out(hook: str) -> None:
    @hooks.register(hook, order=1000)
    def shorten(request: HttpRequest, entries: list[Any]) -> None:
        entries[:] = [entry for entry in entries if entry.name not in _NOT_OURS[hook]]


for _hook in _NOT_OURS:
    _leave_out(_hook)
