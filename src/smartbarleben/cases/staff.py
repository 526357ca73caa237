"""What the administration of the house sets up for the inbox: offices, kinds of cases, reply templates, absences."""

from typing import Any

from django import forms
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, ObjectList
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.permissions import register_permission_policy
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from .models import Absence, Category, Office, ReplyTemplate
from .staff_forms import DayInput
from .templating import PLACEHOLDERS


class OfficeViewset(SnippetViewSet):
    """Offices of the town hall and outside bodies."""

    model = Office
    icon = "group"
    menu_label = pgettext_lazy("of the town hall", "Offices")
    menu_name = "offices"
    url_prefix = "einrichten/aemter"
    list_display = ["name", "email", "outside"]
    search_fields = ["name"]
    search_backend_name = None
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("outside"),
            FieldPanel("email"),
            FieldPanel("members", widget=forms.CheckboxSelectMultiple),
        ]
    )


class _OnlyChange(ModelPermissionPolicy):
    """Rows that the program makes: people set them, and neither add nor delete one."""

    def user_has_permission(self, user: Any, action: str) -> bool:
        return action not in {"add", "delete"} and bool(super().user_has_permission(user, action))

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return bool(super().user_has_any_permission(user, set(actions) - {"add", "delete"}))

    def users_with_any_permission(self, actions: Any) -> Any:
        return super().users_with_any_permission(set(actions) - {"add", "delete"})


class CategoryViewset(SnippetViewSet):
    """How this municipality handles each kind of case."""

    model = Category
    icon = "list-ul"
    menu_label = _("Kinds of cases")
    menu_name = "case-kinds"
    url_prefix = "einrichten/arten"
    list_display = ["__str__", "office", "answer_days", "answer_months", "active"]
    copy_view_enabled = False
    edit_handler = ObjectList(
        [
            FieldPanel("office", widget=forms.Select),
            FieldRowPanel([FieldPanel("answer_days"), FieldPanel("answer_months")]),
            HelpPanel(_("Write working days or months, not both. What is promised already stays as it is.")),
            FieldRowPanel([FieldPanel("quiet_days"), FieldPanel("keep_days")]),
            FieldPanel("active"),
        ]
    )

    def get_queryset(self, request: Any) -> models.QuerySet[Category]:
        return Category.objects.select_related("office")


class TemplateViewset(SnippetViewSet):
    """Words that staff use again and again."""

    model = ReplyTemplate
    icon = "comment"
    menu_label = _("Reply templates")
    menu_name = "reply-templates"
    url_prefix = "einrichten/textbausteine"
    list_display = ["title", "language", "category"]
    list_filter = ["language"]
    search_fields = ["title", "text"]
    search_backend_name = None
    edit_handler = ObjectList(
        [
            FieldPanel("title"),
            FieldPanel("text", widget=forms.Textarea({"rows": 10})),
            HelpPanel(", ".join(f"{{{name}}}" for name in PLACEHOLDERS), heading=_("What is filled in by itself")),
            FieldRowPanel([FieldPanel("language"), FieldPanel("category", widget=forms.Select)]),
        ]
    )

    def get_queryset(self, request: Any) -> models.QuerySet[ReplyTemplate]:
        return ReplyTemplate.objects.select_related("category")


class AbsenceViewset(SnippetViewSet):
    """Who is away, and who looks after their cases; everybody notes their own at their desk."""

    model = Absence
    icon = "calendar-alt"
    menu_label = _("Absences")
    menu_name = "absences"
    url_prefix = "einrichten/abwesenheiten"
    list_display = ["user", "first", "last", "substitute"]
    edit_handler = ObjectList(
        [
            FieldPanel("user", widget=forms.Select),
            FieldRowPanel([FieldPanel("first", widget=DayInput), FieldPanel("last", widget=DayInput)]),
            FieldPanel("substitute", widget=forms.Select),
        ]
    )

    def get_queryset(self, request: Any) -> models.QuerySet[Absence]:
        return Absence.objects.select_related("user", "substitute")


def register_viewsets() -> None:
    """Register the workspace of cases; Wagtail calls this when it collects its hooks."""
    register_permission_policy(Category, _OnlyChange(Category))

    class CasesGroup(SnippetViewSetGroup):
        menu_label = _("Inbox: set-up")
        menu_name = "inbox-setup"
        menu_icon = "cog"
        menu_order = 120
        items = (OfficeViewset, CategoryViewset, TemplateViewset, AbsenceViewset)

    register_snippet(CasesGroup)
