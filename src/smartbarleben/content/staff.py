"""What the town hall sees of items: one Wagtail workspace entry for each registered kind."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, InlinePanel, MultiFieldPanel, ObjectList, Panel, TabbedInterface
from wagtail.snippets.models import register_snippet
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from . import registry
from .models import TrailLink
from .registry import Kind

_FACT_FIELDS = ("source_name", "source_url", "as_of", "owner", "review_by", "review_every_days", "is_example")
_PHOTO_FIELDS = ("photo", "photo_alt", "photo_credit")


def edit_handler(kind: Kind) -> Panel:
    """The editor of a kind: first the few fields that make the item, then translations, then everything else."""
    more = [name for name in kind.fields if name not in kind.quick_fields]
    return TabbedInterface(
        [
            ObjectList([FieldPanel(name) for name in kind.quick_fields], heading=_("What and when")),
            ObjectList(
                [InlinePanel("translations", label=_("Translation"), heading=_("Other languages"))],
                heading=_("Languages"),
            ),
            ObjectList(
                [
                    MultiFieldPanel([FieldPanel(name) for name in more], heading=_("More about it")),
                    MultiFieldPanel([FieldPanel(name) for name in _PHOTO_FIELDS], heading=_("Photo")),
                ],
                heading=_("More"),
            ),
            ObjectList([FieldPanel(name) for name in ("slug", *_FACT_FIELDS)], heading=_("Source and care")),
        ]
    )


def viewset(kind: Kind) -> type[SnippetViewSet]:
    """The workspace of one kind."""
    values: dict[str, Any] = {
        "model": kind.model,
        "icon": "doc-full",
        "menu_label": kind.plural,
        "menu_name": kind.key,
        "url_prefix": f"inhalte/{kind.key}",
        "list_display": ["title", "ortschaft", "published_on", "live"],
        "list_filter": ["ortschaft", "live", "is_example"],
        "search_fields": ["title", "summary"],
        "search_backend_name": None,
        "ordering": ["-published_on"],
        "edit_handler": edit_handler(kind),
        "list_per_page": 50,
    }
    return type(f"{kind.model.__name__}Viewset", (SnippetViewSet,), values)


class TrailViewset(SnippetViewSet):
    """Links between items: from a wish to what became of it."""

    model = TrailLink
    icon = "link"
    menu_label = _("Trail")
    menu_name = "trail"
    list_display = ["source", "relation", "target", "reason"]
    panels = [FieldPanel("source"), FieldPanel("relation"), FieldPanel("target"), FieldPanel("reason")]


def register_viewsets() -> None:
    """Register the workspace; Wagtail calls this when it collects its hooks."""

    class ContentGroup(SnippetViewSetGroup):
        menu_label = _("Contents")
        menu_name = "contents"
        menu_icon = "folder-open-inverse"
        menu_order = 100
        items = (*(viewset(kind) for kind in registry.kinds()), TrailViewset)

    register_snippet(ContentGroup)
