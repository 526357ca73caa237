"""Wagtail looks for this module by name: the way from the workspace to one's own password, passkeys and codes."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem


@hooks.register("register_settings_menu_item")
def security_entry() -> MenuItem:
    """The way to the pages below /konto/."""
    return MenuItem(_("Password and passkeys"), reverse("mfa_index"), name="security", icon_name="key", order=1)
