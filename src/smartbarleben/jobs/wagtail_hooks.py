"""Wagtail looks for this module by name: our pages below /verwaltung/auftraege/, their entry and their panel."""

from typing import Any

from django.http import HttpRequest
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import policies, queries, staff_views
from .dashboard import FailurePanel


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Wagtail lets only people of the town hall in; the first three ask for administrators besides."""
    return [
        path("auftraege/", staff_views.overview, name="jobs_overview"),
        path("auftraege/nochmal/", staff_views.again, name="jobs_again"),
        path("auftraege/verwerfen/", staff_views.drop, name="jobs_drop"),
        path("auftraege/<int:pk>/", staff_views.one_job, name="jobs_job"),
        path("auftraege/<int:pk>/stand/", staff_views.state, name="jobs_state"),
    ]


class _Entry(MenuItem):
    """Shows how much failed behind its name: the number is read aloud with it and needs no look of its own."""

    def is_shown(self, request: HttpRequest) -> bool:
        return policies.may_operate(request.user)

    def render_component(self, request: HttpRequest) -> Any:
        component = super().render_component(request)
        if count := queries.dead_count():
            component.label = f"{self.label} ({count})"
        return component


@hooks.register("register_admin_menu_item")
def entry() -> MenuItem:
    """The way to background work."""
    return _Entry(_("Background work"), reverse("jobs_overview"), name="jobs", icon_name="history", order=9500)


# After the room that puts the first page together.
@hooks.register("construct_homepage_panels", order=100)
def failures_first(request: HttpRequest, panels: list[Any]) -> None:
    """What failed stands above the day's work, for those who can do something about it."""
    if policies.may_operate(request.user) and (count := queries.dead_count()):
        panels.insert(0, FailurePanel(count))
