"""What the town hall sees of items: one Wagtail workspace entry for each registered kind."""

from typing import Any

from django import forms
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Cast
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from wagtail.admin.panels import (
    FieldPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    PublishingPanel,
    TabbedInterface,
)
from wagtail.admin.panels.base import get_form_for_model
from wagtail.admin.ui.tables import StatusTagColumn
from wagtail.models import Revision
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from . import registry
from .form_fields import DayInput, MomentInput
from .forms import TrailForm, TranslationForm, item_form
from .models import Item, TrailLink
from .registry import Kind

_FACT_FIELDS = ("source_name", "source_url", "as_of", "owner", "review_by", "review_every_days", "is_example")
_PHOTO_FIELDS = ("photo", "photo_alt", "photo_credit")
_TEXT_FIELDS = ("language", "state", "title", "summary", "body", "matches_german")
# Wagtail's own drawings, by the kind's icon on the public pages.
_ICONS = {
    "calendar": "calendar-alt",
    "paper": "clipboard-list",
    "road-closed": "warning",
    "people": "group",
    "building": "home",
    "info": "help",
    "flag": "site",
    "check": "tasks",
    "idea": "comment",
    "decision": "tick-inverse",
    "money": "decimal",
}


class TextsPanel(InlinePanel):
    """The translations, with a form that notices which German they were made from."""

    def get_form_options(self) -> dict[str, Any]:
        options: dict[str, Any] = super().get_form_options()
        formset = options["formsets"][self.relation_name]
        deferred = self.child_edit_handler.get_form_options().get("defer_required_on_fields", [])
        formset["form"] = get_form_for_model(
            self.db_field.related_model, form_class=TranslationForm, defer_required_on_fields=deferred
        )
        return options


def field_panel(model: type[models.Model], name: str) -> FieldPanel:
    """The panel of a field with the input that fits it: native days and times, a plain list for what is chosen."""
    if name == "title":
        # A draft without a title has no address.
        return FieldPanel(name, required_on_save=True)
    match model._meta.get_field(name):
        case models.DateTimeField():
            return FieldPanel(name, widget=MomentInput)
        case models.DateField():
            return FieldPanel(name, widget=DayInput)
        case models.ForeignKey() as field if field.related_model._meta.label != "wagtailimages.Image":
            return FieldPanel(name, widget=forms.Select)
    return FieldPanel(name)


def edit_handler(kind: Kind) -> Panel:
    """The editor of a kind: first the few fields that make the item, then translations, then everything else."""

    def panels(*names: str) -> list[FieldPanel]:
        return [field_panel(kind.model, name) for name in names]

    more = [name for name in kind.fields if name not in kind.quick_fields]
    texts = TextsPanel(
        "translations",
        panels=[FieldPanel(name) for name in _TEXT_FIELDS],
        label=_("Translation"),
        heading=_("Other languages"),
    )
    handler = TabbedInterface(
        [
            ObjectList(panels(*kind.quick_fields), heading=_("What and when")),
            ObjectList([texts], heading=_("Languages")),
            ObjectList(
                [
                    *([MultiFieldPanel(panels(*more), heading=_("More about it"))] if more else []),
                    MultiFieldPanel(panels(*_PHOTO_FIELDS), heading=_("Photo")),
                ],
                heading=_("More"),
            ),
            ObjectList([*panels("slug", *_FACT_FIELDS), PublishingPanel()], heading=_("Source and care")),
        ],
        base_form_class=item_form(kind),
    )
    return handler.bind_to_model(kind.model)


def state_words(item: Any) -> str:
    """How far an item of the workspace's list is, in words; it carries `is_scheduled` from the list's query."""
    if item.is_scheduled:
        return _("published, changes are planned") if item.live else pgettext_lazy("state of an item", "planned")
    if item.live and item.has_unpublished_changes:
        return _("published, with changes")
    if item.live:
        return pgettext_lazy("state of an item", "published")
    return _("taken back") if item.expired else pgettext_lazy("state of an item", "draft")


class StateColumn(StatusTagColumn):
    """The state as a tag: filled for what the public sees. Wagtail's own column asks the database for each row."""

    def __init__(self) -> None:
        super().__init__(
            "state",
            label=_("State"),
            accessor=state_words,
            sort_key="live",
            primary=lambda item: item.live,
        )


class ItemViewset(SnippetViewSet):
    """The workspace of one kind; `viewset` fills in the kind."""

    list_display = ["title", "ortschaft", "published_on", StateColumn()]
    list_filter = ["ortschaft", "live", "is_example"]
    search_fields = ["title", "summary"]
    search_backend_name = None
    ordering = ["-published_on"]
    list_per_page = 50
    kind: Kind

    def get_edit_handler(self) -> Panel:
        return edit_handler(self.kind)

    def get_queryset(self, request: Any) -> models.QuerySet[Item]:
        """With what the list shows, so that a long list costs as few queries as a short one."""
        planned = Revision.objects.filter(
            content_type=ContentType.objects.get_for_model(self.model),
            object_id=Cast(OuterRef("pk"), models.CharField()),
            approved_go_live_at__isnull=False,
        )
        items = self.model._default_manager.select_related("ortschaft", "latest_revision")
        return items.annotate(is_scheduled=Exists(planned))


def viewset(kind: Kind) -> type[ItemViewset]:
    """The workspace of one kind."""
    values: dict[str, Any] = {
        "kind": kind,
        "model": kind.model,
        "icon": _ICONS.get(kind.icon, "doc-full"),
        "menu_label": kind.plural,
        "menu_name": kind.key,
        "url_prefix": f"inhalte/{kind.key}",
    }
    return type(f"{kind.model.__name__}Viewset", (ItemViewset,), values)


class TrailViewset(SnippetViewSet):
    """Links between items: from a wish to what became of it."""

    model = TrailLink
    icon = "link"
    menu_label = _("Trail")
    menu_name = "trail"
    url_prefix = "inhalte/spur"
    list_display = ["source", "relation", "target", "reason"]
    edit_handler = ObjectList(
        [FieldPanel("source"), FieldPanel("relation"), FieldPanel("target"), FieldPanel("reason")],
        base_form_class=TrailForm,
    )

    def get_queryset(self, request: Any) -> models.QuerySet[TrailLink]:
        return TrailLink.objects.select_related("source", "target")


def register_viewsets() -> None:
    """Register the workspace; Wagtail calls this when it collects its hooks."""

    class ContentGroup(SnippetViewSetGroup):
        menu_label = _("Contents")
        menu_name = "contents"
        menu_icon = "folder-open-inverse"
        menu_order = 100
        items = (*(viewset(kind) for kind in registry.kinds()), TrailViewset)

    register_snippet(ContentGroup)
