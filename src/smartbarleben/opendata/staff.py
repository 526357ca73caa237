"""Where the town hall decides about its open data."""

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, HelpPanel
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet

from .models import Terms


class TermsViewset(SnippetViewSet):
    """One row, made by the program."""

    model = Terms
    icon = "download"
    menu_label = _("Open data")
    menu_name = "open-data"
    menu_order = 115
    add_to_admin_menu = True
    url_prefix = "offene-daten"
    copy_view_enabled = False
    list_display = ["__str__", "licence", "security_contact"]
    panels = [
        HelpPanel(
            _(
                "Everything public can be taken away as a file. Choose under which terms: with “Zero” everybody may "
                "do anything with it, with “BY” they must name you. Data of others keep their own terms."
            )
        ),
        FieldPanel("licence"),
        FieldPanel("security_contact"),
    ]


def register_viewsets() -> None:
    """Register the workspace of open data; Wagtail calls this when it collects its hooks."""
    register_snippet(TermsViewset)
