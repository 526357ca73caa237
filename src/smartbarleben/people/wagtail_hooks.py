"""Wagtail looks for this module by name: one's own passwords and passkeys, and the pages for those who check."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem

from . import record_views


@hooks.register("register_settings_menu_item")
def security_entry() -> MenuItem:
    """The way to the pages below /konto/."""
    return MenuItem(_("Password and passkeys"), reverse("mfa_index"), name="security", icon_name="key", order=1)


@hooks.register("register_admin_urls")
def admin_urls() -> list[URLPattern]:
    """Our own pages below /verwaltung/; Wagtail lets only people of the town hall in."""
    return [
        path("protokoll/", record_views.record, name="people_record"),
        path("protokoll/loeschungen/", record_views.deletions, name="people_deletions"),
    ]


class _ForCheckers(MenuItem):
    def is_shown(self, request: HttpRequest) -> Any:
        return request.user.has_perm("people.view_auditentry")


@hooks.register("register_reports_menu_item")
def record_entry() -> MenuItem:
    """The way to the record."""
    return _ForCheckers(_("What was done"), reverse("people_record"), name="record", icon_name="history", order=8)


@hooks.register("register_reports_menu_item")
def deletions_entry() -> MenuItem:
    """The way to the protocols of deletion."""
    return _ForCheckers(
        _("What was deleted"), reverse("people_deletions"), name="deletions", icon_name="bin", order=9
    )


@hooks.register("insert_global_admin_css")
def looks() -> str:
    """What these pages add to the workspace's looks."""
    return format_html('<link rel="stylesheet" href="{}">', static("people/staff.css"))


@hooks.register("insert_global_admin_js")
def warns_before_the_pause_is_over() -> str:
    """Says that one will be signed out, and that somebody is typing."""
    over = _(
        "You are signed out. What you typed is still here: save or send it, sign in, and you go on where you were."
    )
    return format_html(
        '<script src="{}" data-minutes="{}" data-ask="{}" data-soon="{}" data-stay="{}" data-over="{}" defer>'
        "</script>",
        static("people/pause.js"),
        int(settings.STAFF_PAUSE.total_seconds()) // 60,
        reverse("people_still_here"),
        _("You will soon be signed out here, because nothing happens."),
        _("Stay signed in"),
        over,
    )
